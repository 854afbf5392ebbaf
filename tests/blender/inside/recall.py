"""History, favorites, presets and Regenerate, without a window.

Arguments after "--": a model file, a folder, and "first" or "later", for two Blenders one after the other.
"""

import importlib
import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import bpy
import numpy as np

EXTENSION = "bl_ext.user_default.tilewright"
model_file, folder, stage = sys.argv[sys.argv.index("--") + 1 :]
bpy.ops.preferences.addon_enable(module=EXTENSION)
texture, session, latents, png, model_files = (
    importlib.import_module(f"{EXTENSION}.synthesis.{name}")
    for name in ("texture", "session", "latent", "png", "model_file")
)
history_module, browse, presets, recall, models, sheets, background, thumbnails = (
    importlib.import_module(f"{EXTENSION}.addon.{name}")
    for name in (
        "history",
        "browse.browse",
        "memory.presets",
        "memory.recall",
        "models",
        "browse.contact_sheets",
        "background",
        "browse.thumbnails",
    )
)
copy = Path(folder) / "mine.onnx"  # one that lies in no folder of models
blend = Path(folder) / "kept.blend"
ours = bpy.ops.tilewright


def settings():
    return bpy.context.scene.tilewright


def entries():
    return bpy.context.scene.tilewright_history.entries


def nodes():
    tree = bpy.context.object.active_material.node_tree
    return {node["tilewright"]: node for node in tree.nodes if node.get("tilewright")}


def pixels(image):
    flat = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(flat)
    return flat.reshape(image.size[1], image.size[0], 4)[::-1, :, :3]


def expected(latent, height, width):
    made = texture.whole(session.open_model(Path(model_file), "cpu"), latent, height, width)
    return png.quantised(made["base_color"], 8) / 255


def equal(image, values):
    return pixels(image).shape == values.shape and np.abs(pixels(image) - values).max() < 0.1 / 255


def refused(operator, told, **options):
    try:
        operator(**options)
    except RuntimeError as reason:
        assert told in str(reason) and len(str(reason).strip().splitlines()) == 1, reason
    else:
        raise AssertionError(f"it did not refuse: {told}")


def choose(seed, width, height, blend=0.0, other_seed=1):
    settings().model_file, settings().model = str(copy), "FILE"
    settings().seed, settings().width, settings().height = seed, width, height
    settings().blend, settings().other_seed = blend, other_seed


def generate():
    said = settings()
    assert ours.generate(seed=said.seed, width=said.width, height=said.height) == {"FINISHED"}


@contextmanager
def before_its_end(act):
    """Let something happen after a texture is made, before it is shown."""
    finish = background.Job.finish
    background.Job.finish = lambda job: (act(), finish(job))[1]
    try:
        yield
    finally:
        background.Job.finish = finish


def looked_up(image, u, v):
    """What the object shows at UV (u, v), by the nearest pixel."""
    mapping = nodes()["mapping"]
    scale, shift = mapping.inputs["Scale"].default_value, mapping.inputs["Location"].default_value
    width, height = image.size
    columns = np.floor((u * scale[0] + shift[0]) % 1 * width).astype(int) % width
    rows = np.floor((1 - v * scale[1] - shift[1]) % 1 * height).astype(int) % height
    return pixels(image)[rows, columns]


