"""An exemplar's palette: its colours from dark to light, in which another picture can be painted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PALETTE_COLORS = 16
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709, applied to encoded values


def luma(colors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(..., 3) sRGB-encoded -> (...), brightness in 0..1."""
    red, green, blue = (colors[..., channel] * weight for channel, weight in enumerate(_LUMA))
    brightness: NDArray[np.float32] = (
        red + green + blue
    )  # a product of matrices depends on their size, in the last digit
    return brightness


def palette(colors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean colours of equally many pixels each, from the darkest to the lightest: (PALETTE_COLORS, 3)."""
    flat = colors.reshape(-1, 3)
    ordered = flat[np.argsort(luma(flat), kind="stable")]
    return np.stack([part.mean(axis=0) for part in np.array_split(ordered, PALETTE_COLORS)])


def painted(levels: NDArray[np.float32], colors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Levels in 0..1, dark to light, in the colours of a palette: (height, width) -> (height, width, 3)."""
    steps = np.linspace(0, 1, len(colors))
    return np.stack([np.interp(levels, steps, channel) for channel in colors.T], axis=2).astype(np.float32)
