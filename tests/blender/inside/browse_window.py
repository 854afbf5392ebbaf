"""Prepare a window for a person who looks through seeds, and write down what comes in.

Arguments after "--": a folder for notes, and the name of a shipped model. Writes ready, then browse.json at every
change.
"""

import json
import sys
from math import radians
from pathlib import Path

import bpy
from mathutils import Euler

EXTENSION = "bl_ext.user_default.tilewright"
TICK_SECONDS = 0.01
notes, model = sys.argv[sys.argv.index("--") + 1 :]
notes = Path(notes)


def begin():
    bpy.ops.preferences.addon_enable(module=EXTENSION)
    bpy.context.preferences.view.ui_scale = 1.15
    for name in ("Cube", "Light", "Camera"):
        if name in bpy.data.objects:
            bpy.data.objects.remove(bpy.data.objects[name])
    bpy.ops.mesh.primitive_uv_sphere_add(segments=64, ring_count=32, radius=1.15)
    bpy.ops.object.shade_smooth()
    for corner in bpy.context.object.data.uv_layers.active.data:
        corner.uv = (corner.uv[0] * 2, corner.uv[1])
    settings = bpy.context.scene.tilewright
    settings.model = next(
        str(path) for path, info in sys.modules[f"{EXTENSION}.addon.models"].found(None) if info.name == model
    )
    settings.seed, settings.width, settings.height = 1000, 512, 512
    show_browse_first()
    show(next(area for area in bpy.context.screen.areas if area.type == "VIEW_3D"))
    bpy.ops.ed.undo_push(message="Prepare")  # what scripts do is no step of its own: undo would go back before it
    bpy.app.timers.register(ready, first_interval=4)


def show_browse_first():
    """The sub-panel open, and above all others, below an empty panel: it stays in its place whatever else there is."""
    bpy.types.TILEWRIGHT_PT_view_3d.draw = lambda _self, _context: None
    panels = [panel for panel in bpy.types.Panel.__subclasses__() if panel.__name__.startswith("TILEWRIGHT_PT")]
    for panel in panels:
        if getattr(panel, "bl_parent_id", "") == "TILEWRIGHT_PT_view_3d":
            bpy.utils.unregister_class(panel)
            is_browse = panel.__name__ == "TILEWRIGHT_PT_browse"
            panel.bl_options, panel.bl_order = (set(), 0) if is_browse else ({"DEFAULT_CLOSED"}, 1)
            bpy.utils.register_class(panel)


def show(area):
    space = area.spaces.active
    space.show_region_ui = True
    space.shading.type = "MATERIAL"
    space.overlay.show_overlays = False
    space.region_3d.view_distance = 6.5
    space.region_3d.view_rotation = Euler((radians(70), 0, radians(25))).to_quaternion()


def ready():
    (notes / "ready").touch()
    bpy.app.timers.register(Watch(), first_interval=0.1)


class Watch:
    """Writes down what has changed since the last tick."""

    def __init__(self):
        self.seen = None

    def __call__(self):
        sheets, background = (
            sys.modules[f"{EXTENSION}.addon.{name}"] for name in ("browse.contact_sheets", "background")
        )
        table = sheets._table
        counts = {path.stem: len(sheet.icons) for (path, _), sheet in table.sheets.items()}
        timed = bpy.app.timers.is_registered(sheets._tick)
        state = {"thumbnails": counts, "timer": timed, "image": "" if background.running() else image()}
        if state != self.seen:
            self.seen = state
            (notes / "new.json").write_text(json.dumps(state))
            (notes / "new.json").replace(notes / "browse.json")
        return TICK_SECONDS


def image():
    """The name of the base color that the ball wears."""
    material = bpy.context.scene.objects[0].active_material
    nodes = material.node_tree.nodes if material else ()
    return next((node.image.name for node in nodes if node.get("tilewright") == "base_color"), "")


bpy.app.timers.register(begin, first_interval=1)
