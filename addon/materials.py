"""Wiring a texture's images into a material, as Node Wrangler does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import bpy
from mathutils import Vector

from ..synthesis.errors import TextureError
from ..synthesis.maps import MAP_KINDS
from . import identity, units
from .wired import OUTPUT, PRINCIPLED, SOCKETS, images_shown, leads_to, seen_at, shown_output, wired_maps

TAG = "tilewright"  # custom property of our nodes: which part they play
HEIGHT_SCALE_M = 0.03
COLOR_CONTROLS = ("hue_saturation", "brightness_contrast")
OCCLUSION = 0.0  # until the artist wants it: a photo's color has its own shade, and Cycles traces what the relief casts

PICTURE_SETTINGS = ("projection", "projection_blend", "interpolation", "extension")  # of an image node
_STRENGTH = "tilewright_strength"  # custom property of the Normal Map node: how strong it is where it bends the shading
_COMPANIONS = {"normal": "normal_map", "height": "displacement", "ao": "occlusion"}  # map -> the node it needs
_COLUMN_PX, _ROW_PX = 300, 290


def ensure_material(
    target: bpy.types.Object, name: str, chosen: bpy.types.Material | None = None
) -> bpy.types.Material:
    """The chosen material, else the active one of an object, made where there is none; with nodes."""
    material = chosen or target.active_material
    if material is None:
        material = bpy.data.materials.new(name)
        wear(target, material)
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True
    return material


def asked_for(uid: int | None) -> bpy.types.Material:
    """The material that a texture was made for. Raises: TextureError where it is gone."""
    material = identity.found(uid, bpy.data.materials)
    if material is None:
        raise TextureError("the material that the texture was made for is gone: nothing was changed")
    return material


def wear(target: bpy.types.Object, material: bpy.types.Material) -> None:
    """Put a material into an object's active slot, or into its first."""
    if target.material_slots:
        target.active_material = material
    else:
        target.data.materials.append(material)


def wire(material: bpy.types.Material, images: Mapping[str, bpy.types.Image]) -> str:
    """Show the images, map name -> image, in the material; our own nodes of an earlier texture are used again.

    Gives the name of a node that is seen no more, as a shader had to take its place, or "".
    """
    tree = _Tree(material.node_tree)
    shader = tree.shader()
    hidden = tree.show(shader)
    tree.remove_all_but(images)
    right, top = _place(shader)
    left = right - 3 * _COLUMN_PX
    tree.node("mapping", "ShaderNodeMapping", (left - _COLUMN_PX, top))
    tree.node("coordinates", "ShaderNodeTexCoord", (left - 2 * _COLUMN_PX, top))
    for row, (name, image) in enumerate(images.items()):
        is_new = name not in tree.ours()
        picture = tree.node(name, "ShaderNodeTexImage", (left, top - row * _ROW_PX))
        if is_new:  # as the artist has set the others
            set_as(picture, tree.ours()["base_color"])
        picture.image, picture.label = image, name.replace("_", " ").title()
        place = (left + 1.5 * _COLUMN_PX, _place(picture).y)
        if name == "normal":
            tree.node("normal_map", "ShaderNodeNormalMap", place)
        elif name == "height":
            scale = HEIGHT_SCALE_M / units.metres(bpy.context.scene, 1)
            tree.node("displacement", "ShaderNodeDisplacement", place, Scale=scale)
        elif name == "ao":
            _add_occlusion(tree, shader)
    _link(tree)
    weigh_normals(material)
    return hidden


def add_color_controls(material: bpy.types.Material) -> None:
    """Put neutral nodes for hue, saturation, brightness and contrast before the shader's base color."""
    tree = _Tree(material.node_tree)
    right, top = _place(tree.end())
    before = [tag for tag in COLOR_CONTROLS if tag in tree.ours()]
    hue = tree.node("hue_saturation", "ShaderNodeHueSaturation", (right - 1.37 * _COLUMN_PX, top))
    contrast = tree.node("brightness_contrast", "ShaderNodeBrightContrast", (right - 0.7 * _COLUMN_PX, top))
    if before:
        if len(before) < len(COLOR_CONTROLS):
            _link_color(tree)
        return
    shader, color = tree.principled(), _color(tree.ours())
    into = shader.inputs["Base Color"] if shader else None
    if into and into.is_linked and tree.shows(shader):
        color = into.links[0].from_socket  # the artist's own, as it may be
    else:  # the artist shows the color by other means
        tree.put_after(color, contrast.outputs["Color"])
    tree.link(color, hue.inputs["Color"])
    tree.link(hue.outputs["Color"], contrast.inputs["Color"])
    if into and (tree.shows(shader) or not into.is_linked):
        tree.link(contrast.outputs["Color"], into)


