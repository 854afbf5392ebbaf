"""Estimated maps: known reliefs are found, windows equal the whole, what wraps stays so. Nothing here is square."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synthesis import edits
from synthesis.command_line import main
from synthesis.errors import TextureError
from synthesis.latent import Latent
from synthesis.maps import MapList
from synthesis.picture import Picture
from synthesis.session import Model
from synthesis.surface import ESTIMATED, GAINS, HEIGHT_RANGE_PX, NO_SURFACE, REACH_PX, Surface, estimated, relief_causes
from synthesis.texture import edit, gathered, whole

HEIGHT, WIDTH = 96, 160
ALL = ("base_color", "normal", "roughness", "height", "ao")


def _colors(height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    return np.random.default_rng(0).random((height, width, 3), dtype=np.float32)


def _on_the_torus(colors: np.ndarray, depth: float = 1.0) -> dict[str, np.ndarray]:
    border = (REACH_PX, REACH_PX)
    return estimated(np.pad(colors, (border, border, (0, 0)), mode="wrap"), depth)


def test_every_map_has_its_shape_and_range() -> None:
    maps = _on_the_torus(_colors())
    assert tuple(maps) == ESTIMATED
    for name, channels in (("normal", 3), ("roughness", 1), ("height", 1), ("ao", 1)):
        assert maps[name].shape == (HEIGHT, WIDTH, channels) and maps[name].dtype == np.float32
        assert maps[name].min() >= 0 and maps[name].max() <= 1


def test_normals_have_unit_length_and_point_up() -> None:
    normal = _on_the_torus(_colors(), 2.0)["normal"] * 2 - 1
    assert np.abs(np.linalg.norm(normal, axis=2) - 1).max() < 1e-5
    assert normal[..., 2].min() > 0 and normal[..., 2].min() < 0.9, "this noise is steep enough to tell"


def test_a_flat_color_is_a_flat_surface() -> None:
    maps = _on_the_torus(np.full((HEIGHT, WIDTH, 3), (0.2, 0.5, 0.7), np.float32))
    assert np.abs(maps["normal"] - (0.5, 0.5, 1)).max() < 1e-5
    assert np.abs(maps["height"] - 0.5).max() < 1e-5 and np.abs(maps["ao"] - 1).max() < 1e-5
    assert np.ptp(maps["roughness"]) < 1e-5


def test_a_bright_bump_rises_to_all_sides() -> None:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    bump = np.exp(-((rows - 40) ** 2 + (columns - 90) ** 2) / (2 * 6.0**2))
    maps = _on_the_torus(np.repeat((0.3 + 0.4 * bump)[..., None], 3, axis=2).astype(np.float32))
    normal = maps["normal"] * 2 - 1
    assert normal[40, 96, 0] > 0.05 and normal[40, 84, 0] < -0.05, "x goes right"
    assert normal[34, 90, 1] > 0.05 and normal[46, 90, 1] < -0.05, "y goes up, rows down"
    assert abs(normal[40, 96, 1]) < 0.01 and abs(normal[34, 90, 0]) < 0.01
    top = np.unravel_index(maps["height"][..., 0].argmax(), (HEIGHT, WIDTH))
    assert np.abs(np.subtract(top, (40, 90))).max() <= 1


def test_normals_are_those_of_the_height() -> None:
    maps = _on_the_torus(_colors())
    normal, height = maps["normal"] * 2 - 1, maps["height"][..., 0] * HEIGHT_RANGE_PX
    across, down = np.diff(height, axis=1), np.diff(height, axis=0)
    across, down = (across[1:-1, 1:] + across[1:-1, :-1]) / 2, (down[1:, 1:-1] + down[:-1, 1:-1]) / 2
    inner = normal[1:-1, 1:-1]
    assert np.abs(-inner[..., 0] / inner[..., 2] - across).max() < 1e-4
    assert np.abs(inner[..., 1] / inner[..., 2] - down).max() < 1e-4


def test_depth_scales_the_relief_alone() -> None:
    none, single, double = (_on_the_torus(_colors() * 0.2, depth) for depth in (0.0, 1.0, 2.0))
    assert np.abs(none["normal"] - (0.5, 0.5, 1)).max() < 1e-6 and (none["ao"] == 1).all()
    lower, higher = (maps["height"] - 0.5 for maps in (single, double))
    assert np.abs(2 * lower - higher).max() < 1e-5 and lower.std() > 0.01
    assert np.array_equal(single["roughness"], double["roughness"])


def test_dark_hollows_are_occluded_and_heights_are_not() -> None:
    maps = _on_the_torus(_colors())
    low = maps["height"] < 0.5
    assert (maps["ao"][~low] == 1).all() and maps["ao"][low].mean() < 0.95


def test_hollows_are_never_black() -> None:
    colors = np.full((160, 224, 3), 0.9, np.float32)
    colors[70:90, 100:124] = 0
    assert _on_the_torus(colors, 2.0)["ao"].min() == pytest.approx(0.3)


def test_what_is_bright_or_colorful_is_rougher() -> None:
    def roughness(color: tuple[float, float, float]) -> float:
        return float(_on_the_torus(np.full((4, 6, 3), color, np.float32))["roughness"].mean())

    assert roughness((0.7, 0.7, 0.7)) > roughness((0.5, 0.5, 0.5)) + 0.1
    assert roughness((0.55, 0.55, 0.2)) > roughness((0.53, 0.53, 0.53)) + 0.1, "yellow: blue is the least"
    assert roughness((0, 0, 0)) == pytest.approx(0.4) and roughness((1, 1, 1)) == pytest.approx(0.95)


def test_a_rolled_picture_has_rolled_maps() -> None:
    one, other = _on_the_torus(_colors()), _on_the_torus(np.roll(_colors(), (13, -37), axis=(0, 1)))
    for name, values in one.items():
        assert np.abs(np.roll(values, (13, -37), axis=(0, 1)) - other[name]).max() < 1e-5, name


def test_the_reach_is_what_it_says_and_no_more() -> None:
    colors = _colors(2 * REACH_PX + 1, 2 * REACH_PX + 1)
    assert relief_causes(colors).shape == (3, 3, len(GAINS))
    changed = colors.copy()
    changed[0] = changed[:, 0] = 0
    assert np.abs(estimated(changed)["normal"] - estimated(colors)["normal"]).max() > 0, "the farthest pixels count"


def test_what_is_made_is_in_the_order_of_all_maps(model: Model, colors_model: Model) -> None:
    assert Surface().made(colors_model.info) == MapList(ALL) and MapList(ALL).channels == 9
    assert Surface().made(model.info) == MapList(ALL)
    assert NO_SURFACE.made(model.info).maps == model.info.maps
    assert Surface(maps=("ao",)).made(colors_model.info).maps == ("base_color", "ao")


@pytest.mark.parametrize("window_px", [32, 64])
def test_a_texture_with_estimates_does_not_depend_on_its_windows(colors_model: Model, window_px: int) -> None:
    one = whole(colors_model, Latent(5), HEIGHT, WIDTH, surface=Surface())
    many = whole(colors_model, Latent(5), HEIGHT, WIDTH, window_px, Surface())
    assert tuple(one) == ALL and one["normal"].std() > 0.05
    for name, values in one.items():
        assert np.abs(values - many[name]).max() <= 1e-4, name


def test_estimates_are_those_of_the_color_on_the_torus(colors_model: Model) -> None:
    maps = whole(colors_model, Latent(5), HEIGHT, WIDTH, surface=Surface(1.5))
    for name, values in _on_the_torus(maps["base_color"], 1.5).items():
        assert np.abs(values - maps[name]).max() <= 1e-4, name


def test_maps_that_a_model_makes_are_kept(model: Model) -> None:
    plain = whole(model, Latent(5), HEIGHT, WIDTH)
    maps = whole(model, Latent(5), HEIGHT, WIDTH, surface=Surface())
    assert tuple(maps) == ALL
    for name, values in plain.items():
        assert np.abs(values - maps[name]).max() <= 1e-5, name


def test_an_edit_with_estimates_does_not_depend_on_its_windows(colors_model: Model) -> None:
    picture = Picture({"base_color": _colors(100, 150)})
    hole = np.zeros((100, 150), bool)
    hole[40:60, 30:120] = True
    guide = edits.complete(colors_model.info, picture, hole)
    made = Surface().made(colors_model.info)
    one, many = (
        gathered(made, edit(colors_model, Latent(3), guide, px, Surface()), 100, 150) for px in (512, 32)
    )  # fmt: skip
    assert np.array_equal(one["base_color"][~hole], picture.maps["base_color"][~hole])
    for name, values in one.items():
        assert np.abs(values - many[name]).max() <= 1e-4, name


@pytest.mark.parametrize("depth", [-0.1, 2.1])
def test_illegal_depths_are_refused(depth: float) -> None:
    with pytest.raises(TextureError, match="allowed is 0 to 2"):
        Surface(depth)


def test_the_command_line_writes_all_files(colors_model_path: Path, tmp_path: Path) -> None:
    model, picture = str(colors_model_path), tmp_path / "p.png"
    Image.fromarray((_colors(70, 96) * 255).astype(np.uint8)).save(picture)
    commands = {
        "generate": ["generate", model, "--size", "96x64"],
        "tile": ["tile", model, str(picture)],
        "denoise": ["denoise", model, str(picture), "--depth", "0"],
    }
    for name, command in commands.items():
        assert main([*command, "--surface", "--out", str(tmp_path / name / "t.png")]) == 0
        files = {file.name: Image.open(file) for file in (tmp_path / name).iterdir()}
        assert set(files) == {f"t_{kind}.png" for kind in ALL}
        assert files["t_height.png"].mode.startswith("I") and files["t_normal.png"].mode == "RGB"
    flat = np.asarray(files["t_normal.png"]).reshape(-1, 3)
    assert (flat == (128, 128, 255)).all(), "at depth 0"


@pytest.mark.parametrize(
    "arguments, told", [(["--depth", "1"], "give --surface too"), (["--surface", "--depth", "3"], "allowed is 0 to 2")]
)
def test_bad_arguments(
    colors_model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main(["generate", str(colors_model_path), "--out", str(tmp_path / "t.png"), *arguments]) == 2
    assert told in capsys.readouterr().err and not list(tmp_path.iterdir())
