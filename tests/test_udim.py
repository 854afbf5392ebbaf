"""Tiles of a UDIM set are windows of one texture that wraps. Nothing here is square."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synthesis.command_line import main
from synthesis.errors import TextureError
from synthesis.files import Destination
from synthesis.info import ModelInfo
from synthesis.latent import Latent
from synthesis.png import quantised
from synthesis.session import Model
from synthesis.texture import gathered, generate, whole
from synthesis.udim import UdimSet
from synthesis.windows import Rect

SET = UdimSet(columns=3, rows=2, tile_height=64, tile_width=96)


def test_numbers_go_right_by_one_and_up_by_ten() -> None:
    tiles = SET.tiles()
    assert [*tiles] == [1001, 1002, 1003, 1011, 1012, 1013]
    assert tiles[1001] == Rect(64, 0, 64, 96) and tiles[1013] == Rect(0, 192, 64, 96)


def test_tiles_are_the_windows_of_the_whole(model: Model) -> None:
    expected = whole(model, Latent(5), *SET.size)
    for rect in SET.tiles().values():
        windows = generate(model, Latent(5), *SET.size, window_px=32, part=rect)
        for name, pixels in gathered(model.info, windows, rect.height, rect.width).items():
            there = expected[name][rect.row : rect.row + rect.height, rect.column : rect.column + rect.width]
            assert np.abs(pixels - there).max() <= 1e-5


def test_files_on_the_command_line(model_path: Path, model: Model, tmp_path: Path) -> None:
    arguments = ["generate", str(model_path), "--size", "96x64", "--udim", "2x2", "--seed", "5", "--device", "cpu"]
    assert main([*arguments, "--out", str(tmp_path / "wall.png")]) == 0
    numbers = (1001, 1002, 1011, 1012)
    names = {f"wall_{name}.{number}.png" for name in model.info.maps for number in numbers}
    assert {file.name for file in tmp_path.iterdir()} == names
    read = {number: np.asarray(Image.open(tmp_path / f"wall_base_color.{number}.png"), int) for number in numbers}
    seen = np.block([[[read[1011]], [read[1012]]], [[read[1001]], [read[1002]]]])
    expected = quantised(whole(model, Latent(5), 128, 192)["base_color"], 8)
    assert np.abs(seen - expected).max() <= 1


def test_names() -> None:
    one = Destination.of_tile(Path("a/wall.b.png"), 1012)
    assert one.file == Path("a/wall.b.1012.png")
    assert one.of_maps(("base_color", "height"))["height"] == Path("a/wall.b_height.1012.png")


@pytest.mark.parametrize(
    "udim, told",
    [
        (UdimSet(11, 1, 64, 64), "1 to 10 columns"),
        (UdimSet(1, 0, 64, 64), "1 to 100 rows"),
        (UdimSet(2, 2, 64, 100), "try 96 or 128"),
        (UdimSet(9, 1, 64, 4096), "fewer or smaller"),
    ],
)
def test_sets_that_can_not_be(model: Model, udim: UdimSet, told: str) -> None:
    info: ModelInfo = model.info
    with pytest.raises(TextureError, match=told):
        udim.check(info)


def test_the_largest_set_is_allowed(model: Model) -> None:
    UdimSet(8, 1, 64, 4096).check(model.info)


def test_what_does_not_go_together_is_told(
    model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["generate", str(model_path), "--size", "64", "--out", str(tmp_path / "t.png"), "--udim"]
    assert main([*arguments, "2x2", "--frames", "3"]) == 2 and main([*arguments, "four"]) == 2
    assert "leave one of them out" in (told := capsys.readouterr().err) and "as 2x2" in told
    monkeypatch.setattr("synthesis.udim.LARGEST_SIZE_PX", 64)
    assert main([*arguments, "2x1"]) == 2
    assert not list(tmp_path.iterdir())


def test_an_incomplete_set_is_taken_back(model_path: Path, tmp_path: Path) -> None:
    (tmp_path / "t_height.1002.png").mkdir()  # in the way of the second tile
    (tmp_path / "t_height.1002.png" / "kept").touch()
    arguments = ["generate", str(model_path), "--size", "64", "--out", str(tmp_path / "t.png"), "--udim", "2x1"]
    assert main(arguments) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["t_height.1002.png"]
