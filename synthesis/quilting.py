"""A photo made tileable out of its own pixels: blocks of it are laid over its edges and cut where they fit best."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .pyramid import halved

Values = NDArray[np.float32]  # (height, width, channels)
Mask = NDArray[np.bool_]  # (height, width)
Lines = NDArray[np.int64 | np.int32]  # numbers of rows, or of columns; 32 bits where there is one for each pixel
AnyPixels = TypeVar("AnyPixels", bound=NDArray[Any])
Places = tuple[Lines, Lines]  # rows and columns of pixels

_TRIED_PIXELS, _MOST_TRIES = 6 * 2**20, 16  # tries of a larger photo are fewer: its long edges vary less
_SEARCHED_PIXELS = 2**16  # the photo is halved until it has no more; what is found is then refined
_MOST_HALVINGS = 5
_MOST_BLOCKS = 32  # along an edge: beside a narrow band they are longer than wide, so that its search stays short
_SAMPLED = 7  # every so many lines of a photo show what its steps are
_TOLERANCE = 0.3  # a block that fits so much worse than the best is as good
_NEW = 1 / 8  # of the band, beside the edge, that no cut may reach
_MISSING = np.float32(1e3)  # error of a pixel that is not known: any other is better
_PRECISE = np.float64  # of waves, or that error drowns all others: what NumPy makes of float32 depends on its version
_EDGE_WEIGHT = 4  # of the step across the edge, beside that of the cuts: it runs straight, so it is seen first
_TINY = 1e-6


@dataclass(frozen=True)
class Quilt:
    """Which pixels of a picture are laid over its edges, so that it wraps.

    laid: for the upper and lower edge, then for the left and right one, where each pixel of the band about it comes
    from, along the edge and away from it: (extent along the edge, width of the band).
    """

    laid: tuple[Places, Places]

    def over(self, pixels: AnyPixels) -> AnyPixels:
        """Pixels of the picture, (height, width) or (height, width, channels), with those that are laid over them."""
        pixels = pixels.copy()
        for axis, places in enumerate(self.laid):
            _lay(pixels, axis, places)
        return pixels

    def origins(self, height: int, width: int) -> Places:
        """Where each pixel comes from."""
        rows, columns = _block(height, width)
        return self.over(rows), self.over(columns)


def quilted(values: Values, known: Values, band_px: int, seed: int = 0) -> Quilt:
    """How a picture, (height, width, channels), known where any of known, (height, width, maps), is, comes to wrap.

    Blocks of the picture are laid on each edge and cut along the line where they differ least from what lies there.
    Of several tries the one is taken whose cuts, and whose step from the last row to the first, are most like any step
    from pixel to pixel. All maps change together. height, width: above 2 * band_px.
    Source: image quilting (Efros and Freeman 2001, doi:10.1145/383259.383296). Ours lays blocks around a ring, cuts
    them at all sides, and finds them by correlation (Kwatra et al. 2003, doi:10.1145/882262.882264, section 4).
    """
    sure = (known > 0).any(axis=2)
    values = np.where(sure[..., None], values, np.float32(0))  # what is hidden must not choose what is seen
    laid: list[Places] = []
    draws = np.random.default_rng(seed)
    count = int(np.clip(_TRIED_PIXELS // known[..., 0].size, 1, _MOST_TRIES))
    for axis in (0, 1):
        photo = _Photo(_turned(values, axis), _turned(sure, axis), band_px)
        tries = [_quilt(photo, axis == 1, draws) for _ in range(count)]
        laid.append(min(tries, key=lambda one: _visibility(photo, one)))
        for pixels in (values, sure):
            _lay(pixels, axis, laid[axis])
    return Quilt((laid[0], laid[1]))


def _turned(pixels: AnyPixels, axis: int) -> AnyPixels:
    """So that the axis goes along the rows: a view."""
    return pixels if axis else pixels.swapaxes(0, 1)  # type: ignore[return-value]


def _lay(pixels: NDArray[Any], axis: int, places: Places) -> None:
    band_px = places[0].shape[1] // 2
    turned = _turned(pixels, axis)
    turned[:, np.arange(-band_px, band_px)] = turned[places]


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


def _quilt(photo: _Photo, closed: bool, draws: np.random.Generator) -> Places:
    """One way to cover the left and right edge: where each pixel of (height, 2 * band_px) comes from.

    closed: whether the first row continues the last.
    """
    own = photo.edge()
    rows, columns = own[0].copy(), own[1].copy()
    made, laid = photo.values[own], np.zeros(len(rows), np.bool_)
    trusted = photo.known[own] * _side_weights(photo.band_px)
    stretches, overlap = _stretches(len(rows), photo.band_px, closed)
    for number, here in enumerate(stretches, start=1):
        weight = np.where(laid[here, None], np.float32(1), trusted[here])
        row, column = photo.nearest(made[here], weight, draws)
        there = _block(len(here), weight.shape[1], row, column)
        block = photo.values[there]
        errors, taken = _difference(block, made[here]), np.ones(weight.shape, np.bool_)
        if number > 1:
            taken &= _beyond(least_cut(errors[:overlap].T), len(here)).T
        if closed and number == len(stretches):
            taken &= _beyond(least_cut(errors[::-1][:overlap].T), len(here)).T[::-1]
        made[here] = np.where(taken[..., None], block, made[here])
        rows[here], columns[here] = np.where(taken, there[0], rows[here]), np.where(taken, there[1], columns[here])
        laid[here] = True
    taken = _between_sides(_difference(made, photo.values[own]))
    return np.where(taken, rows, own[0]), np.where(taken, columns, own[1])


def _between_sides(errors: NDArray[np.float32]) -> Mask:
    """Where new pixels replace those of the band: between two paths, one at each side of the edge."""
    width = errors.shape[1]
    reach = width // 2 - int(width // 2 * _NEW)
    left, right = (_ring(one[:, :reach]) for one in (errors, errors[:, ::-1]))
    return _beyond(left, width) & _beyond(right, width)[:, ::-1]


class _Photo:
    """What blocks are taken from.

    values: (height, width, channels); known: (height, width); band_px: half a block's width.
    steps: the mean difference of pixels one below the other, and side by side.
    """

    def __init__(self, values: Values, known: Mask, band_px: int) -> None:
        self.values, self.known, self.band_px = values, known, band_px
        self.steps = [_usual_step(values, known, axis) for axis in (0, 1)]
        self.halvings = 0
        while known.size >> 2 * self.halvings > _SEARCHED_PIXELS and 2**self.halvings < min(band_px, 2**_MOST_HALVINGS):
            self.halvings += 1
        small = self._small().astype(_PRECISE)
        self._size = small.shape[:2]
        pixels, missing = small[..., :-1], small[..., -1]
        self._waves = np.fft.rfft2(pixels, axes=(0, 1))
        self._power = np.fft.rfft2(np.square(pixels).sum(axis=2) + _MISSING * missing)

    def _small(self) -> Values:
        """Values, and the share of pixels that is missing, reduced strip by strip: the whole would need much memory."""
        strips = []
        for first in range(0, len(self.known), 2**_MOST_HALVINGS):
            strip = slice(first, first + 2**_MOST_HALVINGS)
            pixels = np.concatenate([self.values[strip], ~self.known[strip, :, None]], axis=2, dtype=np.float32)
            strips.append(_reduced(pixels, self.halvings))
        return np.concatenate(strips)

    def edge(self) -> Places:
        """The places of the band about the edge, in which the first column follows the last."""
        rows, columns = _block(len(self.known), 2 * self.band_px, column=-self.band_px)
        return rows, columns % self.known.shape[1]

    def nearest(self, wanted: Values, weight: Values, draws: np.random.Generator) -> tuple[int, int]:
        """(row, column) of a block that is as wanted, (rows, columns, channels), where weight, (rows, columns), is."""
        target = _reduced(np.concatenate([wanted * weight[..., None], weight[..., None]], axis=2), self.halvings)
        target = target.astype(_PRECISE)
        waves = np.fft.rfft2(target, self._size, axes=(0, 1)).conj()
        common = self._power * waves[..., -1] - 2 * (self._waves * waves[..., :-1]).sum(axis=2)
        rows, columns = (whole - part + 1 for whole, part in zip(self._size, target.shape, strict=False))
        squares = np.square(target[..., :-1]) / np.maximum(target[..., -1:], _TINY)
        errors = np.fft.irfft2(common, self._size)[:rows, :columns] + float(squares.sum())
        fitting = np.argwhere(errors <= max(errors.min() * (1 + _TOLERANCE), errors.min() + _TINY))
        row, column = fitting[draws.integers(len(fitting))] * 2**self.halvings
        return self._refined(int(row), int(column), wanted, weight)

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
        return float(((_difference(self.values[there], wanted) + missing) * weight).sum())


def _stretches(height: int, band_px: int, closed: bool) -> tuple[list[Lines], int]:
    """The rows of each block, and how many of them lie on the block before; closed: the last ends on the first."""
    count = int(np.clip(round(height / (2 * band_px)), 2, _MOST_BLOCKS))
    starts = [index * height // count for index in range(count + 1)]
    overlap = min(band_px, starts[1])
    stretches = [np.arange(first, after + overlap) for first, after in pairwise(starts)]
    if not closed:
        stretches[-1] -= overlap
    return [rows % height for rows in stretches], overlap


def _side_weights(band_px: int) -> NDArray[np.float32]:
    """(2 * band_px,): blocks must fit the more the farther from the edge, and not at all near it."""
    distances = np.abs(np.arange(-band_px, band_px) + 0.5) / band_px
    weights: NDArray[np.float32] = np.clip(2 * distances - 1, 0, 1).astype(np.float32)
    return weights


def _visibility(photo: _Photo, places: Places) -> float:
    """How far cuts, and the step across the edge, are from any step of the photo, as logarithms: 0 is unseen."""
    across, band_px = photo.known.shape[1], photo.band_px
    rows, columns = (np.pad(lines, ((0, 0), (1, 1)), mode="edge") for lines in places)
    columns[:, 0], columns[:, -1] = across - band_px - 1, band_px
    rows[:, 0] = rows[:, -1] = np.arange(len(rows))
    shown, sure, cuts = photo.values[rows, columns], photo.known[rows, columns], []
    for axis in (0, 1):
        steps, seen = _steps(shown, sure, axis)
        steps = (steps + _TINY) / photo.steps[axis]
        moved = np.diff(rows, axis=axis) != 1 - axis, np.diff(columns, axis=axis) != axis
        cuts.append(steps[(moved[0] | moved[1]) & seen])
    cut, edge = (_mean(one, nothing=1) for one in (np.concatenate(cuts), steps[seen[:, band_px], band_px]))
    return float(max(np.log(cut), 0) + _EDGE_WEIGHT * abs(np.log(edge)))


def _usual_step(values: Values, known: Mask, axis: int) -> float:
    """The mean difference of pixels that follow one another along the axis, on a sample of lines."""
    some = (slice(None), slice(None, None, _SAMPLED))[:: 1 - 2 * axis]
    steps, seen = _steps(values[some], known[some], axis)
    return _mean(steps[seen], nothing=0) + _TINY


def _steps(values: Values, known: Mask, axis: int) -> tuple[NDArray[np.float32], Mask]:
    """From each pixel to the next along the axis, and where both are known."""
    first, second = ((slice(None),) * axis + (one,) for one in (slice(None, -1), slice(1, None)))
    steps: NDArray[np.float32] = np.abs(np.diff(values, axis=axis)).mean(axis=2)
    return steps, known[first] & known[second]


def _mean(values: NDArray[np.float32], nothing: float) -> float:
    return float(values.mean()) if values.size else nothing


def _ring(errors: NDArray[np.float32]) -> Lines:
    """As `least_cut`, but the last row continues in the first."""
    turned = np.roll(errors, len(errors) // 2, axis=0)
    start = int(least_cut(turned)[len(errors) // 2])
    closed = errors.copy()
    closed[0, :start], closed[0, start + 1 :] = np.inf, np.inf
    return least_cut(np.concatenate([closed, closed[:1]]))[:-1]


def _difference(one: Values, other: Values) -> NDArray[np.float32]:
    """(height, width)"""
    difference = one - other
    squares: NDArray[np.float32] = np.einsum("ijk,ijk->ij", difference, difference)
    return squares


def _beyond(path: Lines, extent: int) -> Mask:
    """(rows, extent): True from the path's column on."""
    return np.arange(extent) >= path[:, None]


def _block(height: int, width: int, row: int = 0, column: int = 0) -> Places:
    rows, columns = np.indices((height, width), np.int32)
    return rows + np.int32(row), columns + np.int32(column)


def _reduced(pixels: Values, halvings: int) -> Values:
    height, width = (extent >> halvings << halvings for extent in pixels.shape[:2])
    pixels = pixels[:height, :width]
    for _ in range(halvings):
        pixels = halved(pixels)
    return pixels
