"""Learning from inside Blender, without a window, with a trainer that pretends; given REAL, with the real one as well.

Arguments after "--": an exemplar, the Python that learns, its trainer's folder, a folder for
fits, and the real trainer's folder or "".
"""

import importlib
import json
import shutil
import sys
import time
from itertools import pairwise
from pathlib import Path

import bpy
import numpy as np

sys.path.append(str(Path(__file__).parent))
from refusals import refused

EXTENSION = "bl_ext.user_default.tilewright"
exemplar, program, fake, folder, real = sys.argv[sys.argv.index("--") + 1 :]
bpy.ops.preferences.addon_enable(module=EXTENSION)
check, follow, learning, learn = (
    importlib.import_module(f"{EXTENSION}.addon.learn.{name}") for name in ("check", "follow", "learning", "learn")
)
panel = importlib.import_module(f"{EXTENSION}.addon.learn.panel_learn")
previews = importlib.import_module(f"{EXTENSION}.addon.previews")
images, models = (importlib.import_module(f"{EXTENSION}.addon.{name}") for name in ("images", "models"))
options = bpy.context.preferences.addons[EXTENSION].preferences
options.python, options.trainer_folder, options.model_folder = program, fake, folder
settings, ops = bpy.context.scene.tilewright, bpy.ops.tilewright


