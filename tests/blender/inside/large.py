"""UDIM tiles hold synthesis's pixels, and variations take turns by one node group that renders."""

import importlib
import sys
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np

EXTENSION = "bl_ext.user_default.tilewright"
model_file, folder = sys.argv[sys.argv.index("--") + 1 :]
folder = Path(folder)
bpy.ops.preferences.addon_enable(module=EXTENSION)
materials, images, errors, texture, session, latent, png = (
    importlib.import_module(f"{EXTENSION}.{name}")
    for name in (
        *("addon.materials", "addon.images", "synthesis.errors"),
        *("synthesis.texture", "synthesis.session", "synthesis.latent", "synthesis.png"),
    )
)
ops = bpy.ops.tilewright
HEIGHT, WIDTH = 64, 96
expected = texture.whole(session.open_model(Path(model_file), "cpu"), latent.Latent(5), 2 * HEIGHT, 2 * WIDTH)
corners = {1001: (HEIGHT, 0), 1002: (HEIGHT, WIDTH), 1011: (0, 0), 1012: (0, WIDTH)}


def levels(file):
    image = bpy.data.images.load(str(file), check_existing=False)
    image.colorspace_settings.name = "Non-Color"
    flat = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(flat)
    bpy.data.images.remove(image)
    return np.rint(flat.reshape(HEIGHT, WIDTH, -1)[::-1] * 255).astype(int)


def check_tile(file, name, number):
    row, column = corners[number]
    values = expected[name][row : row + HEIGHT, column : column + WIDTH]
    assert abs(levels(file)[..., : values.shape[2]] - png.quantised(values, 8)).max() <= 1, (name, number)


def generate_udim(**options):
    given = {"model": model_file, "seed": 5, "width": WIDTH, "height": HEIGHT, "columns": 2, "rows": 2}
    return ops.generate_udim(**given | options)


def render():
    scene = bpy.context.scene
    scene.render.filepath = str(folder / "render.png")
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(scene.render.filepath, check_existing=False)
    flat = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(flat)
    bpy.data.images.remove(image)
    return flat.reshape(scene.render.resolution_y, scene.render.resolution_x, -1)[..., :3]


# what the panel sets has the range of what the operators take
told = bpy.context.scene.tilewright_large.bl_rna.properties
for operator, names in ((ops.generate_udim, ("columns", "rows")), (ops.break_repetition, ("variations",))):
    taken = operator.get_rna_type().properties
    for name in names:
        ranges = {(one[name].default, one[name].hard_min, one[name].hard_max) for one in (told, taken)}
        assert len(ranges) == 1, name
assert (told["columns"].hard_max, told["rows"].hard_max) == (10, 100)

# a UDIM set, packed, comes back from the saved file with the pixels of one large texture
bpy.ops.wm.read_homefile(app_template="")
bpy.context.scene.tilewright.estimates = False
bpy.ops.mesh.primitive_plane_add(size=2)
assert generate_udim() == {"FINISHED"}
bpy.ops.wm.save_as_mainfile(filepath=str(folder / "scene.blend"))
bpy.ops.wm.open_mainfile(filepath=str(folder / "scene.blend"))
shown = materials.shown_maps(bpy.context.object.active_material)
assert set(shown) == {"base_color", "normal", "height"}
for name, image in shown.items():
    assert image.source == "TILED" and [tile.number for tile in image.tiles] == [*corners] == [1001, 1002, 1011, 1012]
    assert all(tuple(tile.size) == (WIDTH, HEIGHT) for tile in image.tiles)
    assert len(image.packed_files) == 4
    assert [packed.filepath for packed in image.packed_files] == [
        f"//random_5_96x64_udim_2x2_{name}.{number}.png" for number in corners
    ]
    image.filepath_raw = str(folder / "tile.<UDIM>.png")
    image.save()
    for number in corners:
        check_tile(folder / f"tile.{number}.png", name, number)
assert not ops.true_size.poll(), "the tiles' size is the UV map's"

# painted on, all tiles are kept, also those that Blender has not loaded
bpy.ops.wm.open_mainfile(filepath=str(folder / "scene.blend"))
painted = materials.shown_maps(bpy.context.object.active_material)["base_color"].name
bpy.data.images[painted].pixels[:] = [0.25] * (WIDTH * HEIGHT * 4)
assert ops.generate(model=model_file, seed=1, width=WIDTH, height=HEIGHT) == {"FINISHED"}
bpy.ops.wm.save_as_mainfile(filepath=str(folder / "painted.blend"))
bpy.ops.wm.open_mainfile(filepath=str(folder / "painted.blend"))
kept = bpy.data.images[painted]
assert len(kept.packed_files) == 4 and all(tuple(tile.size) == (WIDTH, HEIGHT) for tile in kept.tiles)
assert abs(kept.pixels[0] - 0.25) < 0.01
bpy.ops.wm.open_mainfile(filepath=str(folder / "scene.blend"))

