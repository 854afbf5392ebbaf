"""Colors between linear light and sRGB's curve, IEC 61966-2-1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def linear_light(encoded: NDArray[np.float32]) -> NDArray[np.float32]:
    """sRGB values, any shape, as linear light."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def srgb(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inverse of `linear_light`; what is below 0 is 0."""
    positive = np.maximum(linear, 0)
    return np.where(positive <= 0.0031308, positive * 12.92, 1.055 * positive ** (1 / 2.4) - 0.055)
