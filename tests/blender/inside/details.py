"""Small things that an artist relies on, each in a new file.

Arguments after "--": a model file and a folder.
"""

import importlib
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import bpy

sys.path.append(str(Path(__file__).parent))
from refusals import refused

EXTENSION = "bl_ext.user_default.tilewright"
model_file, folder = sys.argv[sys.argv.index("--") + 1 :]
folder = Path(folder)
bpy.ops.preferences.addon_enable(module=EXTENSION)
background, catalog, materials, models, on_image = (
    importlib.import_module(f"{EXTENSION}.addon.{name}")
    for name in ("background", "keep.catalog", "materials", "models", "on_image")
)
ops = bpy.ops.tilewright


def begin(file=model_file):
    """A new file with a plane. Gives its settings."""
    bpy.ops.wm.read_homefile(app_template="")
    bpy.ops.mesh.primitive_plane_add()
    settings = bpy.context.scene.tilewright
    settings.model_file, settings.model = str(file), "FILE"
    return settings


def generate(seed, file=model_file):
    assert ops.generate(model=str(file), seed=seed, width=96, height=64) == {"FINISHED"}


def check_seeds_and_sizes():
    settings, seeds = begin(), set()
    for _ in range(3):
        assert ops.new_seed() == {"FINISHED"}
        seeds.add(settings.seed)
    assert len(seeds) > 1
    assert ops.set_size(size=96) == {"FINISHED"} and (settings.width, settings.height) == (96, 96)


def check_looks():
    settings = begin()
    settings.depth = 1.5
    generate(1)
    nodes = materials.ours(bpy.context.object.active_material)
    assert nodes["occlusion"].inputs["Factor"].default_value == 0, "until the artist wants it"
    assert abs(nodes["displacement"].inputs["Scale"].default_value - 0.03) < 1e-6
    settings.depth, settings.estimates = 0.5, False
    assert ops.go_back(index=0) == {"FINISHED"} and settings.estimates and settings.depth == 1.5
    settings.estimates = False
    generate(2)
    settings.estimates = True
    assert ops.go_back(index=0) == {"FINISHED"} and not settings.estimates


def check_sliders_are_those_of_the_chosen_model():
    settings = begin()
    settings.controls[0] = 1
    other = next(path for path, info in models.found(None) if info.controls)
    assert settings.latent(1, settings.model_path()).controls and not settings.latent(1, other).controls


def check_the_device_is_the_preferences():
    begin()
    options, seen = bpy.context.preferences.addons[EXTENSION].preferences, []
    new_job = background.Background._new_job
    background.Background._new_job = lambda self, context, place, device: (
        seen.append(device) or new_job(self, context, place, device)
    )
    options.device = "cpu"
    generate(1)
    background.Background._new_job = new_job
    assert seen == ["cpu"], seen


def check_sequences():
    begin()
    bpy.data.images.new("frames", 8, 12).source = "SEQUENCE"
    refused(ops.clean_up, "is a sequence", model=model_file, image="frames")
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "loop.blend"))
    assert ops.generate_loop(model=model_file, seed=8, width=64, height=32, frames=2) == {"FINISHED"}
    refused(ops.save_asset, "no library can hold", folder=str(folder / "library"))
    assert not (folder / "library").exists(), "what is refused leaves nothing"


def check_folders_beside_the_file():
    begin()
    generate(1)
    refused(ops.save_asset, "save the .blend file first", folder="//library")
    refused(ops.save_asset, "save the .blend file first")


def check_disks_that_refuse():
    begin()
    generate(1)
    material, unreachable = bpy.context.object.active_material, f"/{'x' * 300}"
    refused(ops.save_asset, "can't be written (File name too long)", folder=unreachable)
    if bpy.app.version >= (5, 0, 0):  # before, names are shorter
        material.name = "n" * 253
        refused(ops.save_asset, "can't be written (File name too long)", folder=str(folder))
    tempfile.tempdir = unreachable
    refused(generate, "no temporary folder can be made", seed=1)
    tempfile.tempdir = None
    generate(1)


def check_catalogs():
    begin()
    generate(1)
    newer = folder / "newer"
    newer.mkdir()
    (newer / catalog.FILE).write_text("VERSION 2\n")
    refused(ops.save_asset, "another version than 1", folder=str(newer))
    with library("Above", folder / "above") as above:
        (above / "below").mkdir()
        bpy.ops.wm.save_as_mainfile(filepath=str(above / "below" / "scene.blend"))
        assert ops.save_asset() == {"FINISHED"}
        assert [file.parent for file in above.rglob(catalog.FILE)] == [above], "where the library looks for it"
    with library("Gone", folder / "gone") as gone:
        bpy.context.scene.tilewright_keep.library = bpy.context.preferences.filepaths.asset_libraries["Gone"].path
        gone.rmdir()
        refused(ops.save_asset, "is not there")
        assert not gone.exists()
        home, os.environ["HOME"] = os.environ["HOME"], str(folder)
        assert ops.save_asset() == {"FINISHED"} and gone.exists(), "as Blender's own, not there at first"
        os.environ["HOME"] = home


@contextmanager
def library(name, place):
    place.mkdir()
    libraries = bpy.context.preferences.filepaths.asset_libraries
    libraries.new(name=name, directory=str(place))
    try:
        yield place
    finally:
        libraries.remove(libraries[name])


def check_the_canvas_is_the_open_image():
    begin()
    canvas = bpy.data.images.new("canvas", 64, 96)
    context = SimpleNamespace(
        space_data=SimpleNamespace(type="VIEW_3D"),
        mode="PAINT_TEXTURE",
        tool_settings=SimpleNamespace(image_paint=SimpleNamespace(mode="IMAGE", canvas=canvas)),
    )
    assert on_image.open_image(context) == canvas
    context.mode = "OBJECT"
    assert on_image.open_image(context) is None


def check_warnings():
    """What Blender prints, the test that started this reads."""
    copy = folder / "mine.onnx"
    shutil.copyfile(model_file, copy)
    begin(copy)
    generate(1, copy)
    copy.write_bytes(copy.read_bytes().replace(b'"nobody"', b'"nobOdy"'))  # its info tells another author
    assert ops.go_back(index=0) == ops.regenerate(size="SET") == {"FINISHED"}


check_seeds_and_sizes()
check_looks()
check_sliders_are_those_of_the_chosen_model()
check_the_device_is_the_preferences()
check_sequences()
check_folders_beside_the_file()
check_disks_that_refuse()
check_catalogs()
check_the_canvas_is_the_open_image()
check_warnings()
print("details: all fine")
