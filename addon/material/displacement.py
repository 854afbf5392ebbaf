"""Relief that is really there, rather than shading that tells of it."""

from __future__ import annotations

from math import log

import bpy

MODIFIER = "Tilewright Displacement"
VIEWPORT_FACES, RENDER_FACES = 100_000, 1_000_000  # about as many as a subdivided mesh may have
MOST_LEVELS = 8
_FEATURE_SET = "tilewright_feature_set"  # custom property of an object: Cycles' feature set before


def displaced(target: bpy.types.Object, material: bpy.types.Material) -> bool:
    """Whether an object that shows a material has been prepared for it by `displace`."""
    return MODIFIER in target.modifiers and material.displacement_method != "BUMP"


def displace(scene: bpy.types.Scene, target: bpy.types.Object, material: bpy.types.Material) -> None:
    """Move the surface by the height map, beside the normal map's shading, on a mesh that is fine enough.

    Cycles dices the mesh as fine as pixels where it can; EEVEE and the viewport take the modifier's levels.
    """
    if material.displacement_method == "BUMP":
        material.displacement_method = "BOTH"
    modifier = target.modifiers.get(MODIFIER) or target.modifiers.new(MODIFIER, "SUBSURF")
    modifier.subdivision_type = "SIMPLE"  # the shape stays: corners are not rounded
    modifier.levels = modifier.render_levels = 0
    faces = _quads(target)
    modifier.levels = levels_within(faces, VIEWPORT_FACES)
    modifier.render_levels = levels_within(faces, RENDER_FACES)
    if hasattr(modifier, "use_adaptive_subdivision"):  # from Blender 5.0 on
        modifier.use_adaptive_subdivision = True
    elif hasattr(target, "cycles") and not target.cycles.use_adaptive_subdivision:
        noted = (other[_FEATURE_SET] for other in scene.objects if _FEATURE_SET in other)
        target[_FEATURE_SET] = next(noted, scene.cycles.feature_set)
        scene.cycles.feature_set = "EXPERIMENTAL"
        target.cycles.use_adaptive_subdivision = True


def flatten(scene: bpy.types.Scene, material: bpy.types.Material) -> None:
    """The opposite of `displace`, on all objects that show the material: the height map bends the shading alone."""
    material.displacement_method = "BUMP"
    for target in bpy.data.objects:
        shown = [slot.material for slot in target.material_slots if slot.material]
        if material in shown and target.is_editable and not any(displaced(target, other) for other in shown):
            _coarsen(scene, target)


def _coarsen(scene: bpy.types.Scene, target: bpy.types.Object) -> None:
    if MODIFIER in target.modifiers:
        target.modifiers.remove(target.modifiers[MODIFIER])
    settings = getattr(target, "cycles", None)
    if _FEATURE_SET in target and hasattr(settings, "use_adaptive_subdivision"):  # where Cycles is enabled, up to 4.5
        settings.use_adaptive_subdivision = False
        before = target.pop(_FEATURE_SET)
        if not any(_FEATURE_SET in other for other in scene.objects):
            scene.cycles.feature_set = before


def _quads(target: bpy.types.Object) -> int:
    """How many faces an object shows, after all its modifiers, each face of other corners than four as its part."""
    evaluated = target.evaluated_get(bpy.context.evaluated_depsgraph_get())
    corners = len(evaluated.to_mesh().loops)
    evaluated.to_mesh_clear()
    return max(1, corners // 4)


def levels_within(faces: int, most: int) -> int:
    """How often faces can be quartered with at most so many in the end."""
    return max(0, min(MOST_LEVELS, int(log(most / faces, 4)))) if faces < most else 0
