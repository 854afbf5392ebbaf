"""A material is tuned without generating again, and a second texture keeps what was tuned."""

import importlib
import sys
from math import isclose

import bpy
import numpy as np

EXTENSION = "bl_ext.user_default.tilewright"
known_size, unknown_size = sys.argv[sys.argv.index("--") + 1 :]
bpy.ops.preferences.addon_enable(module=EXTENSION)
materials, displacement = (
    importlib.import_module(f"{EXTENSION}.addon.{name}") for name in ("materials", "material.displacement")
)
ops = bpy.ops.tilewright


def generate(seed, model=known_size):
    assert ops.generate(model=model, seed=seed, width=96, height=64) == {"FINISHED"}


def link(socket):
    return socket.links[0].from_node if socket.links else None


bpy.ops.wm.read_homefile(app_template="")
bpy.context.scene.tilewright.estimates = False
bpy.ops.mesh.primitive_plane_add(size=2)
plane = bpy.context.object
for operator in (ops.adjust_color, ops.true_displacement, ops.true_size):
    assert not operator.poll(), "nothing is generated yet"
bpy.context.scene.tilewright.model = "FILE"
bpy.context.scene.tilewright.model_file = known_size
generate(1)
material = plane.active_material

# color sliders: neutral, between image and shader; a second texture keeps their values
shader = materials.shader_of(material)
assert link(shader.inputs["Base Color"]) == materials.ours(material)["base_color"]
assert ops.adjust_color() == {"FINISHED"}
nodes = materials.ours(material)
values = {name: nodes["hue_saturation"].inputs[name].default_value for name in ("Hue", "Saturation", "Value")}
assert values == {"Hue": 0.5, "Saturation": 1.0, "Value": 1.0}
assert [socket.default_value for socket in nodes["brightness_contrast"].inputs][1:] == [0.0, 0.0]
assert link(nodes["hue_saturation"].inputs["Color"]) == nodes["base_color"]
assert link(nodes["brightness_contrast"].inputs["Color"]) == nodes["hue_saturation"]
assert link(shader.inputs["Base Color"]) == nodes["brightness_contrast"]
nodes["hue_saturation"].inputs["Hue"].default_value = 0.25
nodes["normal_map"].inputs["Strength"].default_value = 2.5
nodes["displacement"].inputs["Scale"].default_value = 0.125
count = len(material.node_tree.nodes)
generate(2)
nodes = materials.ours(material)
assert len(material.node_tree.nodes) == count
assert nodes["hue_saturation"].inputs["Hue"].default_value == 0.25
assert nodes["normal_map"].inputs["Strength"].default_value == 2.5
assert nodes["displacement"].inputs["Scale"].default_value == 0.125
assert link(shader.inputs["Base Color"]) == nodes["brightness_contrast"]
assert ops.plain_color() == {"FINISHED"}
assert link(shader.inputs["Base Color"]) == materials.ours(material)["base_color"]
assert "hue_saturation" not in materials.ours(material)

# true displacement, and back
scene = bpy.context.scene
assert material.displacement_method == "BUMP"
if bpy.app.version < (5, 0, 0):
    assert scene.cycles.feature_set == "SUPPORTED"
for _ in range(2):  # pressed twice, it is there once
    assert ops.true_displacement() == {"FINISHED"}
modifiers = [modifier for modifier in plane.modifiers if modifier.type == "SUBSURF"]
assert len(modifiers) == 1 and modifiers[0].subdivision_type == "SIMPLE" and modifiers[0].levels == 8
assert material.displacement_method == "BOTH"
if bpy.app.version < (5, 0, 0):
    assert plane.cycles.use_adaptive_subdivision and scene.cycles.feature_set == "EXPERIMENTAL"
else:
    assert modifiers[0].use_adaptive_subdivision
assert ops.bump_only() == {"FINISHED"}
assert not plane.modifiers and material.displacement_method == "BUMP"
if bpy.app.version < (5, 0, 0):
    assert scene.cycles.feature_set == "SUPPORTED"
bpy.ops.mesh.primitive_plane_add()
second = bpy.context.object
second.data.materials.append(material)
other = bpy.data.materials.new("in a second slot")
second.data.materials.append(other)
second.modifiers.new("Array", "ARRAY").count = 200
for target in (plane, second):
    displacement.displace(scene, target, material)
