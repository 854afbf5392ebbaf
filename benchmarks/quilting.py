"""Image quilting: blocks of the exemplar laid over one another and cut where they differ least."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthesis.blocks import least_cut

from .measures import Pixels
from .rivals import opencv

BLOCK_PX = 48
OVERLAP_PX = BLOCK_PX // 6
TOLERANCE = 0.1  # a block is drawn from those whose error is at most so much of the least above it, which may be 0


def quilted(exemplar: Pixels, height_px: int, width_px: int, seed: int = 0) -> Pixels:
    """A new picture of that size, which need not wrap.

    Source: Efros and Freeman 2001, doi:10.1145/383259.383296, section 2, with its overlap of a sixth of the block and
    its tolerance. The block, which is the user's to choose there, is 48 px for all exemplars.
    """
    rng, step = np.random.default_rng(seed), BLOCK_PX - OVERLAP_PX
    rows, columns = (-(-(side - OVERLAP_PX) // step) for side in (height_px, width_px))
    picture = np.zeros((rows * step + OVERLAP_PX, columns * step + OVERLAP_PX, 3), np.float32)
    for top in range(0, rows * step, step):
        for left in range(0, columns * step, step):
            under = picture[top : top + BLOCK_PX, left : left + BLOCK_PX]
            strips = _strips(top > 0, left > 0)
            block = _fitting(exemplar, under, strips, rng)
            new = _new(np.square(block - under).sum(axis=2), top > 0, left > 0)
            under[new] = block[new]
    return picture[:height_px, :width_px]


def _strips(above: bool, beside: bool) -> list[tuple[slice, slice]]:
    """Where a block meets what was laid before."""
    edge, all_of_it = slice(0, OVERLAP_PX), slice(None)
    return [(edge, all_of_it)] * above + [(all_of_it, edge)] * beside


def _fitting(exemplar: Pixels, under: Pixels, strips: list[tuple[slice, slice]], rng: np.random.Generator) -> Pixels:
    """A block of the exemplar that nearly agrees with what lies there in the strips, drawn at random."""
    errors = np.zeros([side - BLOCK_PX + 1 for side in exemplar.shape[:2]])
    for strip in strips:
        errors += _squares(exemplar, under[strip])[: errors.shape[0], : errors.shape[1]]  # the block must fit too
    rows, columns = np.nonzero(errors <= max(errors.min(), 0) * (1 + TOLERANCE))
    chosen = rng.integers(len(rows))
    return exemplar[rows[chosen] :, columns[chosen] :][:BLOCK_PX, :BLOCK_PX]


def _squares(exemplar: Pixels, part: Pixels) -> NDArray[np.float64]:
    cv2 = opencv()
    return np.maximum(cv2.matchTemplate(exemplar, np.ascontiguousarray(part), cv2.TM_SQDIFF), 0)


def _new(errors: NDArray[np.float32], above: bool, beside: bool) -> NDArray[np.bool_]:
    """Which pixels of a block are taken: right of the cut in the left strip, below that in the upper one."""
    new = np.ones(errors.shape, np.bool_)
    places = np.arange(BLOCK_PX)
    if beside:
        new &= places[None, :] >= least_cut(errors[:, :OVERLAP_PX])[:, None]
    if above:
        new &= places[:, None] >= least_cut(errors[:OVERLAP_PX].T)[None, :]
    return new
