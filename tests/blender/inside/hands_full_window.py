"""In a window, a texture is finished while a person holds a brush down, or moves an object.

Arguments after "--": a folder for notes, a model file, and SCULPT or OBJECT. Writes ready once it is in that mode,
waits for held, and writes done once the texture is computed; waits for released, and writes told.json; Blender quits by
itself.
"""

import sys
from pathlib import Path

import bpy

sys.path.append(str(Path(__file__).parent))
from play import Play, ended, inside, running, start, windows

*folders, mode = sys.argv[sys.argv.index("--") + 1 :]
notes, model = map(Path, folders)
play = Play(notes)


def begin():
    play.begin(acts())


def acts():
    (window,) = windows()
    with inside(window):
        bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=6, radius=3)
        settings = bpy.context.scene.tilewright
        settings.model_file, settings.model = str(model), "FILE"
        settings.width = settings.height = 4096
        bpy.ops.object.mode_set(mode=mode)
        if mode == "SCULPT":
            brush = bpy.data.brushes.new("of this file", mode="SCULPT")  # a Blender without its assets has none
            brush.asset_mark()
            bpy.ops.brush.asset_activate(asset_library_type="LOCAL", relative_asset_identifier=f"Brush/{brush.name}")
        bpy.ops.ed.undo_push(message="Prepare")  # what scripts do is no step of its own
        before = places()
    yield from start(window, "generate")
    (notes / "ready").touch()
    yield from until(notes / "held")
    while running().running:
        yield
    for _ in range(20):
        yield
    play.tell(held=[operator.bl_idname for operator in window.modal_operators])
    (notes / "done").touch()
    yield from until(notes / "released")
    yield from ended()
    with inside(window):
        if mode == "SCULPT":
            bpy.ops.object.mode_set(mode="OBJECT")
        play.tell(moved=places() != before, material=bpy.context.object.active_material is not None)
        if mode == "OBJECT":
            bpy.ops.ed.undo()
            play.tell(undone={"moved": places() != before, "material": bpy.context.object.active_material is not None})
            bpy.ops.ed.undo()
            play.tell(twice={"moved": places() != before})
        bpy.ops.wm.quit_blender()
    yield


def places():
    """Where all is that a person may have moved."""
    shape = bpy.context.object
    return [tuple(shape.location), *(tuple(vertex.co) for vertex in shape.data.vertices)]


def until(file):
    while not file.exists():
        yield


bpy.app.timers.register(begin, first_interval=1)
