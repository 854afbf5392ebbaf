"""Evening out the light in which a texture was photographed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .palette import luma

_BLOCKS = 24  # along the longer side, in which brightness is averaged
_DEGREE = 3  # of the surface: it follows light, and no element below a third of the picture
_PATCH = 3  # blocks along a side: an eighth of the picture
_ROUNDS = 8  # of weighting outliers down
_DARKEST = 1 / 255


def evened(
    colors: NDArray[np.float32], strength: float, opaque: NDArray[np.bool_] | None = None
) -> NDArray[np.float32]:
    """Colours (height, width, 3) in 0..1 without the slow changes of their brightness; the mean stays.

    strength: 0..1, the part that is taken away; opaque: (height, width), where the picture counts.
    Light multiplies, so the colours are divided by it: dark parts gain as much contrast as they had lost. sRGB's curve
    is nearly a power, hence dividing encoded values is dividing light.
    """
    if opaque is not None and not opaque.any():
        return colors
    brightness = luma(colors)
    light = _light(brightness, opaque)
    even = colors * np.exp(-strength * light)[..., None]
    counted = slice(None) if opaque is None else opaque
    gain = brightness[counted].mean() / max(float(luma(even)[counted].mean()), _DARKEST)
    lit: NDArray[np.float32] = (even * np.float32(gain)).clip(0, 1)
    return lit


def _light(brightness: NDArray[np.float32], opaque: NDArray[np.bool_] | None) -> NDArray[np.float32]:
    """The logarithm of the light, (height, width), about 0: a smooth surface through the logarithms of block means."""
    height, width = brightness.shape
    sure = np.ones_like(brightness) if opaque is None else opaque.astype(np.float32)
    side = max(1, -(-max(height, width) // _BLOCKS))
    shares = _block_sums(sure, side)
    logs = np.log(np.maximum(_block_sums(brightness * sure, side) / np.maximum(shares, 1e-6), _DARKEST))
    surface = _fitted(_powers(_middles(height, side)), _powers(_middles(width, side)), logs, shares / side**2)
    down, across = (_powers(np.linspace(-1, 1, size)).astype(np.float32) for size in (height, width))
    light: NDArray[np.float32] = down @ surface.astype(np.float32) @ across.T
    return light


def _fitted(
    down: NDArray[np.float64], across: NDArray[np.float64], logs: NDArray[np.float32], shares: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Coefficients of the powers down and across of a surface of mean 0.

    Weighted least squares, blocks far from the surface counting less and less (Cauchy's weights), so that dark or
    bright elements do not pull at it. At the end it is shrunk by what chance alone would explain, so that an
    even texture stays as it is.
    """
    chosen = [(i, j) for i in range(_DEGREE + 1) for j in range(_DEGREE + 1 - i)]
    terms = np.stack([np.outer(down[:, i], across[:, j]).ravel() for i, j in chosen], axis=1)
    values, weights = logs.ravel().astype(float), shares.ravel().astype(float)
    trust = np.ones_like(values)
    for _ in range(_ROUNDS):
        root = np.sqrt(weights * trust)
        solved = np.linalg.lstsq(terms * root[:, None], values * root, rcond=None)[0]
        left = values - terms @ solved
        spread = 1.4826 * np.median(np.abs(left[weights > 0])) + 1e-6
        trust = 1 / (1 + (left / (2.4 * spread)) ** 2)
    solved[0] -= np.average(terms @ solved, weights=weights)
    explained = np.average((terms @ solved) ** 2, weights=weights)
    by_chance = _chance(left * (weights > 0), logs.shape, len(chosen))
    surface = np.zeros((_DEGREE + 1, _DEGREE + 1))
    surface[tuple(np.transpose(chosen))] = solved * max(0.0, 1 - by_chance / max(float(explained), 1e-12))
    return surface


def _chance(left: NDArray[np.float64], shape: tuple[int, ...], terms: int) -> float:
    """The mean square that so many terms explain of what is no light, its elements being smaller than a patch."""
    patches = _block_sums(left.reshape(shape), _PATCH) / _block_sums(np.ones(shape), _PATCH)
    return float(np.mean(patches**2) * terms / max(1, patches.size - terms))


def _powers(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """(positions, degrees)."""
    return np.stack([positions**degree for degree in range(_DEGREE + 1)], axis=1)


def _block_sums(values: NDArray[Any], side: int) -> NDArray[Any]:
    rows, columns = (np.arange(0, size, side) for size in values.shape)
    sums: NDArray[Any] = np.add.reduceat(np.add.reduceat(values, rows, 0), columns, 1)
    return sums


def _middles(size: int, side: int) -> NDArray[np.float64]:
    """Of the blocks along an axis, in -1..1."""
    starts = np.arange(0, size, side)
    middles: NDArray[np.float64] = (starts + np.minimum(starts + side, size)) / size - 1
    return middles
