"""What the panel of large surfaces sets: kept in the scene."""

from __future__ import annotations

import bpy


class TilewrightLargeSettings(bpy.types.PropertyGroup):
    columns: bpy.props.IntProperty(name="Columns", description="UDIM tiles along U", default=2, min=1, max=10)
    rows: bpy.props.IntProperty(name="Rows", description="UDIM tiles along V", default=2, min=1, soft_max=10)
    variations: bpy.props.IntProperty(
        name="Variations", description="How many textures take turns on the surface", default=3, min=2, max=4
    )


CLASSES = (TilewrightLargeSettings,)
IN_SCENE = {"tilewright_large": TilewrightLargeSettings}
