"""Where a texture lies on the UV map: the Mapping node of ours."""

from __future__ import annotations

import bpy

from . import materials

_AS_IT_IS = {"Location": 0.0, "Rotation": 0.0, "Scale": 1.0}
_REPEATED = "tilewright_repeated"  # custom property of the node: these three, as they were before `once`


def fit(material: bpy.types.Material, before: tuple[int, int] | None, size: tuple[int, int]) -> None:
    """After a texture of another size, let a pixel be as large on the surface; (height, width) each.

    before: None for a first texture, whose longer side covers the square of the UV map; 0 where its file is gone, and
    all stays. What the first repeat shows at its top left keeps its place: textures of one seed begin alike there, and
    Blender counts from the bottom left.
    """
    node = materials.ours(material).get("mapping")
    if node is None or node.vector_type != "POINT":
        return
    first = (max(size),) * 2
    was = first if before is None else before if all(before) else size
    up, across = (former / now for former, now in zip(was, size, strict=True))
    u, v = repeats(material)
    set_repeats(material, u * across or first[1] / size[1], v * up or first[0] / size[0])
    location = node.inputs["Location"].default_value
    location[0], location[1] = location[0] * across, 1 - (1 - location[1]) * up


def repeats(material: bpy.types.Material) -> tuple[float, float]:
    """How often the texture repeats along u and v, of a square of the UV map or of a unit of the object."""
    scale = materials.ours(material)["mapping"].inputs["Scale"].default_value
    return scale[0], scale[2 if materials.is_box(material) else 1]


def set_repeats(material: bpy.types.Material, u: float, v: float) -> None:
    """The inverse of `repeats`.

    Of the six sides Blender shows x, or y, and z across and up, but at the top and at the bottom y and x: there a
    texture that is not square is stretched, so that it is not at the other four.
    """
    scale = materials.ours(material)["mapping"].inputs["Scale"].default_value
    scale[0], scale[1], scale[2] = (u, u, v) if materials.is_box(material) else (u, v, 1.0)


def once(material: bpy.types.Material) -> None:
    """Let the texture lie on the UV map as it is, its lower left corner at 0, until `repeat`."""
    node = materials.ours(material).get("mapping")
    if node is not None:
        node[_REPEATED] = [value for name in _AS_IT_IS for value in node.inputs[name].default_value]
        for name, value in _AS_IT_IS.items():
            node.inputs[name].default_value = (value,) * 3


def repeat(material: bpy.types.Material) -> None:
    """Lay the texture on the UV map as before `once`."""
    node = materials.ours(material).get("mapping")
    if node is not None and _REPEATED in node:
        values = list(node.pop(_REPEATED))
        for index, name in enumerate(_AS_IT_IS):
            node.inputs[name].default_value = values[3 * index : 3 * index + 3]
