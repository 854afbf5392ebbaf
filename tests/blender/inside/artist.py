"""What an artist does with the operator, step by step, each step checked."""

import importlib
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np

EXTENSION = "bl_ext.user_default.tilewright"
model_file = sys.argv[sys.argv.index("--") + 1]

bpy.ops.preferences.addon_enable(module=EXTENSION)
texture = importlib.import_module(f"{EXTENSION}.synthesis.texture")
session = importlib.import_module(f"{EXTENSION}.synthesis.session")
latent = importlib.import_module(f"{EXTENSION}.synthesis.latent")
png = importlib.import_module(f"{EXTENSION}.synthesis.png")
surface = importlib.import_module(f"{EXTENSION}.synthesis.surface")
model = session.open_model(Path(model_file), "cpu")
assert model.info.maps == ("base_color", "normal", "height")
expected = texture.whole(model, latent.Latent(5), 96, 160, surface=surface.Surface(1.5))


def tagged(material):
    return {node["tilewright"]: node for node in material.node_tree.nodes if node.get("tilewright")}


def pixels(image):
    flat = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(flat)
    return flat.reshape(image.size[1], image.size[0], 4)[::-1]


def generate(seed, width, height):
    bpy.context.scene.tilewright.seed = 0
    return bpy.ops.tilewright.generate(model=model_file, seed=seed, width=width, height=height)


# menus show strings that Blender does not hold: asked again, the same ones are given
bpy.context.preferences.filepaths.asset_libraries.new(name="Mine", directory=tempfile.gettempdir())
for place, choices in (("settings", "_model_items"), ("keep.keep_settings", "_libraries")):
    module = importlib.import_module(f"{EXTENSION}.addon.{place}")
    first, again = ([*getattr(module, choices)(None, bpy.context)] for _ in range(2))
    texts, same = ([id(text) for item in items for text in item[:3]] for items in (first, again))
    assert len(first) > 1 and texts == same, choices

bpy.ops.wm.read_homefile(app_template="")
bpy.ops.object.select_all(action="DESELECT")
bpy.context.view_layer.objects.active = None
assert not bpy.ops.tilewright.generate.poll(), "nothing is active, so there is nothing to texture"
bpy.ops.object.light_add()
assert not bpy.ops.tilewright.generate.poll(), "a light has no material"

# material and nodes are made where there are none, and all maps equal synthesis's own
bpy.ops.mesh.primitive_plane_add()
plane = bpy.context.object
assert plane.active_material is None
bpy.context.scene.tilewright.depth = 1.5
assert generate(5, 160, 96) == {"FINISHED"}
material = plane.active_material
nodes = tagged(material)
parts = {"mapping", "coordinates", "normal_map", "displacement", "occlusion"}
assert {"base_color", "normal", "roughness", "height", "ao"} | parts == set(nodes), "what the model lacks is estimated"
for name, values in expected.items():
    image = nodes[name].image
    assert tuple(image.size) == (160, 96)
    assert image.packed_file and image.colorspace_settings.name == ("sRGB" if name == "base_color" else "Non-Color")
    depth = 16 if name == "height" else 8
    shown = png.quantised(pixels(image)[..., : values.shape[2]], depth).astype(int)
    assert abs(shown - png.quantised(values, depth).astype(int)).max() <= (1 if depth == 16 else 0), name
assert nodes["base_color"].image["tilewright_seed"] == 5

# linked as Node Wrangler does
shader = next(node for node in material.node_tree.nodes if node.bl_idname == "ShaderNodeBsdfPrincipled")
assert shader.inputs["Base Color"].links[0].from_node == nodes["occlusion"]
assert nodes["base_color"] in [link.from_node for socket in nodes["occlusion"].inputs for link in socket.links]
assert shader.inputs["Normal"].links[0].from_node == nodes["normal_map"]
assert shader.inputs["Roughness"].links[0].from_node == nodes["roughness"]
output = next(node for node in material.node_tree.nodes if node.bl_idname == "ShaderNodeOutputMaterial")
assert output.inputs["Displacement"].links[0].from_node == nodes["displacement"]
assert nodes["base_color"].inputs["Vector"].links[0].from_node == nodes["mapping"]

