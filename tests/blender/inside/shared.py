"""Files that share materials: what is linked or an override is refused, and what is packed stays apart outside."""

import importlib
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
materials, images, assets, errors = (
    importlib.import_module(f"{EXTENSION}.{name}")
    for name in ("addon.materials", "addon.images", "addon.keep.assets", "synthesis.errors")
)
ops = bpy.ops.tilewright


def begin():
    bpy.ops.wm.read_homefile(app_template="")
    bpy.context.scene.tilewright.estimates = False
    bpy.ops.mesh.primitive_plane_add()
    bpy.context.scene.tilewright.model, bpy.context.scene.tilewright.model_file = "FILE", model_file


def generate(seed=1):
    assert ops.generate(model=model_file, seed=seed, width=96, height=64) == {"FINISHED"}
    return bpy.context.object.active_material


# two textures of one seed and size, packed, are two files when Blender unpacks them
begin()
bpy.ops.wm.save_as_mainfile(filepath=str(folder / "scene.blend"))
shown = [materials.shown_maps(generate())]
bpy.ops.mesh.primitive_plane_add()
bpy.context.scene.tilewright.controls[0] = 1
shown.append(materials.shown_maps(generate()))
before = [np.array(one["base_color"].pixels) for one in shown]
assert not np.array_equal(*before)
bpy.ops.file.unpack_all(method="USE_LOCAL")
for one, values in zip(shown, before, strict=True):
    assert not one["base_color"].packed_file
    one["base_color"].reload()
    assert np.array_equal(one["base_color"].pixels, values)

# an asset is whole: with an image of another file it is not written
bpy.ops.wm.save_mainfile()
begin()
with bpy.data.libraries.load(str(folder / "scene.blend"), link=True) as (inside, wanted):
    wanted.materials = [inside.materials[0]]
bpy.context.object.data.materials.append(wanted.materials[0])
assert ops.export_maps(naming="gltf", folder=str(folder / "maps")) == {"FINISHED"}, "to read is no change"
assert len([*(folder / "maps").iterdir()]) == 4 and not ops.adjust_color.poll()
refused(ops.save_asset, "linked from another file", folder=str(folder / "library"))
local = wanted.materials[0].make_local()
bpy.context.object.data.materials[0] = local
assert local.is_editable and materials.shown_maps(local)["base_color"].library
refused(ops.save_asset, "linked from another file: make it local first", folder=str(folder / "library"))
assert not (folder / "library").exists()

# two images of one name, one of them of another file, are two
begin()
with bpy.data.libraries.load(str(folder / "scene.blend"), link=True) as (inside, wanted):
    wanted.images = [name for name in inside.images if name.endswith("_base_color")]
material, (theirs,) = generate(), wanted.images
mine = materials.shown_maps(material)["base_color"]
mine.name = theirs.name
material.node_tree.nodes.new("ShaderNodeTexImage").image = theirs
assert mine.name == theirs.name and {mine, theirs} <= {*assets._all_images(material)}

# Blender does not keep nodes that are put into an override
begin()
with bpy.data.libraries.load(str(folder / "scene.blend"), link=True) as (inside, wanted):
    wanted.materials = [inside.materials[0]]
override = wanted.materials[0].override_create()
bpy.context.object.data.materials.append(override)
assert override.is_editable and override.override_library
for operator in (ops.generate, ops.regenerate, ops.adjust_color, ops.save_asset):
    assert not operator.poll(), operator
bpy.context.scene.tilewright.new_material = True
assert ops.generate.poll() and not ops.use_seed.poll(), "a new one can be had instead"
refused(ops.generate, "linked from another file", model=model_file, seed=1, width=96, height=64)
assert ops.generate(model=model_file, seed=1, width=96, height=64, new_material=True) == {"FINISHED"}
assert not bpy.context.object.active_material.override_library

# a mesh of another file may wear a material of this one in a slot of its object
begin()
bpy.context.object.data.materials.append(bpy.data.materials.new("Theirs"))
bpy.context.object.data.name = "Shared"
bpy.ops.wm.save_as_mainfile(filepath=str(folder / "mesh.blend"))
begin()
with bpy.data.libraries.load(str(folder / "mesh.blend"), link=True) as (inside, wanted):
    wanted.meshes = ["Shared"]
wearer = bpy.data.objects.new("Wearer", wanted.meshes[0])
bpy.context.collection.objects.link(wearer)
bpy.context.view_layer.objects.active = wearer
assert wearer.data.library and not ops.generate.poll(), "the material is the other file's"
wearer.material_slots[0].link = "OBJECT"
assert generate() == wearer.material_slots[0].material and not wearer.active_material.library

# an asset needs no model: what its images say is enough
begin()
material = generate()
for image in materials.shown_maps(material).values():
    image["tilewright_model"], image["tilewright_digest"] = "gone", ""
bpy.ops.wm.save_as_mainfile(filepath=str(folder / "asset.blend"))
assert ops.save_asset() == {"FINISHED"}
data = material.asset_data
assert (data.author, data.license, data.copyright) == ("nobody", "CC0-1.0", "") and "gone" in data.tags
for image in materials.shown_maps(material).values():
    for key in ("model", "digest", "exemplar", "author", "license"):
        image.pop(f"tilewright_{key}", None)
assert ops.save_asset() == {"FINISHED"} and not material.asset_data.author, "an artist's own picture"
assert "gone" not in material.asset_data.tags

# a PNG that a full disk has cut off is no picture, though Blender says nothing
picture = folder / "picture.png"
whole = bpy.data.images.new("whole", 64, 64)
whole.filepath_raw, whole.file_format = str(picture), "PNG"
whole.save()
images.check_whole(picture)
for content in (picture.read_bytes()[:-5], b""):
    picture.write_bytes(content)
    try:
        images.check_whole(picture)
    except errors.TextureError as reason:
        assert "is the disk full?" in str(reason)
    else:
        raise AssertionError("it was taken for whole")
print("shared: all fine")
