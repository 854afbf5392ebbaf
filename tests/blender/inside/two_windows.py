"""Two windows of one Blender, and a texture that is being made: what one window does to the other.

Arguments after "--": a folder for notes, and a model file. Writes ready with both windows on the screen, the right one
busy until Esc is pressed; then told.json at the end of every act, and Blender quits by itself.
"""

import sys
from pathlib import Path

import bpy

sys.path.append(str(Path(__file__).parent))
from play import Play, ended, inside, start, view, windows

notes, model = sys.argv[sys.argv.index("--") + 1 :]
notes = Path(notes)
play = Play(notes)


def acts():
    for name, act in ACTS.items():
        prepare(name)
        play.refusals.clear()
        yield from pause(3)
        yield from act()
        told = {"refusals": list(play.refusals), "image": shown(), "history": history(name), "windows": len(windows())}
        play.tell(**{name: told})
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
    yield from generate(windows()[1], 4096)
    (notes / "ready").touch()
    yield from ended()


def change_the_scene():
    first, second = windows()
    yield from generate(first)
    show_scene(first, second.scene)
    yield from ended()


def remove_the_scene():
    """By its button in the other window, which shows the same."""
    first, second = windows()
    show_scene(second, first.scene)
    yield from generate(first)
    with inside(second):
        assert bpy.ops.scene.delete() == {"FINISHED"}
    yield from ended()


def remove_the_material():
    yield from generate(windows()[0])
    bpy.data.materials.remove(bpy.data.objects["Cube"].active_material)
    yield from ended()


def choose_another_slot():
    cube = bpy.data.objects["Cube"]
    cube.data.materials.append(bpy.data.materials.new("another"))
    yield from generate(windows()[0])
    cube.active_material_index = 1
    yield from ended()
    assert not shown(), "the other material is as it was"
    cube.active_material_index = 0


def close_the_other():
    yield from generate(windows()[0])
    with inside(windows()[1]):
        bpy.ops.wm.window_close()
    yield from ended()


def close_the_busy_one():
    yield from generate(windows()[1])
    with inside(windows()[1]):
        bpy.ops.wm.window_close()
    yield from ended()
    yield from generate(windows()[0])  # the next one is as good as ever
    yield from ended()


ACTS = {
    "escape": escape_in_the_other,
    "scene changed": change_the_scene,
    "scene removed": remove_the_scene,
    "material removed": remove_the_material,
    "slot changed": choose_another_slot,
    "other closed": close_the_other,
    "busy closed": close_the_busy_one,
}


def generate(window, side=1024):
    window.scene.tilewright.width = window.scene.tilewright.height = side
    yield from start(window, "generate")


def show_scene(window, scene):
    with inside(window):  # Blender crashes without a window in the context
        window.scene = scene


def pause(ticks):
    for _ in range(ticks):
        yield


def shown():
    material = bpy.data.objects["Cube"].active_material
    nodes = material.node_tree.nodes if material and material.node_tree else ()
    return next((node.image.name for node in nodes if node.get("tilewright") == "base_color"), "")


def history(name):
    """Which of an act's scenes remember a texture."""
    return [scene.name for scene in bpy.data.scenes if scene.name.startswith(name) and entries(scene)]


def entries(scene):
    return scene.tilewright_history.entries


bpy.app.timers.register(lambda: play.begin(acts()), first_interval=1)
