"""A batch with a .blend and pictures leaves the preferences, the extension and its wheels as they are.

Arguments after "--": a model file and a folder.
"""

import importlib
import sys
from pathlib import Path

import bpy

EXTENSION = "bl_ext.user_default.tilewright"
model_file, folder = sys.argv[sys.argv.index("--") + 1 :]


def everything():
    """What a start with factory settings would take away."""
    enabled = {addon.module for addon in bpy.context.preferences.addons} - {"cycles"}
    wheels = Path(bpy.utils.user_resource("EXTENSIONS")).glob(".local/lib/*/site-packages/*")
    return enabled, {wheel.name for wheel in wheels}


bpy.ops.preferences.addon_enable(module=EXTENSION)
bpy.ops.preferences.addon_disable(module="cycles")
bpy.context.preferences.view.show_splash = False
before = everything()
assert EXTENSION in before[0] and "onnxruntime" in before[1]
bpy.data.materials.new("open").use_fake_user = True
batch = importlib.import_module(f"{EXTENSION}.addon.batch")
blend = Path(folder) / "all.blend"
asked = [model_file, "--size", "64", "--out", folder, "--blend", str(blend), "--render", "--device", "cpu"]
assert batch.main(asked) == batch.ALL_FINE
assert everything() == before and not bpy.context.preferences.view.show_splash
assert (Path(folder) / "random_0_64x64_render.png").exists()
with bpy.data.libraries.load(str(blend)) as (inside, _):
    assert inside.materials == ["random_0_64x64"], "what was open is no part of it"
print("preferences: all fine")
