"""Putting known pixels back so that no border is seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .pyramid import doubled, halved

REACH_PX = 32  # how far from a known pixel a made one may still be adjusted
_RELAXATIONS = (0, 2, 2, 2)  # at 8, 4, 2 and 1 px
MARGIN_PX = 48  # what an answer sees: REACH_PX, and 14 px by relaxations


def joined(
    made: NDArray[np.float32], far: NDArray[np.float32], values: NDArray[np.float32], known: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Known pixels unchanged; made ones brought to meet them, less and less up to REACH_PX away.

    made, far, values: (height, width, channels), sides multiples of REACH_PX // 2; known: (height, width).
    far: what is made away from known pixels; beside them it is `made`, which continues them best.
    The difference at the known pixels is carried on smoothly over the others, as a membrane would be; only it is
    added, so the made detail stays. Source: the membrane equation (Pérez et al. 2003, doi:10.1145/882262.882269),
    begun by pull-push (Gortler et al. 1996, doi:10.1145/237170.237200) and relaxed a little at each size.
    """
    sure = known[..., None].astype(np.float32)
    carried, near = _carried_on((values - made) * sure, sure)
    met = np.clip(far + (made + carried - far) * near, 0, 1)
    return np.where(known[..., None], values, met)


def _carried_on(difference: NDArray[np.float32], sure: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    """The difference everywhere, and how near known pixels are: 1 beside them, 0 from REACH_PX on."""
    levels = [np.concatenate([difference, sure], axis=2)]
    while 2 ** len(levels) <= REACH_PX // 2:
        levels.append(halved(levels[-1]))
    coarsest = _neighbourhood_means(levels.pop())
    carried = (coarsest[..., :-1] / np.maximum(coarsest[..., -1:], 1e-6)).astype(np.float32)
    near = coarsest[..., -1:]
    for level, times in zip(reversed(levels), _RELAXATIONS, strict=True):
        weight = level[..., -1:]
        carried, near = level[..., :-1] + (np.float32(1) - weight) * doubled(carried), doubled(near)
        for _ in range(times):
            carried = level[..., :-1] + (np.float32(1) - weight) * _neighbours(carried)
    return carried, np.clip(2 * near, 0, 1)


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
