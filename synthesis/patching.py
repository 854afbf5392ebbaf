"""Holes of a picture covered with blocks of its other pixels: what has order goes on through them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .blocks import Mask, Photo, Places, Values, beyond, block, difference, least_cut, moved
from .windows import Rect, windows

SEAM_PX = 2  # beside a cut, left to be made
_BLOCK_PX = 24  # what a block is to cover
_AROUND_PX = 24  # how far it reaches beyond, over what it must fit: no farther than over the blocks beside it
_SOURCE_PX = 1024  # blocks are sought in so large a part of the picture, about their place
_DETAIL_PX = 8  # what the search must still see, as joints and threads
_TOLERANCE = 0.05  # a block that fits so much worse than the best is as good


def patched(values: Values, known: Values, seed: int = 0) -> tuple[Places, Mask]:
    """Where each pixel comes from, and where it is still to be made: beside cuts, and where no block fits.

    values: (height, width, channels), known where any of known, (height, width, maps), is, which must be somewhere:
    these pixels stay.
    Of the blocks that are missing, the one is laid next that sees most of what is there, cut at all sides where it
    differs least from it.
    Source: image quilting (Efros and Freeman 2001, doi:10.1145/383259.383296), in the order of confidence (Criminisi
    et al. 2004, doi:10.1109/TIP.2004.833105).
    """
    work = _Patchwork(values, (known > 0).any(axis=2))
    height, width = work.sure.shape
    draws = np.random.default_rng(seed)
    grid = {(core.row // _BLOCK_PX, core.column // _BLOCK_PX): core for core in windows(height, width, _BLOCK_PX)}
    missing = {place: work.share(core) for place, core in grid.items() if not work.sure[core.slices].all()}
    while missing:
        row, column = max(missing, key=missing.__getitem__)
        del missing[row, column]
        work.lay(grid[row, column], draws)
        for beside in [(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)]:
            if beside in missing:
                missing[beside] = work.share(grid[beside])
    unmade = ~work.laid | (_seams(work.places) & ~work.sure)
    for lines, first in zip(work.places, np.argwhere(work.sure)[0], strict=True):
        lines[~work.laid] = first  # what is hidden there must not be seen
    return work.places, unmade


class _Patchwork:
    """A picture whose holes are covered block by block.

    sure: what is known; laid: that, and what is covered; places: where each pixel comes from.
    """

    def __init__(self, values: Values, sure: Mask) -> None:
        self.sure, self.laid = sure, sure.copy()
        self.places = block(*sure.shape)
        self._made = np.where(sure[..., None], values, np.float32(0))
        self._photos: dict[tuple[int, int], Photo] = {}

    def share(self, core: Rect) -> float:
        """How much there is already of what a block would see."""
        return float(self.laid[self._around(core).slices].mean())

    def lay(self, core: Rect, draws: np.random.Generator) -> None:
        """Cover a core, and what lies between it and the cuts about it."""
        around = self._around(core)
        here, first = around.slices, self._source(core)
        photo, laid = self._photos[first], self.laid[here]
        found = photo.nearest(self._made[here], laid.astype(np.float32), draws, _TOLERANCE)
        there = block(around.height, around.width, *found)
        errors = difference(photo.values[there], self._made[here]) * laid
        taken = (_between_cuts(errors, core, around) | ~laid) & photo.known[there] & ~self.sure[here]
        self._made[here][taken] = photo.values[there][taken]
        for lines, source, offset in zip(self.places, there, first, strict=True):
            lines[here][taken] = source[taken] + offset
        self.laid[here] |= taken

    def _around(self, core: Rect) -> Rect:
        return core.grown(_AROUND_PX).within(*self.sure.shape)

    def _source(self, core: Rect) -> tuple[int, int]:
        """The first row and column of the part of the picture whose blocks may cover this core."""
        row, column = (
            _first(place, extent) for place, extent in zip((core.row, core.column), self.sure.shape, strict=True)
        )
        if (row, column) not in self._photos:
            part = Rect(row, column, _SOURCE_PX, _SOURCE_PX).within(*self.sure.shape).slices
            values = np.where(self.sure[part][..., None], self._made[part], np.float32(0))
            self._photos[row, column] = Photo(values, self.sure[part], _DETAIL_PX)
        return row, column


def _first(place: int, extent: int) -> int:
    """Where _SOURCE_PX of an extent begin that have a place in their middle half, or as near to it as can be."""
    half = _SOURCE_PX // 2
    return max(0, min(place // half * half - half // 2, extent - _SOURCE_PX))


def _between_cuts(errors: NDArray[np.float32], core: Rect, around: Rect) -> Mask:
    """What a block covers of its surroundings: at each side a cut runs somewhere between its core and its end."""
    taken = np.ones(errors.shape, np.bool_)
    above, left = core.row - around.row, core.column - around.column
    below, right = around.height - above - core.height, around.width - left - core.width
    sides = (
        (errors.T, taken.T, above),
        (errors[::-1].T, taken[::-1].T, below),
        (errors, taken, left),
        (errors[:, ::-1], taken[:, ::-1], right),
    )
    for turned, covered, overlap in sides:
        if overlap:
            covered &= beyond(least_cut(turned[:, :overlap]), covered.shape[1])
    return taken


def _seams(places: Places) -> Mask:
    """What lies up to SEAM_PX beside a cut."""
    seams = np.zeros(places[0].shape, np.bool_)
    for axis in (0, 1):
        cut = moved(places, axis)
        before, after = ((slice(None),) * axis + (some,) for some in (slice(None, -1), slice(1, None)))
        seams[before] |= cut
        seams[after] |= cut
    for _ in range(SEAM_PX - 1):
        padded = np.pad(seams, 1)
        seams = padded[1:-1, 1:-1] | padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:]
    return seams
