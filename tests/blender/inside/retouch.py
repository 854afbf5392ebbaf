"""The operators of the Image Editor, without a window: results equal synthesis, and bad input is one line."""

import importlib
import sys
from pathlib import Path

import bpy
import numpy as np

sys.path.append(str(Path(__file__).parent))
from refusals import refused

EXTENSION = "bl_ext.user_default.tilewright"
model_file = sys.argv[sys.argv.index("--") + 1]
bpy.ops.preferences.addon_enable(module=EXTENSION)
edits, png, session, picture_module, errors = (
    importlib.import_module(f"{EXTENSION}.synthesis.{name}")
    for name in ("edits", "png", "session", "picture", "errors")
)
images, background, job, retouch = (
    importlib.import_module(f"{EXTENSION}.addon.{name}") for name in ("images", "background", "job", "retouch")
)
model = session.open_model(Path(model_file), "cpu")
ops, with_model = bpy.ops.tilewright, {"model": model_file}
HEIGHT, WIDTH = 100, 140
colors = (np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3)) / 255).astype(np.float32)
hole = np.zeros((HEIGHT, WIDTH), bool)
hole[30:60, 40:100] = True


def image(name, pixels, is_float=False, is_data=False):
    height, width = pixels.shape[:2]
    made = bpy.data.images.new(name, width, height, alpha=True, float_buffer=is_float, is_data=is_data)
    rgba = np.ones((height, width, 4), np.float32)
    rgba[..., : pixels.shape[2]] = pixels
    made.pixels.foreach_set(np.ascontiguousarray(rgba[::-1]).ravel())
    return made


def shown(made):
    flat = np.empty(len(made.pixels), np.float32)
    made.pixels.foreach_get(flat)
    return flat.reshape(made.size[1], made.size[0], -1)[::-1, :, :3]


def run(operator, source, seed=3, **options):
    before = set(bpy.data.images)
    assert getattr(bpy.ops.tilewright, operator)(model=model_file, image=source.name, seed=seed, **options) == {
        "FINISHED"
    }
    made = {made.name: made for made in set(bpy.data.images) - before}
    assert len(made) == len(model.info.maps), made
    return next(one for one in made.values() if "base_color" in one.name)


def expected(guide):
    return png.quantised(edits.applied(model, guide, 3)["base_color"], 8) / 255


source, covered = image("photo", colors), image("cover", np.repeat(hole[..., None], 3, 2).astype(np.float32))
bpy.ops.mesh.primitive_plane_add()
material = bpy.data.materials.new("M")
if bpy.app.version < (5, 0, 0):
    material.use_nodes = True
bpy.context.object.data.materials.append(material)
node = material.node_tree.nodes.new("ShaderNodeTexImage")
node.image = source
group = bpy.data.node_groups.new("G", "ShaderNodeTree")
geometry = bpy.data.node_groups.new("N", "GeometryNodeTree")
given = geometry.interface.new_socket("Given", in_out="INPUT", socket_type="NodeSocketImage")
geometry.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
bpy.context.object.modifiers.new("Empty", "NODES")  # has no node group, and so no inputs
modifier = bpy.context.object.modifiers.new("N", "NODES")
modifier.node_group = geometry


def modifier_input():
    """Asked anew each time, since Blender moves it; before 5.2 it is a custom property."""
    return getattr(modifier.properties.inputs, given.identifier)


if bpy.app.version < (5, 2, 0):
    modifier[given.identifier] = source
else:
    modifier_input().value = source
