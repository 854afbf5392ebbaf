"""Drawing a frame over the picture in an Image Editor."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

import bpy
import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader

from ...synthesis.homography import homography, mapped
from .frame import Frame, Point

POINT_PX = 7.0  # radius, at an interface scale of 1
REACH_PX = 16.0  # how near the hand has to come

_LINE, _SHADOW, _HELD, _GRID, _DIM = (
    (1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 0.65), (1.0, 0.55, 0.1, 1.0), (1.0, 1.0, 1.0, 0.45), (0.0, 0.0, 0.0, 0.5),
)  # fmt: skip
_UNIT_SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_GRID_PARTS = 4
_CIRCLE_STEPS = 28

_shown: list[Overlay] = []  # at most one: only one frame can be dragged


class Overlay:
    """A frame that is being dragged.

    held: the corners that the hand has or could take; grip: the frame as it was when the hand took hold of them, and
    where on the picture; asked: see `ask`.
    """

    def __init__(self, area: bpy.types.Area, frame: Frame) -> None:
        self.frame, self.asked = frame, ""
        self.held: tuple[int, ...] = ()
        self.grip: tuple[Frame, Point] | None = None
        self._area = area.as_pointer()
        self._handler = bpy.types.SpaceImageEditor.draw_handler_add(self._draw, (), "WINDOW", "POST_PIXEL")
        detach()
        _shown.append(self)

    def remove(self) -> None:
        """Draw it no more."""
        if self in _shown:
            _shown.remove(self)
            bpy.types.SpaceImageEditor.draw_handler_remove(self._handler, "WINDOW")

    def on_screen(self, region: bpy.types.Region) -> list[Point]:
        """The frame's corners in the pixels of a region."""
        return [self._placed(region, corner) for corner in self.frame.corners]

    def _placed(self, region: bpy.types.Region, point: Point) -> Point:
        height, width = self.frame.size
        return region.view2d.view_to_region(point[0] / width, 1 - point[1] / height, clip=False)

    def _draw(self) -> None:
        context = bpy.context
        if context.area is None or context.area.as_pointer() != self._area:
            return
        region, scale = context.region, context.preferences.system.ui_scale
        corners = self.on_screen(region)
        gpu.state.blend_set("ALPHA")
        if self.frame.upright:
            height, width = self.frame.size
            around = [self._placed(region, corner) for corner in ((0, 0), (width, 0), (width, height), (0, height))]
            _draw_around(around, corners)
        _draw_lines(region, _grid(corners), scale, _GRID)
        outline = [end for corner in range(4) for end in (corners[corner], corners[(corner + 1) % 4])]
        _draw_lines(region, outline, 4 * scale, _SHADOW)
        _draw_lines(region, outline, 2 * scale, _LINE)
        for number, corner in enumerate(corners):
            _draw_disc(corner, (POINT_PX + 2) * scale, _SHADOW)
            _draw_disc(corner, POINT_PX * scale, _HELD if number in self.held else _LINE)
        gpu.state.blend_set("NONE")


def dragged() -> Overlay | None:
    """The frame that is being dragged, if one is."""
    return _shown[0] if _shown else None


def ask(answer: str) -> None:
    """What a button says to the operator that drags: "APPLY" or "CANCEL"."""
    for overlay in _shown:
        overlay.asked = answer


def detach() -> None:
    """Draw nothing any more: the extension is being disabled."""
    for overlay in list(_shown):
        overlay.remove()
        if bpy.context.workspace is not None:  # the operator that tells its keys there is ended without a word
            bpy.context.workspace.status_text_set(None)


def _grid(corners: Sequence[Point]) -> list[Point]:
    """Ends of lines that lie at even distances on the rectangle that is seen in perspective."""
    matrix = homography(_UNIT_SQUARE, corners)
    parts = np.arange(1, _GRID_PARTS) / _GRID_PARTS
    ends = [(part, edge) for part in parts for edge in (0, 1)]
    x, y = np.array([*ends, *((edge, part) for part, edge in ends)]).T
    u, v = mapped(matrix, x, y)
    return list(zip(u.tolist(), v.tolist(), strict=True))


def _draw_lines(region: bpy.types.Region, ends: Sequence[Point], width: float, color: Sequence[float]) -> None:
    """Lines between every two ends."""
    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    shader.uniform_float("viewportSize", (region.width, region.height))
    shader.uniform_float("lineWidth", width)
    shader.uniform_float("color", color)
    batch_for_shader(shader, "LINES", {"pos": [(x, y, 0.0) for x, y in ends]}).draw(shader)


def _draw_disc(middle: Point, radius: float, color: Sequence[float]) -> None:
    angles = [2 * pi * step / _CIRCLE_STEPS for step in range(_CIRCLE_STEPS)]
    rim = [(middle[0] + radius * cos(angle), middle[1] + radius * sin(angle)) for angle in angles]
    _draw_triangles([point for step in range(_CIRCLE_STEPS) for point in (middle, rim[step - 1], rim[step])], color)


def _draw_around(outer: Sequence[Point], inner: Sequence[Point]) -> None:
    """What lies between two rectangles, darkened."""
    following = [(corner, (corner + 1) % 4) for corner in range(4)]
    halves = [
        (outer[one], outer[other], inner[other], outer[one], inner[other], inner[one]) for one, other in following
    ]
    _draw_triangles([point for half in halves for point in half], _DIM)


def _draw_triangles(points: Sequence[Point], color: Sequence[float]) -> None:
    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    shader.uniform_float("color", color)
    batch_for_shader(shader, "TRIS", {"pos": [(x, y, 0.0) for x, y in points]}).draw(shader)
