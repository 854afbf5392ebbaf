"""What an artist has put between our nodes stays, whatever is generated or added."""

import importlib
import sys

import bpy

EXTENSION = "bl_ext.user_default.tilewright"
(model_file,) = sys.argv[sys.argv.index("--") + 1 :]
bpy.ops.preferences.addon_enable(module=EXTENSION)
materials = importlib.import_module(f"{EXTENSION}.addon.materials")
ops = bpy.ops.tilewright

bpy.ops.wm.read_homefile(app_template="")
bpy.context.scene.tilewright.model, bpy.context.scene.tilewright.model_file = "FILE", model_file
bpy.ops.mesh.primitive_plane_add(size=2)


def generate(seed):
    assert ops.generate(model=model_file, seed=seed, width=96, height=64) == {"FINISHED"}


def fed_by(socket):
    assert len(socket.links) == 1, socket.name
    return socket.links[0].from_node


def between(kind, source, target):
    """A node of the artist's on the way from a socket to another."""
    node = tree.nodes.new(kind)
    into = node.inputs["Color"] if "Color" in node.inputs else node.inputs[0]
    tree.links.new(source, into)
    tree.links.new(node.outputs["Color"], target)
    return node, into


def check(first, last):
    """first, last: what feeds the artist's curves, and what feeds the shader's color."""
    mine = materials.ours(material)
    assert fed_by(curves_in) == mine[first]
    assert fed_by(shader.inputs["Roughness"]) == ramp
    assert fed_by(shader.inputs["Base Color"]) == (curves if last == "curves" else mine[last])
    (link,) = mine["mapping"].inputs["Vector"].links
    assert link.from_node == mine["coordinates"] and link.from_socket.name == "Object"
    assert all(fed_by(mine[name].inputs["Vector"]) == mine["mapping"] for name in materials.shown_maps(material))


generate(1)
material = bpy.context.object.active_material
tree, shader, nodes = material.node_tree, materials.shader_of(material), materials.ours(material)
curves, curves_in = between("ShaderNodeRGBCurve", nodes["occlusion"].outputs[2], shader.inputs["Base Color"])
ramp, ramp_in = between("ShaderNodeValToRGB", nodes["roughness"].outputs["Color"], shader.inputs["Roughness"])
tree.links.new(nodes["coordinates"].outputs["Object"], nodes["mapping"].inputs["Vector"])
check("occlusion", "curves")
generate(2)
check("occlusion", "curves")
for _ in range(2):
    assert ops.adjust_color() == {"FINISHED"}
    check("occlusion", "brightness_contrast")
    assert fed_by(materials.ours(material)["hue_saturation"].inputs["Color"]) == curves
generate(3)
check("occlusion", "brightness_contrast")
assert ops.plain_color() == {"FINISHED"}
check("occlusion", "curves")
for _ in range(2):
    assert ops.break_repetition(model=model_file, seed=4, width=96, height=64, variations=2) == {"FINISHED"}
    check("occlusion", "curves")
    blend = materials.ours(material)["variation"]
    assert fed_by(ramp_in) == blend and ramp_in.links[0].from_socket.name == "Roughness"
assert ops.single_texture() == {"FINISHED"}
check("occlusion", "curves")
assert fed_by(ramp_in) == materials.ours(material)["roughness"]

# what the artist has unlinked stays so, whatever is added
(link,) = shader.inputs["Roughness"].links
tree.links.remove(link)
assert ops.adjust_color() == {"FINISHED"} and ops.plain_color() == {"FINISHED"}
assert not shader.inputs["Roughness"].is_linked
tree.links.new(ramp.outputs["Color"], shader.inputs["Roughness"])

# where there is no occlusion any more, what it fed is fed by the color
bpy.context.scene.tilewright.estimates = False
generate(4)
assert "occlusion" not in materials.ours(material)
assert fed_by(curves_in) == materials.ours(material)["base_color"] and fed_by(shader.inputs["Base Color"]) == curves
bpy.context.scene.tilewright.estimates = True


# the color that the artist shows stays, with sliders and without them again
value = tree.nodes.new("ShaderNodeRGB")
tree.links.new(value.outputs["Color"], shader.inputs["Base Color"])
for _ in range(2):
    assert ops.adjust_color() == {"FINISHED"}
    mine = materials.ours(material)
    assert fed_by(shader.inputs["Base Color"]) == mine["brightness_contrast"]
    assert fed_by(mine["brightness_contrast"].inputs["Color"]) == mine["hue_saturation"]
    assert fed_by(mine["hue_saturation"].inputs["Color"]) == value
assert ops.plain_color() == {"FINISHED"} and fed_by(shader.inputs["Base Color"]) == value
tree.links.new(curves.outputs["Color"], shader.inputs["Base Color"])

