"""OpenEXR files, read by OpenEXR's own library. Nothing here is square."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from synthesis import exr
from synthesis.exr import CHANNELS, ExrWriter
from synthesis.files import Destination, all_in_place
from synthesis.latent import Latent
from synthesis.session import Model
from synthesis.srgb import linear_light
from synthesis.texture import generate, whole
from synthesis.writing import write_texture

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("smooth", [False, True])
def test_rows_are_what_was_written(channels: int, deep: bool, smooth: bool, tmp_path: Path) -> None:
    pixels = RANDOM.random((37, 53, channels), np.float32)
    pixels = np.sort(pixels, axis=1) if smooth else pixels  # noise is kept unzipped, as zipping makes it larger
    with (tmp_path / "a.exr").open("wb") as file:
        writer = ExrWriter(file, 37, 53, channels, deep, {"who": "us"})
        for start, end in ((0, 10), (10, 11), (11, 30), (30, 37)):
            writer.write_rows(pixels[start:end])
        writer.close()
    with OpenEXR.File(str(tmp_path / "a.exr")) as opened:
        assert opened.header()["compression"] == OpenEXR.ZIP_COMPRESSION and opened.header()["who"] == "us"
        seen = opened.channels()[CHANNELS[channels]].pixels
    expected = pixels if deep else pixels.astype(np.float16)
    assert seen.dtype == expected.dtype and np.array_equal(seen.reshape(expected.shape), expected)
    with (tmp_path / "a.exr").open("rb") as file:
        assert exr.text(file, "who") == "us"
    with (tmp_path / "a.exr").open("rb") as file:
        assert exr.text(file, "why") is None


@pytest.mark.parametrize("content", [b"", b"no picture", exr.MAGIC, exr.MAGIC + b"who\0string\0\xff\xff\xff\x7f"])
def test_files_that_say_nothing(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.exr").write_bytes(content)
    with (tmp_path / "a.exr").open("rb") as file:
        assert not exr.text(file, "who")


@pytest.mark.parametrize("suffix", [".exr", ".EXR"])
def test_a_texture_holds_linear_light_and_data_as_it_is(model: Model, tmp_path: Path, suffix: str) -> None:
    with all_in_place() as place:
        windows = generate(model, Latent(3), 64, 96)
        list(write_texture(model.info, windows, 64, 96, Destination(tmp_path / f"t{suffix}"), place))
    expected = whole(model, Latent(3), 64, 96)
    expected["base_color"] = linear_light(expected["base_color"])
    for name, pixels in expected.items():
        with OpenEXR.File(str(tmp_path / f"t_{name}{suffix}")) as opened:
            (layer,) = opened.channels().values()
        seen = layer.pixels.reshape(pixels.shape)
        assert seen.dtype == (np.float32 if name == "height" else np.float16)
        assert np.abs(seen - pixels).max() <= (0 if name == "height" else 2**-12), name
