"""Pictures on another grid of pixels, without aliasing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .homography import mapped, slopes

LANCZOS_LOBES = 3
_BAND_ROWS = 64
_MOST_SAMPLES = 8  # a pixel and axis
_SPARSEST_PX = 1.25  # source pixels between two samples


def reduced(pixels: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """(h, w, channels) to (height, width, channels), none larger, by Lanczos' kernel, which overshoots at edges."""
    for axis, size in enumerate((height, width)):
        pixels = _reduced_along(pixels, axis, size)
    return pixels


def warped(pixels: NDArray[np.float32], matrix: NDArray[np.float64], height: int, width: int) -> NDArray[np.float32]:
    """(height, width, channels) of a picture, seen through a homography from the new pixels to the old ones.

    Positions are in pixels from the outer corner at the top left, so that the first pixel's middle is at (0.5, 0.5).
    Cubic (Catmull-Rom), which overshoots at edges; every pixel is the mean of as many samples as it covers old pixels.
    """
    bands = []
    for top in range(0, height, _BAND_ROWS):
        rows = min(_BAND_ROWS, height - top)
        across, down = _samples(matrix, top, rows, width)
        x = (np.arange(width * across) + 0.5) / across
        y = (np.arange(rows * down) + 0.5) / down + top
        seen = _sampled(pixels, *mapped(matrix, x[None], y[:, None]))
        bands.append(seen.reshape(rows, down, width, across, -1).mean((1, 3)))
    whole: NDArray[np.float32] = np.concatenate(bands)
    return whole


def _samples(matrix: NDArray[np.float64], top: int, rows: int, width: int) -> tuple[int, int]:
    """How many samples a pixel of a band needs across and down."""
    x, y = np.meshgrid(np.linspace(0, width, 9), np.linspace(top, top + rows, 3))
    (across_x, down_x), (across_y, down_y) = slopes(matrix, x, y)
    lengths = (np.hypot(across_x, across_y).max(), np.hypot(down_x, down_y).max())
    across, down = (int(np.clip(np.ceil(length / _SPARSEST_PX), 1, _MOST_SAMPLES)) for length in lengths)
    return across, down


def _sampled(pixels: NDArray[np.float32], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float32]:
    """(rows, columns, channels) at positions x, y of shape (rows, columns); beyond the edges their pixels go on."""
    height, width, channels = pixels.shape
    flat = pixels.reshape(-1, channels)
    columns, rows = _taps(x, width), _taps(y, height)
    seen = np.zeros((*x.shape, channels), np.float32)
    for row, down in rows:
        line = np.zeros_like(seen)
        for column, across in columns:
            line += flat[row * width + column] * across[..., None]
        seen += line * down[..., None]
    return seen


def _taps(position: NDArray[np.float64], size: int) -> list[tuple[NDArray[np.intp], NDArray[np.float32]]]:
    """The four pixels around positions on one axis, and their weights.

    Source: Keys 1981, "Cubic convolution interpolation", doi:10.1109/TASSP.1981.1163711, equation 15 at a = -1/2.
    """
    first = np.floor(position - 0.5)
    t = (position - 0.5 - first).astype(np.float32)
    weights = (
        ((2 - t) * t - 1) * t / 2,
        ((3 * t - 5) * t * t + 2) / 2,
        ((4 - 3 * t) * t + 1) * t / 2,
        (t - 1) * t * t / 2,
    )
    index = first.astype(np.intp)
    return [(np.clip(index + shift, 0, size - 1), weight) for shift, weight in zip(range(-1, 3), weights, strict=True)]


def _reduced_along(pixels: NDArray[np.float32], axis: int, size: int) -> NDArray[np.float32]:
    old = pixels.shape[axis]
    if size == old:
        return pixels
    step = old / size
    middle = (np.arange(size) + 0.5) * step
    first = np.floor(middle - LANCZOS_LOBES * step).astype(np.intp)
    taps = first + np.arange(int(np.ceil(2 * LANCZOS_LOBES * step)) + 1)[:, None]  # (taps, size)
    weights = _lanczos((taps + 0.5 - middle) / step) * ((taps >= 0) & (taps < old))
    weights = (weights / weights.sum(0)).astype(np.float32)
    moved = np.moveaxis(pixels, axis, 0)
    made = np.zeros((size, *moved.shape[1:]), np.float32)
    for tap, weight in zip(np.clip(taps, 0, old - 1), weights, strict=True):
        made += moved[tap] * weight[:, None, None]
    return np.ascontiguousarray(np.moveaxis(made, 0, axis))


def _lanczos(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Source: Duchon 1979, "Lanczos filtering in one and two dimensions", a sinc windowed by its own main lobe."""
    kernel: NDArray[np.float64] = np.sinc(x) * np.sinc(x / LANCZOS_LOBES) * (np.abs(x) < LANCZOS_LOBES)
    return kernel
