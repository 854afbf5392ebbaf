"""Putting known pixels back so that no border is seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .pyramid import doubled, halved

REACH_PX = 32  # how far from a known pixel a made one may still be adjusted


def joined(made: NDArray[np.float32], values: NDArray[np.float32], known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Known pixels unchanged; made ones brought to meet them, less and less up to REACH_PX away.

    made, values: (height, width, channels), sides multiples of REACH_PX; known: (height, width).
    The difference at the known pixels is carried on smoothly over the others, as a membrane would be; only it is
    added, so the made detail stays. Source: pull-push (Gortler et al. 1996, doi:10.1145/237170.237200) in place of
    the membrane equation (Pérez et al. 2003, doi:10.1145/882262.882269).
    """
    sure = known[..., None].astype(np.float32)
    carried, near = _carried_on((values - made) * sure, sure)
    met = np.clip(made + carried * near, 0, 1)
    return np.where(known[..., None], values, met)


def _carried_on(difference: NDArray[np.float32], sure: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    """The difference everywhere, and how near known pixels are: 1 beside them, 0 from REACH_PX on."""
    levels = [np.concatenate([difference, sure], axis=2)]
    while 2 ** len(levels) <= REACH_PX // 2:
        levels.append(halved(levels[-1]))
    coarsest = _neighbourhood_means(levels.pop())
    carried = (coarsest[..., :-1] / np.maximum(coarsest[..., -1:], 1e-6)).astype(np.float32)
    near = coarsest[..., -1:]
    for level in reversed(levels):
        weight = level[..., -1:]
        carried, near = level[..., :-1] + (np.float32(1) - weight) * doubled(carried), doubled(near)
    return carried, np.clip(2 * near, 0, 1)


def _neighbourhood_means(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means of 3 x 3 cells, of zeros beyond the edges: cells half as far as REACH_PX hear of a known one."""
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    means: NDArray[np.float32] = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / np.float32(9)
    return means
