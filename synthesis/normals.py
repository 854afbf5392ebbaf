"""Normals as maps hold them: unit vectors, -1..1 as 0..1, Y up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LEAST_UP = 0.05  # of z: nothing that is seen faces away


def normal_map(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors of any length, (..., 3), at unit length in 0..1."""
    lengths = np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32(1e-6))
    normals: NDArray[np.float32] = (vectors / lengths + np.float32(1)) / np.float32(2)
    return normals


def set_right(normals: NDArray[np.float32], where: NDArray[np.bool_] | None = None) -> None:
    """Make them of unit length and face outwards, in place: engines that keep x and y alone see the same relief.

    normals: (height, width, 3) in 0..1; plane by plane, as models make them. where: (height, width), those that are
    meant, or None for all.
    """
    if where is not None:
        some = normals[where]
        set_right(some)
        normals[where] = some
        return
    x, y, z = (2 * normals[..., index] - np.float32(1) for index in range(3))
    np.maximum(z, np.float32(_LEAST_UP), out=z)
    scale = np.float32(0.5) / np.sqrt(x * x + y * y + z * z)
    for index, part in enumerate((x, y, z)):
        normals[..., index] = part * scale + np.float32(0.5)
