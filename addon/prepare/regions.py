"""Where a picture lies in an Image Editor."""

from __future__ import annotations

import bpy


def canvas(context: bpy.types.Context, event: bpy.types.Event) -> bpy.types.Region | None:
    """The region with the picture, where the mouse is over it and not over a panel that lies on it."""
    over = [
        region
        for region in context.area.regions
        if 0 <= event.mouse_x - region.x < region.width and 0 <= event.mouse_y - region.y < region.height
    ]
    return over[0] if [region.type for region in over] == ["WINDOW"] else None


def window_region(area: bpy.types.Area) -> bpy.types.Region:
    return next(region for region in area.regions if region.type == "WINDOW")


def on_picture(region: bpy.types.Region, place: tuple[int, int], size: tuple[int, int]) -> tuple[float, float]:
    """A place in a region, in pixels of the picture from its top left."""
    across, up = region.view2d.region_to_view(*place)
    return across * size[1], (1 - up) * size[0]


def seen(area: bpy.types.Area, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """The part of the picture that no sidebar covers: left, top, right and bottom in its pixels."""
    region = window_region(area)
    left, right = 0, region.width
    for other in (other for other in area.regions if other.type in {"UI", "TOOLS"} and other.width > 1):
        if other.x > region.x + region.width / 2:
            right = min(right, other.x - region.x)
        else:
            left = max(left, other.x - region.x + other.width)
    (left, top), (right, bottom) = (on_picture(region, place, size) for place in ((left, region.height), (right, 0)))
    return max(0.0, left), max(0.0, top), min(size[1], right), min(size[0], bottom)
