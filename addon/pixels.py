"""Pixels as Blender holds them, and as synthesis does; knows nothing of Blender."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..synthesis.maps import MAP_KINDS
from ..synthesis.picture import Picture, is_opaque
from ..synthesis.srgb import srgb

MASK = "mask"


@dataclass(frozen=True)
class Pixels:
    """An image's pixels, rows from below, channel by channel in one line.

    to_rec709: where they are linear light, the (3, 3) by which it is multiplied to have sRGB's primaries; else None.
    """

    flat: np.ndarray
    height: int
    width: int
    to_rec709: np.ndarray | None = None

    def encoded(self) -> np.ndarray:
        """(height, width, 4) in 0..1, row 0 on top; linear light becomes sRGB, data stays."""
        pixels = self.flat.reshape(self.height, self.width, -1)[::-1]
        rgba = opaque_rgba(pixels)
        np.nan_to_num(rgba, copy=False, nan=0, posinf=2, neginf=0)  # a render may hold what is no number
        if self.to_rec709 is not None:
            rgba[..., :3] = srgb(rgba[..., :3] @ self.to_rec709)
        return rgba.clip(0, 1, out=rgba)


def opaque_rgba(pixels: np.ndarray) -> np.ndarray:
    """(height, width, 1 to 4) -> (height, width, 4): grey becomes colour, and what has no alpha is opaque."""
    height, width, channels = pixels.shape
    rgba = np.ones((height, width, 4), np.float32)
    if channels > 2:
        rgba[..., :channels] = pixels
    else:
        rgba[..., :3] = pixels[..., :1]
    return rgba


def picture_and_mask(images: Iterable[tuple[str, np.ndarray]]) -> tuple[Picture, np.ndarray | None]:
    """A picture of encoded images, map name -> image, and where the one called MASK is white and opaque, if it is
    among them.

    Maps of another size than base color are left out. What is transparent in base color is not opaque; other maps may
    hold anything in their alpha.
    """
    maps, mask = {}, None
    for name, rgba in images:
        if name == MASK:
            mask = (rgba[..., :3].mean(axis=2) > 0.5) & is_opaque(rgba[..., 3])
        else:
            maps[name] = np.ascontiguousarray(rgba[..., : MAP_KINDS[name].channels])
            if name == "base_color":
                opaque = is_opaque(rgba[..., 3])
    fitting = {name: maps[name] for name in MAP_KINDS if name in maps and maps[name].shape[:2] == opaque.shape}
    return Picture(fitting, None if opaque.all() else opaque), mask