# a second texture takes the same nodes, new images, and leaves the artist's own nodes alone
own = material.node_tree.nodes.new("ShaderNodeValue")
own.name = "mine"
first, count = nodes["base_color"].image.name, len(material.node_tree.nodes)
assert generate(6, 64, 64) == {"FINISHED"}
assert len(material.node_tree.nodes) == count and "mine" in material.node_tree.nodes
assert tagged(material)["base_color"].image.name != first

# a picture that is made anew takes its maps with it, those that were estimated too
estimate = tagged(material)["roughness"].image
source = tagged(material)["base_color"].image.name
assert bpy.ops.tilewright.clean_up(model=model_file, image=source, seed=1) == {"FINISHED"}
assert {node.image["tilewright_job"] for node in tagged(material).values() if hasattr(node, "image")} == {"clean"}
assert tagged(material)["roughness"].image["tilewright_before"] == estimate

# estimates can be switched off, and their nodes go
bpy.context.scene.tilewright.estimates = False
assert generate(6, 64, 64) == {"FINISHED"}
assert {"base_color", "normal", "height"} | parts - {"occlusion"} == set(tagged(material))
bpy.context.scene.tilewright.estimates = True
assert generate(6, 64, 64) == {"FINISHED"}

# a texture that was replaced goes, but for what was painted on it
former = [node.image for node in tagged(material).values() if hasattr(node, "image")]
painted = former[0].name
former[0].pixels[0] = 1 - former[0].pixels[0]
former[0].pack()
former = {image.name for image in former}
assert generate(6, 64, 64) == {"FINISHED"}
assert former & set(bpy.data.images.keys()) == {painted}
bpy.data.images.remove(bpy.data.images[painted])

# undo and redo
bpy.ops.ed.undo_push(message="before")
before = tagged(material)["base_color"].image.name
assert generate(7, 64, 64) == {"FINISHED"} and before not in bpy.data.images
bpy.ops.ed.undo_push(message="after")
bpy.ops.ed.undo()
seen = tagged(bpy.data.objects["Plane"].active_material)["base_color"].image
assert seen["tilewright_seed"] == 6 and pixels(seen).std() > 0.01, seen["tilewright_seed"]
bpy.ops.ed.redo()
seen = tagged(bpy.data.objects["Plane"].active_material)["base_color"].image
assert seen["tilewright_seed"] == 7 and pixels(seen).std() > 0.01

# a copy that the artist has made of one of our nodes is theirs
material = bpy.data.objects["Plane"].active_material
nodes = material.node_tree.nodes
original, copied = tagged(material)["base_color"], nodes.new("ShaderNodeTexImage")
copied["tilewright"] = "base_color"
assert generate(7, 64, 32) == {"FINISHED"}
assert original.image is not None and copied.image is None and not copied.outputs["Color"].links
nodes.remove(copied)

