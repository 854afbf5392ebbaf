"""How a texture is laid on an object: by its UV map, or from six sides, for which an object needs none."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from ...synthesis.maps import MAP_KINDS
from .. import mapping, materials

EDGE = 0.3  # how far the sides fade into one another


def project(material: bpy.types.Material, box: bool) -> None:
    """Lay the texture on from six sides, a repeat a unit of the object, or by the UV map as in every new material."""
    mine = materials.ours(material)
    lies = mapping.repeats(material) if "mapping" in mine else None
    if "variation" in mine and mine["variation"].node_tree.users > 1:  # the material is a copy, or has one
        mine["variation"].node_tree = mine["variation"].node_tree.copy()
    for picture in _pictures(mine):
        picture.projection = "BOX" if box else "FLAT"
        picture.projection_blend = EDGE if box else 0.0
    if "coordinates" in mine and "mapping" in mine:
        links, into = material.node_tree.links, mine["mapping"].inputs["Vector"]
        if {link.from_node for link in into.links} <= {mine["coordinates"]}:
            links.new(mine["coordinates"].outputs["Object" if box else "UV"], into)
    if lies:
        mapping.set_repeats(material, *lies)
    materials.weigh_normals(material)


def _pictures(mine: dict[str, bpy.types.Node]) -> Iterator[bpy.types.Node]:
    """The image nodes of our maps, and those that take turns with them."""
    yield from (mine[name] for name in MAP_KINDS if name in mine)
    if "variation" in mine:
        yield from (node for node in mine["variation"].node_tree.nodes if node.bl_idname == "ShaderNodeTexImage")
