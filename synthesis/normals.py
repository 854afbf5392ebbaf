"""Normals as maps hold them: unit vectors, -1..1 as 0..1, Y up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LEAST_UP = 0.05  # of z: nothing that is seen faces away


def encoded(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors of any length, (..., 3), at unit length in 0..1."""
    lengths = np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32(1e-6))
    normals: NDArray[np.float32] = (vectors / lengths + np.float32(1)) / np.float32(2)
    return normals


def set_right(normals: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of unit length, and facing outwards: engines that keep x and y alone see the same relief. (..., 3) in 0..1."""
    vectors = 2 * normals - np.float32(1)
    vectors[..., 2] = np.maximum(vectors[..., 2], np.float32(_LEAST_UP))
    return encoded(vectors)
