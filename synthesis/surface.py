"""From base color to the other maps of a material: an estimate, for models that make color alone.

Like the generator it pads nothing: a pixel depends on the colors at most REACH_PX away, so windows equal the whole and
what wraps stays wrapped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import TextureError
from .maps import MapList, Maps
from .palette import luma

REACH_PX = 32
ESTIMATED = ("normal", "roughness", "height", "ao")
DEEPEST = 2.0
HEIGHT_RANGE_PX = 8  # from black to white in the height map; its middle is the mean surface
# Fitted to the PBR sets with known normals and roughness; `python -m benchmarks.surface` fits them anew.
GAINS = (0.158, 0.232, 0.287, 0.536)  # px of height for each band of brightness, finest first, at ordinary contrast
ROUGHNESS = (-0.025, 1.046, 0.901)  # constant, and the shares of brightness and saturation

_STEPS_PX = (1, 2, 4, 8)
_CONTRAST_FLOOR = 0.01  # slope of brightness a px below which contrast is noise and is not raised
_SMOOTHEST, _ROUGHEST = 0.4, 0.95
_OCCLUSION_PER_PX = 0.5
_DARKEST = 0.3


@dataclass(frozen=True)
class Surface:
    """What to estimate where a model lacks it. depth: 0..DEEPEST, scales the relief; 0 is flat."""

    depth: float = 1.0
    maps: tuple[str, ...] = ESTIMATED

    def __post_init__(self) -> None:
        if not 0 <= self.depth <= DEEPEST:
            raise TextureError(f"depth is {self.depth:g}; allowed is 0 to {DEEPEST:g}, 1 is as estimated")

    def made(self, model: Maps) -> MapList:
        """All maps that come of a model: its own, and those that are estimated."""
        return MapList.in_order((*model.maps, *self.maps))


NO_SURFACE = Surface(maps=())


def estimated(colors: NDArray[np.float32], depth: float = 1.0) -> dict[str, NDArray[np.float32]]:
    """The maps of ESTIMATED, (height, width, channels) in 0..1, normals with Y up.

    colors: base color, (height + 2 * REACH_PX, width + 2 * REACH_PX, 3).
    """
    relief = _weighed(relief_causes(colors), GAINS) * np.float32(depth)
    inner = relief[1:-1, 1:-1]
    rough = _weighed(roughness_causes(colors), ROUGHNESS)
    return {
        "normal": normals(relief),
        "roughness": rough.clip(_SMOOTHEST, _ROUGHEST)[..., None],
        "height": (inner / HEIGHT_RANGE_PX + np.float32(0.5)).clip(0, 1)[..., None],
        "ao": (1 + np.float32(_OCCLUSION_PER_PX) * inner).clip(_DARKEST, 1)[..., None],
    }


def relief_causes(colors: NDArray[np.float32]) -> NDArray[np.float32]:
    """What GAINS weigh: (height + 2, width + 2, len(GAINS)), brightness at each scale in units of the contrast near by.

    colors: as for `estimated`; the pixel more on every side is for slopes. Bands are differences of ever wider blurs.
    Source: à trous wavelets (Starck and Murtagh 1994); ours are divided by contrast, as reliefs of pale and of dark
    materials are equally deep.
    """
    brightness = luma(colors)
    details, blurred = [], brightness
    for step in _STEPS_PX:
        wider = _blurred(blurred, step)
        details.append(_cropped(blurred, 2 * step) - wider)
        blurred = wider
    contrast = np.sqrt(_surroundings(_steepness(brightness)) + np.float32(_CONTRAST_FLOOR**2))
    fitting = [_cropped(detail, (len(detail) - len(contrast)) // 2) for detail in details]
    scaled: NDArray[np.float32] = np.stack(fitting, axis=2) / contrast[..., None]
    return scaled


def normals(relief: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of heights in px, (height + 2, width + 2) -> (height, width, 3) in 0..1, Y up."""
    across = (relief[1:-1, 2:] - relief[1:-1, :-2]) * np.float32(0.5)
    down = (relief[2:, 1:-1] - relief[:-2, 1:-1]) * np.float32(0.5)
    up = 1 / np.sqrt(across**2 + down**2 + np.float32(1))
    encoded: NDArray[np.float32] = np.stack([-across * up, down * up, up], axis=2) * np.float32(0.5) + np.float32(0.5)
    return encoded


def roughness_causes(colors: NDArray[np.float32]) -> NDArray[np.float32]:
    """What ROUGHNESS weighs: (height, width, 3), 1 and the surroundings' brightness and saturation."""
    red, green, blue = np.moveaxis(colors, 2, 0)
    saturation = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
    causes = [_surroundings(_cropped(channel, 2)) for channel in (luma(colors), saturation)]
    return np.stack([np.ones_like(causes[0]), *causes], axis=2)


def _weighed(parts: NDArray[np.float32], weights: Sequence[float]) -> NDArray[np.float32]:
    """(height, width, parts) -> (height, width), added up in one order, whatever the size: windows equal the whole."""
    total = parts[..., 0] * np.float32(weights[0])
    for index, weight in enumerate(weights[1:], start=1):
        total += parts[..., index] * np.float32(weight)
    return total


def _steepness(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Squared slope, a px less on every side."""
    steepness: NDArray[np.float32] = (x[1:-1, 2:] - x[1:-1, :-2]) ** 2 + (x[2:, 1:-1] - x[:-2, 1:-1]) ** 2
    return steepness * np.float32(0.25)


def _surroundings(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean within about 20 px, 30 px less on every side."""
    for step in _STEPS_PX:
        x = _blurred(x, step)
    return x


def _blurred(x: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """By the B3 spline with `step` px between its five weights: 2 * step px less on every side."""
    far, near, middle = np.float32(1 / 16), np.float32(1 / 4), np.float32(3 / 8)
    for _ in range(2):  # down the rows, then, turned, down the columns
        size = len(x) - 4 * step
        parts = [x[index * step : index * step + size] for index in range(5)]
        x = ((parts[0] + parts[4]) * far + (parts[1] + parts[3]) * near + parts[2] * middle).T
    return x


def _cropped(x: NDArray[np.float32], border: int) -> NDArray[np.float32]:
    return x[border : len(x) - border, border : x.shape[1] - border]
