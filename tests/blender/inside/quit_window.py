"""In a window, what is worked on goes away while it is worked on, and in the end Blender itself.

Arguments after "--": a folder for notes, one for the .blend and fits, a model file, an exemplar, the Python that learns
and its trainer's folder. Writes ready, then told.json at the end of every scene; Blender quits by itself.
"""

import importlib
import json
import sys
from pathlib import Path

import bpy

EXTENSION = "bl_ext.user_default.tilewright"
TICK_SECONDS = 0.05
notes, home, model, exemplar, program, trainer = sys.argv[sys.argv.index("--") + 1 :]
notes, home = Path(notes), Path(home)
told, refusals = {}, []


def begin():
    bpy.ops.preferences.addon_enable(module=EXTENSION)
    options = bpy.context.preferences.addons[EXTENSION].preferences
    options.python, options.trainer_folder, options.model_folder = program, trainer, str(home)
    background = importlib.import_module(f"{EXTENSION}.addon.background").Background
    refuse = background._refuse
    background._refuse = lambda self, reason: (refusals.append(str(reason)), refuse(self, reason))[1]
    (notes / "ready").touch()
    bpy.app.timers.register(Play(), first_interval=TICK_SECONDS, persistent=True)


class Play:
    """One scene after the other: a generator that yields while it waits."""

    def __init__(self):
        self.acts = iter(acts())

    def __call__(self):
        try:
            next(self.acts)
        except Exception as reason:
            told["error"] = repr(reason)
            tell()
            with window():
                bpy.ops.wm.quit_blender()
        return TICK_SECONDS


def acts():
    for name, scene in SCENES.items():
        prepare()
        refusals.clear()
        count = len(bpy.data.images)
        yield from scene()
        told[name] = {"refusals": list(refusals), "more_images": len(bpy.data.images) - count}
        tell()
    yield from quit_blender()


def prepare():
    bpy.ops.wm.read_homefile(app_template="")
    with window():
        if "Cube" not in bpy.data.objects:
            bpy.ops.mesh.primitive_cube_add()
        settings = bpy.context.scene.tilewright
        settings.model_file, settings.model = model, "FILE"
        settings.width = settings.height = 64
        assert bpy.ops.tilewright.generate(seed=1, width=64, height=64) == {"FINISHED"}
        settings.width = settings.height = 1536
        shown().use_fake_user = True


def lose_object():
    yield from start("generate")
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    yield from ended()


def lose_material():
    yield from start("regenerate", size="2048")
    bpy.data.materials.remove(bpy.data.objects["Cube"].active_material)
    yield from ended()


def lose_image():
    yield from retouch(lambda: bpy.data.images.remove(bpy.data.images["picture"]))


def lose_map_beside():
    """The picture stays, but not a map that is made anew along with it: the others are shown."""
    yield from retouch(lambda: bpy.data.images.remove(node("height").image))
    assert {node(name).image["tilewright_job"] for name in ("base_color", "normal")} == {"clean"}


def load_another_file():
    yield from start("generate")
    bpy.ops.wm.read_homefile(app_template="")
    yield from ended()


def quit_blender():
    """While it generates and while it learns, a file that is saved beside its images."""
    prepare()
    bpy.ops.wm.save_as_mainfile(filepath=str(home / "quit.blend"))
    bpy.context.preferences.addons[EXTENSION].preferences.storage = "SAVE"
    with window():
        assert bpy.ops.tilewright.learn(filepath=exemplar, budget="5m") == {"FINISHED"}
        bpy.context.scene.tilewright.width = bpy.context.scene.tilewright.height = 4096
    yield from start("generate")
    told["quit"] = True
    tell()
    with window():
        bpy.ops.wm.quit_blender()
    yield


SCENES = {
    "object": lose_object,
    "material": lose_material,
    "image": lose_image,
    "map beside": lose_map_beside,
    "other file": load_another_file,
}


def retouch(interrupt):
    """Make a picture anew, one of a material's maps, and let something happen meanwhile."""
    shown().name = "picture"
    for made in ("base_color", "height"):
        node(made).image.scale(1024, 1024)
    area = next(area for area in window_screen().areas if area.type == "VIEW_3D")
    area.type = "IMAGE_EDITOR"
    area.spaces.active.image = shown()
    yield from start("clean_up", area=area)
    interrupt()
    yield from ended()


def start(operator, area=None, **given):
    """Press a button, and wait until the work is well under way."""
    with window(area):
        assert getattr(bpy.ops.tilewright, operator)("INVOKE_DEFAULT", **given) == {"RUNNING_MODAL"}
    while background().running().progress == 0 and background().running().running:
        yield
    assert background().running().running, "it was too quick to be interrupted"


def ended():
    while background().running():
        yield


def window(area=None):
    first = bpy.context.window_manager.windows[0]
    area = area or next(area for area in first.screen.areas if area.type == "VIEW_3D")
    return bpy.context.temp_override(window=first, area=area)


def window_screen():
    return bpy.context.window_manager.windows[0].screen


def background():
    return sys.modules[f"{EXTENSION}.addon.background"]


def node(name):
    nodes = bpy.data.objects["Cube"].active_material.node_tree.nodes
    return next(node for node in nodes if node.get("tilewright") == name)


def shown():
    return node("base_color").image


def tell():
    (notes / "new.json").write_text(json.dumps(told))
    (notes / "new.json").replace(notes / "told.json")


bpy.app.timers.register(begin, first_interval=1)
