"""Cleaning a picture: its own detail where that is surer than its noise, the generator's where it is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .bands import BLOCK_PX, block_end, from_bands, off_axes, on_axes, to_bands
from .wear import Wear

REACH_PX = 4 * BLOCK_PX  # how far around a pixel its answer looks: in each pass its blocks, and the blocks around

_TINY = np.float32(1e-9)

_Corners = tuple[tuple[int, int], ...]
_HALVES: _Corners = tuple((row, column) for row in (0, BLOCK_PX // 2) for column in (0, BLOCK_PX // 2))
_QUINCUNX: _Corners = (*_HALVES, *((row + BLOCK_PX // 4, column + BLOCK_PX // 4) for row, column in _HALVES))


@dataclass(frozen=True)
class _Pass:
    """corners: of the first blocks of each grid of blocks, whose answers are averaged; spread: share of a band's power
    taken from the blocks around; filler: share of the generator's detail that replaces what noise hides."""

    corners: _Corners
    spread: float
    filler: float


_FIRST, _SECOND = _Pass(_HALVES, 0.8, 0.0), _Pass(_QUINCUNX, 0.5, 0.15)


def cleaned(given: NDArray[np.float32], expected: NDArray[np.float32], wear: Wear) -> NDArray[np.float32]:
    """A map, (height, width, channels), sides multiples of BLOCK_PX, less its noise, and with what it lost.

    expected: what the generator makes of it. Its power tells a Wiener filter how much of a band is signal; the filter's
    answer tells it once more. Right from REACH_PX off the borders on.
    Source: the second stage of BM3D (Dabov et al. 2007, doi:10.1109/TIP.2007.901238), whose pilot is here the generator
    and whose groups are here the neighbouring blocks.
    """
    axes, guess = on_axes(given), on_axes(expected)
    pilot = _filtered(axes, None, guess, wear, _FIRST)
    return np.clip(off_axes(_filtered(axes, pilot, guess, wear, _SECOND)), 0, 1)


def _filtered(
    given: NDArray[np.float32],
    pilot: NDArray[np.float32] | None,
    expected: NDArray[np.float32],
    wear: Wear,
    how: _Pass,
) -> NDArray[np.float32]:
    """(axes, height, width) each; without a pilot the expected picture is it."""
    total, weights = np.zeros_like(given), np.full_like(given, _TINY)
    variance = wear.variance[:, None, None, None, None]
    whole, strength = wear.whole[:, None, :, None, :], wear.strength[:, None, :, None, :]
    filler = whole * np.float32(how.filler) + (1 - whole)
    for row, column in how.corners:
        bands, guess = to_bands(given, row, column), to_bands(expected, row, column)
        guess *= strength
        signal = _spread(np.square(guess if pilot is None else to_bands(pilot, row, column)), how.spread)
        gain = signal / (signal + variance + _TINY)
        gain[:, :, 0, :, 0] = 1
        sure = 1 / (np.square(gain).sum(axis=(2, 4), keepdims=True) + np.float32(0.1))  # of less noise, more weight
        gain *= whole
        guess *= filler
        bands -= guess
        bands *= gain
        bands += guess
        bands *= sure
        inner = np.s_[:, row : block_end(given.shape[1], row), column : block_end(given.shape[2], column)]
        total[inner] += from_bands(bands)
        weights[inner] += np.broadcast_to(sure, bands.shape).reshape(total[inner].shape)
    total /= weights
    return total


def _spread(power: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Each block's powers mixed with the mean of the 3 x 3 blocks around: (axes, rows, B, columns, B)."""
    padded = np.pad(power, ((0, 0), (1, 1), (0, 0), (1, 1), (0, 0)), mode="edge")
    rows = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    means: NDArray[np.float32] = rows[:, :, :, :-2] + rows[:, :, :, 1:-1] + rows[:, :, :, 2:]
    means *= np.float32(share / 9)
    means += power * np.float32(1 - share)
    return means