pencil = bpy.data.materials.new("P")
bpy.data.materials.create_gpencil_data(pencil)
places = {  # every place where an artist may see an image
    "group": (group.nodes.new("ShaderNodeTexImage"), "image"),
    "world": (bpy.data.worlds.new("W"), None),
    "brush": (bpy.data.textures.new("T", "IMAGE"), "image"),
    "camera": (bpy.data.cameras.new("C").background_images.new(), "image"),
    "empty": (bpy.data.objects.new("E", None), "data"),
    "clone": (bpy.context.scene.tool_settings.image_paint, "clone_image"),
    "geometry": (geometry.nodes.new("GeometryNodeImageTexture").inputs["Image"], "default_value"),
    "geometry's default": (given, "default_value"),
    "fill": (pencil.grease_pencil, "fill_image"),
    "stroke": (pencil.grease_pencil, "stroke_image"),
    "stencil": (bpy.context.scene.tool_settings.image_paint, "stencil_image"),
}
if bpy.app.version < (5, 0, 0):
    places["world"][0].use_nodes = True
places["world"] = (places["world"][0].node_tree.nodes.new("ShaderNodeTexEnvironment"), "image")
places["empty"][0].empty_display_type = "IMAGE"
for holder, name in places.values():
    setattr(holder, name, source)
bpy.context.scene.tilewright.mask = source
picture = picture_module.Picture({"base_color": shown(source).copy()})

# what would be too large for the .blend is refused, and so is a second job beside one
largest, images.LARGEST_PACKED_PX = images.LARGEST_PACKED_PX, HEIGHT * WIDTH - 1
refused(ops.fill, "choose Next to the File", **with_model, image=source.name)
refused(ops.even_light, "choose Next to the File", image=source.name)
images.LARGEST_PACKED_PX = largest
background._running.append(job.Writer())
try:
    background.Background()._begin(bpy.context)
except errors.TextureError as reason:
    assert "Something is being made" in str(reason)
else:
    raise AssertionError("two jobs fight over the processor")
refused(ops.flip, "Something is being made")
background._running.clear()

# a fourth map in the alpha channel is no transparency
packed = bpy.data.images.new("smoothness in alpha", 8, 8, alpha=True)
packed.pixels = [0.5] * len(packed.pixels)
assert np.allclose(images.read(packed).encoded(), 0.5, atol=1 / 255)
packed.alpha_mode = "CHANNEL_PACKED"
assert np.allclose(images.read(packed).encoded(), [0.5, 0.5, 0.5, 1], atol=1 / 255)

filled = run("fill", source, mask="cover")
assert np.abs(shown(filled) - expected(edits.complete(model.info, picture, hole, seed=3))).max() <= 1.01 / 255
assert np.array_equal(shown(filled)[~hole], shown(source)[~hole]), "known pixels come back unchanged"
assert node.image == filled, "shown in the place of the original"
assert {place for place, (holder, name) in places.items() if getattr(holder, name) != filled} == set()
assert (modifier[given.identifier] if bpy.app.version < (5, 2, 0) else modifier_input().value) == filled
assert bpy.context.scene.tilewright.mask == source, "it says what was asked for"
assert filled["tilewright_before"] == source and source["tilewright_after"] == filled
assert filled["tilewright_job"] == "filled" and filled.packed_file is not None
beside = [filled[f"tilewright_{name}"] for name in model.info.maps if name != "base_color"]
assert beside and all(one.users == 1 and not one.use_fake_user for one in beside), "saved as long as it is"

for operator, guide in (
    ("make_tileable", edits.tile(model.info, picture, seed=3)),
    ("clean_up", edits.denoise(model.info, picture)),
    ("draw_in_texture", edits.stylize(model.info, picture, 0.8)),
):
    options = {"strength": 0.8} if operator == "draw_in_texture" else {}
    made = run(operator, source, **options)
    height, width = guide.known.shape[:2]
    assert tuple(made.size) == (width, height), operator
    assert np.abs(shown(made) - expected(guide)).max() <= 1.01 / 255, operator

transparent = image("transparent", np.concatenate([colors, ~hole[..., None]], axis=2).astype(np.float32))
assert np.abs(shown(run("fill", transparent)) - shown(filled)).max() <= 1.01 / 255, "transparent pixels are a mask"

linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
deep = image("deep", linear.astype(np.float32), is_float=True)
assert np.abs(shown(run("clean_up", deep)) - expected(edits.denoise(model.info, picture))).max() <= 2.01 / 255

# maps beside it that can't be read, or not as one picture of its size, are left out
(gone := image("gone", colors)).filepath, gone.source = "//gone.png", "FILE"
beside = {
    "base_color": source,
    "normal": gone,
    "roughness": bpy.data.images.new("tiled", WIDTH, HEIGHT, tiled=True),
    "height": image("half", colors[::2, ::2]),
}
nodes = {name: material.node_tree.nodes.new("ShaderNodeTexImage") for name in beside}
for name, one in beside.items():
    nodes[name].image, nodes[name]["tilewright"] = one, name
made = run("clean_up", source)
assert np.abs(shown(made) - expected(edits.denoise(model.info, picture))).max() <= 1.01 / 255
assert nodes["base_color"].image == made and nodes["roughness"].image == beside["roughness"]
for name in ("normal", "height"):
    assert nodes[name].image["tilewright_before"] == beside[name], name
    assert tuple(nodes[name].image.size) == (WIDTH, HEIGHT), name

# a set that the artist has wired: what is one map alone is made tileable with its color
wall, packed_channels = image("wall", colors[:96, :128]), image("rough and height", colors[:96, :128], is_data=True)
one_channel = image("a channel", colors[:96, :128], is_data=True)
plain = {name: image(name, colors[:96, :128, ::-1], is_data=True) for name in ("normal", "ao")}
artists = bpy.data.materials.new("Artist's")
if bpy.app.version < (5, 0, 0):
    artists.use_nodes = True
tree = artists.node_tree
shader = next(node for node in tree.nodes if node.bl_idname == "ShaderNodeBsdfPrincipled")
bump = tree.nodes.new("ShaderNodeBump")
slopes = tree.nodes.new("ShaderNodeNormalMap")
shaded = tree.nodes.new("ShaderNodeMix")
shaded.data_type = "RGBA"
channels = tree.nodes.new("ShaderNodeSeparateColor")
tree.links.new(channels.outputs[1], shader.inputs["Metallic"])
mixed = {socket.identifier: socket for socket in (*shaded.inputs, *shaded.outputs)}
for one, sockets in (
    (wall, [mixed["A_Color"], shader.inputs["Coat Weight"]]),
    (plain["ao"], [mixed["B_Color"]]),
    (plain["normal"], [slopes.inputs["Color"]]),
    (one_channel, [channels.inputs[0]]),
    (packed_channels, [shader.inputs["Roughness"], bump.inputs["Height"]]),
):
    shows = tree.nodes.new("ShaderNodeTexImage")
    shows.image = one
    for socket in sockets:
        tree.links.new(shows.outputs["Color"], socket)
tree.links.new(mixed["Result_Color"], shader.inputs["Base Color"])
tree.links.new(slopes.outputs["Normal"], bump.inputs["Normal"])
tree.links.new(bump.outputs["Normal"], shader.inputs["Normal"])
assert bpy.ops.tilewright.make_tileable(model=model_file, image="wall", seed=3) == {"FINISHED"}
shown_now = {node.image for node in tree.nodes if node.bl_idname == "ShaderNodeTexImage"}
assert {packed_channels, one_channel} <= shown_now and not shown_now & {wall, *plain.values()}
tiled = wall["tilewright_after"]
assert np.abs(shown(tiled) - colors[:96, :128]).max() > 0.1
for name, one in plain.items():
    carried = one["tilewright_after"]
    assert carried.colorspace_settings.is_data, name
    assert np.abs(shown(carried)[..., 0] - shown(tiled)[..., 2]).max() <= 1.01 / 255, f"{name} comes along"

# the same of the shader that is seen, of several or in a group; and what can't be told is named
SET = {"Color": "NodeSocketColor", "Rough": "NodeSocketColor", "Slopes": "NodeSocketColor"}


