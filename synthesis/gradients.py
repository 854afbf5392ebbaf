"""Smooth maps put together from parts: what steps are left where parts meet is spread out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .blocks import Places

Values = NDArray[np.float32]  # (height, width)
Mask = NDArray[np.bool_]  # (height, width)

SPREAD_PX = 16.0  # how far from a step it is spread, about


def without_steps(source: Values, known: Mask, places: Places) -> Values:
    """source[places], which wraps, with steps between parts that are as the source goes on at both sides.

    known: where the source is; places: where each pixel comes from; parts lie beside one another in both.
    Of all corrections c the one that has the least squares of (step of c - what a step is off) and of c / SPREAD_PX,
    over the whole torus: a screened Poisson equation, solved by its waves. Source: gradient-domain editing (Perez et
    al. 2003, doi:10.1145/882262.882269); screened as in Bhat et al. 2008 (doi:10.1007/978-3-540-88688-4_9).
    """
    made = source[places].astype(np.float64)
    pull, stiffness = np.zeros(made.shape), np.full((1, 1), SPREAD_PX**-2)
    for axis in (0, 1):
        off = _off(source, known, places, axis)
        pull += np.roll(off, 1, axis) - off
        turns = 2 * np.pi * np.fft.fftfreq(made.shape[axis])
        stiffness = stiffness + (2 - 2 * np.cos(turns)).reshape((-1, 1) if axis == 0 else (1, -1))
    waves = np.fft.rfft2(pull) / stiffness[:, : made.shape[1] // 2 + 1]
    result: Values = (made + np.fft.irfft2(waves, made.shape)).clip(0, 1).astype(np.float32)
    return result


def _off(source: Values, known: Mask, places: Places, axis: int) -> NDArray[np.float64]:
    """How much the step from each pixel to the next should be higher; 0 within a part."""
    here = [lines.astype(np.int64) for lines in places]
    there = [np.roll(lines, -1, axis) for lines in here]
    meets = (there[axis] - here[axis] != 1) | (there[1 - axis] != here[1 - axis])
    meets &= known[tuple(here)] & known[tuple(there)]
    (onward, goes_on), (hither, comes_from) = _step(source, here, axis, 1), _step(source, there, axis, -1)
    wanted = (onward - hither) / np.maximum(goes_on + comes_from, np.float32(1))
    actual = source[tuple(there)] - source[tuple(here)]
    off: NDArray[np.float64] = np.where(meets, wanted - actual, 0).astype(np.float64)
    return off


def _step(source: Values, places: list[NDArray[np.int64]], axis: int, by: int) -> tuple[Values, Values]:
    """The source's own step from each place to the one that lies `by` beside it, and 1 where there is one, else 0."""
    moved = list(places)
    moved[axis] = np.clip(places[axis] + by, 0, source.shape[axis] - 1)
    inside: Values = (moved[axis] != places[axis]).astype(np.float32)
    return source[tuple(moved)] - source[tuple(places)], inside
