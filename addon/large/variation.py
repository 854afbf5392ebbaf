"""A node group in which several textures of one kind take turns, so that no repeat is seen.

Each texture has a mask of smooth noise, far larger than its elements. Where masks meet, what is lower (or, without a
height map, darker) wins, so that the border follows gaps between elements, which stay open, and only a narrow seam is
mixed: a plain mix of two textures would be grey there. Source: Mikkelsen 2022, Practical Real-Time Hex-Tiling
(JCGT 11(3)), which sharpens weights by luminance and a power; ours come from noise rather than hexagons, by an
exponential. Weights add up to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import bpy

from ...synthesis.maps import MAP_KINDS
from ..materials import TAG, set_as

NAME = "Tilewright Variation"
SLIDERS = {"Patch Size": (1.0, 0.1, 1000.0), "Sharpness": (0.8, 0.0, 1.0)}  # where they begin, the least and the most
SHARPEST = 1000.0  # exponent at a sharpness of 1; at 0 it is 1, a plain mix
RELIEF = 0.05  # how far the texture moves a border, against the noise; with 0.3 it won far from any border
_FAR = 37.7  # between the places of the noise that the masks are taken from, in patches


def new_group(
    others: Sequence[Mapping[str, bpy.types.Image]], like: Mapping[str, bpy.types.Node]
) -> bpy.types.NodeTree:
    """A group that blends its inputs, the maps of the first texture, with those of others.

    others: map name -> image, all with the same maps; like: map name -> the image node of the first texture, which the
    others' are set as. Inputs: Vector, Patch Size (in repeats), Sharpness and the maps
    by their labels; outputs: the maps. A group of ours that nothing uses any more is removed.
    """
    for old in [group for group in bpy.data.node_groups if group.get(TAG) == "variation" and not group.users]:
        bpy.data.node_groups.remove(old)
    group = bpy.data.node_groups.new(NAME, "ShaderNodeTree")
    group[TAG] = "variation"
    _Blend(group, like, list(others[0])).build(others)
    return group


def chosen(node: bpy.types.Node) -> dict[str, float]:
    """Where the sliders of a node with such a group stand; sharpness was an exponent once, which says nothing now."""
    values = {name: node.inputs[name].default_value for name in SLIDERS}
    return {name: value for name, value in values.items() if value <= SLIDERS[name][2]}


def choose(node: bpy.types.Node, values: Mapping[str, float]) -> None:
    """Set them so."""
    for name, value in values.items():
        node.inputs[name].default_value = value


class _Blend:
    """The group under construction."""

    def __init__(self, group: bpy.types.NodeTree, like: Mapping[str, bpy.types.Node], maps: list[str]) -> None:
        self._group, self._like, self._maps = group, like, maps
        self._declare()
        self._inputs = group.nodes.new("NodeGroupInput")
        self._outputs = group.nodes.new("NodeGroupOutput")

    def build(self, others: Sequence[Mapping[str, bpy.types.Image]]) -> None:
        textures = [{name: self._inputs.outputs[MAP_KINDS[name].label] for name in self._maps}]
        textures += [{name: self._picture(name, images[name]) for name in self._maps} for images in others]
        weights = self._weights(textures)
        for name in self._maps:
            parts = [self._scaled(texture[name], weight) for texture, weight in zip(textures, weights, strict=True)]
            total = reduce(lambda one, other: self._vector_math("ADD", one, other), parts)
            self._link(total, self._outputs.inputs[MAP_KINDS[name].label])
        self._arrange()

    def _declare(self) -> None:
        sockets = self._group.interface
        sockets.new_socket("Vector", in_out="INPUT", socket_type="NodeSocketVector")
        for name, (value, least, most) in SLIDERS.items():
            socket = sockets.new_socket(name, in_out="INPUT", socket_type="NodeSocketFloat")
            socket.default_value, socket.min_value, socket.max_value = value, least, most
            socket.subtype = "FACTOR" if most == 1 else "NONE"
        for in_out in ("INPUT", "OUTPUT"):
            for name in self._maps:
                sockets.new_socket(MAP_KINDS[name].label, in_out=in_out, socket_type="NodeSocketColor")

    def _picture(self, name: str, image: bpy.types.Image) -> bpy.types.NodeSocket:
        node = self._group.nodes.new("ShaderNodeTexImage")
        node.image = image
        set_as(node, self._like[name])
        self._link(self._inputs.outputs["Vector"], node.inputs["Vector"])
        return node.outputs["Color"]

    def _weights(self, textures: list[dict[str, bpy.types.NodeSocket]]) -> list[bpy.types.NodeSocket]:
        patches = self._vector_math("DIVIDE", self._inputs.outputs["Vector"], self._inputs.outputs["Patch Size"])
        chosen = [
            self._math("MULTIPLY_ADD", self._brightness(texture), -RELIEF, self._mask(patches, number))
            for number, texture in enumerate(textures)
        ]
        highest = self._folded("MAXIMUM", chosen)  # taken off, or the exponentials would leave the range of numbers
        sharpness, powers = self._math("POWER", SHARPEST, self._inputs.outputs["Sharpness"]), []
        for score in chosen:
            below = self._math("SUBTRACT", score, highest)
            powers.append(self._math("EXPONENT", self._math("MULTIPLY", below, sharpness)))
        total = self._folded("ADD", powers)
        return [self._math("DIVIDE", power, total) for power in powers]

    def _mask(self, patches: bpy.types.NodeSocket, number: int) -> bpy.types.NodeSocket:
        """Smooth noise around 0.5, another for every texture."""
        noise = self._group.nodes.new("ShaderNodeTexNoise")
        noise.noise_dimensions = "3D"
        noise.inputs["Scale"].default_value, noise.inputs["Detail"].default_value = 1.0, 1.0
        moved = self._vector_math("ADD", patches, (0.0, 0.0, _FAR * (number + 1)))
        self._link(moved, noise.inputs["Vector"])
        return noise.outputs[0]  # "Fac", or "Factor": its name depends on the version

    def _brightness(self, texture: Mapping[str, bpy.types.NodeSocket]) -> bpy.types.NodeSocket:
        node = self._group.nodes.new("ShaderNodeRGBToBW")
        self._link(texture.get("height", texture["base_color"]), node.inputs["Color"])
        return node.outputs["Val"]

    def _scaled(self, color: bpy.types.NodeSocket, weight: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        node = self._group.nodes.new("ShaderNodeVectorMath")
        node.operation = "SCALE"
        self._link(color, node.inputs[0])
        self._link(weight, node.inputs["Scale"])
        return node.outputs["Vector"]

    def _math(self, operation: str, *values: bpy.types.NodeSocket | float) -> bpy.types.NodeSocket:
        return self._operated("ShaderNodeMath", operation, values)

    def _folded(self, operation: str, values: Sequence[bpy.types.NodeSocket]) -> bpy.types.NodeSocket:
        """All values by an operation of two."""
        return reduce(lambda one, other: self._math(operation, one, other), values)

    def _vector_math(self, operation: str, *values: object) -> bpy.types.NodeSocket:
        return self._operated("ShaderNodeVectorMath", operation, values)

    def _operated(self, kind: str, operation: str, values: Sequence[object]) -> bpy.types.NodeSocket:
        node = self._group.nodes.new(kind)
        node.operation = operation
        for socket, value in zip(node.inputs, values, strict=False):
            if isinstance(value, bpy.types.NodeSocket):
                self._link(value, socket)
            else:
                socket.default_value = value
        return node.outputs[0]

    def _link(self, source: bpy.types.NodeSocket, target: bpy.types.NodeSocket) -> None:
        self._group.links.new(source, target)

    def _arrange(self) -> None:
        """Columns by how many nodes lie between a node and the input, as a reader would draw it."""
        depth = {node: 0 for node in self._group.nodes}
        for _ in depth:  # a node is deeper than all that it reads; as many rounds as nodes reach the last
            for link in self._group.links:
                depth[link.to_node] = max(depth[link.to_node], depth[link.from_node] + 1)
        rows: dict[int, int] = {}
        for node, column in depth.items():
            node.location = (column * 260, -rows.get(column, 0) * 300)
            rows[column] = rows.get(column, 0) + 1
