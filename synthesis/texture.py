"""Textures from models, window by window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import TextureError
from .info import ModelInfo
from .maps import MAP_KINDS
from .noise import LARGEST_SEED, noise_field
from .session import Model, OutOfMemory
from .windows import Rect, cells, windows

WINDOW_PX = 512  # measured: larger windows are no faster on a CPU and need more memory


@dataclass(frozen=True)
class Window:
    """A finished part of a texture: (height, width, channels of all maps) float32 in 0..1; 1 <= number <= count."""

    rect: Rect
    pixels: NDArray[np.float32]
    number: int
    count: int


def generate(model: Model, seed: int, height_px: int, width_px: int, window_px: int | None = None) -> Iterator[Window]:
    """A tileable texture as its finished windows, row by row.

    window_px: side of a window, made a legal size; it changes memory and speed, not the texture.
    Raises: TextureError at once where seed or size are not allowed.
    """
    check_seed(seed)
    model.info.check_size(height_px, width_px)
    side = model.info.nearest_size(WINDOW_PX if window_px is None else window_px)
    return _generated(model, seed, (height_px, width_px), side)


def check_seed(seed: int) -> None:
    """Raises: TextureError where the seed is not allowed."""
    if not 0 <= seed <= LARGEST_SEED:
        raise TextureError(f"seed is {seed}; allowed is 0 to {LARGEST_SEED}")


def whole(
    model: Model, seed: int, height_px: int, width_px: int, window_px: int | None = None
) -> dict[str, NDArray[np.float32]]:
    """A tileable texture in memory: one (height, width, channels) float32 array in 0..1 a map."""
    pixels = np.empty((height_px, width_px, model.info.channels), np.float32)
    for window in generate(model, seed, height_px, width_px, window_px):
        place(pixels, window)
    return split_maps(model.info, pixels)


def place(pixels: NDArray[np.float32], window: Window) -> None:
    """Put a window where it belongs in the whole texture."""
    rect = window.rect
    pixels[rect.row : rect.row + rect.height, rect.column : rect.column + rect.width] = window.pixels


def split_maps(info: ModelInfo, pixels: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """(height, width, all channels) -> map name -> (height, width, its channels), as views."""
    ends = np.cumsum([MAP_KINDS[name].channels for name in info.maps])
    return dict(zip(info.maps, np.split(pixels, ends[:-1], axis=2), strict=True))


def fields(info: ModelInfo, seed: int, size: tuple[int, int], rect: Rect) -> list[NDArray[np.float32]]:
    """The noise that one window sees: (channels, rows, columns) per level, wrapped at the texture's (height, width)."""
    return [
        noise_field(
            seed,
            index,
            level.channels,
            cells(rect.row, rect.height, level.cell_px, level.margin_cells),
            cells(rect.column, rect.width, level.cell_px, level.margin_cells),
            (size[0] // level.cell_px, size[1] // level.cell_px),
        )
        for index, level in enumerate(info.levels)
    ]


def _generated(model: Model, seed: int, size: tuple[int, int], side: int) -> Iterator[Window]:
    rects = windows(*size, side)
    for number, rect in enumerate(rects, start=1):
        yield Window(rect, _run(model, seed, size, rect), number, len(rects))


def _run(model: Model, seed: int, size: tuple[int, int], rect: Rect) -> NDArray[np.float32]:
    """The pixels of one window; where the device runs out of memory in quarters, at last on the CPU."""
    try:
        return model.run(fields(model.info, seed, size, rect))
    except OutOfMemory:
        smallest = model.info.size_multiple_px
        half = max(rect.height, rect.width) // 2 // smallest * smallest
        if half < smallest and model.device == "CPU":
            raise TextureError(f"there is not enough memory for a window of {rect.width} x {rect.height} px") from None
        if half < smallest:
            model.fall_back_to_cpu()
            return _run(model, seed, size, rect)
    pixels = np.empty((rect.height, rect.width, model.info.channels), np.float32)
    for part in windows(rect.height, rect.width, half):
        moved = Rect(rect.row + part.row, rect.column + part.column, part.height, part.width)
        pixels[part.row : part.row + part.height, part.column : part.column + part.width] = _run(
            model, seed, size, moved
        )
    return pixels
