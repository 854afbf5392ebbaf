"""Prepare a window for a walk from a photo to a kept material, and write down what comes of every step.

Arguments after "--": a folder for notes, a folder for the .blend, models and assets, the Python that learns, its
trainer's folder and the time to learn, as 20s or 2m. Writes ready, then state.json at every change; it is still where
nothing was drawn and nothing has changed for a while. A file named drop in the notes holds the path of a photo, which
is dropped into the 3D viewport; one named panel holds the name of the sub-panel to show alone, or nothing for the main
one.
"""

import json
import sys
import time
from math import radians
from pathlib import Path

import bpy
from mathutils import Euler

EXTENSION = "bl_ext.user_default.tilewright"
TICK_SECONDS = 0.1
STILL_SECONDS = 0.6
notes, home, program, trainer, budget = sys.argv[sys.argv.index("--") + 1 :]
notes, home = Path(notes), Path(home)
shown, loads, dropped, seen, changed_at = [""], [], [], [], [0.0]


def begin():
    bpy.ops.preferences.addon_enable(module=EXTENSION)
    bpy.context.preferences.view.ui_scale = 1.15
    bpy.context.preferences.filepaths.save_version = 0
    set_folders()
    for name in ("Cube", "Light", "Camera"):
        if name in bpy.data.objects:
            bpy.data.objects.remove(bpy.data.objects[name])
    bpy.ops.mesh.primitive_uv_sphere_add(segments=64, ring_count=32, radius=1.15)
    bpy.ops.object.shade_smooth()
    for corner in bpy.context.object.data.uv_layers.active.data:
        corner.uv = (corner.uv[0] * 2, corner.uv[1])
    bpy.context.scene.eevee.taa_samples = 4
    show_one_panel()
    show(view())
    bpy.app.handlers.load_post.append(loaded)
    for region in ("WINDOW", "UI"):
        bpy.types.SpaceView3D.draw_handler_add(note_change, (), region, "POST_PIXEL")
    bpy.ops.wm.save_as_mainfile(filepath=str(home / "walk.blend"))
    bpy.app.timers.register(ready, first_interval=4)


def set_folders():
    options = bpy.context.preferences.addons[EXTENSION].preferences
    options.python, options.trainer_folder, options.device = program, trainer, "cpu"
    options.model_folder = str(home / "models")
    while bpy.context.preferences.filepaths.asset_libraries:
        bpy.ops.preferences.asset_library_remove(index=0)
    bpy.ops.preferences.asset_library_add(directory=str(home / "library"))
    last = bpy.context.window_manager.operator_properties_last("tilewright.learn")  # as if chosen the time before
    last.budget, last.minutes = "CUSTOM", float(budget[:-1]) / (60 if budget.endswith("s") else 1)


def show_one_panel():
    """Sub-panels are open, and only the one that is asked for is there: so it stays in its place."""
    main = bpy.types.TILEWRIGHT_PT_view_3d
    draw = main.draw
    main.draw = lambda self, context: None if shown[0] else draw(self, context)
    for panel in bpy.types.Panel.__subclasses__():
        if getattr(panel, "bl_parent_id", "") == "TILEWRIGHT_PT_view_3d":
            bpy.utils.unregister_class(panel)
            panel.bl_options = set()
            panel.poll = classmethod(lambda cls, _context: cls.__name__ == f"TILEWRIGHT_PT_{shown[0]}")
            bpy.utils.register_class(panel)


def view():
    screen = bpy.context.window_manager.windows[0].screen
    return next(area for area in screen.areas if area.type == "VIEW_3D")


def show(area):
    space = area.spaces.active
    space.show_region_ui = True
    space.overlay.show_overlays = False
    space.region_3d.view_distance = 5
    space.region_3d.view_rotation = Euler((radians(70), 0, radians(25))).to_quaternion()


def note_change():
    changed_at[0] = time.monotonic()


@bpy.app.handlers.persistent
def loaded(_file):
    loads.append(bpy.data.filepath)


def ready():
    (notes / "ready").touch()
    bpy.app.timers.register(watch, first_interval=TICK_SECONDS, persistent=True)


def watch():
    obey()
    told = state()
    if told | {"still": True} not in seen and told | {"still": False} not in seen:
        note_change()
    told["still"] = time.monotonic() - changed_at[0] > STILL_SECONDS
    if told not in seen:
        seen[:] = [told]
        (notes / "new.json").write_text(json.dumps(told))
        (notes / "new.json").replace(notes / "state.json")
    return TICK_SECONDS


def obey():
    for name, order in (("drop", drop), ("panel", change_panel)):
        if (notes / name).exists():
            text = (notes / name).read_text()
            (notes / name).unlink()
            order(text)


def drop(photo):
    """What Blender does where a file manager lets go of a file over the viewport."""
    region = next(region for region in view().regions if region.type == "WINDOW")
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0], area=view(), region=region):
        photo = Path(photo)
        bpy.ops.wm.drop_import_file("INVOKE_DEFAULT", directory=str(photo.parent), files=[{"name": photo.name}])
    dropped.append(photo)


def change_panel(name):
    shown[0] = name
    view().tag_redraw()
    if name != "learn_view_3d":
        view().spaces.active.shading.type = "MATERIAL"  # while it learns, the processor is the trainer's


def state():
    follow, sheets, background = (
        sys.modules[f"{EXTENSION}.addon.{name}"] for name in ("learn.follow", "browse.contact_sheets", "background")
    )
    settings = bpy.context.window_manager.windows[0].scene.tilewright
    fit = next(iter(follow.fits(bpy.context)), None)
    return {
        "panel": shown[0],
        "dropped": len(dropped),
        "compiling": bpy.app.is_job_running("SHADER_COMPILATION"),
        "fit": fit and {"state": fit.state.name, "tenths": int(10 * fit.progress), "problem": fit.problem},
        "preview": bool(fit and (fit.run / "preview.png").exists()),
        "model": Path(settings.model).parent.name if settings.model else "",
        "thumbnails": max((len(sheet.icons) for sheet in sheets._table.sheets.values()), default=0),
        "looking": bpy.app.timers.is_registered(sheets._tick),
        "library": Path(bpy.context.window_manager.windows[0].scene.tilewright_keep.library).name,
        "unsaved": bpy.data.is_dirty,
        "loads": len(loads),
        "busy": background.running() is not None,
    } | told_of_ball()


def told_of_ball():
    """What the ball wears, and how."""
    ball = bpy.data.objects.get("Sphere")
    if ball is None:
        return {}
    material = ball.active_material
    nodes = {node.get("tilewright"): node for node in material.node_tree.nodes} if material else {}
    image = nodes["base_color"].image if "base_color" in nodes else None
    return {
        "image": image.name if image else "",
        "size": list(image.size) if image else [],
        "maps": sorted(name for name, node in nodes.items() if name and hasattr(node, "image")),
        "displacement": material.displacement_method if material else "",
        "modifiers": [modifier.type for modifier in ball.modifiers],
    }


bpy.app.timers.register(begin, first_interval=1)
