"""History, favorites, presets and thumbnails, without a window.

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

sys.path.append(str(Path(__file__).parent))
from refusals import refused
from texturing import (
    EXTENSION,
    choose,
    copy,
    entries,
    equal,
    expected,
    folder,
    generate,
    latents,
    nodes,
    ours,
    settings,
)

history_module, browse, presets, models, sheets, background, thumbnails = (
    importlib.import_module(f"{EXTENSION}.addon.{name}")
    for name in (
        "history",
        "browse.browse",
        "memory.presets",
        "models",
        "browse.contact_sheets",
        "background",
        "browse.thumbnails",
    )
)
blend, stage = Path(folder) / "kept.blend", sys.argv[-1]


@contextmanager
def before_its_end(act):
    """Let something happen after a texture is made, before it is shown."""
    finish = background.Job.finish
    background.Job.finish = lambda job: (act(), finish(job))[1]
    try:
        yield
    finally:
        background.Job.finish = finish


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
    settings().model, settings().model_file = "FILE", "gone.onnx"
    area = next(area for area in bpy.context.window.screen.areas if area.type == "VIEW_3D")
    with bpy.context.temp_override(area=area):
        assert ours.generate_again.poll() and not ours.generate.poll(), "the history's model takes the panel's place"
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


def first():
    for file in (browse._favorites_file(), presets._file()):
        file.unlink(missing_ok=True)  # of a run that was broken off
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
    bpy.ops.wm.save_as_mainfile(filepath=str(blend))


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
