"""Prepare an Image Editor for a person at the mouse, and write down which image it shows and where a frame lies.

Arguments after "--": a folder for notes and an image. Writes ready, then state.json at every change: the names of the
images that were shown, the corners of the frame in pixels of the screen, and how the shown image was prepared. The keys
F5 to F8 over the image start what the buttons do. A file named disable or load in the folder does that.
"""

import json
import sys
from pathlib import Path

import bpy

EXTENSION = "bl_ext.user_default.tilewright"
KEYS = {"F5": "straighten", "F6": "crop", "F7": "even_light", "F8": "flip"}
notes, picture = (Path(argument) for argument in sys.argv[sys.argv.index("--") + 1 :])
seen, written = [], []


def begin():
    bpy.ops.preferences.addon_enable(module=EXTENSION)
    bpy.context.preferences.view.ui_scale = 1.15
    keymap = bpy.context.window_manager.keyconfigs.addon.keymaps.new("Image", space_type="IMAGE_EDITOR")
    for key, operator in KEYS.items():
        keymap.keymap_items.new(f"tilewright.{operator}", key, "PRESS")
    area = next(area for area in bpy.context.screen.areas if area.type == "VIEW_3D")
    area.type = "IMAGE_EDITOR"
    space = area.spaces.active
    space.image, space.show_region_ui = bpy.data.images.load(str(picture)), True
    with bpy.context.temp_override(area=area, region=window_region(area)):
        bpy.ops.image.view_all(fit_view=True)
    bpy.ops.ed.undo_push(message="Prepare")  # what scripts do is no step of its own: undo would go back before it
    bpy.app.timers.register(ready, first_interval=4)


def ready():
    (notes / "ready").touch()
    bpy.app.timers.register(watch, first_interval=0.1, persistent=True)


def window_region(area):
    return next(region for region in area.regions if region.type == "WINDOW")


def watch():
    obey()
    background, overlay = (sys.modules[f"{EXTENSION}.addon.{name}"] for name in ("background", "prepare.overlay"))
    window = bpy.context.window_manager.windows[0]
    area = next((area for area in window.screen.areas if area.type == "IMAGE_EDITOR"), None)
    image = area and area.spaces.active.image
    if image and background.running() is None and (not seen or seen[-1] != image.name):
        seen.append(image.name)
    frame, corners = overlay.dragged(), None
    if frame and area:
        region = window_region(area)
        corners = [(region.x + x, window.height - region.y - y) for x, y in frame.on_screen(region)]
    write(
        {
            "shown": seen,
            "corners": corners,
            "prepared": image and json.loads(image.get("tilewright_preparation", "null")),
            "dragged": frame is not None,
            "held": frame and frame.held,
            "gripped": bool(frame and frame.grip),
        }
    )
    return 0.1


def write(state):
    text = json.dumps(state)
    if written[-1:] != [text]:
        written.append(text)
        (notes / "new.json").write_text(text)
        (notes / "new.json").replace(notes / "state.json")


def obey():
    """Do what a file in the folder asks for, in the midst of whatever goes on."""
    if (notes / "disable").exists():
        (notes / "disable").unlink()
        bpy.ops.preferences.addon_disable(module=EXTENSION)
        bpy.ops.preferences.addon_enable(module=EXTENSION)
    if (notes / "load").exists():
        (notes / "load").unlink()
        with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
            bpy.ops.wm.read_homefile(app_template="")


bpy.app.timers.register(begin, first_interval=1)