def check_history():
    choose(5, 96, 64)
    generate()
    choose(6, 64, 96, blend=0.5, other_seed=2)
    generate()
    choose(7, 64, 64)
    generate()
    assert [entry.name[:8] for entry in entries()] == ["Random 7", "Random 6", "Random 5"], list(entries().keys())
    assert ours.go_back(index=1) == {"FINISHED"}
    said = settings()
    assert (said.seed, said.width, said.height, said.blend, said.other_seed) == (6, 64, 96, 0.5, 2)
    assert ours.go_back(index=2) == {"FINISHED"} and settings().blend == 0
    settings().model = next(iter(str(path) for path, _ in models.found(None)))
    assert ours.generate_again(index=1) == {"FINISHED"}
    assert settings().model == "FILE" and Path(settings().model_file) == copy
    assert equal(nodes()["base_color"].image, expected(latents.Latent(6, 2, 0.5), 96, 64))
    assert len(entries()) == 3 and entries()[0].recipe().latent.seed == 6, "made again, it goes to the top"
    refused(ours.go_back, "the history has 3 textures", index=3)
    made = entries()[0].recipe()
    for seed in range(100, 160):
        history_module.note(bpy.context.scene.session_uid, type(made)("other", latents.Latent(seed), 64, 64), "")
    assert len(entries()) == history_module.LONGEST and entries()[0].recipe().latent.seed == 159
    refused(ours.go_back, "there is no model 'other' here", index=0)
    begun, other = bpy.context.scene, bpy.data.scenes.new("Other")
    ours.clear_history()
    choose(4, 64, 64)
    with before_its_end(lambda: setattr(bpy.context.window, "scene", other)):
        generate()
    assert len(begun.tilewright_history.entries) == 1 and not other.tilewright_history.entries, "where it began"
    bpy.context.window.scene = begun
    bpy.data.scenes.remove(other)
    assert ours.clear_history() == {"FINISHED"} and not entries() and not ours.clear_history.poll()


def check_undo():
    choose(8, 64, 64)
    generate()
    bpy.ops.ed.undo_push(message="before")
    choose(9, 64, 64)
    generate()
    bpy.ops.ed.undo_push(message="after")
    assert len(entries()) == 2
    bpy.ops.ed.undo()
    assert len(entries()) == 1, "undone with the texture"


def tick(until):
    """Turn the timer of the contact sheets by hand, since no event loop does."""
    for _ in range(600):
        again = sheets._tick()
        if until(again):
            return
        time.sleep(0.02)
    raise AssertionError("it never came")


def check_thumbnails():
    choose(1, 64, 64)
    sheet = sheets.sheet(bpy.context)
    sheets.ask(sheet, sheet.seeds())
    assert bpy.app.timers.is_registered(sheets._tick)
    tick(lambda again: again is None)
    assert list(sheet.icons) == sheet.seeds()[: sheets.A_FEW], "nobody looked again, so it ended after a few"
    side = thumbnails.SIDE_PX
    preview = sheets._table.icons[sheets._icon_name(sheet, 2)]
    shown = np.empty(side * side * 4, np.float32)
    preview.image_pixels_float.foreach_get(shown)
    values = shown.reshape(side, side, 4)[::-1, :, :3]
    assert np.abs(values - expected(latents.Latent(2), side, side)).max() < 1.01 / 255
    settings().blend = 0.5
    assert sheets.sheet(bpy.context) is sheet and sheets.is_dated(bpy.context, sheet)
    assert ours.refresh_seeds() == {"FINISHED"} and not sheet.icons and not sheets.is_dated(bpy.context, sheet)
    count = len(sheet.seeds())
    assert ours.more_seeds() == {"FINISHED"} and len(sheet.seeds()) == 2 * count

    # another model's sheet comes at once, and a texture that is being made before any
    sheets.ask(sheet, sheet.seeds())
    tick(lambda _: sheets._table.work is not None)
    settings().model = next(iter(str(path) for path, _ in models.found(None)))
    other = sheets.sheet(bpy.context)
    assert other is not sheet
    sheets.ask(other, [7])
    tick(lambda _: 7 in other.icons)
    assert len(sheet.icons) < sheets.A_FEW
    background._running[:] = [object()]
    sheets.ask(other, [8])
    tick(lambda again: again is None)
    background._running.clear()
    assert 8 not in other.icons

    # disabling while thumbnails are made leaves no timer and no thread
    sheets.ask(other, list(range(100)))
    tick(lambda _: sheets._table.work is not None)
    batch = sheets._table.work.batch
    sys.modules[EXTENSION].unregister()
    assert not batch.running and not bpy.app.timers.is_registered(sheets._tick) and not sheets._table.sheets
    sys.modules[EXTENSION].register()