def vary(material: bpy.types.Material, group: bpy.types.NodeTree) -> bpy.types.Node:
    """Lead our maps through a node group with a Vector, and an input and an output for each map: the new node."""
    tree = _Tree(material.node_tree)
    right, top = _place(tree.end())
    node = tree.node("variation", "ShaderNodeGroup", (right - 2.2 * _COLUMN_PX, top + _ROW_PX))
    node.node_tree = group
    for name, picture in tree.ours().items():
        if name in MAP_KINDS:
            tree.put_after(picture.outputs["Color"], node.outputs[MAP_KINDS[name].label])
    _link_variation(tree)
    return node


def remove(material: bpy.types.Material, tags: Collection[str]) -> None:
    """Take away nodes of ours that the maps are led through: what fed them feeds what they fed."""
    tree = _Tree(material.node_tree)
    for node in [node for tag, node in ours(material).items() if tag in tags]:
        tree.remove(node)


def ours(material: bpy.types.Material | None) -> dict[str, bpy.types.Node]:
    """Our nodes of a material, by their tags."""
    nodes = material.node_tree.nodes if material and material.node_tree else ()
    return _by_tag(nodes)


def shown_maps(material: bpy.types.Material | None) -> dict[str, bpy.types.Image]:
    """The images of the texture that a material shows, by their maps."""
    nodes = ours(material)
    return {name: nodes[name].image for name in MAP_KINDS if name in nodes and nodes[name].image}


def is_box(material: bpy.types.Material) -> bool:
    """Whether our texture is laid on from six sides, rather than by the UV map."""
    picture = ours(material).get("base_color")
    return picture is not None and picture.projection == "BOX"


def weigh_normals(material: bpy.types.Material) -> None:
    """Let a normal map bend the shading as the artist has set it, or not at all.

    It tells directions of the UV map: where the texture is laid on from six sides, a height does it, if there is one.
    """
    mine = ours(material)
    if "normal_map" not in mine:
        return
    node, strength = mine["normal_map"], mine["normal_map"].inputs["Strength"]
    weighed = not (is_box(material) and "displacement" in mine)
    if weighed and _STRENGTH in node:
        strength.default_value = node.pop(_STRENGTH)
    elif not weighed and _STRENGTH not in node:
        node[_STRENGTH], strength.default_value = strength.default_value, 0.0


def set_as(picture: bpy.types.Node, other: bpy.types.Node) -> None:
    """Let an image node show its image as another one does."""
    for setting in PICTURE_SETTINGS:
        setattr(picture, setting, getattr(other, setting))


def shader_of(material: bpy.types.Material) -> bpy.types.Node | None:
    """The Principled BSDF that a material shows, else any, if it has one."""
    return _Tree(material.node_tree).principled()


def play(material: bpy.types.Material, frames: int) -> None:
    """Show our maps as image sequences of so many frames, over and over."""
    nodes = ours(material)
    for name, image in shown_maps(material).items():
        image.source = "SEQUENCE"
        player = nodes[name].image_user
        player.frame_duration, player.frame_start, player.frame_offset = frames, 1, 0
        player.use_cyclic = player.use_auto_refresh = True


def maps_beside(image: bpy.types.Image) -> dict[str, bpy.types.Image]:
    """The maps of the texture that an image is the base color of, as a material shows them, first ours; or it alone."""
    return _shown_with(image)[1]


def images_beside(image: bpy.types.Image) -> set[bpy.types.Image]:
    """All images, maps or not, that the material shows of which `maps_beside` are the maps; or it alone."""
    material, maps = _shown_with(image)
    return images_shown(material) | {*maps.values()} if material else {image}


def _shown_with(image: bpy.types.Image) -> tuple[bpy.types.Material | None, dict[str, bpy.types.Image]]:
    active = bpy.context.active_object
    first = [active.active_material] if active and active.active_material else []
    every = (*first, *bpy.data.materials)
    for maps_of in (shown_maps, wired_maps):
        for material in every:
            shown = maps_of(material)
            if shown.get("base_color") == image:
                return material, shown
    return next((one for one in every if image in images_shown(one)), None), {"base_color": image}


