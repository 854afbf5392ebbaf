"""What the panel of large surfaces sets: kept in the scene."""

from __future__ import annotations

import bpy

from ...synthesis.udim import LARGEST_COLUMNS, LARGEST_ROWS

# Of operators, too:
COLUMNS = bpy.props.IntProperty(name="Columns", description="UDIM tiles along U", default=2, min=1, max=LARGEST_COLUMNS)
ROWS = bpy.props.IntProperty(
    name="Rows", description="UDIM tiles along V", default=2, min=1, max=LARGEST_ROWS, soft_max=10
)
VARIATIONS = bpy.props.IntProperty(
    name="Variations", description="How many textures take turns on the surface", default=3, min=2, max=4
)


class TilewrightLargeSettings(bpy.types.PropertyGroup):
    columns: COLUMNS
    rows: ROWS
    variations: VARIATIONS


CLASSES = (TilewrightLargeSettings,)
IN_SCENE = {"tilewright_large": TilewrightLargeSettings}
