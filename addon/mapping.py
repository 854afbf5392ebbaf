"""Where a texture lies on the UV map: the Mapping node of ours."""

from __future__ import annotations

import bpy

from . import materials

_AS_IT_IS = {"Location": 0.0, "Rotation": 0.0, "Scale": 1.0}
_REPEATED = "tilewright_repeated"  # custom property of the node: these three, as they were before `once`


def fit(material: bpy.types.Material, before: tuple[int, int] | None, size: tuple[int, int]) -> None:
    """After a texture of another size, let a pixel be as large on the surface; (height, width) each.

    before: None for a first texture, whose longer side covers the square of the UV map. What the first repeat shows at
    its top left keeps its place: textures of one seed begin alike there, and Blender counts from the bottom left.
    """
    node = materials.ours(material).get("mapping")
    if node is None or node.vector_type != "POINT":
        return
    up, across = (was / now for was, now in zip(before or (max(size),) * 2, size, strict=True))
    scale, location = node.inputs["Scale"].default_value, node.inputs["Location"].default_value
    scale[0], scale[1] = scale[0] * across, scale[1] * up
    if materials.is_box(material):
        scale[2] = scale[1]
    location[0], location[1] = location[0] * across, 1 - (1 - location[1]) * up


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
