"""Blocks of a photo, to be laid elsewhere: found where they fit best, and cut where they differ least."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .pyramid import halved

Values = NDArray[np.float32]  # (height, width, channels)
Mask = NDArray[np.bool_]  # (height, width)
Lines = NDArray[np.int64 | np.int32]  # numbers of rows, or of columns; 32 bits where there is one for each pixel
Places = tuple[Lines, Lines]  # rows and columns of pixels

MOST_HALVINGS = 5
_SEARCHED_PIXELS = 2**16  # the photo is halved until it has no more; what is found is then refined
_MISSING = np.float32(1e3)  # error of a pixel that is not known: any other is better
_PRECISE = np.float64  # of waves, or that error drowns all others: what NumPy makes of float32 depends on its version
_TINY = 1e-6


class Photo:
    """What blocks are taken from.

    values: (height, width, channels); known: (height, width); detail_px: what is narrower may be lost in the search,
    not in what is found.
    """

    def __init__(self, values: Values, known: Mask, detail_px: int) -> None:
        self.values, self.known = values, known
        self.halvings = 0
        while known.size >> 2 * self.halvings > _SEARCHED_PIXELS and 2**self.halvings < min(
            detail_px, 2**MOST_HALVINGS
        ):
            self.halvings += 1
        small = self._small().astype(_PRECISE)
        self._size = small.shape[:2]
        pixels, missing = small[..., :-1], small[..., -1]
        self._waves = np.fft.rfft2(pixels, axes=(0, 1))
        self._power = np.fft.rfft2(np.square(pixels).sum(axis=2))
        self._missing = np.fft.rfft2(missing) * _MISSING

    def nearest(self, wanted: Values, weight: Values, draws: np.random.Generator, tolerance: float) -> tuple[int, int]:
        """(row, column) of a block that is as wanted, (rows, columns, channels), where weight, (rows, columns), is.

        All of it is known, if there is such a block. tolerance: one that fits so much worse than the best is as good.
        Source: correlation by waves (Kwatra et al. 2003, doi:10.1145/882262.882264, section 4).
        """
        target = _reduced(np.concatenate([wanted * weight[..., None], weight[..., None]], axis=2), self.halvings)
        target = target.astype(_PRECISE)
        waves = np.fft.rfft2(target, self._size, axes=(0, 1)).conj()
        common = self._power * waves[..., -1] - 2 * (self._waves * waves[..., :-1]).sum(axis=2)
        common += self._missing * np.fft.rfft2(np.ones(target.shape[:2]), self._size).conj()
        rows, columns = (whole - part + 1 for whole, part in zip(self._size, target.shape, strict=False))
        squares = np.square(target[..., :-1]) / np.maximum(target[..., -1:], _TINY)
        errors = np.fft.irfft2(common, self._size)[:rows, :columns] + float(squares.sum())
        fitting = np.argwhere(errors <= max(errors.min() * (1 + tolerance), errors.min() + _TINY))
        row, column = fitting[draws.integers(len(fitting))] * 2**self.halvings
        return self._refined(int(row), int(column), wanted, weight)

    def _small(self) -> Values:
        """Values, and the share of pixels that is missing, reduced strip by strip: the whole would need much memory."""
        strips = []
        for first in range(0, len(self.known), 2**MOST_HALVINGS):
            strip = slice(first, first + 2**MOST_HALVINGS)
            pixels = np.concatenate([self.values[strip], ~self.known[strip, :, None]], axis=2, dtype=np.float32)
            strips.append(_reduced(pixels, self.halvings))
        return np.concatenate(strips)

    def _refined(self, row: int, column: int, wanted: Values, weight: Values) -> tuple[int, int]:
        """The best place near by, to single pixels."""
        last_row, last_column = (whole - part for whole, part in zip(self.known.shape, weight.shape, strict=True))
        row, column = min(row, last_row), min(column, last_column)
        for halving in reversed(range(self.halvings)):
            moves = (0, -(2**halving), 2**halving)
            around = [(row + down, column + right) for down in moves for right in moves]
            inside = [place for place in around if 0 <= place[0] <= last_row and 0 <= place[1] <= last_column]
            some = np.s_[:: 2**halving, :: 2**halving]
            row, column = min(inside, key=lambda place: self._error(place, wanted[some], weight[some], 2**halving))
        return row, column

    def _error(self, place: tuple[int, int], wanted: Values, weight: Values, step: int) -> float:
        """At every step-th pixel."""
        there = tuple(
            np.s_[first : first + extent * step : step] for first, extent in zip(place, weight.shape, strict=True)
        )
        missing = _MISSING * ~self.known[there]
        return float((difference(self.values[there], wanted) * weight + missing).sum())


def least_cut(errors: NDArray[np.float32]) -> Lines:
    """The cheapest way from the first row to the last, at most one column aside at each step: a column for each row."""
    costs = np.pad(errors, ((0, 0), (1, 1)), constant_values=np.inf).astype(np.float64)
    for before, here in pairwise(costs):
        here[1:-1] += np.minimum(np.minimum(before[:-2], before[1:-1]), before[2:])
    path = np.empty(len(errors), np.int64)
    path[-1] = costs[-1].argmin()
    for row in range(len(errors) - 2, -1, -1):
        path[row] = path[row + 1] - 1 + costs[row, path[row + 1] - 1 : path[row + 1] + 2].argmin()
    return path - 1


def beyond(path: Lines, extent: int) -> Mask:
    """(rows, extent): True from the path's column on."""
    return np.arange(extent) >= path[:, None]


def difference(one: Values, other: Values) -> NDArray[np.float32]:
    """(height, width), squared."""
    unlike = one - other
    squares: NDArray[np.float32] = np.einsum("ijk,ijk->ij", unlike, unlike)
    return squares


def block(height: int, width: int, row: int = 0, column: int = 0) -> Places:
    """The places of a block's pixels."""
    rows, columns = np.indices((height, width), np.int32)
    return rows + np.int32(row), columns + np.int32(column)


def moved(places: Places, axis: int) -> Mask:
    """Where a pixel does not come from beside the one before it on the axis: an entry less along it."""
    rows, columns = places
    jumps: Mask = (np.diff(rows, axis=axis) != 1 - axis) | (np.diff(columns, axis=axis) != axis)
    return jumps


def _reduced(pixels: Values, halvings: int) -> Values:
    height, width = (extent >> halvings << halvings for extent in pixels.shape[:2])
    pixels = pixels[:height, :width]
    for _ in range(halvings):
        pixels = halved(pixels)
    return pixels