# or beside the file
bpy.context.preferences.addons[EXTENSION].preferences.storage = "SAVE"
scale = materials.ours(bpy.context.object.active_material)["mapping"].inputs["Scale"]
scale.default_value = (3, 3, 1)
assert generate_udim() == {"FINISHED"}
assert tuple(scale.default_value) == (1, 1, 1), "else the UV map would reach tiles that are not there"
image = materials.shown_maps(bpy.context.object.active_material)["base_color"]
assert image.source == "TILED" and not image.packed_files and len(image.tiles) == 4
assert image.filepath.startswith("//textures/")  # so that both may move
for number in corners:
    (tile,) = (folder / "textures").glob(f"random_5_96x64_udim_2x2_base_color.{number}.png")
    check_tile(tile, "base_color", number)
# a texture that repeats again lies as it did before the tiles
bpy.context.scene.tilewright.estimates = False
for before in ((1, WIDTH / HEIGHT, 1), (3, 4, 1)):
    assert ops.generate(model=model_file, seed=1, width=WIDTH, height=HEIGHT) == {"FINISHED"}
    assert np.allclose(scale.default_value, before)
    scale.default_value = (3, 4, 1)
    assert generate_udim() == {"FINISHED"} and tuple(scale.default_value) == (1, 1, 1)
image = materials.shown_maps(bpy.context.object.active_material)["base_color"]

bpy.context.preferences.addons[EXTENSION].preferences.storage = "PACK"

# as an asset the tiles travel in its file, and here they stay beside
bpy.context.scene.tilewright.model, bpy.context.scene.tilewright.model_file = "FILE", model_file
assert ops.save_asset(folder=str(folder / "library")) == {"FINISHED"}
assert image.source == "TILED" and not image.packed_files and len(image.tiles) == 4
name = bpy.context.object.active_material.name
with bpy.data.libraries.load(str(folder / "library" / f"{name}.blend")) as (_, wanted):
    wanted.materials = [name]
kept = materials.shown_maps(wanted.materials[0])["base_color"]
assert kept != image and kept.source == "TILED" and len(kept.packed_files) == 4

# too large is one clear line, before anything is made, and so is where the files of tiles are
for refused, told in (
    (lambda: ops.export_maps(folder=str(folder / "maps")), f"can be used as they are: they are {image.filepath}"),
    (lambda: images.check_editable(image), "tiles: open the file of one to"),
    (lambda: images.check_editable(kept), "tiles: unpack it (File > External Data), and open the file of one to"),
    (lambda: ops.generate(model=model_file, seed=1, width=16384, height=16384), "644 MB a map"),
    (lambda: generate_udim(width=8192, height=8192), "MB a map"),
    (lambda: generate_udim(width=8192, height=64, columns=8), "fewer or smaller tiles"),
):
    try:
        refused()
    except (RuntimeError, errors.TextureError) as reason:
        assert told in str(reason), reason
    else:
        raise AssertionError("what is too large went through")

# variations: one group, between the images and all that shows them
bpy.ops.wm.read_homefile(app_template="")
bpy.context.scene.tilewright.estimates = False
bpy.data.objects.remove(bpy.data.objects["Cube"])
bpy.ops.mesh.primitive_plane_add(size=2)
given = {"model": model_file, "width": WIDTH, "height": HEIGHT}
for seed in (7, 8):
    if seed == 8:  # as the artist has set the image nodes, and bent their coordinates
        tree, mine = bpy.context.object.active_material.node_tree, materials.ours(bpy.context.object.active_material)
        for name in expected:
            mine[name].projection, mine[name].interpolation = "BOX", "Closest"
        warp = tree.nodes.new("ShaderNodeVectorMath")
        tree.links.new(mine["mapping"].outputs["Vector"], warp.inputs[0])
        for target in [link.to_socket for link in mine["mapping"].outputs["Vector"].links if link.to_node != warp]:
            tree.links.new(warp.outputs[0], target)
    assert ops.break_repetition(seed=seed, variations=3, **given) == {"FINISHED"}
    if seed == 7:
        materials.ours(bpy.context.object.active_material)["variation"].inputs["Patch Size"].default_value = 3.0
