"""Prepare an Image Editor for a person at the mouse, and write down which image it shows.

Arguments after "--": a folder for notes, a model file, an image and a mask. Writes ready, then shown.json at every
change.
"""

import json
import sys
from pathlib import Path

import bpy

EXTENSION = "bl_ext.user_default.tilewright"
notes, model, picture, mask = (Path(argument) for argument in sys.argv[sys.argv.index("--") + 1 :])
seen = []


def begin():
    bpy.ops.preferences.addon_enable(module=EXTENSION)
    bpy.context.preferences.view.ui_scale = 1.15
    settings = bpy.context.scene.tilewright
    settings.model_file, settings.model, settings.seed = str(model), "FILE", 3
    settings.mask = bpy.data.images.load(str(mask))
    settings.mask.use_fake_user = True
    area = next(area for area in bpy.context.screen.areas if area.type == "VIEW_3D")
    area.type = "IMAGE_EDITOR"
    space = area.spaces.active
    space.image, space.show_region_ui = bpy.data.images.load(str(picture)), True
    region = next(region for region in area.regions if region.type == "WINDOW")
    with bpy.context.temp_override(area=area, region=region):
        bpy.ops.image.view_all(fit_view=True)
    bpy.ops.ed.undo_push(message="Prepare")  # what scripts do is no step of its own: undo would go back before it
    bpy.app.timers.register(ready, first_interval=4)


def ready():
    (notes / "ready").touch()
    bpy.app.timers.register(watch, first_interval=0.1)


def watch():
    """Note every image that comes into the editor, once nothing is being made."""
    background = sys.modules[f"{EXTENSION}.addon.background"]
    space = next(area for area in bpy.context.screen.areas if area.type == "IMAGE_EDITOR").spaces.active
    name = space.image.name if space.image else ""
    if background.running() is None and (not seen or seen[-1] != name):
        seen.append(name)
        (notes / "new.json").write_text(json.dumps(seen))
        (notes / "new.json").replace(notes / "shown.json")
    return 0.1


bpy.app.timers.register(begin, first_interval=1)
