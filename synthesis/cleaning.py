"""Cleaning a picture: its own detail where that is surer than its noise, the generator's where it is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK_PX = 16
REACH_PX = 4 * BLOCK_PX  # how far around a pixel its answer looks: in each pass its blocks, and the blocks around

_FREQUENCIES = np.arange(BLOCK_PX)
_WAVES = np.cos(np.pi / BLOCK_PX * np.outer(_FREQUENCIES, _FREQUENCIES + 0.5))
_DCT = (_WAVES * np.sqrt(np.where(_FREQUENCIES == 0, 1, 2) / BLOCK_PX)[:, None]).astype(np.float32)  # orthonormal
_FINEST = np.add.outer(_FREQUENCIES, _FREQUENCIES) >= 20  # bands that tell the noise
_QUIET = 0.05  # quantile of blocks that have next to no detail of their own
_QUIET_SHARE = 0.73  # of the noise's variance, that this quantile of blocks of nothing but noise shows
_LOST = 0.5  # of the power that a band should have: with less, its detail is taken as lost
_COLORFUL = 0.2  # noise with so much of its variance in the colours is taken as equally strong in all axes
_UNSEEN = (0.1 / 255) ** 2  # power of a band that nobody misses
_TINY = np.float32(1e-9)
# Grain is often the same in all colours: brightness and two differences, orthonormal, tell it apart.
_COLOR_AXES = np.array([[2, 2, 2], [6**0.5, 0, -(6**0.5)], [2**0.5, -(8**0.5), 2**0.5]], np.float32) / 12**0.5


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


_PASSES = (_Pass(_HALVES, 0.8, 0.0), _Pass(_QUINCUNX, 0.5, 0.15))


@dataclass(frozen=True)
class Noise:
    """What is wrong with a map of a picture, per axis of colour.

    variance: (axes,), of white noise; whole: (axes, BLOCK_PX, BLOCK_PX) in 0..1, how far each band is still there.
    """

    variance: NDArray[np.float32]
    whole: NDArray[np.float32]


def found_noise(given: NDArray[np.float32], known: NDArray[np.bool_], clean: NDArray[np.float32]) -> Noise:
    """What a map, (height, width, channels), has more and less than a clean texture of its kind.

    Noise is white: the finest bands of the quietest blocks show its variance, unless the texture has no quiet blocks,
    so what these bands have more than the clean texture's is the other bound. Bands with less power than the texture's
    were lost to blur or compression. Both maps have BLOCK_PX or more a side; known: (height, width).
    """
    power, fine = _powers(given, known)
    clean_power, _ = _powers(clean, np.ones(clean.shape[:2], np.bool_))
    quiet = np.quantile(fine, _QUIET, axis=1) / _QUIET_SHARE
    surplus = np.maximum((power - clean_power)[:, _FINEST].mean(axis=1), 0)
    variance = np.minimum(quiet, surplus)
    if len(variance) == len(_COLOR_AXES) and variance[1:].min() > _COLORFUL * variance[0]:
        variance[0] = min(variance[0], variance[1:].mean())  # the rest is the texture's own
    whole = np.clip((power - variance[:, None, None]) / np.maximum(_LOST * clean_power, _TINY), 0, 1)
    whole[(power > clean_power) | (clean_power < _UNSEEN)] = 1
    whole[:, 0, 0] = 1  # the mean of a block is never lost
    return Noise(variance.astype(np.float32), whole.astype(np.float32))


def cleaned(given: NDArray[np.float32], expected: NDArray[np.float32], noise: Noise) -> NDArray[np.float32]:
    """A map, (height, width, channels), sides multiples of BLOCK_PX, less its noise, and with what it lost.

    expected: what the generator makes of it. Its power tells a Wiener filter how much of a band is signal; the filter's
    answer tells it once more. Right from REACH_PX off the borders on.
    Source: the second stage of BM3D (Dabov et al. 2007, doi:10.1109/TIP.2007.901238), whose pilot is here the generator
    and whose groups are here the neighbouring blocks.
    """
    axes, guess = _on_axes(given), _on_axes(expected)
    answer = guess
    for one in _PASSES:
        answer = _filtered(axes, answer, guess, noise, one)
    return np.clip(_off_axes(answer), 0, 1)


def _powers(pixels: NDArray[np.float32], known: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean square of each band, (axes, B, B), and of the finest ones of each known block, (axes, blocks)."""
    squares = np.square(_bands(_on_axes(pixels), 0, 0)).swapaxes(2, 3)  # (axes, rows, columns, B, B)
    rows, columns = squares.shape[1:3]
    cells = known[: rows * BLOCK_PX, : columns * BLOCK_PX].reshape(rows, BLOCK_PX, columns, BLOCK_PX)
    whole = cells.all(axis=(1, 3))
    blocks = squares[:, whole if whole.any() else np.ones_like(whole)]
    return blocks.mean(axis=1), blocks[..., _FINEST].mean(axis=2)


