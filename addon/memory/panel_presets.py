"""The sub-panel Presets."""

from __future__ import annotations

import bpy

from ...synthesis.errors import TextureError
from .. import sentences
from .presets import TILEWRIGHT_OT_apply_preset, TILEWRIGHT_OT_delete_preset, TILEWRIGHT_OT_save_preset, names


class TILEWRIGHT_PT_presets(bpy.types.Panel):
    bl_label = "Presets"
    bl_category = "Tilewright"
    bl_region_type = "UI"
    bl_space_type = "VIEW_3D"
    bl_parent_id = "TILEWRIGHT_PT_view_3d"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 3

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column()
        try:
            rows = names()
        except TextureError as reason:
            sentences.draw(column, context, str(reason), icon="ERROR")
            return
        presets = column.column(align=True)
        for name in rows:
            row = presets.row(align=True)
            row.operator(TILEWRIGHT_OT_apply_preset.bl_idname, text=name, translate=False, icon="PRESET").preset = name
            row.operator(TILEWRIGHT_OT_delete_preset.bl_idname, text="", icon="X").preset = name
        column.operator(TILEWRIGHT_OT_save_preset.bl_idname, icon="ADD")


CLASSES = (TILEWRIGHT_PT_presets,)