assert second.modifiers[displacement.MODIFIER].levels == 4, "what other modifiers make counts"
assert displacement.displaced(second, material) and not displacement.displaced(second, other)
displacement.displace(scene, second, other)
displacement.flatten(scene, material)
assert material.displacement_method == "BUMP" and not plane.modifiers, "what the objects of a material share"
assert displacement.displaced(second, other), "which its other material needs"
displacement.flatten(scene, other)
assert [modifier.name for modifier in second.modifiers] == ["Array"]
if bpy.app.version < (5, 0, 0):
    assert scene.cycles.feature_set == "SUPPORTED", "as it was before the first"
    second.cycles.use_adaptive_subdivision, scene.cycles.feature_set = True, "EXPERIMENTAL"
    displacement.displace(scene, second, other)
    displacement.flatten(scene, other)
    assert second.cycles.use_adaptive_subdivision and scene.cycles.feature_set == "EXPERIMENTAL", "an artist's own"
    scene.cycles.feature_set, second.cycles.use_adaptive_subdivision = "SUPPORTED", False
    displacement.displace(scene, second, other)
    bpy.ops.preferences.addon_disable(module="cycles")
    displacement.flatten(scene, other)
    assert [modifier.name for modifier in second.modifiers] == ["Array"]
    bpy.ops.preferences.addon_enable(module="cycles")
    assert scene.cycles.feature_set == "EXPERIMENTAL", "nobody could set it"
    displacement.flatten(scene, other)
    assert not second.cycles.use_adaptive_subdivision and scene.cycles.feature_set == "SUPPORTED"
else:  # what an earlier Blender has noted
    second[displacement._FEATURE_SET] = "SUPPORTED"
    displacement.displace(scene, second, other)
    displacement.flatten(scene, other)
    assert [modifier.name for modifier in second.modifiers] == ["Array"]
bpy.data.objects.remove(second)
bpy.context.view_layer.objects.active = plane
assert displacement.levels_within(6, 100_000) == 7 and displacement.levels_within(200_000, 100_000) == 0

# from six sides, where there is no UV map to go by
nodes = materials.ours(material)
strength, into = nodes["normal_map"].inputs["Strength"], nodes["mapping"].inputs["Vector"]
strength.default_value = 0.75
for box in (True, True, False, True):
    assert ops.box_mapping(box=box) == {"FINISHED"}
    shown = {nodes[name].projection for name in materials.shown_maps(material)}
    assert shown == {"BOX" if box else "FLAT"} and materials.is_box(material) == box
    assert into.links[0].from_socket.name == ("Object" if box else "UV")
    assert isclose(strength.default_value, 0 if box else 0.75), "a normal map tells directions of the UV map"
for scale in ((2, 2, 2), (-2, 2, 2)):
    plane.scale = scale
    bpy.context.view_layer.update()
    assert ops.true_size() == {"FINISHED"}
    repeat = nodes["mapping"].inputs["Scale"].default_value
    assert np.allclose(repeat, (2 / 0.24, 2 / 0.24, 2 / 0.16)), "a unit of the object is two metres, mirrored or not"
for box, expected in ((False, (2 / 0.24, 2 / 0.16, 1)), (True, (2 / 0.24, 2 / 0.24, 2 / 0.16))):
    assert ops.box_mapping(box=box) == {"FINISHED"} and np.allclose(repeat, expected), tuple(repeat)
assert ops.generate(model=known_size, seed=1, width=96, height=128) == {"FINISHED"}
assert np.allclose(repeat, (2 / 0.24, 2 / 0.24, 2 / 0.32)), "a pixel is as large on the four sides, whatever the size"
generate(1)

# a former texture whose file is gone tells no size: the next one lies as it did, or as a first one where none could
kept = tuple(repeat)
for scale, expected in ((kept, kept), ((0, 0, 0), (1, 1, 1.5))):
    lost = bpy.data.images.new("lost", 8, 8)
    lost.source, lost.filepath = "FILE", "//no such.png"
    nodes["base_color"].image, repeat[:] = lost, scale
    generate(1)
    assert np.allclose(repeat, expected), tuple(repeat)
repeat[:] = kept
material.node_tree.nodes.remove(nodes["height"])
generate(1)
assert materials.ours(material)["height"].projection == "BOX", "as the others are set"

# also where a texture has no height, and the next one has
nodes = materials.ours(material)
shown, strength = materials.shown_maps(material), nodes["normal_map"].inputs["Strength"]
for maps, expected in ((("base_color", "normal"), 0.75), (tuple(shown), 0), (("base_color",), None), (tuple(shown), 0)):
    materials.wire(material, {name: shown[name] for name in maps})
    bends = materials.ours(material).get("normal_map")
    assert bends is None if expected is None else isclose(bends.inputs["Strength"].default_value, expected), maps
assert ops.box_mapping(box=False) == {"FINISHED"}
assert isclose(materials.ours(material)["normal_map"].inputs["Strength"].default_value, 1), "a new node's own"