def check_controls_and_presets():
    path, info = next((path, info) for path, info in models.found(None) if len(info.controls) > 1)
    settings().model = str(path)
    settings().controls[1], settings().blend, settings().other_seed, settings().seed = -0.5, 0.25, 4, 3
    settings().width, settings().height = 2048, 512
    assert ours.save_preset(preset="Old Wall") == {"FINISHED"} and presets.names() == ["Old Wall"]
    refused(ours.save_preset, "the preset has no name", preset="  ")
    settings().width = settings().height = 64
    generate()
    image = nodes()["base_color"].image
    assert dict(image["tilewright_controls"].items()) == {info.controls[1].name: -0.5}
    assert image["tilewright_blend"] == 0.25 and image["tilewright_other_seed"] == 4
    assert image["tilewright_digest"] == models.digest(path) and image["tilewright_model"] == info.name
    assert image["tilewright_license"] == info.exemplar.license and image["tilewright_exemplar"] == info.exemplar.name
    choose(11, 64, 64)
    assert all(value == 0 for value in settings().controls)
    assert ours.save_preset(preset="Mine") == {"FINISHED"} and presets.names() == ["Mine", "Old Wall"]
    assert ours.apply_preset(preset="Old Wall") == {"FINISHED"}
    said = settings()
    assert (Path(said.model), said.width, said.height, said.blend) == (path, 2048, 512, 0.25)
    assert said.other_seed == 4 and list(said.controls)[:2] == [0, -0.5] and said.seed == 11, "the seed stays"
    assert ours.apply_preset(preset="Mine") == {"FINISHED"} and Path(settings().model_file) == copy
    assert ours.delete_preset(preset="Mine") == {"FINISHED"} and presets.names() == ["Old Wall"]
    refused(ours.apply_preset, "there is no preset 'Mine'", preset="Mine")


def check_regenerate():
    latent = latents.Latent(5, 6, 0.5)
    choose(5, 448, 384, blend=0.5, other_seed=6)
    bpy.ops.mesh.primitive_plane_add()
    assert not ours.regenerate.poll(), "there is no texture yet"
    generate()
    small = nodes()["base_color"].image
    choose(1, 896, 768)
    bpy.ops.wm.save_as_mainfile(filepath=str(blend))
    bpy.ops.wm.open_mainfile(filepath=str(blend))
    count, small = len(nodes()), nodes()["base_color"].image
    first = pixels(small)
    margin = max(level.cell_px * (level.margin_cells + 1) for level in model_files.read_info(Path(model_file)).levels)
    across, down = (
        np.random.default_rng(0).uniform(margin, side - margin, 500) / 448 for side in (448, 384)
    )  # below and right of where the smaller texture wraps
    seen = looked_up(small, across, 1 - down)
    scale, location = (tuple(nodes()["mapping"].inputs[name].default_value) for name in ("Scale", "Location"))
    assert np.allclose(scale, (1, 448 / 384, 1)), "the longer side covers the square of the UV map, undistorted"
    assert ours.regenerate(size="SET") == {"FINISHED"}
    large = nodes()["base_color"].image
    assert equal(large, expected(latent, 768, 896)) and len(nodes()) == count
    assert np.array_equal(looked_up(large, across, 1 - down), seen), "the same elements at the same places"
    assert np.allclose(nodes()["mapping"].inputs["Scale"].default_value, (0.5, 0.5 * scale[1], 1))
    assert large["tilewright_size"] == "896x768" and large["tilewright_seed"] == 5 and large["tilewright_blend"] == 0.5
    assert nodes()["height"].image["tilewright_size"] == "896x768"
    newest = entries()[0].recipe()
    assert (newest.width, newest.height, newest.latent) == (896, 768, latent), "the history tells of it too"
    choose(1, 448, 384)
    assert ours.regenerate(size="SET") == {"FINISHED"}
    assert np.array_equal(pixels(nodes()["base_color"].image), first), "and back again"
    assert np.allclose(nodes()["mapping"].inputs["Scale"].default_value, scale, atol=1e-6)
    assert np.allclose(nodes()["mapping"].inputs["Location"].default_value, location, atol=1e-6)
    assert ours.regenerate(size="1024") == {"FINISHED"}
    assert tuple(nodes()["base_color"].image.size) == (1024, 864), "the shape stays, as near as sizes allow"
    check_scale_as_set()
    check_other_models()


