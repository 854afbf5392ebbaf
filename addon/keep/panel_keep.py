"""Sub-panel "Keep": the material as an asset, and its maps for game engines."""

from __future__ import annotations

import bpy

from .assets import TILEWRIGHT_OT_save_asset
from .export import TILEWRIGHT_OT_export_maps, TILEWRIGHT_OT_pack_orm
from .keep_settings import CURRENT_FILE


class TILEWRIGHT_PT_keep(bpy.types.Panel):
    bl_label = "Keep"
    bl_category = "Tilewright"
    bl_region_type = "UI"
    bl_space_type = "VIEW_3D"
    bl_parent_id = "TILEWRIGHT_PT_view_3d"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 9
    bl_translation_context = "Tilewright"  # Blender knows the word in another sense

    def draw(self, context: bpy.types.Context) -> None:
        settings = context.scene.tilewright_keep
        self.layout.use_property_split = True
        self.layout.use_property_decorate = False
        column = self.layout.column()
        column.prop(settings, "library")
        if settings.library != CURRENT_FILE:
            column.prop(settings, "replace")
        column.operator(TILEWRIGHT_OT_save_asset.bl_idname, text="Save to Asset Library", icon="ASSET_MANAGER")
        column.separator()
        column.prop(settings, "naming")
        column.prop(settings, "folder")
        column.operator(TILEWRIGHT_OT_export_maps.bl_idname, text="Export Maps", icon="EXPORT")
        column.operator(TILEWRIGHT_OT_pack_orm.bl_idname, icon="IMAGE_DATA")


CLASSES = (TILEWRIGHT_PT_keep,)