def _filtered(
    given: NDArray[np.float32], pilot: NDArray[np.float32], expected: NDArray[np.float32], noise: Noise, how: _Pass
) -> NDArray[np.float32]:
    """(axes, height, width) each."""
    total, weights = np.zeros_like(given), np.full_like(given, _TINY)
    variance, whole = noise.variance[:, None, None, None, None], noise.whole[:, None, :, None, :]
    filler = whole * np.float32(how.filler) + (1 - whole)
    for row, column in how.corners:
        bands, guess = _bands(given, row, column), _bands(expected, row, column)
        signal = _spread(np.square(guess if pilot is expected else _bands(pilot, row, column)), how.spread)
        gain = signal / (signal + variance + _TINY)
        gain[:, :, 0, :, 0] = 1
        sure = 1 / (np.square(gain).sum(axis=(2, 4), keepdims=True) + np.float32(0.1))  # of less noise, more weight
        gain *= whole
        guess *= filler
        bands -= guess
        bands *= gain
        bands += guess
        bands *= sure
        inner = np.s_[:, row : _end(given.shape[1], row), column : _end(given.shape[2], column)]
        total[inner] += _pixels(bands)
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


def _bands(axes: NDArray[np.float32], row: int, column: int) -> NDArray[np.float32]:
    """The cosine transforms of the blocks from (row, column) on: (axes, rows, B, columns, B)."""
    part = axes[:, row : _end(axes.shape[1], row), column : _end(axes.shape[2], column)]
    count, height, width = part.shape
    down = _DCT @ part.reshape(count, height // BLOCK_PX, BLOCK_PX, width)
    both: NDArray[np.float32] = down.reshape(-1, BLOCK_PX) @ _DCT.T
    bands: NDArray[np.float32] = both.reshape(count, height // BLOCK_PX, BLOCK_PX, width // BLOCK_PX, BLOCK_PX)
    return bands


def _pixels(bands: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inverse of `_bands`: (axes, height, width)."""
    count, rows, _, columns, _ = bands.shape
    across = (bands.reshape(-1, BLOCK_PX) @ _DCT).reshape(count, rows, BLOCK_PX, columns * BLOCK_PX)
    pixels: NDArray[np.float32] = _DCT.T @ across
    return pixels.reshape(count, rows * BLOCK_PX, columns * BLOCK_PX)


def _end(extent: int, start: int) -> int:
    return start + (extent - start) // BLOCK_PX * BLOCK_PX


def _on_axes(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(height, width, channels) -> (axes, height, width), cut to whole blocks"""
    height, width = (extent // BLOCK_PX * BLOCK_PX for extent in pixels.shape[:2])
    whole = pixels[:height, :width]
    turned = whole @ _COLOR_AXES.T if whole.shape[2] == len(_COLOR_AXES) else whole
    return np.ascontiguousarray(turned.transpose(2, 0, 1), np.float32)


def _off_axes(axes: NDArray[np.float32]) -> NDArray[np.float32]:
    pixels: NDArray[np.float32] = axes.transpose(1, 2, 0)
    return pixels if len(axes) != len(_COLOR_AXES) else (pixels @ _COLOR_AXES).astype(np.float32)
