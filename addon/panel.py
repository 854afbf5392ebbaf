"""The sidebar tab, in the 3D viewport and in the Shader Editor."""

from __future__ import annotations

import bpy

from ..synthesis.errors import TextureError
from ..synthesis.maps import MAP_KINDS
from .operators import (
    TILEWRIGHT_OT_generate,
    TILEWRIGHT_OT_new_seed,
    TILEWRIGHT_OT_set_size,
    device_in_use,
    running,
)
from .settings import FROM_FILE, TilewrightSettings

SIZES_PX = (512, 1024, 2048, 4096)
MAPS_A_LINE = 2


class _TilewrightPanel:
    bl_label = "Tilewright"
    bl_category = "Tilewright"
    bl_region_type = "UI"

    def draw(self, context: bpy.types.Context) -> None:
        settings = context.scene.tilewright
        column = self.layout.column()
        _draw_model(column, settings)
        column.separator()
        _draw_size(column, settings)
        row = column.row(align=True)
        row.prop(settings, "seed")
        row.operator(TILEWRIGHT_OT_new_seed.bl_idname, text="", icon="FILE_REFRESH")
        column.separator()
        _draw_button(column)


class TILEWRIGHT_PT_view_3d(_TilewrightPanel, bpy.types.Panel):
    bl_space_type = "VIEW_3D"


class TILEWRIGHT_PT_shader_editor(_TilewrightPanel, bpy.types.Panel):
    bl_space_type = "NODE_EDITOR"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.space_data.tree_type == "ShaderNodeTree"


CLASSES = (TILEWRIGHT_PT_view_3d, TILEWRIGHT_PT_shader_editor)


def _draw_model(layout: bpy.types.UILayout, settings: TilewrightSettings) -> None:
    layout.template_icon_view(settings, "model", show_labels=True, scale=7, scale_popup=6)
    layout.prop(settings, "model", text="")
    if settings.model == FROM_FILE:
        layout.prop(settings, "model_file", text="")
    try:
        info = settings.info()
    except TextureError as reason:
        layout.label(text=str(reason), icon="ERROR")
        return
    labels = [MAP_KINDS[name].label for name in info.maps]
    for start in range(0, len(labels), MAPS_A_LINE):
        layout.label(text=", ".join(labels[start : start + MAPS_A_LINE]), icon="BLANK1" if start else "TEXTURE")


def _draw_size(layout: bpy.types.UILayout, settings: TilewrightSettings) -> None:
    presets = layout.row(align=True)
    for size in SIZES_PX:
        name = f"{size // 1024}K" if size >= 1024 else str(size)
        chosen = settings.width == settings.height == size
        presets.operator(TILEWRIGHT_OT_set_size.bl_idname, text=name, depress=chosen).size = size
    sides = layout.column(align=True)
    sides.prop(settings, "width")
    sides.prop(settings, "height")


def _draw_button(layout: bpy.types.UILayout) -> None:
    job = running()
    button = layout.row()
    button.scale_y = 1.6
    if job:
        button.progress(text=f"{job.progress:.0%}  (Esc cancels)", factor=job.progress)
    else:
        button.operator(TILEWRIGHT_OT_generate.bl_idname, icon="MATERIAL")
    if device_in_use():
        layout.label(text=f"Computed on the {device_in_use()}", icon="SYSTEM")
