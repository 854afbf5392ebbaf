"""The sub-panel for maps that are estimated where a model lacks them."""

from __future__ import annotations

import bpy

from ...synthesis.errors import TextureError
from ...synthesis.maps import MAP_KINDS
from ..settings import TilewrightSettings


class _SurfacePanel:
    bl_label = "Surface"
    bl_category = "Tilewright"
    bl_region_type = "UI"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 5
    bl_translation_context = "Tilewright"  # Blender knows the word in several senses

    def draw(self, context: bpy.types.Context) -> None:
        settings = context.scene.tilewright
        column = self.layout.column()
        column.prop(settings, "estimates")
        below = column.column()
        below.active = settings.estimates
        below.prop(settings, "depth")
        for label in _missing(settings):
            below.label(text=label, icon="TEXTURE")


class TILEWRIGHT_PT_surface_view_3d(_SurfacePanel, bpy.types.Panel):
    bl_space_type = "VIEW_3D"
    bl_parent_id = "TILEWRIGHT_PT_view_3d"


class TILEWRIGHT_PT_surface_shader_editor(_SurfacePanel, bpy.types.Panel):
    bl_space_type = "NODE_EDITOR"
    bl_parent_id = "TILEWRIGHT_PT_shader_editor"


CLASSES = (TILEWRIGHT_PT_surface_view_3d, TILEWRIGHT_PT_surface_shader_editor)


def _missing(settings: TilewrightSettings) -> list[str]:
    """The maps that the chosen model lacks and that would be estimated."""
    try:
        made = settings.info().maps
    except TextureError:
        return []
    return [MAP_KINDS[name].label for name in settings.surface().maps if name not in made]
