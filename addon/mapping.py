"""Where a texture lies on the UV map: the Mapping node of ours."""

from __future__ import annotations

import bpy

from . import materials

_STRETCHED = "tilewright_stretched"  # custom property of the node: the factors of all `stretch` since


def metres(scene: bpy.types.Scene, length: float) -> float:
    """A length in Blender's units, as properties and meshes hold it, in metres."""
    units = scene.unit_settings
    return length if units.system == "NONE" else length * units.scale_length


def stretch(material: bpy.types.Material, across: float, up: float) -> None:
    """Show another number of repeats, by these factors; what the first repeat shows at its top left keeps its place.

    Textures of one seed begin alike at their top left, and Blender counts from the bottom left.
    """
    node = materials.ours(material).get("mapping")
    if node is None or node.vector_type != "POINT":
        return
    scale, location = node.inputs["Scale"].default_value, node.inputs["Location"].default_value
    scale[0], scale[1] = scale[0] * across, scale[1] * up
    location[0], location[1] = location[0] * across, 1 - (1 - location[1]) * up
    before = node.get(_STRETCHED, (1.0, 1.0))
    node[_STRETCHED] = before[0] * across, before[1] * up


def once(material: bpy.types.Material) -> None:
    """Let the texture lie on the UV map as it is, its lower left corner at 0."""
    settle(material)
    node = materials.ours(material).get("mapping")
    if node is not None:
        for name, value in (("Location", 0.0), ("Rotation", 0.0), ("Scale", 1.0)):
            node.inputs[name].default_value = (value,) * 3


def settle(material: bpy.types.Material) -> None:
    """Forget every `stretch`: as it is now, the artist has set it."""
    node = materials.ours(material).get("mapping")
    if node is not None:
        node.pop(_STRETCHED, None)


def reset(material: bpy.types.Material) -> None:
    """Take back every `stretch`: what the artist has set stays."""
    node = materials.ours(material).get("mapping")
    if node is not None and node.vector_type == "POINT" and _STRETCHED in node:
        across, up = node[_STRETCHED]
        stretch(material, 1 / across, 1 / up)
        del node[_STRETCHED]
