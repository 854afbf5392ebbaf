"""Blocks of a map as bands: their cosine transforms, on axes of colour that tell grain apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Powers = NDArray[np.float32]  # (axes, BLOCK_PX, BLOCK_PX), mean square of each band

BLOCK_PX = 16

_FREQUENCIES = np.arange(BLOCK_PX)
_WAVES = np.cos(np.pi / BLOCK_PX * np.outer(_FREQUENCIES, _FREQUENCIES + 0.5))
_DCT = (_WAVES * np.sqrt(np.where(_FREQUENCIES == 0, 1, 2) / BLOCK_PX)[:, None]).astype(np.float32)  # orthonormal
# Grain is often the same in all colours: brightness and two differences, orthonormal, tell it apart.
_COLOR_AXES = np.array([[2, 2, 2], [6**0.5, 0, -(6**0.5)], [2**0.5, -(8**0.5), 2**0.5]], np.float32) / 12**0.5
COLOR_AXES = len(_COLOR_AXES)


def band_squares(pixels: NDArray[np.float32], known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Squares of the bands of each known block of a map, of all if none is: (axes, blocks, BLOCK_PX, BLOCK_PX).

    pixels: (height, width, channels), BLOCK_PX or more a side; known: (height, width).
    """
    squares = np.square(to_bands(on_axes(pixels), 0, 0)).swapaxes(2, 3)  # (axes, rows, columns, B, B)
    rows, columns = squares.shape[1:3]
    cells = known[: rows * BLOCK_PX, : columns * BLOCK_PX].reshape(rows, BLOCK_PX, columns, BLOCK_PX)
    whole = cells.all(axis=(1, 3))
    blocks: NDArray[np.float32] = squares[:, whole if whole.any() else np.ones_like(whole)]
    return blocks


def band_powers(pixels: NDArray[np.float32]) -> Powers:
    """Of all of a map, (height, width, channels), BLOCK_PX or more a side."""
    powers: Powers = band_squares(pixels, np.ones(pixels.shape[:2], np.bool_)).mean(axis=1)
    return powers


def to_bands(axes: NDArray[np.float32], row: int, column: int) -> NDArray[np.float32]:
    """The cosine transforms of the blocks from (row, column) on: (axes, rows, B, columns, B)."""
    part = axes[:, row : block_end(axes.shape[1], row), column : block_end(axes.shape[2], column)]
    count, height, width = part.shape
    down = _DCT @ part.reshape(count, height // BLOCK_PX, BLOCK_PX, width)
    both: NDArray[np.float32] = down.reshape(-1, BLOCK_PX) @ _DCT.T
    bands: NDArray[np.float32] = both.reshape(count, height // BLOCK_PX, BLOCK_PX, width // BLOCK_PX, BLOCK_PX)
    return bands


def from_bands(bands: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inverse of `to_bands`: (axes, height, width)."""
    count, rows, _, columns, _ = bands.shape
    across = (bands.reshape(-1, BLOCK_PX) @ _DCT).reshape(count, rows, BLOCK_PX, columns * BLOCK_PX)
    pixels: NDArray[np.float32] = _DCT.T @ across
    return pixels.reshape(count, rows * BLOCK_PX, columns * BLOCK_PX)


def block_end(extent: int, start: int) -> int:
    """Where the last whole block ends."""
    return start + (extent - start) // BLOCK_PX * BLOCK_PX


def on_axes(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(height, width, channels) -> (axes, height, width), cut to whole blocks"""
    height, width = (extent // BLOCK_PX * BLOCK_PX for extent in pixels.shape[:2])
    whole = pixels[:height, :width]
    turned = whole @ _COLOR_AXES.T if whole.shape[2] == COLOR_AXES else whole
    return np.ascontiguousarray(turned.transpose(2, 0, 1), np.float32)


def off_axes(axes: NDArray[np.float32]) -> NDArray[np.float32]:
    pixels: NDArray[np.float32] = axes.transpose(1, 2, 0)
    return pixels if len(axes) != COLOR_AXES else (pixels @ _COLOR_AXES).astype(np.float32)
