"""A texture on a ball, as a preview; knows nothing of Blender."""

from __future__ import annotations

import numpy as np

_LIGHT = np.array((-0.45, 0.6, 0.66), np.float32)  # from the upper left, towards the eye
_AMBIENT = 0.25


def ball(colors: np.ndarray, size_px: int) -> np.ndarray:
    """(height, width, 3) in 0..1, sRGB -> (size_px, size_px, 4) in 0..1, row 0 on top; clear around the ball.

    The texture spans half the ball across, as it would on a sphere with two repeats around it.
    """
    axis = (np.arange(size_px, dtype=np.float32) + 0.5) / size_px * 2 - 1
    x, y = np.meshgrid(axis, -axis)
    inside = x**2 + y**2
    z = np.sqrt(np.maximum(0, 1 - inside))
    u = np.arctan2(x, np.maximum(z, 1e-6)) / np.pi + 0.5
    v = 0.5 - np.arcsin(np.clip(y, -1, 1)) / np.pi
    height, width = colors.shape[:2]
    seen = colors[(v * height).astype(int) % height, (u * width).astype(int) % width]
    facing = np.maximum(0, np.stack([x, y, z], axis=2) @ (_LIGHT / np.linalg.norm(_LIGHT)))
    lit = seen * np.sqrt(_AMBIENT + (1 - _AMBIENT) * facing)[..., None]  # the root: light is linear, colors are not
    edge = np.clip((1 - np.sqrt(inside)) * size_px / 2, 0, 1)  # one pixel wide
    return np.concatenate([lit, edge[..., None]], axis=2).clip(0, 1).astype(np.float32)
