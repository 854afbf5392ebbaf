"""The two promises: windows equal the whole, and wrapped fields give a wrapped texture. Nothing here is square."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthesis.errors import TextureError
from synthesis.latent import Latent, latent_fields
from synthesis.maps import split_maps
from synthesis.session import Model, OutOfMemory, open_model
from synthesis.texture import generate, whole
from synthesis.windows import Rect, cells, windows

ROOT = Path(__file__).resolve().parents[1]
HEIGHT, WIDTH = 128, 224


def _joined(maps: dict[str, np.ndarray]) -> np.ndarray:
    return np.concatenate(list(maps.values()), axis=2)


def test_windows_cover_every_pixel_once() -> None:
    seen = np.zeros((HEIGHT, WIDTH), int)
    for rect in windows(HEIGHT, WIDTH, 96):
        seen[rect.row : rect.row + rect.height, rect.column : rect.column + rect.width] += 1
    assert (seen == 1).all()
    assert cells(64, 32, 16, 4) == range(0, 10)


@pytest.mark.parametrize("window_px", [32, 64, 96])
def test_a_texture_does_not_depend_on_its_windows(model: Model, window_px: int) -> None:
    one = _joined(whole(model, Latent(5), HEIGHT, WIDTH, window_px=256))
    many = _joined(whole(model, Latent(5), HEIGHT, WIDTH, window_px))
    assert one.std() > 0.05, "the texture is busy enough to tell"
    assert np.abs(one - many).max() <= 1e-5


def test_rolled_fields_give_a_rolled_texture(model: Model) -> None:
    size, rect = (HEIGHT, WIDTH), Rect(0, 0, HEIGHT, WIDTH)
    moved = Rect(32, 64, HEIGHT, WIDTH)  # the same torus, seen from another corner
    here, there = (model.run(latent_fields(model.info, Latent(5), size, one)) for one in (rect, moved))
    assert np.abs(np.roll(here, (-32, -64), axis=(0, 1)) - there).max() <= 1e-5


def test_the_wrap_shows_no_seam(model: Model) -> None:
    pixels = _joined(whole(model, Latent(5), 768, 640))
    for axis in (0, 1):
        jumps = np.abs(np.diff(pixels, axis=axis, append=pixels.take([0], axis=axis))).mean(axis=(1 - axis, 2))
        inner = jumps[31:-1:32]  # between cells, as the border is: a random generator's jumps differ by their phase
        assert 0.8 < jumps[-1] / inner.mean() < 1.25


def test_seeds_differ_and_repeat(model: Model) -> None:
    first, again, other = (_joined(whole(model, Latent(seed), 64, 96)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert np.abs(first - other).mean() > 0.02


def test_a_seed_is_the_same_texture_for_good() -> None:
    """As files say that were made by earlier versions: only a model that is learned anew may change these."""
    wall = open_model(ROOT / "models" / "bricks.onnx", "cpu")  # has lines, waves and controls
    made = whole(wall, Latent(7, 8, 0.25, {"brightness": 0.5}), 64, 96)["base_color"]
    cells = 255 * made.mean(axis=2).reshape(4, 16, 6, 16).mean(axis=(1, 3))
    known = [
        [120.2, 110.7, 106.4, 130.6, 134.3, 133.2],
        [97.4, 103.7, 90.5, 109.9, 123.9, 107.4],
        [88.8, 66.5, 83.5, 119.2, 89.7, 74.5],
        [90.1, 108.3, 89.1, 84.6, 87.9, 87.3],
    ]
    assert np.abs(cells - known).max() < 0.5


def test_maps_are_split_in_order(model: Model) -> None:
    maps = split_maps(model.info, np.arange(7, dtype=np.float32) * np.ones((4, 6, 1), np.float32))
    assert {name: values[0, 0].tolist() for name, values in maps.items()} == {
        "base_color": [0, 1, 2], "normal": [3, 4, 5], "height": [6]
    }  # fmt: skip


@pytest.mark.parametrize(
    "size, told", [(0, "try 32"), (1000, "try 992 or 1024"), (10**9, "try 32768"), (-32, "try 32")]
)
def test_illegal_sizes_are_refused_at_once(model: Model, size: int, told: str) -> None:
    with pytest.raises(TextureError, match=told):
        generate(model, Latent(0), 64, size)


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_illegal_seeds_are_refused_at_once(model: Model, seed: int) -> None:
    with pytest.raises(TextureError, match="allowed is 0 to"):
        generate(model, Latent(seed), 64, 64)


@pytest.mark.parametrize("trouble", [OutOfMemory, MemoryError])
def test_out_of_memory_goes_on_in_smaller_windows_and_then_on_the_cpu(
    model: Model, monkeypatch: pytest.MonkeyPatch, trouble: type[Exception]
) -> None:
    expected = _joined(whole(model, Latent(5), HEIGHT, WIDTH))
    run, on_gpu = Model.run, [True]

    def small_gpu(self: Model, given: list[np.ndarray], guide: object = None) -> np.ndarray:
        if on_gpu[0] and given[0].shape[1] > 32 // 32 + 8:  # room for windows of 32 px alone
            raise trouble
        return run(self, given)

    monkeypatch.setattr(Model, "run", small_gpu)
    assert np.abs(_joined(whole(model, Latent(5), HEIGHT, WIDTH)) - expected).max() <= 1e-5

    def no_gpu(self: Model, given: list[np.ndarray], guide: object = None) -> np.ndarray:
        if on_gpu[0]:
            raise trouble
        return run(self, given)

    monkeypatch.setattr(Model, "run", no_gpu)
    monkeypatch.setattr(Model, "device", property(lambda self: "CUDA" if on_gpu[0] else "CPU"))
    monkeypatch.setattr(Model, "fall_back_to_cpu", lambda self: on_gpu.__setitem__(0, False))
    assert np.abs(_joined(whole(model, Latent(5), HEIGHT, WIDTH)) - expected).max() <= 1e-5
