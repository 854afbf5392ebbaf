"""A frame of four corners over a picture, and how a hand moves it; knows nothing of Blender."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import dist

from ...synthesis.errors import TextureError
from ...synthesis.preparation import SMALLEST_SIDE_PX, Corners, Preparation

Point = tuple[float, float]

_CORNERS = (0, 1, 2, 3)  # clockwise from the top left
_SAME_X, _SAME_Y = ((0, 3), (1, 2)), ((0, 1), (2, 3))  # in an upright frame
_INSET = 0.12  # of the sides of what is seen of the picture, where a new frame lies


@dataclass(frozen=True)
class Frame:
    """corners: in pixels from the picture's top left, clockwise; size: (height, width) of the picture.

    upright: it stays a rectangle whose corners are whole pixels.
    """

    corners: Corners
    size: tuple[int, int]
    upright: bool

    @classmethod
    def new(cls, size: tuple[int, int], seen: tuple[float, float, float, float], upright: bool) -> Frame:
        """One in the middle of the part of the picture that is seen: left, top, right and bottom, in pixels."""
        height, width = size
        left, top, right, bottom = seen
        if min(right - left, bottom - top) < 2 * SMALLEST_SIDE_PX:
            left, top, right, bottom = 0, 0, width, height
        across, down = (right - left) * _INSET, (bottom - top) * _INSET
        left, top, right, bottom = map(round, (left + across, top + down, right - across, bottom - down))
        return cls(((left, top), (right, top), (right, bottom), (left, bottom)), size, upright)

    def rectangle(self) -> tuple[int, int, int, int]:
        """x, y, width and height of an upright frame."""
        (left, top), (right, bottom) = self.corners[0], self.corners[2]
        return round(left), round(top), round(right) - round(left), round(bottom) - round(top)

    def moved(self, grabbed: Sequence[int], right: float, down: float) -> Frame | None:
        """With some corners moved, inside the picture; None where the frame would fold or become too small."""
        x, y = ([corner[axis] for corner in self.corners] for axis in (0, 1))
        for along, far, together in ((x, right, _SAME_X), (y, down, _SAME_Y)):
            for corner in self._together(grabbed, together):
                along[corner] += far
        moved = replace(self, corners=tuple(zip(x, y, strict=True)))._inside(grabbed)
        return moved if moved._allowed() else None

    def _together(self, grabbed: Sequence[int], together: tuple[tuple[int, int], ...]) -> set[int]:
        """The corners that move along an axis: of an upright frame its side, and both only where all is moved."""
        if not self.upright or len(grabbed) == len(_CORNERS):
            return set(grabbed)
        sides = [side for side in together if set(side) & set(grabbed)]
        return set(sides[0]) if len(sides) == 1 else set()

    def _inside(self, grabbed: Sequence[int]) -> Frame:
        """Back into the picture: as a whole where the whole was moved, else each corner by itself."""
        height, width = self.size
        if len(grabbed) < len(_CORNERS):
            corners = tuple((min(max(x, 0.0), width), min(max(y, 0.0), height)) for x, y in self.corners)
            return replace(self, corners=corners)
        x, y = zip(*self.corners, strict=True)
        right, down = max(0.0, -min(x)) - max(0.0, max(x) - width), max(0.0, -min(y)) - max(0.0, max(y) - height)
        return replace(self, corners=tuple((x + right, y + down) for x, y in self.corners))

    def _allowed(self) -> bool:
        try:
            Preparation(self.corners)
        except TextureError:
            return False
        return not self.upright or min(self.rectangle()[2:]) >= SMALLEST_SIDE_PX


def grabbed(corners: Sequence[Point], hand: Point, reach: float) -> tuple[int, ...]:
    """Which corners a hand takes hold of: the one that it is near, the two of a side, all four from inside, or none."""
    nearest = min(_CORNERS, key=lambda corner: dist(corners[corner], hand))
    if dist(corners[nearest], hand) <= reach:
        return (nearest,)
    sides = [(corner, (corner + 1) % 4) for corner in _CORNERS]
    side = min(sides, key=lambda ends: _distance(hand, *(corners[end] for end in ends)))
    if _distance(hand, *(corners[end] for end in side)) <= reach / 2:
        return side
    turns = [_turn(corners[one], corners[other], hand) for one, other in sides]
    return _CORNERS if min(turns) > 0 or max(turns) < 0 else ()


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the line between start and end."""
    across, down = end[0] - start[0], end[1] - start[1]
    along = ((point[0] - start[0]) * across + (point[1] - start[1]) * down) / max(dist(start, end) ** 2, 1e-6)
    along = min(max(along, 0.0), 1.0)
    return dist(point, (start[0] + along * across, start[1] + along * down))


def _turn(start: Point, end: Point, point: Point) -> float:
    """Above 0 where the point lies on one side of the line, below 0 on the other."""
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