# a copy of a node of ours is the artist's, also where ours goes
generate(4)
copied = tree.nodes.new("ShaderNodeTexImage")
copied["tilewright"], copied.image = "ao", materials.shown_maps(material)["ao"]
bpy.context.scene.tilewright.estimates = False
generate(5)
assert "ao" not in materials.ours(material) and copied.image and copied in tree.nodes.values()
bpy.context.scene.tilewright.estimates = True
generate(5)
assert materials.ours(material)["ao"] != copied
tree.nodes.remove(copied)

# a link that the artist has muted stays so, on the way of the color too
(link,) = curves_in.links
link.is_muted = True
generate(6)
assert fed_by(shader.inputs["Base Color"]) == curves and curves_in.links[0].is_muted
curves_in.links[0].is_muted = False


def new_material(name):
    """In the object's only slot, empty but for an output: its tree, and the socket of what it shows."""
    made = bpy.data.materials.new(name)
    if bpy.app.version < (5, 0, 0):
        made.use_nodes = True
    bpy.context.object.material_slots[0].material = made
    made.node_tree.nodes.clear()
    return made.node_tree, made.node_tree.nodes.new("ShaderNodeOutputMaterial").inputs["Surface"]


# the shader that is seen wears the texture, and where none that could is seen, one is from now on
mixed, surface = new_material("Mixed")
left_over, worn = (mixed.nodes.new("ShaderNodeBsdfPrincipled") for _ in range(2))
mix = mixed.nodes.new("ShaderNodeMixShader")
mixed.links.new(worn.outputs["BSDF"], mix.inputs[2])
mixed.links.new(mix.outputs["Shader"], surface)
generate(5)
assert worn.inputs["Base Color"].is_linked and not left_over.inputs["Base Color"].is_linked
assert fed_by(surface) == mix
muted = mixed.links.new(left_over.outputs["BSDF"], mix.inputs[1])
muted.is_muted = True
assert materials.shader_of(bpy.context.object.active_material) == worn, "what leads there by a muted link is not seen"
matte, surface = new_material("Matte")
matte.links.new(matte.nodes.new("ShaderNodeBsdfDiffuse").outputs["BSDF"], surface)
for hidden in ("Diffuse BSDF", ""):
    known = materials.shown_maps(material)
    assert materials.wire(bpy.context.object.active_material, known) == hidden, "it is told what is seen no more"
generate(5)
assert fed_by(surface).inputs["Base Color"].is_linked and fed_by(surface).bl_idname == "ShaderNodeBsdfPrincipled"

# our nodes stand beside it, though it stands in frames
framed, surface = new_material("Framed")
held = framed.nodes.new("ShaderNodeBsdfPrincipled")
framed.links.new(held.outputs["BSDF"], surface)
outer, inner = (framed.nodes.new("NodeFrame") for _ in range(2))
outer.location = (5000, 3000)
for node, frame in ((inner, outer), (held, inner)):
    node.parent, node.location = frame, (100, 50)
generate(5)
assert ops.adjust_color() == {"FINISHED"}
mine = materials.ours(bpy.context.object.active_material)
for tag, left in (("mapping", 1200), ("coordinates", 1500), ("base_color", 900), ("occlusion", 600)):
    assert tuple(mine[tag].location) == (5200 - left, 3100), tag
assert tuple(mine["brightness_contrast"].location) == (5200 - 210, 3100)

# of outputs for one engine each, that of the scene's shows it
engines, surface = new_material("Engines")
outputs, shaders = {"EEVEE": surface.node, "CYCLES": engines.nodes.new("ShaderNodeOutputMaterial")}, {}
for target, output in outputs.items():
    output.target, shaders[target] = target, engines.nodes.new("ShaderNodeBsdfPrincipled")
    engines.links.new(shaders[target].outputs["BSDF"], output.inputs["Surface"])
for engine, reached in (("CYCLES", {"CYCLES"}), (bpy.context.scene.render.engine, {"CYCLES", "EEVEE"})):
    bpy.context.scene.render.engine = engine
    generate(5)
    assert {target for target, shader in shaders.items() if shader.inputs["Base Color"].is_linked} == reached
    assert {target for target, output in outputs.items() if output.inputs["Displacement"].is_linked} == reached

# an object that can't show it is told of
bpy.context.object.data.uv_layers.remove(bpy.context.object.data.uv_layers[0])
generate(5)

# a material without nodes gets some
plain = bpy.data.materials.new("Plain")
bpy.context.object.material_slots[0].material = plain
generate(5)
assert materials.shown_maps(plain)
print("wires: all fine")
