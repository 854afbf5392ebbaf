"""The sub-panel of the active material's texture: how it was made, and the sizes at which it can be made again."""

from __future__ import annotations

import bpy

from ...synthesis.errors import TextureError
from ..history import label
from .regenerate import AS_SET, SIZES_PX, TILEWRIGHT_OT_regenerate, recipe_of


class TILEWRIGHT_PT_regenerate(bpy.types.Panel):
    bl_label = "Regenerate"
    bl_category = "Tilewright"
    bl_region_type = "UI"
    bl_space_type = "VIEW_3D"
    bl_parent_id = "TILEWRIGHT_PT_view_3d"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 4

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column()
        try:
            made = recipe_of(context.object.active_material if context.object else None)
        except TextureError:
            column.label(text="Nothing to Regenerate Here", icon="INFO")
            return
        column.label(text=label(made), icon="TEXTURE", translate=False)
        by = f"{made.author}, {made.license}" if made.author and made.license else made.author or made.license
        if by:
            column.label(text=by, icon="BLANK1", translate=False)
        row = column.row(align=True)
        for size in SIZES_PX:
            chosen = size == max(made.width, made.height)
            button = row.operator(
                TILEWRIGHT_OT_regenerate.bl_idname, text=f"{size // 1024}K", translate=False, depress=chosen
            )
            button.size = str(size)
        again = column.operator(TILEWRIGHT_OT_regenerate.bl_idname, text="At the Size Set Above", icon="FILE_REFRESH")
        again.size = AS_SET


CLASSES = (TILEWRIGHT_PT_regenerate,)