def until(wanted, seconds=60):
    """The newest fit, looked at as the timer does, once it is as wanted."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        follow._tick()
        fit = follow.fits(bpy.context)[0]
        if wanted(fit):
            return fit
        time.sleep(0.05)
    raise AssertionError(f"it never came to that: {fit}")


def ended(fit):
    return not fit.running


def asked_of_the_trainer(fit):
    """Its arguments."""
    return json.loads((fit.run / "called.json").read_text())


def offered():
    items = importlib.import_module(f"{EXTENSION}.addon.settings")._model_items(settings, bpy.context)
    return {identifier: (name, number) for identifier, name, _, _, number in items}


# a fit is begun, seen, and its model is chosen at once; the other models keep their places in the picker
before = offered()
assert ops.learn(filepath=exemplar, budget="2m", author="me", width_m=2.0) == {"FINISHED"}
fit = until(lambda fit: fit.progress > 0.3)
assert fit.running and " left, step " in panel._progress(fit) and "%" in panel._progress(fit)
assert not ops.learn.poll() and follow._tick() == follow.TICK_SECONDS
refused(ops.learn, "blobs is being learned", filepath=exemplar)
fit = until(ended)
assert fit.state is learning.State.FINISHED and follow._tick() is None
model = str(fit.run / "model.onnx")
assert settings.model == model and settings.info().maps, settings.model
assert {key: value for key, value in offered().items() if key != model} == before

# a name that is taken gets a number; stopped, it is a model too, and goes on
assert ops.learn(filepath=exemplar, budget="CUSTOM", minutes=3, model_name="planks") == {"FINISHED"}
fit = until(lambda fit: fit.progress > 0.1)
assert fit.name == "planks_2", fit.name
refused(ops.learn_forget, "stop it first", run=str(fit.run))
assert ops.learn_stop(run=str(fit.run)) == {"FINISHED"}
fit = until(ended)
assert fit.state is learning.State.STOPPED and settings.model == str(fit.run / "model.onnx")
assert ops.learn_continue(run=str(fit.run)) == {"FINISHED"}
assert until(ended).state is learning.State.FINISHED
assert ops.learn_forget(run=str(fit.run)) == {"FINISHED"}
assert not fit.run.exists() and settings.model and settings.model != str(fit.run / "model.onnx")

# what is asked for in the dialog comes to the trainer; a finished fit learns longer
wall = Path(folder).with_name("wall")
wall.mkdir()
color = Path(shutil.copy(exemplar, wall / "wall_color.png"))
asked = {"folder": True, "even_light": 0.5, "scale": 0.5, "budget": "CUSTOM", "minutes": 0.2}
bpy.context.scene.unit_settings.scale_length = 0.01
assert ops.learn(filepath=str(color), width_m=200.0, **asked) == {"FINISHED"}
bpy.context.scene.unit_settings.scale_length = 1
fit = until(ended)
assert fit.state is learning.State.FINISHED, fit
given = asked_of_the_trainer(fit)
assert given[0] == str(wall), "all maps of the folder"
options_given = dict(pairwise(given)) | dict(word.split("=", 1) for word in given if "=" in word)
assert (options_given["--even-light"], options_given["--scale"]) == ("0.5", "0.5"), given
assert abs(float(options_given["--width-m"]) - 2) < 1e-4, "in metres, whatever the scene's unit is"
assert ops.learn_continue(run=str(fit.run), minutes=0.5) == {"FINISHED"}
budget = json.loads((fit.run / "fit.json").read_text())["options"]["budget"]
assert budget == "30s", budget
assert until(ended).state is learning.State.FINISHED

# what does not hear that it is to stop is ended when it is asked a second time
assert ops.learn(filepath=str(Path(exemplar).with_stem("deaf")), budget="20m") == {"FINISHED"}
fit = until(lambda fit: fit.progress > 0)
for _ in range(2):
    assert ops.learn_stop(run=str(fit.run)) == {"FINISHED"}
fit = until(ended)
assert fit.state is learning.State.FAILED and "interrupted" in fit.problem, fit

# an image that lies in no file is written into the fit's folder; all its pixels, and where it is transparent
pixels = np.random.default_rng(0).integers(0, 256, (12, 20, 4)) / 255
pixels[..., 3] = 1
pixels[:4, :, 3] = 0
made = bpy.data.images.new("Mein Bild", 20, 12, alpha=True)
made.pixels.foreach_set(pixels[::-1].astype(np.float32).ravel())
assert ops.learn(image="Mein Bild", budget="CUSTOM", minutes=0.2) == {"FINISHED"}
fit = until(ended)
(written,) = fit.run.glob("exemplar/*.png")
seen = images.read(bpy.data.images.load(str(written))).encoded()
assert np.abs(seen - pixels)[4:].max() < 1e-6 and (seen[:4, :, 3] == 0).all()
assert "Mein_Bild" not in bpy.data.images
assert fit.name == "Mein_Bild" and [len(previews.fit_icons(fit.run / name)) for name in ("preview.png", "no.png")] == [
    1,
    0,
]

# it may be called as a file of the trainer's
made.name = "preview"
assert ops.learn(image=made.name, budget="CUSTOM", minutes=0.2) == {"FINISHED"}
fit = until(ended)
assert fit.state is learning.State.FINISHED, fit
assert ops.learn_continue(run=str(fit.run), minutes=0.2) == {"FINISHED"}
assert until(ended).state is learning.State.FINISHED
loaded = bpy.data.images.load(exemplar)
one = {"base_color": loaded}
assert learn._place(one, as_shown=False) == Path(exemplar)
assert learn._place(one, as_shown=True) == Path("blobs.png"), "a photo that lies on its side stays so"
loaded.pack()
assert learn._place(one, as_shown=False) == Path("blobs.png")

# an image with the maps that a material shows beside it is learned as a set, or alone
material = bpy.data.materials.new("Set")
if bpy.app.version < (5, 0, 0):
    material.use_nodes = True
rough = bpy.data.images.new("rough", *loaded.size, is_data=True)
rough.pixels.foreach_set(np.full(len(rough.pixels), 0.4, np.float32))
for shown, socket in ((loaded, "Base Color"), (rough, "Roughness")):
    shows = material.node_tree.nodes.new("ShaderNodeTexImage")
    shows.image = shown
    (shader,) = (node for node in material.node_tree.nodes if node.bl_idname == "ShaderNodeBsdfPrincipled")
    material.node_tree.links.new(shows.outputs["Color"], shader.inputs[socket])
loaded.name = "stop"
for maps in (True, False):
    assert ops.learn(image=loaded.name, maps=maps, budget="CUSTOM", minutes=0.2) == {"FINISHED"}
    fit = until(ended)
    assert fit.state is learning.State.FINISHED, fit
    files = {file.name for file in fit.run.glob("exemplar/stop/*.png")}
    assert files == ({"base_color.png", "roughness.png"} if maps else set())
    if maps:
        seen = images.read(bpy.data.images.load(str(fit.run / "exemplar" / "stop" / "roughness.png"))).encoded()
        assert np.abs(seen[..., 0] - 0.4).max() <= 0.5 / 255
deep = bpy.data.images.new("deep", 16, 8, float_buffer=True, is_data=True)
ramp = np.repeat(np.linspace(0.5, 0.51, 128, dtype=np.float32), 4)
deep.pixels.foreach_set(ramp)
learn._save({"base_color": loaded, "height": deep}, Path(folder) / "deep")
written = (Path(folder) / "deep" / "height.png").read_bytes()
assert written[24:26] == bytes([16, 0]), "grey, 16 bits a channel"
seen = images.read(bpy.data.images.load(str(Path(folder) / "deep" / "height.png"))).encoded()
assert np.abs(seen[::-1, :, 0].ravel() - ramp[::4]).max() < 1e-4
shutil.rmtree(Path(folder) / "deep")
tall = Path(folder) / "tall.png"
learn._save({"base_color": bpy.data.images.new("tall", 20, 32)}, tall)
assert len(previews.fit_icons(tall)) == 2, "the exemplar above, and the texture"

# what can't be done is one line, and leaves no folder behind
count = len(list(Path(folder).iterdir()))
refused(ops.learn, "there is no image", image="nothing")
options.trainer_folder = folder
refused(ops.learn, "holds no trainer", filepath=exemplar)
options.trainer_folder = fake
for unreachable in ("/no/folder", f"/{'x' * 300}"):
    refused(ops.learn, "there is no image", filepath=f"{unreachable}/such.png")
    options.trainer_folder = unreachable
    refused(ops.learn, "holds no trainer", filepath=exemplar)
    options.trainer_folder, options.python = fake, f"{unreachable}/python"
    refused(ops.learn, "is no Python that answers", filepath=exemplar)
    options.python, options.model_folder = program, unreachable
    assert str(models.SHIPPED / "wool.onnx") in offered()
    refused(ops.learn, "is not there", filepath=exemplar)
options.model_folder = folder
assert len(list(Path(folder).iterdir())) == count
small, unreadable = (str(Path(exemplar).with_stem(name)) for name in ("small", "unreadable"))
assert ops.learn(filepath=small) == {"FINISHED"}
fit = until(ended)
assert fit.state is learning.State.FAILED and "at least 128 px" in fit.problem
assert ops.learn(filepath=unreadable, budget="CUSTOM", minutes=0.1) == {"FINISHED"}
fit = until(ended)
assert settings.model_file == str(fit.run / "model.onnx") and settings.model == "FILE", (settings.model, fit)

# what was missing may have been put there since
bare = Path(folder) / "bare"
bare.mkdir()
options.trainer_folder = str(bare)
refused(ops.learn, "holds no trainer", filepath=exemplar)
shutil.copytree(fake, bare, dirs_exist_ok=True)
assert check.python(bpy.context).ready
shutil.rmtree(bare)
options.trainer_folder = fake

# the check tells what there is
assert ops.check_python() == {"FINISHED"}

# disabling the extension leaves the fit to itself, and no timer; enabled again, it is found
assert ops.learn(filepath=exemplar, budget="5m") == {"FINISHED"}
run = follow.fits(bpy.context)[0].run
tick, module = follow._tick, sys.modules[EXTENSION]
assert bpy.app.timers.is_registered(tick)
module.unregister()
assert not bpy.app.timers.is_registered(tick) and learning.read(run).running
assert not [name for name in dir(bpy.types) if name.startswith("TILEWRIGHT_")]
module.register()
assert bpy.app.timers.is_registered(tick)
bpy.ops.wm.read_homefile(app_template="")
assert bpy.app.timers.is_registered(tick), "it looks on when another file is loaded"
settings = bpy.context.scene.tilewright
options = bpy.context.preferences.addons[EXTENSION].preferences  # what was held before is of classes that are gone
fit = until(lambda fit: fit.progress > 0.1)
assert fit.run == run and fit.running
assert until(ended).state is learning.State.FINISHED and settings.model == str(run / "model.onnx")

if real:
    options.trainer_folder = real
    options.device = "cpu"
    assert ops.learn(filepath=exemplar, budget="CUSTOM", minutes=0.1, license="CC0-1.0") == {"FINISHED"}
    fit = until(ended, 240)
    assert fit.state is learning.State.FINISHED, fit
    assert settings.model == str(fit.run / "model.onnx") and settings.info().exemplar.license == "CC0-1.0"
print("learn: all fine")
