"""The redo panel works on what was active at the click, Repeat Last on what is active then; a new material for all."""

import sys
from pathlib import Path

import bpy

sys.path.append(str(Path(__file__).parent))
from refusals import refused
from texturing import choose, copy, generate, nodes, ours


def check_redo(first, second):
    """The redo panel works on what was active at the click, though the artist has chosen others since."""
    material = first.active_material
    worn = nodes()["base_color"].image
    first.data.materials.append(bpy.data.materials.new("second slot"))
    first.active_material_index = 1
    bpy.context.view_layer.objects.active = second
    known = {"width": 64, "height": 64, "receiver": first.name, "material": material.name}
    assert ours.generate(seed=3, model=str(copy), **known) == {"FINISHED"}
    assert second.active_material is None and first.active_material.name == "second slot"
    first.active_material_index, bpy.context.view_layer.objects.active = 0, first
    assert nodes()["base_color"].image != worn
    choose(2, 448, 384)
    generate()
    bpy.context.view_layer.objects.active = second
    refused(ours.generate, "is gone", seed=3, model=str(copy), **known | {"receiver": "nobody"})
    bpy.context.view_layer.objects.active = first
    first.data.materials.pop()
    nodes()["base_color"].image.pixels[0] = 0.5
    painted = nodes()["base_color"].image
    assert painted.is_dirty
    generate()
    assert painted.use_fake_user and painted.packed_file and not painted.is_dirty, "what was painted is kept"
    bpy.data.images.remove(painted)


def check_repeat_last(first, second):
    """Shift-R works on what is active then."""
    choose(11, 64, 96)
    given = {"model": str(copy), "seed": 11, "width": 96, "height": 64, "receiver": first.name}
    for operator, options, size in ((ours.generate, given, (96, 64)), (ours.regenerate, {"size": "SET"}, (64, 96))):
        bpy.context.view_layer.objects.active = first
        assert operator("EXEC_DEFAULT", True, **options) == {"FINISHED"}
        worn = nodes()["base_color"].image
        bpy.context.view_layer.objects.active = second
        repeat_last("VIEW_3D")
        assert nodes()["base_color"].image != worn and tuple(nodes()["base_color"].image.size) == size
        bpy.context.view_layer.objects.active = first
        assert nodes()["base_color"].image == worn


def repeat_last(kind):
    area = next(area for area in bpy.context.screen.areas if area.type == kind)
    region = next(region for region in area.regions if region.type == "WINDOW")
    with bpy.context.temp_override(area=area, region=region):
        bpy.ops.screen.repeat_last("EXEC_DEFAULT", True)


def check_new_material(first, second):
    """All selected objects wear it; what was worn stays as it was."""
    material, worn = first.active_material, nodes()["base_color"].image
    lamp = bpy.data.objects.new("Lamp", bpy.data.lights.new("Lamp", "POINT"))
    bpy.context.collection.objects.link(lamp)
    for selected in (first, second, lamp):
        selected.select_set(True)
    assert ours.generate(seed=4, model=str(copy), width=64, height=64, new_material=True) == {"FINISHED"}
    assert first.active_material == second.active_material != material and len(first.material_slots) == 1
    assert nodes()["base_color"].image["tilewright_seed"] == 4
    first.active_material = material
    assert nodes()["base_color"].image == worn
    bpy.data.objects.remove(lamp)


bpy.ops.wm.read_homefile(app_template="")
bpy.ops.mesh.primitive_plane_add()
first = bpy.context.object
choose(2, 448, 384)
generate()
bpy.ops.mesh.primitive_plane_add()
second = bpy.context.object
bpy.context.view_layer.objects.active = first
check_redo(first, second)
check_repeat_last(first, second)
check_new_material(first, second)
print("redo: all fine")