def new_group(nodes, inputs, outputs):
    """A node of a new group, whose tree is to be filled, with its input and output inside."""
    inner = bpy.data.node_groups.new("Group", "ShaderNodeTree")
    for in_out, sockets in (("INPUT", inputs), ("OUTPUT", outputs)):
        for name, kind in sockets.items():
            inner.interface.new_socket(name, in_out=in_out, socket_type=kind)
    outer = nodes.new("ShaderNodeGroup")
    outer.node_tree = inner
    return outer, inner.nodes.new("NodeGroupInput").outputs, inner.nodes.new("NodeGroupOutput").inputs


def shade(tree):
    """A Principled BSDF: the sockets of its maps, and its output."""
    shader, slopes = (tree.nodes.new(kind) for kind in ("ShaderNodeBsdfPrincipled", "ShaderNodeNormalMap"))
    tree.links.new(slopes.outputs["Normal"], shader.inputs["Normal"])
    sockets = (shader.inputs["Base Color"], shader.inputs["Roughness"], slopes.inputs["Color"])
    return dict(zip(SET, sockets, strict=True)), shader.outputs["BSDF"]


def show_set(tree, name, sockets):
    """New images, each shown at its socket."""
    made = {}
    for kind, socket in sockets.items():
        shows = tree.nodes.new("ShaderNodeTexImage")
        made[kind] = shows.image = image(f"{name} {kind}", colors[:96, :128], is_data=kind in ("Rough", "Slopes"))
        tree.links.new(shows.outputs["Color"], socket)
    return made


def check_tileable(made, left):
    lines, told = [], retouch._Retouch._told
    retouch._Retouch._told = lambda self, files: lines.append(told(self, files)) or lines[-1]
    assert bpy.ops.tilewright.make_tileable(model=model_file, image=made["Color"].name, seed=3) == {"FINISHED"}
    retouch._Retouch._told = told
    names = ", ".join(sorted(one.name for one in made.values() if "tilewright_after" not in one))
    assert names == left and lines[0].endswith(f"; left as it was: {left}" if left else "CPU"), lines


several = bpy.data.materials.new("Several")
if bpy.app.version < (5, 0, 0):
    several.use_nodes = True
tree = several.node_tree
surface = next(node for node in tree.nodes if node.bl_idname == "ShaderNodeOutputMaterial").inputs["Surface"]
show_set(tree, "hidden", shade(tree)[0])
sockets, shader = shade(tree)
tree.links.new(shader, surface)
check_tileable(show_set(tree, "seen", sockets), left="")
shows, _, given = new_group(tree.nodes, {}, SET)
made = show_set(shows.node_tree, "grouped", {name: given[name] for name in SET})
shades, taken, given = new_group(tree.nodes, SET, {"BSDF": "NodeSocketShader"})
sockets, shader = shade(shades.node_tree)
shades.node_tree.links.new(shader, given["BSDF"])
for name in SET:
    shades.node_tree.links.new(taken[name], sockets[name])
    tree.links.new(shows.outputs[name], shades.inputs[name])
tree.links.new(shades.outputs["BSDF"], surface)
check_tileable(made, left="")
sockets, shader = shade(tree)
tree.links.new(shader, surface)
mix = tree.nodes.new("ShaderNodeMixRGB")
tree.links.new(mix.outputs["Color"], sockets["Color"])
made = show_set(tree, "mixed", sockets | {"Color": mix.inputs["Color1"], "Over": mix.inputs["Color2"]})
check_tileable(made, left="mixed Over, mixed Rough, mixed Slopes")

# what was carried along is still no work of the model's, and who is told of stays who it was
assert "tilewright_model" not in tiled and tiled["tilewright_edited_by"] == model.info.name
carried = plain["normal"]["tilewright_after"]
assert bpy.ops.tilewright.clean_up(model=model_file, image=tiled.name, seed=3) == {"FINISHED"}
assert slopes.inputs["Color"].links[0].from_node.image["tilewright_before"] == carried, "worked on"
source["tilewright_model"], source["tilewright_license"] = "bricks", "MIT"
made = run("clean_up", source)
assert (made["tilewright_model"], made["tilewright_license"]) == ("bricks", "MIT")
drawn = run("draw_in_texture", source, strength=0.5)
assert (drawn["tilewright_model"], drawn["tilewright_license"]) == (model.info.name, model.info.exemplar.license)
del source["tilewright_model"], source["tilewright_license"]

