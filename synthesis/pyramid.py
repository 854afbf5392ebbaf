"""Pictures at half and at double size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def halved(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """2 x 2 means: (2h, 2w, channels) -> (h, w, channels)."""
    rows = x[0::2] + x[1::2]
    means: NDArray[np.float32] = (rows[:, 0::2] + rows[:, 1::2]) * np.float32(0.25)
    return means


def doubled(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bilinear, the edges' values held: (h, w, channels) -> (2h, 2w, channels)."""
    for axis in (0, 1):
        last = x.shape[axis] - 1
        before = x.take(np.maximum(np.arange(last + 1) - 1, 0), axis)
        after = x.take(np.minimum(np.arange(last + 1) + 1, last), axis)
        quarter = np.float32(0.25)
        pairs = np.stack([x + (before - x) * quarter, x + (after - x) * quarter], axis + 1)
        x = pairs.reshape(*x.shape[:axis], -1, *x.shape[axis + 1 :])
    return x
