"""Sub-panel "Large Surfaces": UDIM tiles, and variations that hide the repeat."""

from __future__ import annotations

import bpy

from .. import materials
from ..background import running
from ..reasons import why_not_changed
from .large import TILEWRIGHT_OT_break_repetition, TILEWRIGHT_OT_generate_udim, TILEWRIGHT_OT_single_texture


class TILEWRIGHT_PT_large(bpy.types.Panel):
    bl_label = "Large Surfaces"
    bl_category = "Tilewright"
    bl_region_type = "UI"
    bl_space_type = "VIEW_3D"
    bl_parent_id = "TILEWRIGHT_PT_view_3d"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 8

    def draw(self, context: bpy.types.Context) -> None:
        settings = context.scene.tilewright_large
        self.layout.use_property_split = True
        self.layout.use_property_decorate = False
        column = self.layout.column()
        column.enabled = running() is None
        tiles = column.column(align=True)
        tiles.prop(settings, "columns")
        tiles.prop(settings, "rows")
        column.operator(TILEWRIGHT_OT_generate_udim.bl_idname, icon="MESH_GRID")
        column.separator()
        column.prop(settings, "variations")
        column.operator(TILEWRIGHT_OT_break_repetition.bl_idname, text="Break Repetition", icon="MOD_ARRAY")
        _draw_blend(column, context)


CLASSES = (TILEWRIGHT_PT_large,)


def _draw_blend(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The sliders of the blend, the node group's own sockets."""
    if why_not_changed(context):
        return
    nodes = materials.ours(context.object.active_material)
    if "variation" not in nodes:
        return
    sliders = layout.column(align=True)
    sliders.prop(nodes["variation"].inputs["Patch Size"], "default_value", text="Patch Size")
    sliders.prop(nodes["variation"].inputs["Sharpness"], "default_value", text="Sharpness")
    layout.operator(TILEWRIGHT_OT_single_texture.bl_idname, icon="X")