def _add_occlusion(tree: _Tree, shader: bpy.types.Node) -> None:
    """Source: glTF 2.0, 3.9.3: lerp(color, color * occlusion, strength)."""
    right, top = _place(shader)
    fresh = "occlusion" not in tree.ours()
    darken = tree.node("occlusion", "ShaderNodeMix", (right - 2 * _COLUMN_PX, top), Factor=OCCLUSION)
    darken.data_type, darken.blend_type = "RGBA", "MULTIPLY"
    darken.label = "Occlusion"
    if fresh:
        tree.put_after(tree.ours()["base_color"].outputs["Color"], _identified(darken)["Result_Color"])


def _link(tree: _Tree) -> None:
    """Link our nodes, as many as the artist has left, from coordinates to shader; what lies between them stays."""
    mine, shader, output = tree.ours(), tree.principled(), tree.output()
    if "coordinates" in mine and "mapping" in mine and not mine["mapping"].inputs["Vector"].is_linked:
        tree.link(mine["coordinates"].outputs["UV"], mine["mapping"].inputs["Vector"])
    for name in MAP_KINDS if "mapping" in mine else ():
        if name in mine:
            tree.link(mine["mapping"].outputs["Vector"], mine[name].inputs["Vector"])
    _link_variation(tree)
    maps = _maps(mine)
    for name, socket in SOCKETS.items():
        if name in maps and shader:
            tree.link(maps[name], shader.inputs[socket])
    _link_color(tree)
    if "normal" in maps and "normal_map" in mine:
        tree.link(maps["normal"], mine["normal_map"].inputs["Color"])
        if shader:
            tree.link(mine["normal_map"].outputs["Normal"], shader.inputs["Normal"])
    if "height" in maps and "displacement" in mine:
        tree.link(maps["height"], mine["displacement"].inputs["Height"])
        tree.link(mine["displacement"].outputs["Displacement"], output.inputs["Displacement"])


def _link_variation(tree: _Tree) -> None:
    """Let the group of `vary`, where there is one, see our maps, at the place where the base color is seen."""
    mine = tree.ours()
    if "variation" not in mine:
        return
    for name in MAP_KINDS:
        if name in mine:
            tree.link(mine[name].outputs["Color"], mine["variation"].inputs[MAP_KINDS[name].label])
    for link in mine["base_color"].inputs["Vector"].links:
        tree.link(link.from_socket, mine["variation"].inputs["Vector"])


def _maps(mine: Mapping[str, bpy.types.Node]) -> dict[str, bpy.types.NodeSocket]:
    """Where our maps come out, of the group of `vary` where there is one."""
    names = [name for name in MAP_KINDS if name in mine]
    if "variation" in mine:
        return {name: mine["variation"].outputs[MAP_KINDS[name].label] for name in names}
    return {name: mine[name].outputs["Color"] for name in names}


def _link_color(tree: _Tree) -> None:
    mine, shader = tree.ours(), tree.principled()
    maps = _maps(mine)
    color = maps["base_color"]
    if "ao" in maps and "occlusion" in mine:
        sockets = _identified(mine["occlusion"])
        tree.link(color, sockets["A_Color"])
        tree.link(maps["ao"], sockets["B_Color"])
        color = sockets["Result_Color"]
    for tag in COLOR_CONTROLS:
        if tag in mine:
            tree.link(color, mine[tag].inputs["Color"])
            color = mine[tag].outputs["Color"]
    if shader:
        tree.link(color, shader.inputs["Base Color"])


def _color(mine: Mapping[str, bpy.types.Node]) -> bpy.types.NodeSocket:
    """Where the color of our maps comes out, before any sliders."""
    if "occlusion" in mine:
        return _identified(mine["occlusion"])["Result_Color"]
    return _maps(mine)["base_color"]


def _place(node: bpy.types.Node) -> Vector:
    """Where a node stands; its location tells it within its frame."""
    place = node.location.copy()
    while node := node.parent:
        place += node.location
    return place


def _identified(node: bpy.types.Node) -> dict[str, bpy.types.NodeSocket]:
    """The sockets of a Mix node, of which several have one name, by their identifiers."""
    return {socket.identifier: socket for socket in (*node.inputs, *node.outputs)}


