"""Straightening, cropping, evening out and reducing a photo, and the options that ask for it."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synthesis.command_line import main
from synthesis.errors import TextureError
from synthesis.homography import homography, mapped, rectangle_size
from synthesis.info import ModelInfo
from synthesis.light import evened
from synthesis.model_file import read_info
from synthesis.picture import Picture, is_opaque
from synthesis.preparation import UNPREPARED, Preparation, prepared
from synthesis.preparation_options import add_preparation_options, chosen_preparation, preparation_arguments
from synthesis.resampling import reduced, warped
from trainer import fit
from trainer.exemplar import read_exemplar

ROOT = Path(__file__).resolve().parents[1]
CORNERS = ((40.0, 30.0), (250.0, 44.0), (290.0, 210.0), (12.5, 190.0))


def _camera(width: float, height: float, picture: tuple[int, int], focal: float) -> np.ndarray:
    """From a rectangle's pixels to those of a photo of (height, width), by a camera that is turned and moved away."""
    turn_x, turn_y, turn_z = 0.6, -0.35, 0.1
    about_x = np.array([[1, 0, 0], [0, np.cos(turn_x), -np.sin(turn_x)], [0, np.sin(turn_x), np.cos(turn_x)]])
    about_y = np.array([[np.cos(turn_y), 0, np.sin(turn_y)], [0, 1, 0], [-np.sin(turn_y), 0, np.cos(turn_y)]])
    about_z = np.array([[np.cos(turn_z), -np.sin(turn_z), 0], [np.sin(turn_z), np.cos(turn_z), 0], [0, 0, 1]])
    turned = about_z @ about_y @ about_x
    plane = np.stack([turned[:, 0], turned[:, 1], turned @ [-width / 2, -height / 2, 0] + [0, 0, 1.6 * width]], axis=1)
    lens = np.array([[focal, 0, picture[1] / 2], [0, focal, picture[0] / 2], [0, 0, 1]])
    return lens @ plane


