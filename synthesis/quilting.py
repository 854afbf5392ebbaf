"""A photo made tileable out of its own pixels: blocks of it are laid over its edges and cut where they fit best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .blocks import Lines, Mask, Photo, Places, Values, beyond, block, difference, least_cut, moved

AnyPixels = TypeVar("AnyPixels", bound=NDArray[Any])

_TRIED_PIXELS, _MOST_TRIES = 6 * 2**20, 16  # tries of a larger photo are fewer: its long edges vary less
_MOST_BLOCKS = 32  # along an edge: beside a narrow band they are longer than wide, so that its search stays short
_SAMPLED = 7  # every so many lines of a photo show what its steps are
_TOLERANCE = 0.3  # a block that fits so much worse than the best is as good
_NEW = 1 / 8  # of the band, beside the edge, that no cut may reach
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
        rows, columns = block(height, width)
        return self.over(rows), self.over(columns)


def quilted(values: Values, known: Values, band_px: int, seed: int = 0) -> Quilt:
    """How a picture, (height, width, channels), known where any of known, (height, width, maps), is, comes to wrap.

    Blocks of the picture are laid on each edge and cut along the line where they differ least from what lies there.
    Of several tries the one is taken whose cuts, and whose step from the last row to the first, are most like any step
    from pixel to pixel. All maps change together. height, width: above 2 * band_px.
    Source: image quilting (Efros and Freeman 2001, doi:10.1145/383259.383296). Ours lays blocks around a ring and cuts
    them at all sides.
    """
    sure = (known > 0).any(axis=2)
    values = np.where(sure[..., None], values, np.float32(0))  # what is hidden must not choose what is seen
    laid: list[Places] = []
    draws = np.random.default_rng(seed)
    count = int(np.clip(_TRIED_PIXELS // known[..., 0].size, 1, _MOST_TRIES))
    for axis in (0, 1):
        photo = Photo(_turned(values, axis), _turned(sure, axis), band_px)
        steps = [_usual_step(photo.values, photo.known, along) for along in (0, 1)]
        tries = [_quilt(photo, band_px, axis == 1, draws) for _ in range(count)]
        laid.append(min(tries, key=lambda one: _visibility(photo, steps, one)))
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


def _quilt(photo: Photo, band_px: int, closed: bool, draws: np.random.Generator) -> Places:
    """One way to cover the left and right edge: where each pixel of (height, 2 * band_px) comes from.

    closed: whether the first row continues the last.
    """
    own = _edge(photo.known.shape, band_px)
    rows, columns = own[0].copy(), own[1].copy()
    made, laid = photo.values[own], np.zeros(len(rows), np.bool_)
    trusted = photo.known[own] * _side_weights(band_px)
    stretches, overlap = _stretches(len(rows), band_px, closed)
    for number, here in enumerate(stretches, start=1):
        weight = np.where(laid[here, None], np.float32(1), trusted[here])
        row, column = photo.nearest(made[here], weight, draws, _TOLERANCE)
        there = block(len(here), weight.shape[1], row, column)
        pixels = photo.values[there]
        errors, taken = difference(pixels, made[here]), np.ones(weight.shape, np.bool_)
        if number > 1:
            taken &= beyond(least_cut(errors[:overlap].T), len(here)).T
        if closed and number == len(stretches):
            taken &= beyond(least_cut(errors[::-1][:overlap].T), len(here)).T[::-1]
        made[here] = np.where(taken[..., None], pixels, made[here])
        rows[here], columns[here] = np.where(taken, there[0], rows[here]), np.where(taken, there[1], columns[here])
        laid[here] = True
    taken = _between_sides(difference(made, photo.values[own]))
    return np.where(taken, rows, own[0]), np.where(taken, columns, own[1])


def _edge(size: tuple[int, ...], band_px: int) -> Places:
    """The places of the band about the edge, in which the first column follows the last."""
    rows, columns = block(size[0], 2 * band_px, column=-band_px)
    return rows, columns % size[1]


def _between_sides(errors: NDArray[np.float32]) -> Mask:
    """Where new pixels replace those of the band: between two paths, one at each side of the edge."""
    width = errors.shape[1]
    reach = width // 2 - int(width // 2 * _NEW)
    left, right = (_ring(one[:, :reach]) for one in (errors, errors[:, ::-1]))
    return beyond(left, width) & beyond(right, width)[:, ::-1]


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


def _visibility(photo: Photo, usual: Sequence[float], places: Places) -> float:
    """How far cuts, and the step across the edge, are from any step of the photo, as logarithms: 0 is unseen.

    usual: the photo's step from a pixel to the one below, and to the one beside it.
    """
    across, band_px = photo.known.shape[1], places[0].shape[1] // 2
    rows, columns = (np.pad(lines, ((0, 0), (1, 1)), mode="edge") for lines in places)
    columns[:, 0], columns[:, -1] = across - band_px - 1, band_px
    rows[:, 0] = rows[:, -1] = np.arange(len(rows))
    shown, sure, cuts = photo.values[rows, columns], photo.known[rows, columns], []
    for axis in (0, 1):
        steps, seen = _steps(shown, sure, axis)
        steps = (steps + _TINY) / usual[axis]
        cuts.append(steps[moved((rows, columns), axis) & seen])
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
