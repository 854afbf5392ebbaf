"""Maps for game engines hold what the material shows, and an asset is complete when it comes back from its library."""

import importlib
import resource
import signal
import sys
from pathlib import Path

import bpy
import numpy as np

sys.path.append(str(Path(__file__).parent))
from refusals import refused

EXTENSION = "bl_ext.user_default.tilewright"
model_file, folder = sys.argv[sys.argv.index("--") + 1 :]
folder = Path(folder)
bpy.ops.preferences.addon_enable(module=EXTENSION)
images, materials, assets, catalog, naming = (
    importlib.import_module(f"{EXTENSION}.{name}")
    for name in ("addon.images", "addon.materials", "addon.keep.assets", "addon.keep.catalog", "synthesis.engines")
)
ops = bpy.ops.tilewright
HEIGHT, WIDTH = 64, 96
random = np.random.default_rng(0)


def pixels(image):
    flat = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(flat)
    return flat.reshape(image.size[1], image.size[0], -1)[::-1]


def picture_of(material):
    flat = np.empty(len(material.preview.image_pixels_float), np.float32)
    material.preview.image_pixels_float.foreach_get(flat)
    return flat.reshape(256, 256, 4)


def levels(file, most=255):
    image = bpy.data.images.load(str(file), check_existing=False)
    image.colorspace_settings.name = "Non-Color"
    image.alpha_mode = "CHANNEL_PACKED"
    return np.rint(pixels(image) * most).astype(int)


def gray(name):
    values = random.integers(0, 256, (HEIGHT, WIDTH))
    image = bpy.data.images.new(name, WIDTH, HEIGHT, is_data=True)
    rgba = np.ones((HEIGHT, WIDTH, 4), np.float32)
    rgba[..., :3] = values[..., None] / np.float32(255)
    image.pixels.foreach_set(np.ascontiguousarray(rgba[::-1]).ravel())
    return values, image


bpy.ops.wm.read_homefile(app_template="")
bpy.context.scene.tilewright.estimates = False
bpy.ops.mesh.primitive_plane_add(size=2)
assert not ops.export_maps.poll() and not ops.pack_orm.poll() and not ops.save_asset.poll()
bpy.context.scene.tilewright.model, bpy.context.scene.tilewright.model_file = "FILE", model_file
assert ops.generate(model=model_file, seed=1, width=WIDTH, height=HEIGHT) == {"FINISHED"}
material = bpy.context.object.active_material
material.name = "Old Wall"
shown = materials.shown_maps(material)
base, normal = (np.rint(pixels(shown[name]) * 255).astype(int) for name in ("base_color", "normal"))

# nothing but constants: no occlusion, the shader's own roughness and metallic
shader = materials.shader_of(material)
shader.inputs["Roughness"].default_value, shader.inputs["Metallic"].default_value = 0.2, 0.6
assert ops.pack_orm() == {"FINISHED"}
orm = bpy.data.images["Old_Wall_orm"]
assert orm.packed_file and orm.use_fake_user and orm.colorspace_settings.is_data and tuple(orm.size) == (WIDTH, HEIGHT)
assert (np.rint(pixels(orm)[..., :3] * 255) == (255, 51, 153)).all()

# what nodes of the artist's make there is told of
by_nodes = material.node_tree.nodes.new("ShaderNodeValue")
link = material.node_tree.links.new(by_nodes.outputs[0], shader.inputs["Metallic"])
assert ops.export_maps(naming="gltf", folder=str(folder / "nodes")) == {"FINISHED"}
material.node_tree.links.remove(link)

# maps where they are, exactly
roughness, rough_image = gray("rough")
ao, ao_image = gray("occluded")
materials.wire(material, shown | {"roughness": rough_image, "ao": ao_image})
made = {}
for convention in naming.CONVENTIONS:
    made[convention] = folder / convention
    assert ops.export_maps(naming=convention, folder=str(made[convention])) == {"FINISHED"}
