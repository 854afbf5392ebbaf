"""Sub-panel "Material": how the material shows its texture, by sliders that are the nodes' own sockets."""

from __future__ import annotations

import bpy

from .. import materials, sentences
from ..reasons import why_not_changed
from . import displacement
from .tune import (
    TILEWRIGHT_OT_adjust_color,
    TILEWRIGHT_OT_box_mapping,
    TILEWRIGHT_OT_bump_only,
    TILEWRIGHT_OT_plain_color,
    TILEWRIGHT_OT_true_displacement,
    TILEWRIGHT_OT_true_size,
)


class _MaterialPanel:
    bl_label = "Material"
    bl_category = "Tilewright"
    bl_region_type = "UI"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 6

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.use_property_split = True
        self.layout.use_property_decorate = False
        if why_not := why_not_changed(context):
            sentences.draw(self.layout, context, why_not, icon="INFO")
            return
        nodes = materials.ours(context.object.active_material)
        if "mapping" in nodes:
            _draw_size(self.layout.column(), nodes["mapping"], context.object.active_material)
        _draw_surface(self.layout.column(), nodes, context.object)
        _draw_color(self.layout.column(), nodes)


class TILEWRIGHT_PT_material(_MaterialPanel, bpy.types.Panel):
    bl_space_type = "VIEW_3D"
    bl_parent_id = "TILEWRIGHT_PT_view_3d"


class TILEWRIGHT_PT_material_nodes(_MaterialPanel, bpy.types.Panel):
    bl_space_type = "NODE_EDITOR"
    bl_parent_id = "TILEWRIGHT_PT_shader_editor"


CLASSES = (TILEWRIGHT_PT_material, TILEWRIGHT_PT_material_nodes)


def _draw_size(layout: bpy.types.UILayout, mapping: bpy.types.Node, material: bpy.types.Material) -> None:
    repeat = layout.column(align=True)
    box = materials.is_box(material)
    repeat.prop(mapping.inputs["Scale"], "default_value", index=0, text="Repeat X")
    repeat.prop(mapping.inputs["Scale"], "default_value", index=1, text="Y")
    if box:
        repeat.prop(mapping.inputs["Scale"], "default_value", index=2, text="Z")
    row = layout.row(align=True)
    row.operator(TILEWRIGHT_OT_true_size.bl_idname, text="True Size", icon="DRIVER_DISTANCE")
    row.operator(TILEWRIGHT_OT_box_mapping.bl_idname, text="", icon="MESH_CUBE", depress=box).box = not box


def _draw_surface(layout: bpy.types.UILayout, nodes: dict[str, bpy.types.Node], target: bpy.types.Object) -> None:
    layout.separator()
    if "normal_map" in nodes:
        layout.prop(nodes["normal_map"].inputs["Strength"], "default_value", text="Normal")
    if "occlusion" in nodes:
        layout.prop(nodes["occlusion"].inputs["Factor"], "default_value", text="Occlusion", slider=True)
    if "displacement" in nodes:
        layout.prop(nodes["displacement"].inputs["Scale"], "default_value", text="Height")
    if displacement.displaced(target, target.active_material):
        layout.operator(TILEWRIGHT_OT_bump_only.bl_idname, icon="X")
    else:
        layout.operator(TILEWRIGHT_OT_true_displacement.bl_idname, icon="MOD_DISPLACE")


def _draw_color(layout: bpy.types.UILayout, nodes: dict[str, bpy.types.Node]) -> None:
    layout.separator()
    if "hue_saturation" not in nodes or "brightness_contrast" not in nodes:
        layout.operator(TILEWRIGHT_OT_adjust_color.bl_idname, text="Adjust Color", icon="COLOR")
        return
    colors, light = nodes["hue_saturation"].inputs, nodes["brightness_contrast"].inputs
    sliders = layout.column(align=True)
    sliders.prop(colors["Hue"], "default_value", text="Hue", slider=True)
    sliders.prop(colors["Saturation"], "default_value", text="Saturation", slider=True)
    sliders.prop(colors["Value"], "default_value", text="Value", slider=True)
    brightness = next(socket for socket in light if socket.name.startswith("Bright"))  # "Bright" in some versions
    sliders.prop(brightness, "default_value", text="Brightness")
    sliders.prop(light["Contrast"], "default_value", text="Contrast")
    layout.operator(TILEWRIGHT_OT_plain_color.bl_idname, text="Plain Color", icon="X")
