"""Operators that change how a material shows its texture, without making the texture again."""

from __future__ import annotations

from statistics import fmean

import bpy
import numpy as np
from bpy.app.translations import pgettext_iface as told

from ...synthesis.errors import TextureError
from .. import images, mapping, materials, refusals, units
from ..reasons import TellsWhyNot, why_not_changed
from . import displacement, projection, provenance
from .uv_size import uv_size


class _Tunes(TellsWhyNot):
    """A change of the active object's material, or of the object for its sake."""

    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        return why_not_changed(context) or cls._why_not_so(context)

    @classmethod
    def _why_not_so(cls, _context: bpy.types.Context) -> str:
        """Why this change can't be made to a material with a texture of ours, or ""."""
        return ""


class TILEWRIGHT_OT_adjust_color(_Tunes, bpy.types.Operator):
    """Add sliders for hue, saturation, value, brightness and contrast: nodes before the shader's base color"""

    bl_idname = "tilewright.adjust_color"
    bl_label = "Adjust Texture Color"

    def execute(self, context: bpy.types.Context) -> set[str]:
        materials.add_color_controls(context.object.active_material)
        return {"FINISHED"}


class TILEWRIGHT_OT_plain_color(_Tunes, bpy.types.Operator):
    """Remove the color sliders, and show the colors as they were generated"""

    bl_idname = "tilewright.plain_color"
    bl_label = "Plain Texture Color"

    def execute(self, context: bpy.types.Context) -> set[str]:
        materials.remove(context.object.active_material, materials.COLOR_CONTROLS)
        return {"FINISHED"}


class TILEWRIGHT_OT_true_displacement(_Tunes, bpy.types.Operator):
    """Move the surface itself by the height map: sets the material, subdivides the object, and lets Cycles dice it"""

    bl_idname = "tilewright.true_displacement"
    bl_label = "True Displacement"

    @classmethod
    def _why_not_so(cls, context: bpy.types.Context) -> str:
        if "height" not in materials.shown_maps(context.object.active_material):
            return told("This material has no height map: choose a model that makes one, and generate again")
        if context.object.type not in {"MESH", "CURVE", "FONT", "SURFACE"}:
            return told("{name} can't be subdivided: convert it to a mesh").format(name=context.object.name)
        return ""

    def execute(self, context: bpy.types.Context) -> set[str]:
        displacement.displace(context.scene, context.object, context.object.active_material)
        return {"FINISHED"}


class TILEWRIGHT_OT_bump_only(_Tunes, bpy.types.Operator):
    """Undo True Displacement on all objects with this material: the height map bends the shading alone"""

    bl_idname = "tilewright.bump_only"
    bl_label = "Bump Only"

    def execute(self, context: bpy.types.Context) -> set[str]:
        displacement.flatten(context.scene, context.object.active_material)
        return {"FINISHED"}


class TILEWRIGHT_OT_true_size(_Tunes, bpy.types.Operator):
    """Scale the texture to its size in reality, as the model knows it and as the object's UV map is laid out"""

    bl_idname = "tilewright.true_size"
    bl_label = "True Texture Size"

    square: bpy.props.FloatProperty(
        name="Size of UV Square",
        description="How long a side of the UV map's square is on the object; 0 measures it",
        min=0, subtype="DISTANCE", unit="LENGTH", options={"SKIP_SAVE"},
    )  # fmt: skip

    @classmethod
    def _why_not_so(cls, context: bpy.types.Context) -> str:
        material = context.object.active_material
        if "mapping" not in materials.ours(material):
            return told("The Mapping node of this texture was removed: generate again")
        if context.object.mode == "EDIT":
            return told("UV maps can be measured outside Edit Mode alone: press Tab first")
        tiled = _why_tiled(material)
        if tiled:
            return tiled
        try:
            known = provenance.model_of(context, material).exemplar.width_m
        except TextureError as reason:
            return str(reason)
        return "" if known else told("This model does not know its texture's size in reality: set Repeat instead")

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self._scale(context)
        except TextureError as reason:
            self.report({"ERROR"}, refusals.shown(reason))
            return {"CANCELLED"}
        return {"FINISHED"}

    def _scale(self, context: bpy.types.Context) -> None:
        material = context.object.active_material
        exemplar = provenance.model_of(context, material).exemplar
        height_px, width_px = images.size_told(materials.shown_maps(material)["base_color"])
        metres_per_px = exemplar.width_m / exemplar.size_px[1]
        u, v = (self.square, self.square) if self.square else _measured(context.object, material)
        u, v = (units.metres(context.scene, side) for side in (u, v))
        mapping.set_repeats(material, u / (metres_per_px * width_px), v / (metres_per_px * height_px))


