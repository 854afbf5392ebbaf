"""Wiring a texture's images into a material, as Node Wrangler does."""

from __future__ import annotations

from collections.abc import Mapping

import bpy

from ..synthesis.maps import MAP_KINDS

TAG = "tilewright"  # custom property of our nodes: which part they play
HEIGHT_SCALE_M = 0.03

_SOCKETS = {"base_color": "Base Color", "metallic": "Metallic", "roughness": "Roughness"}
_COLUMN_PX, _ROW_PX = 300, 290


def ensure_material(target: bpy.types.Object, name: str) -> bpy.types.Material:
    """The active material of an object, made where there is none."""
    material = target.active_material
    if material is None:
        material = bpy.data.materials.new(name)
        if target.material_slots:
            target.active_material = material
        else:
            target.data.materials.append(material)
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True
    return material


def wire(material: bpy.types.Material, images: Mapping[str, bpy.types.Image]) -> None:
    """Show the images, map name -> image, in the material; our own nodes of an earlier texture are used again."""
    tree = _Tree(material.node_tree)
    shader, output = tree.shader(), tree.output()
    tree.remove_all_but(images)
    left = shader.location.x - 3 * _COLUMN_PX
    mapping = tree.node("mapping", "ShaderNodeMapping", (left - _COLUMN_PX, shader.location.y))
    coordinates = tree.node("coordinates", "ShaderNodeTexCoord", (left - 2 * _COLUMN_PX, shader.location.y))
    tree.link(coordinates.outputs["UV"], mapping.inputs["Vector"])
    for row, (name, image) in enumerate(images.items()):
        picture = tree.node(name, "ShaderNodeTexImage", (left, shader.location.y - row * _ROW_PX))
        picture.image, picture.label = image, name.replace("_", " ").title()
        tree.link(mapping.outputs["Vector"], picture.inputs["Vector"])
        place = (left + 1.5 * _COLUMN_PX, picture.location.y)
        if name in _SOCKETS:
            tree.link(picture.outputs["Color"], shader.inputs[_SOCKETS[name]])
        elif name == "normal":
            bend = tree.node("normal_map", "ShaderNodeNormalMap", place)
            tree.link(picture.outputs["Color"], bend.inputs["Color"])
            tree.link(bend.outputs["Normal"], shader.inputs["Normal"])
        elif name == "height":
            displace = tree.node("displacement", "ShaderNodeDisplacement", place, scale=HEIGHT_SCALE_M)
            tree.link(picture.outputs["Color"], displace.inputs["Height"])
            tree.link(displace.outputs["Displacement"], output.inputs["Displacement"])


def play(material: bpy.types.Material, frames: int) -> None:
    """Show our maps as image sequences of so many frames, over and over."""
    for node in material.node_tree.nodes:
        if node.get(TAG) in MAP_KINDS:
            node.image.source = "SEQUENCE"
            player = node.image_user
            player.frame_duration, player.frame_start, player.frame_offset = frames, 1, 0
            player.use_cyclic = player.use_auto_refresh = True


def maps_beside(image: bpy.types.Image) -> dict[str, bpy.types.Image]:
    """The maps of the texture that an image is the base color of, as one of our materials shows them; or it alone."""
    for material in bpy.data.materials:
        if material.node_tree is None:
            continue
        shown = {
            node[TAG]: node.image for node in material.node_tree.nodes if node.get(TAG) in MAP_KINDS and node.image
        }
        if shown.get("base_color") == image:
            return shown
    return {"base_color": image}


class _Tree:
    """A material's nodes, ours known by their tag."""

    def __init__(self, tree: bpy.types.NodeTree) -> None:
        self._nodes, self._links = tree.nodes, tree.links

    def output(self) -> bpy.types.Node:
        outputs = [node for node in self._nodes if node.bl_idname == "ShaderNodeOutputMaterial"]
        active = [node for node in outputs if node.is_active_output]
        return (active or outputs or [self._nodes.new("ShaderNodeOutputMaterial")])[0]

    def shader(self) -> bpy.types.Node:
        """The Principled BSDF that is seen, else any, else a new one that is seen from now on."""
        surface = self.output().inputs["Surface"]
        linked = [link.from_node for link in surface.links]
        for node in (*linked, *self._nodes):
            if node.bl_idname == "ShaderNodeBsdfPrincipled":
                return node
        shader = self._nodes.new("ShaderNodeBsdfPrincipled")
        shader.location = (self.output().location.x - _COLUMN_PX, self.output().location.y)
        if not linked:
            self.link(shader.outputs["BSDF"], surface)
        return shader

    def node(self, tag: str, kind: str, location: tuple[float, float], scale: float | None = None) -> bpy.types.Node:
        for node in self._nodes:
            if node.get(TAG) == tag:
                return node
        node = self._nodes.new(kind)
        node[TAG], node.location = tag, location
        if scale is not None:
            node.inputs["Scale"].default_value = scale
        return node

    def remove_all_but(self, images: Mapping[str, bpy.types.Image]) -> None:
        """Take away our nodes for maps that the new texture does not have."""
        kept = {"mapping", "coordinates", *images}
        kept |= {"normal_map"} if "normal" in images else set()
        kept |= {"displacement"} if "height" in images else set()
        for node in [node for node in self._nodes if node.get(TAG) and node[TAG] not in kept]:
            self._nodes.remove(node)

    def link(self, source: bpy.types.NodeSocket, target: bpy.types.NodeSocket) -> None:
        self._links.new(source, target)