def _by_tag(nodes: Iterable[bpy.types.Node]) -> dict[str, bpy.types.Node]:
    """Of several with one tag the first: the others are copies that the artist has made of it."""
    return {node[TAG]: node for node in reversed(list(nodes)) if node.get(TAG)}


class _Tree:
    """A material's nodes, ours known by their tag."""

    def __init__(self, tree: bpy.types.NodeTree) -> None:
        self._tree, self._nodes, self._links = tree, tree.nodes, tree.links

    def ours(self) -> dict[str, bpy.types.Node]:
        return _by_tag(self._nodes)

    def output(self) -> bpy.types.Node:
        return shown_output(self._tree) or self._nodes.new(OUTPUT)

    def shader(self) -> bpy.types.Node:
        """The Principled BSDF that is seen, else any or a new one."""
        shader = self.principled()
        if shader is None:
            output, shader = self.output(), self._nodes.new(PRINCIPLED)
            right, top = _place(output)
            shader.location = (right - _COLUMN_PX, top)
        return shader

    def end(self) -> bpy.types.Node:
        """What the maps lead to: our nodes stand at its left."""
        return self.principled() or self.output()

    def show(self, shader: bpy.types.Node) -> str:
        """Let a shader be seen: in the output, or in what lies before it. Gives the name of what it hides, or ""."""
        surface = self.output().inputs["Surface"]
        shown = [link.from_node for link in surface.links if not link.is_muted]
        self.link(shader.outputs["BSDF"], surface)
        return next((node.label or node.name for node in shown if not self.shows(node)), "")

    def principled(self) -> bpy.types.Node | None:
        """The Principled BSDF that is seen, else any, if there is one."""
        every = [node for node in self._nodes if node.bl_idname == PRINCIPLED]
        output = shown_output(self._tree)
        last = [link.from_node for link in output.inputs["Surface"].links] if output else []
        seen = (node for node in (*last, *every) if node in every and self.shows(node))
        return next(seen, every[0] if every else None)

    def shows(self, node: bpy.types.Node) -> bool:
        """Whether a node is seen on the surface."""
        output = shown_output(self._tree)
        return output is not None and seen_at(node, output.inputs["Surface"])

    def node(self, tag: str, kind: str, location: tuple[float, float], **values: float) -> bpy.types.Node:
        """Ours with this tag, or a new one whose inputs hold `values`."""
        if tag in (mine := self.ours()):
            return mine[tag]
        node = self._nodes.new(kind)
        node[TAG], node.location = tag, location
        for name, value in values.items():
            node.inputs[name].default_value = value
        return node

    def remove_all_but(self, images: Mapping[str, bpy.types.Image]) -> None:
        """Take away our nodes for maps that the new texture does not have."""
        kept = {"mapping", "coordinates", *COLOR_CONTROLS, *images}
        kept |= {_COMPANIONS[name] for name in images if name in _COMPANIONS}
        for node in [node for tag, node in self.ours().items() if tag not in kept]:
            self.remove(node)

    def remove(self, node: bpy.types.Node) -> None:
        """Take away a node; what it made of an input, of that name or the first of a mix, is fed by what fed that."""
        if node.bl_idname == "ShaderNodeMix":
            sockets = _identified(node)
            passed = [(sockets["A_Color"], sockets["Result_Color"])]
        else:
            passed = [(given, made) for made in node.outputs for given in node.inputs if given.name == made.name]
        for given, made in passed:
            for target in [link.to_socket for link in made.links] if given.is_linked else ():
                self._links.new(given.links[0].from_socket, target)
        for copy in [other for other in self._nodes if other != node and other.get(TAG) == node.get(TAG)]:
            copy.pop(TAG, None)  # the artist's, whatever becomes of ours
        self._nodes.remove(node)

    def link(self, source: bpy.types.NodeSocket, target: bpy.types.NodeSocket) -> None:
        """Link two sockets, unless what the artist has put between them leads from the one to the other already."""
        if not leads_to(source.node, target):
            self._links.new(source, target)

    def put_after(self, source: bpy.types.NodeSocket, output: bpy.types.NodeSocket) -> None:
        """Let all that a socket feeds be fed by another one, of a node that is to be put behind it."""
        for target in [link.to_socket for link in source.links if link.to_node != output.node]:
            self._links.new(output, target)