names = {convention: sorted(file.name for file in made[convention].iterdir()) for convention in made}
assert names["blender"] == [f"Old_Wall_{name}.png" for name in ("ao", "base_color", "height", "normal", "roughness")]
assert names["unreal"] == [f"T_Old_Wall_{name}.png" for name in ("BC", "H", "N", "ORM")]
assert names["gltf"] == [f"Old_Wall_{name}.png" for name in ("albedo", "height", "normal", "orm")]
unity = ("AlbedoTransparency", "Height", "MetallicSmoothness", "Normal", "Occlusion")
assert names["unity"] == [f"Old_Wall_{name}.png" for name in unity]
hdrp = ("BaseMap", "Height", "MaskMap", "Normal")
assert names["unity_hdrp"] == [f"Old_Wall_{name}.png" for name in hdrp]
orm = np.stack([ao, roughness, np.full_like(ao, 153)], axis=2)
assert (levels(made["unreal"] / "T_Old_Wall_ORM.png")[..., :3] == orm).all()
assert (levels(made["gltf"] / "Old_Wall_orm.png")[..., :3] == orm).all()
assert (levels(made["unreal"] / "T_Old_Wall_BC.png")[..., :3] == base[..., :3]).all()
flipped = levels(made["unreal"] / "T_Old_Wall_N.png")
assert (flipped[..., 1] == 255 - normal[..., 1]).all() and (flipped[..., [0, 2]] == normal[..., [0, 2]]).all()
assert (levels(made["gltf"] / "Old_Wall_normal.png")[..., :3] == normal[..., :3]).all()
smooth = levels(made["unity"] / "Old_Wall_MetallicSmoothness.png")
assert (smooth[..., :3] == 153).all() and (smooth[..., 3] == 255 - roughness).all()
deep = np.rint(pixels(shown["height"])[..., 0] * 65535).astype(int)
assert (levels(made["unreal"] / "T_Old_Wall_H.png", 65535)[..., 0] == deep).all()
assert len(np.unique(deep)) > 256, "the height has more than 8 bits"

# a folder beside a file that is not saved is one clear line
refused(ops.export_maps, "save the .blend file first", naming="unreal", folder="//export")

# beside the .blend one packed image takes no other's place
preferences = bpy.context.preferences.addons[EXTENSION].preferences
(folder / "beside").mkdir()
bpy.ops.wm.save_as_mainfile(filepath=str(folder / "beside" / "scene.blend"))
preferences.storage = "SAVE"
for _ in range(2):
    assert ops.pack_orm() == {"FINISHED"}
beside = sorted(file.name for file in (folder / "beside" / "textures").iterdir())
assert beside == ["Old_Wall_orm.png", "Old_Wall_orm_2.png"]
preferences.storage = "PACK"

# an asset in a library, and nothing of it here
library = folder / "library"
materials.wire(material, shown)
beside = folder / "beside.png"
shown["base_color"].filepath_raw = str(beside)
shown["base_color"].save()
shown["base_color"].unpack(method="REMOVE")
assert not shown["base_color"].packed_file
before = pixels(shown["base_color"]).copy()
assert ops.save_asset(folder=str(library)) == {"FINISHED"}
assert material.asset_data is None and not shown["base_color"].packed_file and beside.exists()
refused(ops.save_asset, "is there already", folder=str(library))
assert ops.save_asset(folder=str(library), replace=True) == {"FINISHED"}
written = (library / "Old Wall.blend").stat().st_mtime_ns
bpy.context.scene.tilewright_keep.replace = True
refused(ops.save_asset, "is there already", folder=str(library), replace=False)
assert (library / "Old Wall.blend").stat().st_mtime_ns == written, "a script that says no is heard"
bpy.context.scene.tilewright_keep.replace = False

# two materials whose files would be called alike do not take each other's
namesake = bpy.data.materials.new("Old_Wall")
if bpy.app.version < (5, 0, 0):
    namesake.use_nodes = True
materials.wire(namesake, shown)
refused(ops.export_maps, "rename one of the two", naming="blender", folder=str(folder / "alike"))
bpy.data.materials.remove(namesake)

# the artist's own marks on the material stay, and the file holds nothing else
material.asset_mark()
material.asset_data.author, material.use_fake_user = "the artist", True
past = bpy.data.images.new("past", 8, 8)
shown["base_color"]["tilewright_before"] = past
assert ops.save_asset(folder=str(library), replace=True) == {"FINISHED"}
assert material.asset_data.author == "the artist" and material.use_fake_user and material.name == "Old Wall"
assert shown["base_color"]["tilewright_before"] == past
with bpy.data.libraries.load(str(library / "Old Wall.blend")) as (inside, _):
    assert inside.materials == ["Old Wall"] and len(inside.images) == 3
assert ops.save_asset() == {"FINISHED"}, "as an asset of this file"
data = material.asset_data
assert data.author == "the artist" and data.license and "Tilewright" in data.tags

# a size that somebody has edited is no size
edited = bpy.data.images.new("edited", WIDTH, HEIGHT)
for size, wide in ((f"{2 * WIDTH}x{HEIGHT}", 2 * WIDTH), ("x", WIDTH), ("192x64 px", WIDTH)):
    edited["tilewright_size"] = size
    assert images.size_told(edited) == (HEIGHT, wide)