# packed images live through saving and loading
with tempfile.TemporaryDirectory() as folder:
    blend = str(Path(folder) / "saved.blend")
    before = pixels(tagged(bpy.data.objects["Plane"].active_material)["base_color"].image)
    bpy.ops.wm.save_as_mainfile(filepath=blend)
    bpy.ops.wm.open_mainfile(filepath=blend)
    after = tagged(bpy.data.objects["Plane"].active_material)["base_color"].image
    assert np.array_equal(pixels(after), before)

    # or beside the file
    bpy.context.preferences.addons[EXTENSION].preferences.storage = "SAVE"
    assert generate(8, 64, 32) == {"FINISHED"}
    image = tagged(bpy.data.objects["Plane"].active_material)["base_color"].image
    assert not image.packed_file and image.filepath.startswith("//textures/")  # so that both may move
    kept = Path(bpy.path.abspath(image.filepath))
    before = kept.read_bytes()

    # every texture is a file of its own: the artist may have painted on the former one
    settings = bpy.context.scene.tilewright
    settings.other_seed, settings.blend = 3, 0.5
    assert generate(8, 64, 32) == {"FINISHED"}
    settings.blend = 0
    files = [*(Path(folder) / "textures").glob("*base_color.png")]
    assert len(files) == 2 and len({file.read_bytes() for file in files}) == 2 and kept.read_bytes() == before
    assert generate(8, 64, 32) == {"FINISHED"}
    assert len([*(Path(folder) / "textures").glob("*base_color.png")]) == 3 and kept.read_bytes() == before
    bpy.context.preferences.addons[EXTENSION].preferences.storage = "PACK"

    # a loop is a sequence of files beside the file, and plays over and over
    assert bpy.ops.tilewright.generate_loop(model=model_file, seed=8, width=64, height=32, frames=3) == {"FINISHED"}
    node = tagged(bpy.data.objects["Plane"].active_material)["base_color"]
    assert node.image.source == "SEQUENCE" and node.image_user.frame_duration == 3 and node.image_user.use_cyclic
    frames = sorted((Path(folder) / "textures").glob("*_loop_base_color_*.png"))
    assert [file.stem[-4:] for file in frames] == ["0001", "0002", "0003"]
    assert len({file.read_bytes() for file in frames}) == 3

# a size between the legal ones goes to the nearest
assert generate(9, 100, 64) == {"FINISHED"}
assert tuple(tagged(bpy.data.objects["Plane"].active_material)["base_color"].image.size) == (96, 64)

# what can't be done is one clear line, and changes nothing
images = set(bpy.data.images.keys())
try:
    bpy.ops.tilewright.generate(model="/no/such/model.onnx", seed=1, width=64, height=64)
except RuntimeError as reason:
    assert "there is no model file" in str(reason)
else:
    raise AssertionError("a model that is not there went through")
assert set(bpy.data.images.keys()) == images

panel_settings = sys.modules[f"{EXTENSION}.addon.settings"]

# the picker offers the shipped models, and sizes snap to legal ones
settings = bpy.context.scene.tilewright
names = [item.identifier for item in type(settings).bl_rna.properties["model"].enum_items]
settings.width = 1000
assert settings.width == 992, settings.width
assert settings.info().maps[0] == "base_color"

# a model from a file has its own picture, and a folder's where there is none; without a window there are no icons
previews = sys.modules[f"{EXTENSION}.addon.previews"]
icon, previews.icon = previews.icon, lambda info: 77 if info.name == "wool" else 0
folder_icon, seen = previews.named("FILE_FOLDER"), {}
wool = next(item[0] for item in panel_settings._model_items(settings, None) if item[0].endswith("wool.onnx"))
for file in ("", wool, "/no/such/model.onnx", model_file):
    settings.model_file = file
    seen[file] = panel_settings._model_items(settings, None)[-1][3]
assert folder_icon and list(seen.values()) == [folder_icon, 77, folder_icon, folder_icon], seen
previews.icon, settings.model_file = icon, ""

# without a model the button is grey and says why; a script names the model itself
why_not = sys.modules[f"{EXTENSION}.addon.operators"].TILEWRIGHT_OT_generate._why_not
asked = SimpleNamespace(object=bpy.context.object, scene=bpy.context.scene, space_data=True)
settings.model = "FILE"
assert "no model is chosen" in why_not(asked)
asked.space_data = None
assert not why_not(asked)
asked.space_data, settings.model = True, wool
assert not why_not(asked)

# a Shader Editor may show another material than would be changed
asked.space_data = SimpleNamespace(pin=True, id=asked.object.active_material)
reasons, regenerate = (sys.modules[f"{EXTENSION}.addon.{name}"] for name in ("reasons", "memory.regenerate"))
every = (why_not, reasons.why_no_texture, regenerate.TILEWRIGHT_OT_regenerate._why_not)
assert [ask(asked) for ask in every] == [""] * 3
asked.space_data.id = bpy.data.materials.new("Pinned")
assert all("Pinned is pinned here" in ask(asked) for ask in every)
settings.new_material = True
assert not why_not(asked), "another one is not changed"
settings.new_material = False
bpy.data.materials.remove(asked.space_data.id)

