"""What is done to a photo before it is learned: straighten its perspective, crop it, even out its light, reduce it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import TextureError
from .homography import area, homography, mapped, rectangle_size, slopes
from .json_values import number, whole
from .light import evened
from .normals import normal_map
from .picture import Picture, is_opaque
from .resampling import reduced, warped

Corners = tuple[tuple[float, float], ...]

SMALLEST_SIDE_PX = 16  # of what is cut out
_SMALLEST_SCALE = 1 / 64
_LEAST_SEEN = 0.1  # of a pixel, by which its colour is told
_DECIMALS = 3  # of a looked up corner, so that a corner on the picture's edge is never a hair beyond it
_CORNER_NAMES = ("top left", "top right", "bottom right", "bottom left")


@dataclass(frozen=True)
class Preparation:
    """Steps in this order, each of them optional; positions in pixels from the picture's outer corner at the top left.

    corners: (x, y) four times, clockwise from the top left: what becomes a rectangle; crop: x, y, width and height in
    the straightened picture; even_light: 0..1, the part of the uneven light that is taken away; scale: the factor by
    which the sides are reduced, None to leave that to the learner.
    """

    corners: Corners | None = None
    crop: tuple[int, int, int, int] | None = None
    even_light: float = 0.0
    scale: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.even_light <= 1:
            raise TextureError(f"the strength of evening out the light is {self.even_light:g}; allowed is 0 to 1")
        if self.scale is not None and not _SMALLEST_SCALE <= self.scale <= 1:
            raise TextureError(f"scale is {self.scale:g}; allowed is {_SMALLEST_SCALE:g} to 1, which keeps the size")
        if self.crop is not None:
            _check_crop(self.crop)
        if self.corners is not None:
            _check_corners(self.corners)

    @property
    def reduction(self) -> float:
        """The factor by which the sides are reduced here, 1 where they stay."""
        return self.scale or 1.0

    def then(self, next_step: Preparation, size: tuple[int, int]) -> Preparation:
        """One preparation for this one and a step on what it makes; size: (height, width) of the picture before both.

        Nothing is resampled twice by it. Straightened again, the corners are looked up where they were at first.
        Raises: TextureError where this one reduces the picture, so that the step's pixels are others.
        """
        if self.reduction < 1:
            raise TextureError("a reduced picture can't be prepared further: reduce it as the last step")
        even_light, scale = next_step.even_light or self.even_light, next_step.scale or self.scale
        if next_step.corners is not None:
            return Preparation(self._looked_up(next_step.corners, size), next_step.crop, even_light, scale)
        crop = next_step.crop
        if crop is not None and self.crop is not None:
            crop = (crop[0] + self.crop[0], crop[1] + self.crop[1], *crop[2:])
        return Preparation(self.corners, crop or self.crop, even_light, scale)

    def told(self) -> str:
        """For people to read; "" where nothing is done."""
        steps = []
        if self.corners is not None:
            steps.append("straightened from " + " ".join(f"{x:g},{y:g}" for x, y in self.corners))
        if self.crop is not None:
            steps.append("cropped to {2} x {3} px at {0},{1}".format(*self.crop))
        if self.even_light:
            steps.append(f"light evened out by {self.even_light:g}")
        if self.reduction < 1:
            steps.append(f"reduced to {self.scale:g} of its size")
        return ", ".join(steps)

    def stored(self) -> dict[str, Any]:
        """As JSON may hold it."""
        return asdict(self)

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Preparation:
        """The inverse of `stored`. Raises: TextureError, KeyError, TypeError or ValueError where it is garbled."""
        corners, crop, scale = stored["corners"], stored["crop"], stored["scale"]
        return cls(
            None if corners is None else tuple((number(x), number(y)) for x, y in corners),
            None if crop is None else _four(*(whole(value) for value in crop)),
            number(stored["even_light"]),
            None if scale is None else number(scale),
        )

    def _looked_up(self, corners: Corners, size: tuple[int, int]) -> Corners:
        left, top = self.crop[:2] if self.crop else (0, 0)
        matrix = np.eye(3) if self.corners is None else _straightening(self.corners, size)[0]
        x, y = (np.array(corners) + np.array((left, top))).T
        u, v = mapped(matrix, x, y)
        return tuple(zip(u.round(_DECIMALS).tolist(), v.round(_DECIMALS).tolist(), strict=True))


UNPREPARED = Preparation()


def prepared(picture: Picture, preparation: Preparation) -> Picture:
    """A picture after the steps; all maps are straightened, cropped and reduced alike, only base color is evened out.

    Raises: TextureError where corners or crop reach beyond the picture.
    """
    if preparation.corners is not None:
        picture = _straightened(picture, preparation.corners)
    if preparation.crop is not None:
        picture = _cropped(picture, preparation.crop)
    if preparation.even_light:
        colors = evened(picture.maps["base_color"], preparation.even_light, picture.opaque)
        picture = replace(picture, maps={**picture.maps, "base_color": colors})
    if preparation.reduction < 1:
        picture = shrunk(picture, preparation.reduction)
    return picture


def _straightened(picture: Picture, corners: Corners) -> Picture:
    height, width = picture.size
    for name, (x, y) in zip(_CORNER_NAMES, corners, strict=True):
        if not (0 <= x <= width and 0 <= y <= height):
            raise TextureError(
                f"the {name} corner is {x:g},{y:g}; the picture reaches from 0,0 to {width},{height}: move it inside"
            )
    matrix, size = _straightening(corners, picture.size)
    seen = _resampled(picture, lambda pixels: warped(pixels, matrix, *size))
    if "normal" not in seen.maps:
        return seen
    return replace(seen, maps={**seen.maps, "normal": _turned(seen.maps["normal"], matrix)})


def _straightening(corners: Corners, size: tuple[int, int]) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """The map from the straightened picture's pixels to the picture's, and the straightened (height, width)."""
    height, width = rectangle_size(corners, size)
    return homography(((0, 0), (width, 0), (width, height), (0, height)), corners), (height, width)


def _cropped(picture: Picture, crop: tuple[int, int, int, int]) -> Picture:
    left, top, width, height = crop
    if left + width > picture.size[1] or top + height > picture.size[0]:
        raise TextureError(
            f"the crop ends at {left + width},{top + height}; the picture at {picture.size[1]},{picture.size[0]}: "
            "make it smaller"
        )
    rows, columns = slice(top, top + height), slice(left, left + width)
    maps = {name: np.ascontiguousarray(pixels[rows, columns]) for name, pixels in picture.maps.items()}
    return Picture(maps, None if picture.opaque is None else picture.opaque[rows, columns])


def shrunk(picture: Picture, scale: float) -> Picture:
    """A picture at this part of its size, 0..1."""
    height, width = (max(1, round(side * scale)) for side in picture.size)
    return _resampled(picture, lambda pixels: reduced(pixels, height, width))


def _resampled(picture: Picture, resample: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> Picture:
    """Every map through `resample`, normals of unit length again; what is partly transparent is not opaque.

    What lies under transparent pixels counts for nothing.
    """
    opaque = np.ones(picture.size, np.bool_) if picture.opaque is None else picture.opaque
    seen = opaque[..., None].astype(np.float32)
    weight = resample(seen)
    told = np.maximum(weight, np.float32(_LEAST_SEEN))
    maps = {name: np.clip(resample(pixels * seen) / told, 0, 1) for name, pixels in picture.maps.items()}
    if "normal" in maps:
        maps["normal"] = normal_map(2 * maps["normal"] - 1)
    return Picture(maps, None if picture.opaque is None else is_opaque(weight[..., 0]))


def _turned(normal: NDArray[np.float32], matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    """Normals of a picture that was seen through a homography, as its axes lie now.

    A normal is (-dh/dx, -dh/dy, 1), so its first two change as a gradient does: by the transposed derivative of the
    map, here without its change of size, for a picture that is drawn larger is not flatter.
    """
    height, width = normal.shape[:2]
    x, y = np.arange(width)[None] + 0.5, np.arange(height)[:, None] + 0.5
    (xx, xy), (yx, yy) = slopes(matrix, x, y)
    growth = np.sqrt(np.abs(xx * yy - xy * yx))
    right, up, out = np.moveaxis(2 * normal - 1, 2, 0)
    turned = np.stack([(xx * right - yx * up) / growth, (yy * up - xy * right) / growth, out], axis=2)
    return normal_map(turned.astype(np.float32))


def _check_crop(crop: tuple[int, int, int, int]) -> None:
    if min(crop[:2]) < 0 or min(crop[2:]) < SMALLEST_SIDE_PX:
        raise TextureError(
            f"the crop is {','.join(map(str, crop))}; allowed are x and y from 0 and width and height from "
            f"{SMALLEST_SIDE_PX} px"
        )


def _check_corners(corners: Corners) -> None:
    told = " ".join(f"{x:g},{y:g}" for x, y in corners)
    if len(corners) != 4:
        raise TextureError(f"the corners are {told}; allowed are four")
    if not np.isfinite(corners).all():
        raise TextureError(f"the corners are {told}; allowed are numbers of pixels")
    triples = [[corners[(start + step) % 4] for step in range(3)] for start in range(4)]
    if min(area(three) for three in triples) <= 0:
        raise TextureError(
            f"the corners are {told}; allowed is a shape that bends outwards everywhere, clockwise from the top left: "
            "move the corner that lies inside or is out of order"
        )
    sides = [np.hypot(x - u, y - v) for (x, y), (u, v) in zip(corners, (*corners[1:], corners[0]), strict=True)]
    if min(sides) < SMALLEST_SIDE_PX or 2 * min(area(three) for three in triples) < SMALLEST_SIDE_PX**2:
        raise TextureError(f"the corners are {told}; allowed are sides from {SMALLEST_SIDE_PX} px: move them apart")


def _four(x: int, y: int, width: int, height: int) -> tuple[int, int, int, int]:
    return x, y, width, height
