"""Putting known pixels back so that no border is seen."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .pyramid import doubled, halved
from .windows import windows

REACH_PX = 32  # how far from a known pixel a made one may still be adjusted
_RELAXATIONS = (0, 2, 2, 0)  # at 8, 4, 2 and 1 px
MARGIN_PX = 48  # what an answer sees: REACH_PX, 12 px by relaxations, and the pixels beside
_WINDOW_PX = 512  # a multiple of REACH_PX // 2, as MARGIN_PX is: windows equal the whole
_TINY = 1e-6

AnyPixels = TypeVar("AnyPixels", bound=NDArray[Any])


def joined(
    made: NDArray[np.float32], far: NDArray[np.float32], values: NDArray[np.float32], known: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Known pixels unchanged; made ones brought to meet them, less and less up to REACH_PX away.

    made, far, values: (height, width, channels), sides multiples of REACH_PX // 2; known: (height, width).
    far: what is made away from known pixels; beside them it is `made`, which continues them best.
    What was made is carried on by a pixel to the known ones at the border, and differs there from these by so much;
    what was made of them themselves says little, as the generator has been corrected there. The difference is carried
    back smoothly over the others, as a membrane would be; only it is added, so the made detail stays. Source: the
    membrane equation (Pérez et al. 2003, doi:10.1145/882262.882269), begun by pull-push (Gortler et al. 1996,
    doi:10.1145/237170.237200) and relaxed a little at the sizes between: at 1 px it would take over grain.
    """
    sure = known[..., None].astype(np.float32)
    missing = np.float32(1) - sure
    beside = _neighbourhood_means(np.concatenate([made * missing, missing], axis=2))
    weight = beside[..., -1:]
    border = sure * (weight > 0)
    difference = (values - beside[..., :-1] / np.maximum(weight, _TINY)) * border
    carried, near = _carried_on(difference, border), _near(sure)
    met = np.clip(far + (made + carried - far) * near, 0, 1)
    return np.where(known[..., None], values, met)


def meeting(laid: NDArray[np.float32], values: NDArray[np.float32], known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """As `joined`, of pixels that were laid beside known ones; any size, window by window."""
    (height, width), met = known.shape, values.copy()
    for window in windows(height, width, _WINDOW_PX):
        if known[window.slices].all():
            continue
        around = window.grown(MARGIN_PX).within(height, width)
        down, right = window.row - around.row, window.column - around.column
        made, given = (_whole_cells(one[around.slices]) for one in (laid, values))
        seen = joined(made, made, given, _whole_cells(known[around.slices]))
        met[window.slices] = seen[down : down + window.height, right : right + window.width]
    return met


def _whole_cells(pixels: AnyPixels) -> AnyPixels:
    """Continued by its edges to sides that are multiples of what `joined` wants."""
    borders = [(0, -extent % (REACH_PX // 2)) for extent in pixels.shape[:2]]
    return np.pad(pixels, [*borders, *[(0, 0)] * (pixels.ndim - 2)], mode="edge")  # type: ignore[return-value]


def _carried_on(difference: NDArray[np.float32], sure: NDArray[np.float32]) -> NDArray[np.float32]:
    """The difference everywhere, from where it is sure."""
    levels = _halvings(np.concatenate([difference, sure], axis=2))
    coarsest = _neighbourhood_means(levels.pop())
    carried: NDArray[np.float32] = coarsest[..., :-1] / np.maximum(coarsest[..., -1:], np.float32(_TINY))
    for level, times in zip(reversed(levels), _RELAXATIONS, strict=True):
        weight = level[..., -1:]
        carried = level[..., :-1] + (np.float32(1) - weight) * doubled(carried)
        for _ in range(times):
            carried = level[..., :-1] + (np.float32(1) - weight) * _neighbours(carried)
    return carried


def _near(sure: NDArray[np.float32]) -> NDArray[np.float32]:
    """How near known pixels are: 1 beside them, 0 from REACH_PX on."""
    levels = _halvings(sure)
    near = _neighbourhood_means(levels.pop())
    for _ in levels:
        near = doubled(near)
    return np.clip(2 * near, 0, 1)


def _halvings(x: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """It, and its halves down to cells of half of REACH_PX."""
    levels = [x]
    while 2 ** len(levels) <= REACH_PX // 2:
        levels.append(halved(levels[-1]))
    return levels


def _neighbourhood_means(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means of 3 x 3 cells, of zeros beyond the edges: cells half as far as REACH_PX hear of a known one."""
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    means: NDArray[np.float32] = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / np.float32(9)
    return means


def _neighbours(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means of the four cells around each, the edges' values held."""
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)), mode="edge")
    around = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    means: NDArray[np.float32] = around * np.float32(0.25)
    return means