# disabling while a texture is being made stops the work, and leaves no file
module = sys.modules[EXTENSION]
job_module, background = (sys.modules[f"{EXTENSION}.addon.{name}"] for name in ("job", "background"))
with tempfile.TemporaryDirectory() as folder:
    request = job_module.TextureRequest(Path(model_file), "cpu", latent.Latent(1), Path(folder) / "t.png", 4096, 4096)
    background._running[:] = [job_module.Job(request)]
    background._running[0].start()
    assert not bpy.ops.tilewright.generate.poll(), "one at a time"
    job = background.running()
    module.unregister()
    assert not job.running and background.running() is None and not list(Path(folder).iterdir())
    module.register()

# nothing stays behind, however often it is enabled and disabled
timers = [
    value
    for name, part in sys.modules.items()
    if name.startswith(f"{EXTENSION}.addon")
    for value in vars(part).values()
    if callable(value) and getattr(value, "__module__", "") == name and value.__name__ == "_tick"
]
assert len(timers) == 3, timers


def everything():
    """All that a registration may leave in Blender."""
    owners = (bpy.types.Scene, bpy.types.WindowManager, bpy.types.Object, bpy.types.Material, bpy.types.Image)
    keymaps = bpy.context.window_manager.keyconfigs.addon.keymaps if bpy.context.window_manager.keyconfigs.addon else ()
    return {
        "types": set(dir(bpy.types)),
        "classes": {cls for base in bases for cls in base.__subclasses__() if getattr(cls, "is_registered", False)},
        "operators": set(dir(bpy.ops.tilewright)),
        "properties": {(owner.__name__, one.identifier) for owner in owners for one in owner.bl_rna.properties},
        "handlers": {name: list(found) for name, found in handlers.items()},
        "timers": [timer for timer in timers if bpy.app.timers.is_registered(timer)],
        "keys": [(keymap.name, item.idname) for keymap in keymaps for item in keymap.keymap_items],
        "words": bpy.app.translations.pgettext_iface("Generate Texture", "Operator"),
        "icons": len(bpy.utils.previews._uuid_open),
        "commands": list(sys.modules[f"{EXTENSION}.addon.command"]._handles),
    }


bases = (bpy.types.Operator, bpy.types.Panel, bpy.types.PropertyGroup, bpy.types.UIList, bpy.types.AddonPreferences)
handlers = {name: found for name in dir(bpy.app.handlers) if isinstance(found := getattr(bpy.app.handlers, name), list)}
enabled = everything()
assert "tilewright" in {name for _, name in enabled["properties"]} and enabled["timers"] and enabled["commands"]
module.unregister()
disabled = everything()
left = {name for name in disabled["types"] if name.lower().startswith("tilewright")}
left |= {name for _, name in disabled["properties"] if name.startswith("tilewright")}
assert not left and not disabled["operators"] and not disabled["timers"] and not disabled["commands"], left
assert not [one for found in handlers.values() for one in found if EXTENSION in getattr(one, "__module__", "")]

# a part that can't be registered takes back those before it, and the next try succeeds
for part in sys.modules[f"{EXTENSION}.addon"]._parts():
    attach = vars(part).get("attach")
    part.attach = lambda: 1 / 0
    try:
        module.register()
    except ZeroDivisionError:
        pass
    else:
        raise AssertionError(f"{part.__name__} was not registered")
    if attach:
        part.attach = attach
    else:
        del part.attach
    found = everything()
    assert found == disabled, {name: (found[name], disabled[name]) for name in found if found[name] != disabled[name]}

started = time.perf_counter()
for _ in range(100):
    module.register()
    panel_settings._model_items(None, None)  # pictures of models, as the panel shows them
    assert bpy.utils.previews._uuid_open
    module.unregister()
    found = everything()
    assert found == disabled, {name: (found[name], disabled[name]) for name in found if found[name] != disabled[name]}
print(f"enabled and disabled a hundred times in {time.perf_counter() - started:.2f} s")
module.register()
print("the artist is content")