class TILEWRIGHT_OT_box_mapping(_Tunes, bpy.types.Operator):
    """Lay the texture on from six sides, stretched on top if not square; pressed again, by the UV map"""

    bl_idname = "tilewright.box_mapping"
    bl_label = "Box Mapping"

    box: bpy.props.BoolProperty(name="Box", description="From six sides, or by the UV map", default=True)

    @classmethod
    def _why_not_so(cls, context: bpy.types.Context) -> str:
        return _why_tiled(context.object.active_material)

    def execute(self, context: bpy.types.Context) -> set[str]:
        projection.project(context.object.active_material, self.box)
        return {"FINISHED"}


CLASSES = (
    TILEWRIGHT_OT_adjust_color,
    TILEWRIGHT_OT_plain_color,
    TILEWRIGHT_OT_true_displacement,
    TILEWRIGHT_OT_bump_only,
    TILEWRIGHT_OT_true_size,
    TILEWRIGHT_OT_box_mapping,
)


def _why_tiled(material: bpy.types.Material) -> str:
    """Why a texture can't lie otherwise on the UV map, or ""."""
    tiled = materials.shown_maps(material)["base_color"].source == "TILED"
    return told("UDIM tiles fill one UV square each: scale the UV map instead") if tiled else ""


def _measured(target: bpy.types.Object, material: bpy.types.Material) -> tuple[float, float]:
    """Lengths per UV unit along u and v, where the active material is seen; from six sides, per unit of the object.

    Raises: TextureError where there is no UV map that covers something.
    """
    if materials.is_box(material):
        return (fmean(map(abs, target.matrix_world.to_scale())),) * 2  # all are negative where it is mirrored
    layers = [layer for layer in getattr(target.data, "uv_layers", ()) if layer.active_render]
    size = uv_size(*_triangles(target, layers[0])) if layers else None
    if size is None:
        raise TextureError(f"{target.name} has no UV map to measure: unwrap it, or set Repeat instead")
    return size


def _triangles(target: bpy.types.Object, layer: bpy.types.MeshUVLoopLayer) -> tuple[np.ndarray, np.ndarray]:
    """World positions, (triangles, 3, 3), and UVs, (triangles, 3, 2), of the active material's faces."""
    mesh = target.data
    mesh.calc_loop_triangles()
    points, uvs = np.empty((len(mesh.vertices), 3), np.float32), np.empty((len(layer.uv), 2), np.float32)
    vertices, loops = (np.empty((len(mesh.loop_triangles), 3), np.int32) for _ in range(2))
    mesh.vertices.foreach_get("co", points.ravel())
    layer.uv.foreach_get("vector", uvs.ravel())
    mesh.loop_triangles.foreach_get("vertices", vertices.ravel())
    mesh.loop_triangles.foreach_get("loops", loops.ravel())
    slots = np.empty(len(mesh.loop_triangles), np.int32)
    mesh.loop_triangles.foreach_get("material_index", slots)
    last = len(target.material_slots) - 1
    shown = [index for index, slot in enumerate(target.material_slots) if slot.material == target.active_material]
    seen = np.isin(slots.clip(0, last), shown)  # faces of slots that are gone show the last one
    world = points @ np.array(target.matrix_world.to_3x3(), np.float32).T  # differences are all that counts
    return world[vertices[seen]], uvs[loops[seen]]
