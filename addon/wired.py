"""Which images a material shows that was wired by an artist, an importer or another add-on: told by where they lead."""

from __future__ import annotations

from collections.abc import Iterable

import bpy

PRINCIPLED, OUTPUT = "ShaderNodeBsdfPrincipled", "ShaderNodeOutputMaterial"
_SOCKETS = {"roughness": "Roughness", "metallic": "Metallic"}
_RELIEFS = ("ShaderNodeBump", "ShaderNodeDisplacement")
_SPLITS = ("ShaderNodeSeparateColor", "ShaderNodeSeparateRGB", "ShaderNodeSeparateXYZ")


def wired_maps(material: bpy.types.Material) -> dict[str, bpy.types.Image]:
    """The images of a material's Principled BSDF, by their maps.

    Left out is what can't be told: several images that lead to one socket, and one whose channels are different maps,
    as it leads to several sockets without being the base color, or to one by a channel of its own.
    """
    nodes = material.node_tree.nodes if material.node_tree else ()
    shaders = [node for node in nodes if node.bl_idname == PRINCIPLED]
    if len(shaders) != 1:
        return {}
    inputs = shaders[0].inputs
    colors = _images([inputs["Base Color"]])
    slopes = [node for node in nodes if node.bl_idname == "ShaderNodeNormalMap"]
    reliefs = [node for node in nodes if node.bl_idname in _RELIEFS]
    leading = {
        "base_color": {image for image in colors if not image.colorspace_settings.is_data},
        "normal": _images(node.inputs["Color"] for node in slopes),
        **{name: _images([inputs[socket]]) for name, socket in _SOCKETS.items()},
        "height": _images(node.inputs["Height"] for node in reliefs),
        "ao": {image for image in colors if image.colorspace_settings.is_data},
    }
    for image in _images(socket for node in nodes if node.bl_idname in _SPLITS for socket in node.inputs):
        for name in (*_SOCKETS, "height", "ao"):
            leading[name].discard(image)
    everywhere = [image for images in leading.values() for image in images]
    single = {name: next(iter(images)) for name, images in leading.items() if len(images) == 1}
    return {name: image for name, image in single.items() if name == "base_color" or everywhere.count(image) == 1}


def images_shown(material: bpy.types.Material) -> set[bpy.types.Image]:
    """All images that lead to what a material shows."""
    outputs = [node for node in material.node_tree.nodes if node.bl_idname == OUTPUT] if material.node_tree else []
    return _images(socket for node in outputs for socket in node.inputs)


def feeding(socket: bpy.types.NodeSocket) -> set[bpy.types.Node]:
    """The nodes that a socket depends on."""
    found: set[bpy.types.Node] = set()
    open_sockets = [socket]
    while open_sockets:
        for link in open_sockets.pop().links:
            if link.from_node not in found:
                found.add(link.from_node)
                open_sockets.extend(link.from_node.inputs)
    return found


def _images(sockets: Iterable[bpy.types.NodeSocket]) -> set[bpy.types.Image]:
    """The images that lead to any of the sockets."""
    nodes = {node for socket in sockets for node in feeding(socket)}
    return {node.image for node in nodes if node.bl_idname == "ShaderNodeTexImage" and node.image}
