"""Which images a material shows that was wired by an artist, an importer or another add-on: told by where they lead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import bpy

PRINCIPLED, OUTPUT = "ShaderNodeBsdfPrincipled", "ShaderNodeOutputMaterial"
SOCKETS = {"metallic": "Metallic", "roughness": "Roughness"}  # map -> the shader's input that it feeds
_RELIEFS = ("ShaderNodeBump", "ShaderNodeDisplacement")
_SPLITS = ("ShaderNodeSeparateColor", "ShaderNodeSeparateRGB", "ShaderNodeSeparateXYZ")

_Groups = tuple[bpy.types.Node, ...]  # the group nodes that something stands in, the outermost first
_End = tuple[bpy.types.NodeSocket, _Groups]
_Place = tuple[bpy.types.Node, _Groups]


def wired_maps(material: bpy.types.Material) -> dict[str, bpy.types.Image]:
    """The images of the Principled BSDF that a material shows, in a group too, by their maps.

    Left out is what can't be told: several images that lead to one socket, and one whose channels are different maps,
    as it leads to several sockets without being the base color, or to one by a channel of its own.
    """
    tree = material.node_tree
    found = _principled(tree) if tree else None
    if found is None:
        return {}
    (shader, groups), output = found, shown_output(tree)
    ends = [(socket, groups) for socket in shader.inputs] + ([(output.inputs["Displacement"], ())] if output else [])
    places = {place for end in ends for place in _feeding(end)}

    def leading_to(kinds: Iterable[str], socket: str | int) -> set[bpy.types.Image]:
        return _images((node.inputs[socket], groups) for node, groups in places if node.bl_idname in kinds)

    colors = _images([(shader.inputs["Base Color"], groups)])
    leading = {
        "base_color": {image for image in colors if not image.colorspace_settings.is_data},
        "normal": leading_to(("ShaderNodeNormalMap",), "Color"),
        **{name: _images([(shader.inputs[socket], groups)]) for name, socket in SOCKETS.items()},
        "height": leading_to(_RELIEFS, "Height"),
        "ao": {image for image in colors if image.colorspace_settings.is_data},
    }
    for image in leading_to(_SPLITS, 0):
        for name in (*SOCKETS, "height", "ao"):
            leading[name].discard(image)
    everywhere = [image for images in leading.values() for image in images]
    single = {name: next(iter(images)) for name, images in leading.items() if len(images) == 1}
    return {name: image for name, image in single.items() if name == "base_color" or everywhere.count(image) == 1}


def images_shown(material: bpy.types.Material) -> set[bpy.types.Image]:
    """All images that lead to what a material shows."""
    outputs = [node for node in material.node_tree.nodes if node.bl_idname == OUTPUT] if material.node_tree else []
    return _images((socket, ()) for node in outputs for socket in node.inputs)


def shown_output(tree: bpy.types.NodeTree) -> bpy.types.Node | None:
    """The output node that a material shows in the scene's engine, else any."""
    engine = bpy.context.scene.render.engine
    target = next((name for name in ("CYCLES", "EEVEE") if name in engine), "ALL")
    outputs = [node for node in tree.nodes if node.bl_idname == OUTPUT]
    active = [node for node in outputs if node.is_active_output]
    return tree.get_output_node(target) or next(iter(active or outputs), None)


def seen_at(node: bpy.types.Node, socket: bpy.types.NodeSocket) -> bool:
    """Whether a socket depends on a node of its tree."""
    return (node, ()) in _feeding((socket, ()))


def leads_to(node: bpy.types.Node, socket: bpy.types.NodeSocket) -> bool:
    """As `seen_at`, also by links that are muted."""
    return (node, ()) in _feeding((socket, ()), muted=True)


def _principled(tree: bpy.types.NodeTree) -> _Place | None:
    """The Principled BSDF that is seen, the nearest to the output, in a group too; else any of the tree."""
    output = shown_output(tree)
    seen = _feeding((output.inputs["Surface"], ())) if output else ()
    every = (*seen, *((node, ()) for node in tree.nodes))
    return next((place for place in every if place[0].bl_idname == PRINCIPLED), None)


def _images(ends: Iterable[_End]) -> set[bpy.types.Image]:
    """The images that lead to any of the sockets."""
    nodes = {node for end in ends for node, _ in _feeding(end)}
    return {node.image for node in nodes if node.bl_idname == "ShaderNodeTexImage" and node.image}


def _feeding(end: _End, muted: bool = False) -> list[_Place]:
    """The nodes that a socket depends on, those in groups too, the nearest first; muted: by links that are so, too."""
    places: dict[_Place, None] = {}
    seen, ends = set(), deque([end])
    while ends:
        socket, groups = ends.popleft()
        for source in (link.from_socket for link in socket.links if muted or not link.is_muted):
            if (source, groups) not in seen:
                seen.add((source, groups))
                places[source.node, groups] = None
                ends.extend(_before(source, groups))
    return [*places]


def _before(source: bpy.types.NodeSocket, groups: _Groups) -> list[_End]:
    """The inputs that an output depends on: of its node, or beyond the border of a group."""
    node = source.node
    if node.bl_idname == "NodeGroupInput" and groups:
        inputs, groups = groups[-1].inputs, groups[:-1]
    elif node.bl_idname == "ShaderNodeGroup" and node.node_tree:
        outputs = [one for one in node.node_tree.nodes if one.bl_idname == "NodeGroupOutput" and one.is_active_output]
        inputs, groups = [socket for one in outputs for socket in one.inputs], (*groups, node)
    else:
        return [(socket, groups) for socket in node.inputs]
    return [(socket, groups) for socket in inputs if socket.identifier == source.identifier]