# true size: the exemplar's 128 px are 0.32 m, so 96 px are 0.24 m; the plane's UV square is 2 m, and 6 m along u
plane.scale = (3, 1, 1)
bpy.context.view_layer.update()
assert ops.true_size() == {"FINISHED"}
repeat = materials.ours(material)["mapping"].inputs["Scale"].default_value
assert isclose(repeat[0], 6 / 0.24, rel_tol=1e-5) and isclose(repeat[1], 2 / 0.16, rel_tol=1e-5), tuple(repeat)
assert ops.true_size(square=1.2) == {"FINISHED"}
assert isclose(repeat[0], 5, rel_tol=1e-5) and isclose(repeat[1], 7.5, rel_tol=1e-5), tuple(repeat)
# a unit of length may be a centimetre, and faces of other materials lie on the UV map as they like
scene.unit_settings.scale_length = 0.01
assert ops.true_size(square=120) == {"FINISHED"} and isclose(repeat[0], 5, rel_tol=1e-5), tuple(repeat)
material.node_tree.nodes.remove(materials.ours(material)["displacement"])
generate(1)
assert isclose(materials.ours(material)["displacement"].inputs["Scale"].default_value, 3, rel_tol=1e-5), "three of them"
scene.unit_settings.scale_length = 1
bpy.ops.mesh.primitive_plane_add(size=20)
other = bpy.context.object
other.data.materials.append(bpy.data.materials.new("other"))
plane.select_set(True)
bpy.context.view_layer.objects.active = plane
bpy.ops.object.join()
assert len(plane.material_slots) == 2 and plane.active_material == material
assert ops.true_size() == {"FINISHED"}
assert isclose(repeat[0], 6 / 0.24, rel_tol=1e-5) and isclose(repeat[1], 2 / 0.16, rel_tol=1e-5), tuple(repeat)
assert ops.true_size(square=1.2) == {"FINISHED"}
generate(3)
assert isclose(materials.ours(material)["mapping"].inputs["Scale"].default_value[0], 5, rel_tol=1e-5)
bpy.context.scene.tilewright.model_file = unknown_size
generate(3, unknown_size)
assert not ops.true_size.poll(), "this model does not know its size"

# ambient occlusion darkens the base color, by a factor that stays
images = materials.shown_maps(material)
images["ao"] = bpy.data.images.new("ao", 96, 64, is_data=True)
images["ao"].pixels.foreach_set(np.full(96 * 64 * 4, 0.5, np.float32))
for _ in range(2):
    materials.wire(material, images)
    darken = materials.ours(material)["occlusion"]
    assert link(shader.inputs["Base Color"]) == darken and darken.blend_type == "MULTIPLY"
    sockets = {socket.identifier: socket for socket in darken.inputs}
    assert link(sockets["A_Color"]).image == images["base_color"] and link(sockets["B_Color"]).image == images["ao"]
    darken.inputs["Factor"].default_value = 0.75
assert darken.inputs["Factor"].default_value == 0.75
generate(4)
assert "occlusion" not in materials.ours(material)

# an artist may remove nodes of ours: what is left still works, and the next texture brings them again
for tag in ("mapping", "coordinates", "normal_map", "displacement"):
    material.node_tree.nodes.remove(materials.ours(material)[tag])
assert ops.adjust_color() == {"FINISHED"} and ops.plain_color() == {"FINISHED"}
assert link(shader.inputs["Base Color"]) == materials.ours(material)["base_color"]
assert not ops.true_size.poll(), "there is no Mapping node to scale by"
generate(5)
assert {"mapping", "coordinates", "normal_map", "displacement"} <= set(materials.ours(material))

# what the artist shows stays in sight, until another texture is asked for
surface = next(node for node in material.node_tree.nodes if node.bl_idname == "ShaderNodeOutputMaterial").inputs[0]
emission = material.node_tree.nodes.new("ShaderNodeEmission")
material.node_tree.links.new(materials.ours(material)["base_color"].outputs[0], emission.inputs["Color"])
material.node_tree.links.new(emission.outputs[0], surface)
for without in (False, True):
    if without:
        material.node_tree.nodes.remove(materials.shader_of(material))
    assert ops.adjust_color() == {"FINISHED"} and link(surface) == emission
    assert link(emission.inputs["Color"]) == materials.ours(material)["brightness_contrast"], "the sliders are seen"
    assert ops.plain_color() == {"FINISHED"} and link(surface) == emission
    assert link(emission.inputs["Color"]) == materials.ours(material)["base_color"]
assert materials.shader_of(material) is None
generate(6)
assert link(surface) == materials.shader_of(material)
print("material: all fine")
