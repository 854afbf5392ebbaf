"""Which seed a model begins with, without a window.

Arguments after "--": a folder with the model files first.onnx, of the best seeds 7 and 2, second.onnx, of 11, and
plain.onnx, of none.
"""

import importlib
import sys
from pathlib import Path

import bpy

EXTENSION = "bl_ext.user_default.tilewright"
folder = Path(sys.argv[sys.argv.index("--") + 1])
bpy.ops.preferences.addon_enable(module=EXTENSION)
models, sheets = (importlib.import_module(f"{EXTENSION}.addon.{name}") for name in ("models", "browse.contact_sheets"))


def settings():
    return bpy.context.scene.tilewright


def begin():
    bpy.ops.wm.read_homefile(app_template="")
    models.SHIPPED = folder  # of which first.onnx comes first, as nobody has picked a model


def pick(name):
    settings().model_file = str(folder / f"{name}.onnx")
    settings().model = "FILE"
    return settings().seed


begin()
settings().offer_first_seed()
assert settings().seed == 7, "an untouched scene begins with the first model's best"
assert pick("second") == 11 and pick("plain") == 0 and pick("first") == 7, "each begins with its own"
assert sheets.sheet(bpy.context).seeds()[:4] == [7, 2, 0, 1]
settings().offer_first_seed()
assert settings().seed == 7
settings().seed = 5
assert pick("second") == 5, "a seed that was chosen stays"

begin()
settings().seed = 3
settings().offer_first_seed()
assert settings().seed == 3 and pick("second") == 3

begin()
settings().seed = 5
settings().offer_first_seed()
settings().seed = 0
settings().offer_first_seed()
assert settings().seed == 0 and pick("second") == 0, "0 is chosen as any other"
print("best seed: all fine")