def check_scale_as_set():
    """A new texture lies as the artist has set it, and its pixels are as large whatever its size."""
    mapping, high = nodes()["mapping"], 448 / 384
    scale, location = mapping.inputs["Scale"].default_value, mapping.inputs["Location"].default_value
    choose(2, 448, 384)
    generate()
    assert np.allclose(scale, (1, high, 1), atol=1e-6) and np.allclose(location, (0, 1 - high, 0), atol=1e-6)
    assert ours.regenerate(size="1024") == {"FINISHED"} and scale[0] < 0.5
    scale[0] *= 3  # by the artist's own hand
    generate()
    assert np.allclose(scale, (3, high, 1), atol=1e-6) and np.allclose(location, (0, 1 - high, 0), atol=1e-6)
    generate()
    assert np.allclose(scale, (3, high, 1), atol=1e-6), tuple(scale)
    choose(2, 896, 768)
    generate()
    assert np.allclose(scale, (1.5, high / 2, 1), atol=1e-6), tuple(scale)
    choose(2, 448, 384)
    generate()
    scale[0] = 1
    check_redo()


def check_redo():
    """The redo panel works on what was active at the click, though the artist has chosen others since."""
    first, material = bpy.context.object, bpy.context.object.active_material
    worn = nodes()["base_color"].image
    first.data.materials.append(bpy.data.materials.new("second slot"))
    first.active_material_index = 1
    bpy.ops.mesh.primitive_plane_add()
    second = bpy.context.object
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
    check_repeat_last(first, second)
    check_new_material(first, second)
    bpy.data.objects.remove(second)


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


def check_other_models():
    content = copy.read_bytes()
    choose(1, 64, 64)
    copy.write_bytes(content.replace(b'"nobody"', b'"nobOdy"'))  # its info tells another author, nothing else
    assert recall.find_model(bpy.context, recall.noted(bpy.context)) == (copy, "")
    made = entries()[0].recipe()
    assert "learned anew" in recall.find_model(bpy.context, made)[1]
    assert ours.regenerate(size="SET") == {"FINISHED"}
    copy.rename(copy.with_suffix(".gone"))
    before = nodes()["base_color"].image
    refused(ours.regenerate, "there is no model 'random' here", size="SET")
    assert nodes()["base_color"].image == before
    copy.with_suffix(".gone").rename(copy)
    before["tilewright_job"] = "filled"
    assert not ours.regenerate.poll(), "what was made from a picture has no size to choose"
    copy.write_bytes(content)


def first():
    for file in (browse._favorites_file(), presets._file()):
        file.unlink(missing_ok=True)  # of a run that was broken off
    copy.write_bytes(Path(model_file).read_bytes())
    bpy.ops.wm.read_homefile(app_template="")
    check_history()
    check_undo()
    choose(3, 64, 64)
    assert ours.use_seed(seed=12, width=64, height=64) == {"FINISHED"} and settings().seed == 12
    assert nodes()["base_color"].image["tilewright_seed"] == 12
    assert ours.toggle_favorite(seed=12) == ours.toggle_favorite(seed=4) == {"FINISHED"}
    assert browse.favorite_seeds(copy) == [4, 12]
    check_thumbnails()
    check_controls_and_presets()
    check_regenerate()


def later():
    assert browse.favorite_seeds(copy) == [4, 12] and presets.names() == ["Old Wall"], "they outlive Blender"
    bpy.ops.wm.open_mainfile(filepath=str(blend))
    assert entries(), "the history is part of the file"
    choose(1, 64, 64)
    assert ours.toggle_favorite(seed=4) == {"FINISHED"} and browse.favorite_seeds(copy) == [12]
    file = browse._favorites_file()
    noted = json.loads(file.read_text())[models.digest(copy)]
    assert noted == {"model": "random", "seeds": [12]}, "readable for people too"
    file.write_text("{")
    refused(ours.toggle_favorite, "mend or delete it", seed=5)
    assert file.read_text() == "{", "what can't be read is not written over"
    file.unlink()
    presets._file().unlink()


first() if stage == "first" else later()
print("recall: all fine")
