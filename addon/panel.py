"""The sidebar tab, in the 3D viewport and in the Shader Editor."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as told

from ..synthesis.errors import TextureError
from ..synthesis.maps import MAP_KINDS
from . import sentences
from .background import device_in_use, running
from .operators import (
    TILEWRIGHT_OT_generate,
    TILEWRIGHT_OT_generate_loop,
    TILEWRIGHT_OT_new_seed,
    TILEWRIGHT_OT_set_size,
)
from .retouch import (
    TILEWRIGHT_OT_clean_up,
    TILEWRIGHT_OT_draw_in_texture,
    TILEWRIGHT_OT_fill,
    TILEWRIGHT_OT_flip,
    TILEWRIGHT_OT_forget_before,
    TILEWRIGHT_OT_make_tileable,
)
from .settings import FROM_FILE, MOST_CONTROLS, TilewrightSettings
from .stop import TILEWRIGHT_OT_stop

SIZES_PX = (512, 1024, 2048, 4096)
MAPS_A_LINE = 2


class _TilewrightPanel:
    bl_label = "Tilewright"
    bl_category = "Tilewright"
    bl_region_type = "UI"

    def draw(self, context: bpy.types.Context) -> None:
        settings = context.scene.tilewright
        column = self.layout.column()
        _draw_model(column, context)
        column.separator()
        _draw_size(column, settings)
        row = column.row(align=True)
        row.prop(settings, "seed")
        row.operator(TILEWRIGHT_OT_new_seed.bl_idname, text="", icon="FILE_REFRESH")
        _draw_latent(column, settings)
        column.separator()
        _draw_button(column, settings)


class TILEWRIGHT_PT_image_editor(bpy.types.Panel):
    bl_label = "Tilewright"
    bl_category = "Tilewright"
    bl_region_type = "UI"
    bl_space_type = "IMAGE_EDITOR"

    def draw(self, context: bpy.types.Context) -> None:
        settings = context.scene.tilewright
        column = self.layout.column()
        _draw_model(column, context)
        row = column.row(align=True)
        row.prop(settings, "seed")
        row.operator(TILEWRIGHT_OT_new_seed.bl_idname, text="", icon="FILE_REFRESH")
        column.separator()
        if running():
            _draw_progress(column)
            return
        column.prop(settings, "mask")
        column.operator(TILEWRIGHT_OT_fill.bl_idname, text="Fill", icon="SELECT_DIFFERENCE")
        column.separator()
        column.operator(TILEWRIGHT_OT_make_tileable.bl_idname, text="Make Tileable", icon="MOD_ARRAY")
        column.operator(TILEWRIGHT_OT_clean_up.bl_idname, text="Clean Up", icon="BRUSH_DATA")
        column.separator()
        _draw_drawing(column, settings)


class TILEWRIGHT_PT_view_3d(_TilewrightPanel, bpy.types.Panel):
    bl_space_type = "VIEW_3D"


class TILEWRIGHT_PT_paint(bpy.types.Panel):
    bl_label = "Painting"
    bl_category = "Tilewright"
    bl_region_type = "UI"
    bl_space_type = "VIEW_3D"
    bl_parent_id = "TILEWRIGHT_PT_view_3d"
    bl_order = 7

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.mode == "PAINT_TEXTURE"  # bl_context is not asked for a sub-panel

    def draw(self, context: bpy.types.Context) -> None:
        _draw_drawing(self.layout.column(), context.scene.tilewright)


class TILEWRIGHT_PT_shader_editor(_TilewrightPanel, bpy.types.Panel):
    bl_space_type = "NODE_EDITOR"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        space = context.space_data
        return space.tree_type == "ShaderNodeTree" and space.shader_type == "OBJECT"


CLASSES = (TILEWRIGHT_PT_view_3d, TILEWRIGHT_PT_paint, TILEWRIGHT_PT_shader_editor, TILEWRIGHT_PT_image_editor)


def _draw_model(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    settings = context.scene.tilewright
    layout.template_icon_view(settings, "model", show_labels=True, scale=7, scale_popup=6)
    layout.prop(settings, "model", text="")
    if settings.model == FROM_FILE:
        layout.prop(settings, "model_file", text="")
    try:
        info = settings.info()
    except TextureError as reason:
        sentences.draw(layout, context, str(reason), icon="ERROR")
        return
    labels = [told(MAP_KINDS[name].label) for name in info.maps]
    for start in range(0, len(labels), MAPS_A_LINE):
        line, icon = ", ".join(labels[start : start + MAPS_A_LINE]), "BLANK1" if start else "TEXTURE"
        layout.label(text=line, icon=icon, translate=False)


def _draw_size(layout: bpy.types.UILayout, settings: TilewrightSettings) -> None:
    presets = layout.row(align=True)
    for size in SIZES_PX:
        name = f"{size // 1024}K" if size >= 1024 else str(size)
        chosen = settings.width == settings.height == size
        presets.operator(TILEWRIGHT_OT_set_size.bl_idname, text=name, translate=False, depress=chosen).size = size
    sides = layout.column(align=True)
    sides.prop(settings, "width")
    sides.prop(settings, "height")


def _draw_latent(layout: bpy.types.UILayout, settings: TilewrightSettings) -> None:
    """The blend with another seed, and the model's controls."""
    row = layout.row(align=True)
    row.prop(settings, "blend", slider=True)
    row.prop(settings, "other_seed")
    try:
        controls = settings.info().controls[:MOST_CONTROLS]
    except TextureError:
        return
    column = layout.column(align=True)
    for index, control in enumerate(controls):
        column.prop(settings, "controls", index=index, text=control.name.capitalize(), slider=True)


def _draw_button(layout: bpy.types.UILayout, settings: TilewrightSettings) -> None:
    if running():
        _draw_progress(layout)
    else:
        button = layout.row(align=True)
        button.scale_y = 1.6
        button.operator(TILEWRIGHT_OT_generate.bl_idname, icon="MATERIAL")
        button.prop(settings, "new_material", text="", icon="ADD")
        row = layout.row(align=True)
        row.prop(settings, "frames")
        row.operator(TILEWRIGHT_OT_generate_loop.bl_idname, icon="PLAY")
    if device_in_use():
        line = told("Computed on the {device}").format(device=device_in_use())
        layout.label(text=line, icon="SYSTEM", translate=False)


def _draw_progress(layout: bpy.types.UILayout) -> None:
    row = layout.row(align=True)
    row.scale_y = 1.6
    progress = running().progress
    line = told("{progress:.0f} %  (Esc cancels)").format(progress=100 * progress)
    row.progress(text=line, factor=progress, translate=False)
    row.operator(TILEWRIGHT_OT_stop.bl_idname, text="", icon="X")


def _draw_drawing(layout: bpy.types.UILayout, settings: TilewrightSettings) -> None:
    layout.prop(settings, "strength")
    layout.operator(TILEWRIGHT_OT_draw_in_texture.bl_idname, text="Draw in this Texture", icon="GREASEPENCIL")
    layout.separator()
    row = layout.row(align=True)
    row.operator(TILEWRIGHT_OT_flip.bl_idname, icon="ARROW_LEFTRIGHT")
    row.operator(TILEWRIGHT_OT_forget_before.bl_idname, text="", icon="TRASH")