# Shift-R works on what is open then
area = next(area for area in bpy.context.screen.areas if area.type == "VIEW_3D")
area.type = "IMAGE_EDITOR"
for operator, given in (("clean_up", {"model": model_file}), ("even_light", {})):
    one, other = image("one", colors), image("other", colors)
    assert getattr(bpy.ops.tilewright, operator)("EXEC_DEFAULT", True, image=one.name, **given) == {"FINISHED"}
    made, area.spaces.active.image = one["tilewright_after"], other
    region = next(region for region in area.regions if region.type == "WINDOW")
    with bpy.context.temp_override(area=area, region=region):
        bpy.ops.screen.repeat_last("EXEC_DEFAULT", True)
    assert area.spaces.active.image == other["tilewright_after"] and one["tilewright_after"] == made, operator
area.type = "VIEW_3D"

# a map that is worked on alone stays data, and names do not grow without end
alone = image("n" * 60, colors, is_data=True)
made = run("clean_up", alone)
assert made.colorspace_settings.is_data and made.name == f"{'n' * 32}_clean_3_base_color"
assert not run("clean_up", source).colorspace_settings.is_data

# values that are no sRGB are read as before, but for a texture of the model's
flat = bpy.data.images.new("flat", 128, 96)
flat.colorspace_settings.name = "Linear Rec.709"  # before it is painted: Blender fills it anew
flat.pixels[:] = [0.25, 0.25, 0.25, 1] * (96 * 128)
for operator in ("clean_up", "make_tileable", "draw_in_texture"):
    encoding = run(operator, flat).colorspace_settings.name
    assert encoding == ("sRGB" if operator == "draw_in_texture" else "Linear Rec.709"), operator
assert run("clean_up", deep).colorspace_settings.name == "sRGB"

tiles = bpy.data.images.new("tiles", 64, 64, tiled=True)

# Before / After goes from the newest to the first and back, and rings end
first, second, third = (image(name, colors) for name in ("first", "second", "third"))
images.remember(first, second)
images.remember(second, third)
assert [images.other_side(one) for one in (third, second, first, tiles)] == [first, first, third, None]
images.remember(third, first)
assert all(images.other_side(one) in {first, second, third} for one in (first, second, third))


# and all that is not shown may go
first, second, third = (image(name, colors) for name in ("one", "two", "three"))
images.remember(first, second)
images.remember(second, third)
images.forget(second)
assert [images.other_side(one) for one in (first, second, third)] == [None] * 3
assert [one.users for one in (first, second, third)] == [0] * 3

# in Texture Paint mode strokes go into the image that is shown now
bpy.context.view_layer.objects.active = next(one for one in bpy.data.objects if one.active_material == material)
node.image = first
bpy.ops.object.mode_set(mode="TEXTURE_PAINT")
images.swap(first, second)
painted = list(material.texture_paint_images)
assert second in painted and first not in painted, painted
bpy.ops.object.mode_set(mode="OBJECT")

refused(ops.fill, "nothing is to be filled", **with_model, image="photo")
small, white = image("small", colors[:10, :20]), image("white", np.ones_like(colors))
refused(ops.fill, "the mask is 20 x 10 px, the picture 140 x 100", **with_model, image="photo", mask=small.name)
refused(ops.fill, "hides the whole picture", **with_model, image="photo", mask=white.name)
refused(ops.clean_up, "there is no image", **with_model, image="nothing")
refused(ops.make_tileable, "UDIM", **with_model, image="tiles")
print("retouch: all fine")