material = bpy.context.object.active_material
nodes = materials.ours(material)
assert nodes["variation"].inputs["Patch Size"].default_value == 3.0, "what the artist has set stays"
variation = importlib.import_module(f"{EXTENSION}.addon.large.variation")
assert variation.chosen(nodes["variation"])["Sharpness"] == nodes["variation"].inputs["Sharpness"].default_value < 1
former = SimpleNamespace(inputs={name: SimpleNamespace(default_value=300.0) for name in variation.SLIDERS})
assert variation.chosen(former) == {"Patch Size": 300.0}, "an exponent is no part of 1"
groups = [group for group in bpy.data.node_groups if group.get("tilewright") == "variation"]
assert [group.name for group in groups] == ["Tilewright Variation"] and nodes["variation"].node_tree == groups[0]
inside = [node.image["tilewright_seed"] for node in groups[0].nodes if node.bl_idname == "ShaderNodeTexImage"]
assert sorted(inside) == [9] * 3 + [10] * 3 and nodes["base_color"].image["tilewright_seed"] == 8
pictures = [node for node in groups[0].nodes if node.bl_idname == "ShaderNodeTexImage"]
assert {(node.projection, node.interpolation) for node in pictures} == {("BOX", "Closest")}
assert nodes["variation"].inputs["Vector"].links[0].from_node == warp
for node in (*pictures, *(nodes[name] for name in expected)):
    node.projection, node.interpolation = "FLAT", "Linear"
shader = materials.shader_of(material)
assert shader.inputs["Base Color"].links[0].from_socket == nodes["variation"].outputs["Base Color"]
assert nodes["normal_map"].inputs["Color"].links[0].from_socket == nodes["variation"].outputs["Normal"]
assert nodes["displacement"].inputs["Height"].links[0].from_socket == nodes["variation"].outputs["Height"]
for socket in nodes["variation"].inputs:
    assert socket.is_linked != (socket.name in {"Patch Size", "Sharpness"}), socket.name

# a copy of the material is laid on by itself
bpy.context.object.active_material = copied = material.copy()
assert ops.box_mapping() == {"FINISHED"}
blend = materials.ours(copied)["variation"]
inside = {node.projection for node in blend.node_tree.nodes if node.bl_idname == "ShaderNodeTexImage"}
assert inside == {"BOX"} and {node.projection for node in pictures} == {"FLAT"}
assert all(socket.is_linked for socket in blend.outputs) and blend.inputs["Patch Size"].default_value == 3.0
bpy.context.object.active_material = material
bpy.data.materials.remove(copied)

# it renders; and the blend of a texture with itself is that texture
scene = bpy.context.scene
scene.render.engine, scene.cycles.samples, scene.cycles.use_denoising = "CYCLES", 4, False
scene.render.resolution_x, scene.render.resolution_y = 240, 144
camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
camera.location, camera.data.type, camera.data.ortho_scale = (0, 0, 5), "ORTHO", 1.8
scene.collection.objects.link(camera)
scene.camera = camera
nodes["mapping"].inputs["Scale"].default_value = (3, 3, 3)
varied = render()
for node in groups[0].nodes:
    if node.bl_idname == "ShaderNodeTexImage":
        node.image = nodes[next(name for name in expected if f"_{name}" in node.image.name)].image
same = render()
assert ops.single_texture() == {"FINISHED"}
assert "variation" not in materials.ours(material)
assert shader.inputs["Base Color"].links[0].from_node == nodes["base_color"]
single = render()
apart = abs(same - single)
assert single.std() > 0.01 and np.quantile(apart, 0.9999) < 0.005, "but for a pixel or so where light just grazes"
assert abs(varied - single).mean() > 0.005
detail = [np.diff(shown, axis=1).std() for shown in (varied, single)]  # local: light and patches change slowly
assert detail[0] > 0.9 * detail[1], f"contrast is kept: {detail[0]:.4f} of {detail[1]:.4f}"

# Generate shows a single texture again
assert ops.break_repetition(seed=1, variations=2, **given) == {"FINISHED"}
assert not ops.regenerate.poll(), "the others would keep their size"
assert ops.generate(seed=1, **given) == {"FINISHED"}
assert "variation" not in materials.ours(material) and not ops.single_texture.poll()
print("large: all fine")
