"""Pixels as Blender holds them, and as synthesis does; knows nothing of Blender."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pixels:
    """An image's pixels, rows from below, channel by channel in one line; linear: whether they are linear light."""

    flat: np.ndarray
    height: int
    width: int
    linear: bool

    def encoded(self) -> np.ndarray:
        """(height, width, 4) in 0..1, row 0 on top; linear light becomes sRGB, data stays."""
        pixels = self.flat.reshape(self.height, self.width, -1)[::-1]
        channels = pixels.shape[2]
        rgba = np.ones((self.height, self.width, 4), np.float32)
        if channels > 2:
            rgba[..., :channels] = pixels
        else:
            rgba[..., :3] = pixels[..., :1]
        if self.linear:
            rgba[..., :3] = _srgb(rgba[..., :3])
        return rgba.clip(0, 1)


def linear_light(encoded: np.ndarray) -> np.ndarray:
    """Source: IEC 61966-2-1, the sRGB transfer function."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def _srgb(linear: np.ndarray) -> np.ndarray:
    """The inverse of `linear_light`."""
    positive = np.maximum(linear, 0)
    return np.where(positive <= 0.0031308, positive * 12.92, 1.055 * positive ** (1 / 2.4) - 0.055)
