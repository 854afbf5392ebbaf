"""In a window, a texture is finished while a person holds a brush down.

Arguments after "--": a folder for notes and a model file. Writes ready once it sculpts, waits for held, and writes done
once it is computed; waits for released, and writes told.json; Blender quits by itself.
"""

import sys
from pathlib import Path

import bpy

sys.path.append(str(Path(__file__).parent))
from play import Play, ended, inside, running, start, windows

notes, model = (Path(argument) for argument in sys.argv[sys.argv.index("--") + 1 :])
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
        bpy.ops.object.mode_set(mode="SCULPT")
        brush = bpy.data.brushes.new("of this file", mode="SCULPT")  # a Blender without its assets has none
        brush.asset_mark()
        bpy.ops.brush.asset_activate(asset_library_type="LOCAL", relative_asset_identifier=f"Brush/{brush.name}")
    sphere = bpy.context.object
    before = [vertex.co.copy() for vertex in sphere.data.vertices]
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
        bpy.ops.object.mode_set(mode="OBJECT")
        moved = any(vertex.co != was for vertex, was in zip(sphere.data.vertices, before, strict=True))
        play.tell(moved=moved, material=sphere.active_material is not None)
        bpy.ops.wm.quit_blender()
    yield


def until(file):
    while not file.exists():
        yield


bpy.app.timers.register(begin, first_interval=1)
