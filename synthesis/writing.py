"""Textures and pictures as files, while their pixels come in: PNG, or OpenEXR in linear light."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from . import engines, exr, png_reader
from .engines import EngineFile
from .exr import ExrWriter, is_exr
from .files import Destination, Place, all_in_place
from .info import METADATA_KEY
from .maps import MAP_KINDS, Maps, split_maps
from .picture import Picture
from .png import PngWriter
from .srgb import linear_light
from .texture import Windows
from .threads import in_order

MOST_AT_ONCE = 4  # files that are packed, each by a thread of its own


def write_texture(
    made: Maps,
    windows: Windows,
    height_px: int,
    width_px: int,
    out: Destination,
    place: Place,
    made_by: Mapping[str, Any] | None = None,
) -> Windows:
    """Write a texture, a file for each map, as `write_files`."""
    return write_files(made, windows, height_px, width_px, plain_files(made, out), place, made_by)


def plain_files(made: Maps, out: Destination) -> dict[EngineFile, Path]:
    """A file for each map, and where it goes."""
    return {engines.plain(name): file for name, file in out.of_maps(made.maps).items()}


def write_files(
    made: Maps,
    windows: Windows,
    height_px: int,
    width_px: int,
    targets: Mapping[EngineFile, Path],
    place: Place,
    made_by: Mapping[str, Any] | None = None,
) -> Windows:
    """Write files of a texture's maps, placed by `all_in_place`, while its windows come in, handing each on.

    made_by: properties of a recipe, which every file remembers.
    Holds one row of windows in memory. To cancel is to stop asking (and close the iterator).
    Raises: OSError where a file can't be written.
    """
    texts = {METADATA_KEY: json.dumps(made_by)} if made_by else {}
    with closing(windows), ExitStack() as stack:
        writers = {
            file: _writer(stack.enter_context(place(target).open("wb")), target, file, height_px, width_px, texts)
            for file, target in targets.items()
        }
        band = np.empty((0, width_px, made.channels), np.float32)
        for window in windows:
            rect = window.rect
            if rect.column == 0:
                band = np.empty((rect.height, width_px, made.channels), np.float32)
            band[:, rect.column : rect.column + rect.width] = window.pixels
            if rect.column + rect.width == width_px:
                write = partial(_write_rows, split_maps(made, band))
                deque(in_order(write, writers.items(), MOST_AT_ONCE), maxlen=0)
            yield window
        for writer in writers.values():
            writer.close()


def write_picture(picture: Picture, out: Path) -> dict[str, Path]:
    """Write every map of a picture as a PNG file, named as a texture's; all of them appear, or none.

    What is not opaque is transparent in base color.
    Raises: TextureError where a file can't be written.
    """
    targets = Destination(out).of_maps(picture.maps)
    height, width = picture.size
    with all_in_place() as place:
        for name, target in targets.items():
            pixels = picture.maps[name]
            if name == "base_color" and picture.opaque is not None:
                pixels = np.concatenate([pixels, picture.opaque[..., None].astype(np.float32)], axis=2)
            with place(target).open("wb") as file:
                writer = PngWriter(file, height, width, pixels.shape[2], MAP_KINDS[name].bit_depth)
                writer.write_rows(pixels)
                writer.close()
    return targets


def read_made_by(file: Path) -> dict[str, Any] | None:
    """What a file that we wrote remembers of how it was made; None where it does not. Raises: OSError."""
    with file.open("rb") as opened:
        text = (exr if is_exr(file) else png_reader).text(opened, METADATA_KEY)
    try:
        found = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _write_rows(maps: Mapping[str, NDArray[np.float32]], one: tuple[EngineFile, ExrWriter | PngWriter]) -> None:
    file, writer = one
    pixels = engines.packed(file, maps, engines.ABSENT)
    writer.write_rows(linear_light(pixels) if file.is_color and isinstance(writer, ExrWriter) else pixels)


def _writer(
    opened: BinaryIO, target: Path, file: EngineFile, height: int, width: int, texts: Mapping[str, str]
) -> ExrWriter | PngWriter:
    """Of OpenEXR by the target's suffix, of PNG by any other."""
    channels = len(file.channels)
    if is_exr(target):
        return ExrWriter(opened, height, width, channels, file.bit_depth > 8, texts)
    return PngWriter(opened, height, width, channels, file.bit_depth, texts)
