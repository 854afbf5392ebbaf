"""Relief that is really there, rather than shading that tells of it."""

from __future__ import annotations

from math import log

import bpy

MODIFIER = "Tilewright Displacement"
VIEWPORT_FACES, RENDER_FACES = 100_000, 1_000_000  # about as many as a subdivided mesh may have
MOST_LEVELS = 8
_FEATURE_SET = "tilewright_feature_set"  # custom property of an object: Cycles' feature set before


def displaced(target: bpy.types.Object) -> bool:
    """Whether an object has been prepared by `displace`."""
    return MODIFIER in target.modifiers


def displace(scene: bpy.types.Scene, target: bpy.types.Object, material: bpy.types.Material) -> None:
    """Move the surface by the height map, beside the normal map's shading, on a mesh that is fine enough.

    Cycles dices the mesh as fine as pixels where it can; EEVEE and the viewport take the modifier's levels.
    """
    material.displacement_method = "BOTH"
    modifier = target.modifiers.get(MODIFIER) or target.modifiers.new(MODIFIER, "SUBSURF")
    modifier.subdivision_type = "SIMPLE"  # the shape stays: corners are not rounded
    faces = max(1, len(target.data.polygons)) if target.type == "MESH" else 1
    modifier.levels = levels_within(faces, VIEWPORT_FACES)
    modifier.render_levels = levels_within(faces, RENDER_FACES)
    if hasattr(modifier, "use_adaptive_subdivision"):  # from Blender 5.0 on
        modifier.use_adaptive_subdivision = True
    elif hasattr(target, "cycles"):
        if _FEATURE_SET not in target:
            noted = (other[_FEATURE_SET] for other in scene.objects if _FEATURE_SET in other)
            target[_FEATURE_SET] = next(noted, scene.cycles.feature_set)
        scene.cycles.feature_set = "EXPERIMENTAL"
        target.cycles.use_adaptive_subdivision = True


def flatten(scene: bpy.types.Scene, target: bpy.types.Object, material: bpy.types.Material) -> None:
    """The opposite of `displace`: the height map bends the shading alone, as in every new material."""
    material.displacement_method = "BUMP"
    if displaced(target):
        target.modifiers.remove(target.modifiers[MODIFIER])
    if _FEATURE_SET in target:
        target.cycles.use_adaptive_subdivision = False
        before = target.pop(_FEATURE_SET)
        if not any(_FEATURE_SET in other for other in scene.objects):
            scene.cycles.feature_set = before


def levels_within(faces: int, most: int) -> int:
    """How often faces can be quartered with at most so many in the end."""
    return max(0, min(MOST_LEVELS, int(log(most / faces, 4)))) if faces < most else 0
