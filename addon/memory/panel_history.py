"""The sub-panel History: what was generated in this scene."""

from __future__ import annotations

import bpy

from ..history import TilewrightEntry
from .go_back import TILEWRIGHT_OT_clear_history, TILEWRIGHT_OT_generate_again, TILEWRIGHT_OT_go_back

ROWS = 4
NAME_SHARE = 0.88  # of a row's width


class TILEWRIGHT_UL_history(bpy.types.UIList):
    def draw_item(
        self, _context: bpy.types.Context, layout: bpy.types.UILayout, _history: object, item: TilewrightEntry,
        _icon: int, _active_data: object, _active_property: str, index: int,
    ) -> None:  # fmt: skip
        row = layout.split(factor=NAME_SHARE)
        name = row.row()
        name.alignment = "LEFT"
        name.operator(TILEWRIGHT_OT_go_back.bl_idname, text=item.name, translate=False, emboss=False).index = index
        row.operator(TILEWRIGHT_OT_generate_again.bl_idname, text="", icon="MATERIAL", emboss=False).index = index


class TILEWRIGHT_PT_history(bpy.types.Panel):
    bl_label = "History"
    bl_category = "Tilewright"
    bl_region_type = "UI"
    bl_space_type = "VIEW_3D"
    bl_parent_id = "TILEWRIGHT_PT_view_3d"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 2

    def draw(self, context: bpy.types.Context) -> None:
        history = context.scene.tilewright_history
        if not history.entries:
            self.layout.label(text="Nothing Generated Yet")
            return
        self.layout.template_list(
            TILEWRIGHT_UL_history.__name__, "", history, "entries", history, "active", rows=ROWS, maxrows=2 * ROWS
        )
        self.layout.operator(TILEWRIGHT_OT_clear_history.bl_idname, icon="TRASH")


CLASSES = (TILEWRIGHT_UL_history, TILEWRIGHT_PT_history)