def _corners(matrix: np.ndarray, width: float, height: float) -> tuple[tuple[float, float], ...]:
    x, y = mapped(matrix, np.array([0.0, width, width, 0.0]), np.array([0.0, 0.0, height, height]))
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def _smooth(height: int, width: int, channels: int = 3) -> np.ndarray:
    rng = np.random.default_rng(0)
    coarse = rng.integers(60, 200, (height // 8, width // 8, channels), dtype=np.uint8)
    layers = [
        np.asarray(Image.fromarray(coarse[..., layer]).resize((width, height), Image.Resampling.BICUBIC))
        for layer in range(channels)
    ]
    return (np.stack(layers, axis=2) / 255).astype(np.float32)


def test_a_homography_takes_corners_to_corners() -> None:
    target = ((0.0, 0.0), (300.0, 0.0), (300.0, 200.0), (0.0, 200.0))
    matrix = homography(target, CORNERS)
    for (x, y), corner in zip(target, CORNERS, strict=True):
        assert np.allclose(mapped(matrix, np.array(x), np.array(y)), corner, atol=1e-9)


def test_no_step_is_no_change() -> None:
    picture = Picture({"base_color": _smooth(96, 136)})
    assert prepared(picture, Preparation()) is picture
    whole = Preparation(corners=((0, 0), (136, 0), (136, 96), (0, 96)), crop=(0, 0, 136, 96), scale=1.0)
    assert np.allclose(prepared(picture, whole).maps["base_color"], picture.maps["base_color"], atol=1e-5)


@pytest.mark.parametrize("focal", [400, 900])
def test_a_photographed_checkerboard_comes_back(focal: float) -> None:
    width, height, photo_size = 320, 192, (480, 640)
    matrix = _camera(width, height, photo_size, focal)
    rows, columns = ((np.arange(4 * size) + 0.5) / 4 for size in photo_size)
    x, y = mapped(np.linalg.inv(matrix), columns[None], rows[:, None])
    fine = ((x // 32 + y // 32) % 2) * 0.6 + 0.2
    photo = fine.reshape(photo_size[0], 4, photo_size[1], 4, 1).mean((1, 3)).repeat(3, 2).astype(np.float32)
    back = prepared(Picture({"base_color": photo}), Preparation(_corners(matrix, width, height))).maps["base_color"]
    assert abs(back.shape[1] / back.shape[0] / (width / height) - 1) < 0.02, "the board's own proportions"
    y, x = ((np.arange(size) + 0.5) / size for size in back.shape[:2])
    y, x = y[:, None] * height, x[None] * width
    expected = ((x // 32 + y // 32) % 2) * 0.6 + 0.2
    inside = (np.abs(y % 32 - 16) < 12) & (np.abs(x % 32 - 16) < 12)
    assert np.abs(back[..., 0] - expected)[inside].max() < 0.02
    assert np.abs(back[..., 0] - expected).mean() < 0.03


def test_the_size_follows_the_corners() -> None:
    assert rectangle_size(((10, 20), (110, 20), (110, 70), (10, 70)), (300, 400)) == (50, 100)
    height, width = rectangle_size(CORNERS, (300, 400))
    x, y = np.array(CORNERS).T
    enclosed = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
    assert abs(height * width / enclosed - 1) < 0.02, "nothing is enlarged on average"


def test_stripes_finer_than_the_pixels_become_grey() -> None:
    stripes = np.repeat((np.arange(400) % 2)[None, :, None], 300, 0).astype(np.float32)
    far = warped(stripes, np.diag([4.0, 4.0, 1.0]), 70, 90)
    assert np.abs(far[2:-2, 2:-2] - 0.5).max() < 0.1
    assert np.abs(reduced(stripes, 75, 100)[2:-2, 2:-2] - 0.5).max() < 0.02


def test_grain_finer_than_the_pixels_becomes_its_mean() -> None:
    grain = np.random.default_rng(0).random((320, 400, 1), np.float32)
    assert warped(grain, np.diag([8.0, 8.0, 1.0]), 40, 50).std() < 0.2 * grain.std()


def test_reducing_equals_pillow() -> None:
    pixels = np.random.default_rng(0).random((123, 210, 1), dtype=np.float32)
    pillow = Image.fromarray(pixels[..., 0]).resize((77, 50), Image.Resampling.LANCZOS)
    assert np.abs(reduced(pixels, 50, 77)[..., 0] - np.asarray(pillow).clip(0, 1)).max() < 1e-4


def test_all_maps_alike_and_normals_stay_of_unit_length() -> None:
    color = _smooth(240, 320)
    vectors = np.concatenate([_smooth(240, 320, 2) * 2 - 1, np.ones((240, 320, 1), np.float32)], axis=2)
    normal = vectors / np.linalg.norm(vectors, axis=2, keepdims=True) / 2 + 0.5
    picture = Picture({"base_color": color, "normal": normal.astype(np.float32), "height": color[..., :1]})
    made = prepared(picture, Preparation(CORNERS, crop=(5, 7, 150, 90), even_light=0, scale=0.7))
    assert made.size == (63, 105) and [*made.maps] == ["base_color", "normal", "height"]
    assert np.allclose(made.maps["height"], made.maps["base_color"][..., :1], atol=1e-5)
    assert np.allclose(np.linalg.norm(2 * made.maps["normal"] - 1, axis=2), 1, atol=1e-4)
    lit = prepared(picture, Preparation(even_light=1))
    assert np.array_equal(lit.maps["normal"], picture.maps["normal"])
    assert not np.array_equal(lit.maps["base_color"], color)


def test_normals_turn_with_the_picture() -> None:
    """A quarter turn: what pointed right on the photo points up afterwards."""
    right = np.array([0.6, 0, 0.8], np.float32) / 2 + np.float32(0.5)
    picture = Picture({"base_color": _smooth(96, 136), "normal": np.tile(right, (96, 136, 1))})
    # clockwise from what becomes the top left: the photo's top right corner comes first
    turned = prepared(picture, Preparation(((136, 0), (136, 96), (0, 96), (0, 0))))
    assert turned.size == (136, 96)
    assert np.allclose(turned.maps["base_color"], np.rot90(picture.maps["base_color"]), atol=1e-4)
    assert np.allclose(2 * turned.maps["normal"] - 1, [0, 0.6, 0.8], atol=1e-5)


def test_what_is_transparent_stays_so() -> None:
    opaque = np.ones((200, 300), bool)
    opaque[:50] = False
    picture = Picture({"base_color": _smooth(200, 300)}, opaque)
    made = prepared(picture, Preparation(((20, 10), (280, 10), (280, 190), (20, 190)), crop=(0, 20, 260, 100)))
    assert made.opaque is not None and made.opaque.shape == made.size
    assert not made.opaque[:18].any() and made.opaque[24:].all()


@pytest.mark.parametrize("steps", [Preparation(scale=0.4), Preparation(((20, 10), (270, 20), (280, 190), (10, 180)))])
def test_what_lies_under_transparent_pixels_counts_for_nothing(steps: Preparation) -> None:
    opaque = np.ones((200, 300), bool)
    opaque[60:90, 100:180] = False
    colors, seen = _smooth(200, 300), []
    for hidden in (0, 1):
        made = prepared(Picture({"base_color": np.where(opaque[..., None], colors, np.float32(hidden))}, opaque), steps)
        seen.append(made.maps["base_color"][made.opaque])
    assert np.array_equal(*seen)
    whole = prepared(Picture({"base_color": colors}), steps).maps["base_color"]
    assert np.abs(seen[0] - whole[made.opaque]).max() < 0.02


def _blocks(colors: np.ndarray) -> float:
    """How much the means of blocks of 32 px differ."""
    rows, columns = (side // 32 for side in colors.shape[:2])
    return float(colors[: rows * 32, : columns * 32].reshape(rows, 32, columns, 32, -1).mean((1, 3, 4)).std())


def test_a_gradient_of_light_goes_and_detail_stays() -> None:
    rng = np.random.default_rng(0)
    even = rng.random((320, 448, 1), dtype=np.float32).repeat(3, 2) * 0.5 + 0.25
    x, y = np.linspace(-1, 1, 448)[None], np.linspace(-1, 1, 320)[:, None]
    light = np.exp(0.25 * x - 0.2 * y - 0.15 * x * x)[..., None].astype(np.float32)
    uneven = even * light / light.mean()
    made = evened(uneven, 1)
    assert _blocks(uneven) > 0.07 and _blocks(made) < 0.06 * _blocks(uneven)
    assert abs(made.mean() - uneven.mean()) < 1e-3
    assert np.abs(made / made.mean() - even / even.mean()).mean() < 0.02
    halfway = evened(uneven, 0.5)
    assert 0.4 * _blocks(uneven) < _blocks(halfway) < 0.6 * _blocks(uneven)


@pytest.mark.parametrize("elements_px, allowed", [(1, 0.001), (8, 0.005), (64, 0.025)])
def test_an_even_texture_stays_nearly_as_it_is(elements_px: int, allowed: float) -> None:
    """Even where its elements are as large as an eighth of it, and of any colour."""
    changes = []
    for seed in range(8):  # what large elements add up to is a matter of luck
        rng = np.random.default_rng(seed)
        coarse = rng.random((512 // elements_px, 640 // elements_px, 3), dtype=np.float32) * 0.6 + 0.2
        even = coarse.repeat(elements_px, 0).repeat(elements_px, 1)
        changes.append(np.abs(evened(even, 1) - even).mean())
    assert np.mean(changes) < allowed


def test_steps_one_after_the_other_are_one_preparation() -> None:
    picture = Picture({"base_color": _smooth(240, 320)})
    steps = [
        Preparation(crop=(8, 16, 300, 220)),
        Preparation(crop=(4, 4, 290, 210)),
        Preparation(((20, 15), (270, 30), (280, 200), (10, 190))),
        Preparation(crop=(10, 20, 200, 120)),
        Preparation(even_light=0.5),
    ]
    after, together = picture, Preparation()
    for step in steps:
        together = together.then(step, picture.size)
        after = prepared(after, step)
    assert together.crop == (10, 20, 200, 120) and together.corners[0] == (32, 35) and together.even_light == 0.5
    at_once = prepared(picture, together)
    assert at_once.size == after.size
    assert np.abs(at_once.maps["base_color"] - after.maps["base_color"]).mean() < 0.01
    again = Preparation(CORNERS).then(Preparation(((0, 0), (60, 0), (60, 50), (0, 50))), picture.size)
    assert again.corners[0] == CORNERS[0] and 40 < again.corners[1][0] < 250


@pytest.mark.parametrize(
    "given, told",
    [
        ({"corners": CORNERS[:3]}, "allowed are four"),
        ({"corners": (CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3])}, "bends outwards"),
        ({"corners": CORNERS[::-1]}, "clockwise"),
        ({"corners": ((0, 0), (200, 0), (60, 60), (0, 200))}, "bends outwards"),
        ({"corners": ((0, 0), (9, 0), (9, 200), (0, 200))}, "sides from 16 px"),
        ({"corners": ((0, 0), (float("nan"), 0), (90, 200), (0, 200))}, "numbers of pixels"),
        ({"corners": ((-1, 0), *CORNERS[1:])}, "top left corner is -1,0"),
        ({"corners": (*CORNERS[:2], (290, 241), CORNERS[3])}, "bottom right corner is 290,241"),
        ({"crop": (-1, 0, 50, 50)}, "allowed are x and y from 0"),
        ({"crop": (0, 0, 50, 5)}, "from 16 px"),
        ({"crop": (300, 0, 50, 50)}, "the crop ends at 350,50; the picture at 320,240"),
        ({"even_light": 1.5}, "allowed is 0 to 1"),
        ({"scale": 0.0}, "scale is 0"),
        ({"scale": 2.0}, "scale is 2"),
    ],
)
def test_what_is_not_allowed_is_one_line(given: dict, told: str) -> None:
    with pytest.raises(TextureError, match=told) as reason:
        prepared(Picture({"base_color": np.zeros((240, 320, 3), np.float32)}), Preparation(**given))
    assert "\n" not in str(reason.value)


def test_a_second_step_is_of_what_the_first_has_left() -> None:
    size, cropped = (240, 320), Preparation(crop=(8, 16, 300, 220))
    again = Preparation(crop=(4, 5, 60, 50))
    assert cropped.then(again, size).crop == (12, 21, 60, 50)
    lit = Preparation(even_light=0.5).then(again, size)
    assert (lit.even_light, lit.crop) == (0.5, again.crop)
    assert cropped.then(Preparation(scale=0.5), size) == Preparation(crop=cropped.crop, scale=0.5)
    assert Preparation(scale=1).then(again, size) == Preparation(crop=again.crop, scale=1), "which keeps the size"
    with pytest.raises(TextureError, match="reduce it as the last step"):
        Preparation(scale=0.5).then(again, size)


def test_a_relief_that_is_drawn_larger_is_as_steep() -> None:
    normal = np.tile((np.float32([0.6, 0, 0.8]) + 1) / 2, (96, 200, 1))
    picture = Picture({"base_color": _smooth(96, 200), "normal": normal})
    trapezoid = Preparation(((20, 0), (180, 0), (200, 96), (0, 96)))
    middle = 2 * prepared(picture, trapezoid).maps["normal"][:, 70:-70] - 1
    steepness = np.hypot(middle[..., 0], middle[..., 1]) / middle[..., 2]
    assert steepness.min() > 0.6 and steepness.max() < 0.9


def test_light_is_evened_by_what_is_opaque() -> None:
    lit = _smooth(240, 320) * np.linspace(0.6, 1.2, 320, dtype=np.float32)[None, :, None]
    opaque = np.ones((240, 320), bool)
    opaque[60:180, 200:300] = False
    one, other = (evened(np.where(opaque[..., None], lit, np.float32(hidden)), 1, opaque) for hidden in (0, 1))
    assert np.abs(one - other)[opaque].max() < 1e-5
    assert abs(one[opaque].mean() - lit[opaque].mean()) < 1e-3


def test_what_changes_nothing_is_not_told() -> None:
    assert Preparation(scale=1).told() == ""
    assert Preparation(scale=0.5).told() == "reduced to 0.5 of its size"


@pytest.mark.parametrize(
    "options, told",
    [
        (["--crop", "-10,0,50,60"], "the crop is -10,0,50,60; allowed are x and y from 0"),
        (["--corners", "-100,0", "200,0", "200,90", "0,90"], "top left corner is -100,0; the picture reaches from 0,0"),
        (["--corners", "0,0", "200,0", "200,90", "-.5,90"], "bottom left corner is -0.5,90"),
    ],
)
def test_numbers_below_0_are_heard_as_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    Image.fromarray((_smooth(96, 240) * 255).astype(np.uint8)).save(tmp_path / "photo.png")
    assert main(["prepare", str(tmp_path / "photo.png"), *options, "--out", str(tmp_path / "out.png")]) == 2
    assert told in capsys.readouterr().err
    assert fit.main([str(tmp_path / "photo.png"), *options, "--out", str(tmp_path / "run")]) == 2
    assert told in capsys.readouterr().err and not (tmp_path / "run").exists()


ALL = Preparation(CORNERS, (10, 20, 200, 130), 0.75, 0.5)


@pytest.mark.parametrize("preparation", [UNPREPARED, ALL, Preparation(even_light=1)])
def test_options_and_memory(preparation: Preparation) -> None:
    parser = argparse.ArgumentParser()
    add_preparation_options(parser)
    assert chosen_preparation(parser.parse_args(preparation_arguments(preparation))) == preparation
    assert Preparation.restored(json.loads(json.dumps(preparation.stored()))) == preparation
    assert chosen_preparation(parser.parse_args(["--even-light"])).even_light == 1


def test_a_fit_learns_what_was_prepared_and_the_model_remembers(tmp_path: Path) -> None:
    Image.fromarray((_smooth(240, 320) * 255).astype(np.uint8)).save(tmp_path / "photo.png")
    preparation = dataclasses.replace(ALL, scale=None, crop=(10, 10, 200, 130))
    arguments = [str(tmp_path / "photo.png"), "--out", str(tmp_path / "run"), "--budget", "2steps"]
    assert fit.main([*arguments, *preparation_arguments(preparation)]) == 0
    info = read_info(tmp_path / "run" / "model.onnx")
    assert info.exemplar.preparation == preparation and info.exemplar.size_px == (130, 200)
    assert "light evened out by 0.75" in preparation.told()


def test_scale_takes_the_place_of_the_usual_reduction(tmp_path: Path) -> None:
    Image.fromarray((_smooth(600, 800) * 255).astype(np.uint8)).save(tmp_path / "photo.png")
    assert read_exemplar(tmp_path / "photo.png", 512).pixels.shape == (512, 683, 3)
    assert read_exemplar(tmp_path / "photo.png", 512, Preparation(scale=1)).pixels.shape == (600, 800, 3)
    assert read_exemplar(tmp_path / "photo.png", 512, Preparation(scale=0.25)).pixels.shape == (150, 200, 3)
    with pytest.raises(TextureError, match="120 x 90 px, as it is prepared"):
        read_exemplar(tmp_path / "photo.png", 512, Preparation(scale=0.15))


def test_models_that_were_learned_before_are_read() -> None:
    """They tell nothing of how their exemplar was prepared, and of what repeats."""
    info = read_info(ROOT / "models" / "leaves.onnx")
    stored = json.loads(info.to_json())
    del stored["exemplar"]["preparation"], stored["regularity"]
    assert ModelInfo.from_json(json.dumps(stored)) == info and info.exemplar.preparation == UNPREPARED
    stored["exemplar"]["preparation"] = {"crop": [1, 2, 3]}
    with pytest.raises(TextureError, match="export the model again"):
        ModelInfo.from_json(json.dumps(stored))


def test_the_command_prepares_an_image_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rgba = (np.concatenate([_smooth(240, 320), np.ones((240, 320, 1))], axis=2) * 255).astype(np.uint8)
    rgba[:40, :, 3] = 0
    Image.fromarray(rgba).save(tmp_path / "photo.png")
    given = ["prepare", str(tmp_path / "photo.png"), "--crop", "8,20,300,200", "--out", str(tmp_path / "out.png")]
    assert main(given) == 0
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out.png"))[20:], rgba[40:220, 8:308])
    assert main([*given[:-1], str(tmp_path / "bad.png"), "--corners", "1,1", "9,x", "3,3", "4,4"]) == 2
    assert "corner is '9,x'" in capsys.readouterr().err and not (tmp_path / "bad.png").exists()


def test_what_is_opaque_to_eight_bits_is_opaque() -> None:
    alpha = np.array([[0, 252 / 255, 253 / 255], [0.99, 1, 1.001]], np.float32)
    assert is_opaque(alpha).tolist() == [[False, False, True], [True, True, True]]
