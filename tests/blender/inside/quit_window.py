"""In a window, what is worked on goes away while it is worked on, and in the end Blender itself.

Arguments after "--": a folder for notes, one for the .blend and fits, a model file, an exemplar, the Python that learns
and its trainer's folder. Writes ready, then told.json at the end of every scene; Blender quits by itself.
"""

import sys
from pathlib import Path

import bpy

sys.path.append(str(Path(__file__).parent))
from play import EXTENSION, Play, ended, inside, start, windows

notes, home, model, exemplar, program, trainer = sys.argv[sys.argv.index("--") + 1 :]
notes, home = Path(notes), Path(home)
play = Play(notes)


def begin():
    play.begin(acts())
    options = bpy.context.preferences.addons[EXTENSION].preferences
    options.python, options.trainer_folder, options.model_folder = program, trainer, str(home)
    (notes / "ready").touch()


def acts():
    for name, scene in SCENES.items():
        prepare()
        play.refusals.clear()
        count = len(bpy.data.images)
        yield from scene()
        play.tell(**{name: {"refusals": list(play.refusals), "more_images": len(bpy.data.images) - count}})
    yield from quit_blender()


def prepare():
    bpy.ops.wm.read_homefile(app_template="")
    with inside(windows()[0]):
        if "Cube" not in bpy.data.objects:
            bpy.ops.mesh.primitive_cube_add()
        settings = bpy.context.scene.tilewright
        settings.model_file, settings.model = model, "FILE"
        settings.width = settings.height = 64
        assert bpy.ops.tilewright.generate(seed=1, width=64, height=64) == {"FINISHED"}
        settings.width = settings.height = 1536
        shown().use_fake_user = True


def lose_object():
    yield from start(windows()[0], "generate")
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    yield from ended()


def lose_material():
    yield from start(windows()[0], "regenerate", size="2048")
    bpy.data.materials.remove(bpy.data.objects["Cube"].active_material)
    yield from ended()


def lose_image():
    yield from retouch(lambda: bpy.data.images.remove(bpy.data.images["picture"]))


def lose_map_beside():
    """The picture stays, but not a map that is made anew along with it: the others are shown."""
    yield from retouch(lambda: bpy.data.images.remove(node("height").image))
    assert {node(name).image["tilewright_job"] for name in ("base_color", "normal")} == {"clean"}


def load_another_file():
    yield from start(windows()[0], "generate")
    bpy.ops.wm.read_homefile(app_template="")
    yield from ended()


def quit_blender():
    """While it generates and while it learns, a file that is saved beside its images."""
    prepare()
    bpy.ops.wm.save_as_mainfile(filepath=str(home / "quit.blend"))
    bpy.context.preferences.addons[EXTENSION].preferences.storage = "SAVE"
    with inside(windows()[0]):
        assert bpy.ops.tilewright.learn(filepath=exemplar, budget="5m") == {"FINISHED"}
        bpy.context.scene.tilewright.width = bpy.context.scene.tilewright.height = 4096
    yield from start(windows()[0], "generate")
    play.tell(quit=True)
    with inside(windows()[0]):
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
    area = next(area for area in windows()[0].screen.areas if area.type == "VIEW_3D")
    area.type = "IMAGE_EDITOR"
    area.spaces.active.image = shown()
    yield from start(windows()[0], "clean_up", area=area)
    interrupt()
    yield from ended()


def node(name):
    nodes = bpy.data.objects["Cube"].active_material.node_tree.nodes
    return next(node for node in nodes if node.get("tilewright") == name)


def shown():
    return node("base_color").image


bpy.app.timers.register(begin, first_interval=1)
