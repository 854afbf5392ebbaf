"""Properties of a texture that have a name, each a number that grows with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .palette import luma
from .pyramid import doubled, halved

# What the eye takes for a small step of each: differences of statistics are told in these units.
STEPS = {
    "brightness": 0.03,  # mean luma
    "warmth": 0.02,  # mean red less blue
    "contrast": 0.15,  # logarithm of luma's deviation
    "detail": 0.15,  # logarithm of the part of that deviation that is finer than 4 px
    "element size": 0.2,  # logarithm to the base 2 of the length over which luma changes
    "unevenness": 0.25,  # logarithm of the deviation of luma's means over 32 px
}
_CELL_PX = 32
_FLOOR = 1e-3  # of deviations, below which there is nothing to see


def statistics(colors: NDArray[np.float32]) -> NDArray[np.float64]:
    """The statistics of a base color, (height, width, 3), sides multiples of 32 px, in the order of STEPS."""
    brightness = luma(colors)[..., None]
    half = halved(brightness)
    spread = _deviation(brightness)
    fine = _deviation(brightness - doubled(half)) / spread
    slope = np.hypot(_deviation(np.diff(half, axis=0)), _deviation(np.diff(half, axis=1))) / spread
    height, width = brightness.shape[:2]
    cells = brightness.reshape(height // _CELL_PX, _CELL_PX, width // _CELL_PX, _CELL_PX).mean(axis=(1, 3))
    warmth = float((colors[..., 0] - colors[..., 2]).mean())
    return np.array(
        [
            float(brightness.mean()),
            warmth,
            np.log(spread),
            np.log(fine + _FLOOR),
            -np.log2(slope + _FLOOR),
            np.log(_deviation(cells)),
        ]
    )


def _deviation(x: NDArray[np.float32]) -> float:
    return float(x.std()) + _FLOOR
