"""The size of a UV square is found from the mesh."""

from __future__ import annotations

import numpy as np
import pytest

from addon.material.uv_size import uv_size


def test_a_turned_and_stretched_quad() -> None:
    uvs = np.array([[[0, 0], [0.5, 0], [0.5, 0.25]], [[0, 0], [0.5, 0.25], [0, 0.25]]])
    flat = np.concatenate([uvs * (6.0, 2.0), np.zeros((2, 3, 1))], axis=2)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    assert uv_size(flat @ turn + 5, uvs) == pytest.approx((6, 2))


def test_large_faces_count_most_and_nothing_is_none() -> None:
    triangle = np.array([[[0.0, 0], [1, 0], [0, 1]]])
    corners = np.concatenate([triangle, np.zeros((1, 3, 1))], axis=2)
    pair = np.concatenate([corners * 2, corners]), np.concatenate([triangle, triangle])
    assert uv_size(*pair) == pytest.approx((1.8, 1.8))  # 2 m with four times the area of 1 m
    assert uv_size(corners, triangle * 0) is None
    assert uv_size(corners[:0], triangle[:0]) is None
