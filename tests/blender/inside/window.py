"""Prepare a window for a person at the mouse, and write down what happens in it.

Arguments after "--": a folder for notes, width and height of the texture, and the viewport's shading. Writes ready,
which tells how many sliders the model has, then done.json: the images that the material shows, the longest time between
two handled events of the work, how long it takes to put the images into the material, and how long the machine takes to
draw the window when there is nothing else to do.
"""

import json
import sys
import time
from math import radians
from pathlib import Path

import bpy
from mathutils import Euler

EXTENSION = "bl_ext.user_default.tilewright"
TICK_SECONDS = 0.01
DRAWINGS = 10
notes, width, height, shading = sys.argv[sys.argv.index("--") + 1 :]
notes = Path(notes)


def prepare():
    bpy.ops.preferences.addon_enable(module=EXTENSION)
    bpy.context.preferences.view.ui_scale = 1.15
    for name in ("Cube", "Light", "Camera"):
        if name in bpy.data.objects:
            bpy.data.objects.remove(bpy.data.objects[name])
    bpy.ops.mesh.primitive_uv_sphere_add(segments=64, ring_count=32, radius=1.15, location=(0, 0, 1.15))
    ball = bpy.context.object
    bpy.ops.object.shade_smooth()
    scale_uv(ball, 2, 1)
    bpy.ops.mesh.primitive_plane_add(size=14)
    floor = bpy.context.object
    scale_uv(floor, 4, 4)
    material = bpy.data.materials.new("Stone")
    for target in (ball, floor):
        target.data.materials.append(material)
    bpy.context.view_layer.objects.active = ball
    bpy.context.scene.tilewright.model = str(of_base_color_alone())
    bpy.context.scene.tilewright.seed = 7
    bpy.context.scene.tilewright.width, bpy.context.scene.tilewright.height = int(width), int(height)
    show(next(area for area in bpy.context.screen.areas if area.type == "VIEW_3D"))


def of_base_color_alone():
    known = sys.modules[f"{EXTENSION}.addon.models"].found(None)
    return next(path for path, info in known if info.maps == ("base_color",))


def scale_uv(target, across, up):
    for corner in target.data.uv_layers.active.data:
        corner.uv = (corner.uv[0] * across, corner.uv[1] * up)


def show(area):
    space = area.spaces.active
    space.show_region_ui = True
    space.shading.type = shading
    space.overlay.show_overlays = False
    space.region_3d.view_distance = 6.5
    space.region_3d.view_location = (0, 0, 0.8)
    space.region_3d.view_rotation = Euler((radians(70), 0, radians(25))).to_quaternion()


class Watch:
    """Ticks as often as the window handles events, and keeps the longest time between two ticks of the work.

    drawing: the longest time between the first ticks, before the work, at which all areas are drawn anew each time.
    """

    def __init__(self):
        self.showing = timed(sys.modules[f"{EXTENSION}.addon.background"].Background, "_end")
        self.before = self.finished_at = None
        self.longest = self.drawing = 0.0
        self.started = False
        self.drawings = DRAWINGS

    def __call__(self):
        now = time.perf_counter()
        background = sys.modules[f"{EXTENSION}.addon.background"]
        busy = background.running() is not None
        if (
            self.before is not None
            and self.started
            and (busy or self.finished_at is None or now - self.finished_at < 2)
        ):
            self.longest = max(self.longest, now - self.before)
        if self.drawings:
            self.drawing = max(self.drawing, now - (self.before or now))
            self.draw_anew()
        self.before = now
        self.started = self.started or busy
        if self.started and not busy and self.finished_at is None:
            self.finished_at = now
        if self.finished_at and now - self.finished_at > 4:
            write_done(
                longest_gap_seconds=self.longest, drawing_seconds=self.drawing, showing_seconds=sum(self.showing)
            )
            return None
        return TICK_SECONDS

    def draw_anew(self):
        self.drawings -= 1
        for area in bpy.context.window_manager.windows[0].screen.areas:
            area.tag_redraw()


def timed(owner, name):
    """How long each call of a method will have taken, in seconds: a list that fills."""
    taken, method = [], getattr(owner, name)

    def measured(*arguments):
        begun = time.perf_counter()
        try:
            return method(*arguments)
        finally:
            taken.append(time.perf_counter() - begun)

    setattr(owner, name, measured)
    return taken


def write_done(**seconds):
    tree = bpy.data.materials["Stone"].node_tree
    nodes = tree.nodes if tree else ()
    found = {node["tilewright"]: node.image.name for node in nodes if node.get("tilewright") and hasattr(node, "image")}
    (notes / "done.json").write_text(json.dumps({"images": found} | seconds))


def begin():
    prepare()
    bpy.ops.ed.undo_push(message="Prepare")  # what scripts do is no step of its own: undo would go back before it
    bpy.app.timers.register(ready, first_interval=4)


def ready():
    (notes / "ready").write_text(str(len(bpy.context.scene.tilewright.info().controls)))
    bpy.app.timers.register(Watch(), first_interval=0.1)


bpy.app.timers.register(begin, first_interval=1)