# a picture of linear light is as bright as one of sRGB
seen = []
for name, value, is_float in (("encoded", 0.5, False), ("linear", 0.21404, True)):
    even = bpy.data.images.new(name, WIDTH, HEIGHT, float_buffer=is_float)
    even.pixels.foreach_set(np.tile(np.array((value, value, value, 1), np.float32), WIDTH * HEIGHT))
    materials.wire(material, shown | {"base_color": even})
    assert ops.save_asset() == {"FINISHED"}
    seen.append(picture_of(material))
assert seen[0][..., :3].max() > 0.4 and np.abs(seen[0] - seen[1]).max() < 0.01
materials.wire(material, shown)
assert ops.save_asset() == {"FINISHED"}
data.license = "mine"
assert ops.save_asset() == {"FINISHED"}
assert (data.author, data.license) == ("the artist", "mine"), "what the artist says stays"
material.asset_clear()

# what would lose an artist's work is refused
bpy.data.materials.new("Oak").asset_mark()
bpy.data.libraries.write(str(library / "Old Wall.blend"), {bpy.data.materials["Oak"]})
work = library / "Old Wall.blend"
for case, told in enumerate(("holds other assets too (Oak)", "holds a scene", "was painted on")):
    if case == 1:  # somebody's work, or the file that is open
        bpy.data.libraries.write(str(work), {bpy.context.scene})
    elif case == 2:
        work.unlink()
        shown["base_color"].pixels[0] = 1 - shown["base_color"].pixels[0]
    try:
        ops.save_asset(folder=str(library), replace=True)
    except RuntimeError as reason:
        assert told in str(reason), reason
    else:
        raise AssertionError(told)
shown["base_color"].reload()
assert ops.save_asset(folder=str(library), replace=True) == {"FINISHED"}
assert (library / "Old Wall.blend").read_bytes().startswith(b"BLENDER"), "images are compressed, the file is not"
lines = (library / catalog.FILE).read_text().splitlines()
assert lines.count(f"{catalog.UUID}:Tilewright:Tilewright") == 1 and "VERSION 1" in lines

# a disk that refuses and an image whose file is gone are told in a line each, and what is neither is told as it is
written = (library / "Old Wall.blend").read_bytes()
lost = bpy.data.images.load(str(beside), check_existing=False)
lost.filepath_raw = str(folder / "lost.png")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for base_color, most, told in ((shown["base_color"], 2**16, "Old Wall.blend can't be written"), (lost, -1, "packed")):
    materials.wire(material, shown | {"base_color": base_color})
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    try:
        ops.save_asset(folder=str(library), replace=True)
    except RuntimeError as reason:
        assert told in str(reason) and len(str(reason).strip().splitlines()) == 1, reason
    else:
        raise AssertionError(told)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    assert (library / "Old Wall.blend").read_bytes() == written and len(list(library.iterdir())) == 2
materials.wire(material, shown)
try:
    with assets._packed([]):
        raise RuntimeError("no image's fault")
except RuntimeError as reason:
    assert str(reason) == "no image's fault"

# marked in this file, whose folder has a catalogue of the artist's own
own = "9c7d5a80-0000-4000-8000-000000000001:Own:Own"
(folder / catalog.FILE).write_text(f"VERSION 1\n\n{own}")
bpy.ops.wm.save_as_mainfile(filepath=str(folder / "scene.blend"))
assert ops.save_asset() == {"FINISHED"}
assert material.asset_data.catalog_id == catalog.UUID
assert (folder / catalog.FILE).read_text().splitlines()[-2:] == [own, f"{catalog.UUID}:Tilewright:Tilewright"]

# the library's file brings all of it back, without the picture beside it
beside.unlink()
bpy.ops.wm.read_homefile(app_template="")
bpy.context.scene.tilewright.estimates = False
with bpy.data.libraries.load(str(library / "Old Wall.blend"), assets_only=True) as (inside, wanted):
    assert inside.materials == ["Old Wall"]
    wanted.materials = inside.materials
material = wanted.materials[0]
data = material.asset_data
assert data.catalog_id == catalog.UUID and data.author == "nobody" and data.license == "CC0-1.0"
assert {"Tilewright", "known", "Base Color", "Normal", "Height"} == {tag.name for tag in data.tags}
assert "_1_96x64" in data.description
picture = picture_of(material)
assert picture[128, 128, 3] == 1 and picture[0, 0, 3] == 0 and picture[..., :3].std() > 0.05
image = materials.shown_maps(material)["base_color"]
assert image.packed_file and np.array_equal(pixels(image), before)
print("keep: all fine")
