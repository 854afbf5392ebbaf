"""Two windows of one Blender, and a texture that is being made: what one window does to the other.

Arguments after "--": a folder for notes, and a model file. Writes ready with both windows on the screen, the right one
busy until Esc is pressed; then told.json at the end of every act, and Blender quits by itself.
"""

import importlib
import json
import sys
from pathlib import Path

import bpy

EXTENSION = "bl_ext.user_default.tilewright"
TICK_SECONDS = 0.05
notes, model = sys.argv[sys.argv.index("--") + 1 :]
notes = Path(notes)
told, refusals = {}, []


def begin():
    bpy.ops.preferences.addon_enable(module=EXTENSION)
    base = importlib.import_module(f"{EXTENSION}.addon.background").Background
    refuse = base._refuse
    base._refuse = lambda self, reason: (refusals.append(str(reason)), refuse(self, reason))[1]
    bpy.app.timers.register(Play(), first_interval=TICK_SECONDS, persistent=True)


class Play:
    """One act after the other: a generator that yields while it waits."""

    def __init__(self):
        self.acts = iter(acts())

    def __call__(self):
        try:
            next(self.acts)
        except Exception as reason:
            told["error"] = repr(reason)
            tell()
            with inside(windows()[0]):
                bpy.ops.wm.quit_blender()
        return TICK_SECONDS


def acts():
    for name, act in ACTS.items():
        prepare(name)
        refusals.clear()
        yield from pause(3)
        yield from act()
        told[name] = {"refusals": list(refusals), "image": shown(), "history": history(name), "windows": len(windows())}
        tell()
    (notes / "left").touch()
    with inside(windows()[0]):
        bpy.ops.wm.quit_blender()
    yield


def prepare(name):
    """A cube in two scenes of its own, each in a window."""
    if len(windows()) == 1:
        with inside(windows()[0]):
            bpy.ops.wm.window_new_main()
    cube = bpy.data.objects["Cube"]
    cube.data.materials.clear()
    cube.data.materials.append(bpy.data.materials.new(name))
    for window, side in zip(windows(), ("left", "right"), strict=True):
        show_scene(window, bpy.data.scenes.new(f"{name} {side}"))
        window.scene.collection.objects.link(cube)
        window.view_layer.objects.active = cube
        window.scene.tilewright.model_file, window.scene.tilewright.model = model, "FILE"


def escape_in_the_other():
    """The person at the keyboard sees both windows, and presses Esc in the left one."""
    for window in windows():
        view(window).spaces.active.show_region_ui = True
    yield from start(windows()[1], 4096)
    (notes / "ready").touch()
    yield from ended()


def change_the_scene():
    first, second = windows()
    yield from start(first)
    show_scene(first, second.scene)
    yield from ended()


def remove_the_scene():
    """By its button in the other window, which shows the same."""
    first, second = windows()
    show_scene(second, first.scene)
    yield from start(first)
    with inside(second):
        assert bpy.ops.scene.delete() == {"FINISHED"}
    yield from ended()


def remove_the_material():
    yield from start(windows()[0])
    bpy.data.materials.remove(bpy.data.objects["Cube"].active_material)
    yield from ended()


def close_the_other():
    yield from start(windows()[0])
    with inside(windows()[1]):
        bpy.ops.wm.window_close()
    yield from ended()


def close_the_busy_one():
    yield from start(windows()[1])
    with inside(windows()[1]):
        bpy.ops.wm.window_close()
    yield from ended()
    yield from start(windows()[0])  # the next one is as good as ever
    yield from ended()


ACTS = {
    "escape": escape_in_the_other,
    "scene changed": change_the_scene,
    "scene removed": remove_the_scene,
    "material removed": remove_the_material,
    "other closed": close_the_other,
    "busy closed": close_the_busy_one,
}


def start(window, side=1024):
    window.scene.tilewright.width = window.scene.tilewright.height = side
    with inside(window):
        assert bpy.ops.tilewright.generate("INVOKE_DEFAULT") == {"RUNNING_MODAL"}
    while background().running().progress == 0 and background().running().running:
        yield
    assert background().running().running, "it was too quick to be interrupted"


def ended():
    while background().running():
        yield


def show_scene(window, scene):
    with inside(window):  # Blender crashes without a window in the context
        window.scene = scene


def pause(ticks):
    for _ in range(ticks):
        yield


def windows():
    return list(bpy.context.window_manager.windows)


def view(window):
    return next(area for area in window.screen.areas if area.type == "VIEW_3D")


def inside(window):
    return bpy.context.temp_override(window=window, area=view(window))


def background():
    return sys.modules[f"{EXTENSION}.addon.background"]


def shown():
    material = bpy.data.objects["Cube"].active_material
    nodes = material.node_tree.nodes if material and material.node_tree else ()
    return next((node.image.name for node in nodes if node.get("tilewright") == "base_color"), "")


def history(name):
    """Which of an act's scenes remember a texture."""
    return [scene.name for scene in bpy.data.scenes if scene.name.startswith(name) and entries(scene)]


def entries(scene):
    return scene.tilewright_history.entries


def tell():
    (notes / "new.json").write_text(json.dumps(told))
    (notes / "new.json").replace(notes / "told.json")


bpy.app.timers.register(begin, first_interval=1)
