"""Preparing photos without a window: results equal synthesis, steps are remembered together, bad input is one line."""

import importlib
import json
import sys
from pathlib import Path

import bpy
import numpy as np

sys.path.append(str(Path(__file__).parent))
from refusals import refused

EXTENSION = "bl_ext.user_default.tilewright"
bpy.ops.preferences.addon_enable(module=EXTENSION)
png, preparation_module, picture_module = (
    importlib.import_module(f"{EXTENSION}.synthesis.{name}") for name in ("png", "preparation", "picture")
)
prepare, prepared_images = (
    importlib.import_module(f"{EXTENSION}.addon.prepare.{name}") for name in ("prepare", "prepared_images")
)
ops = bpy.ops.tilewright
Preparation = preparation_module.Preparation
HEIGHT, WIDTH = 180, 240
CORNERS = {"top_left": (30, 20), "top_right": (200, 35), "bottom_right": (225, 160), "bottom_left": (12, 150)}
rng = np.random.default_rng(0)


def image(name, pixels, data=False):
    height, width = pixels.shape[:2]
    made = bpy.data.images.new(name, width, height, alpha=True, is_data=data)
    rgba = np.ones((height, width, 4), np.float32)
    rgba[..., : pixels.shape[2]] = pixels
    made.pixels.foreach_set(np.ascontiguousarray(rgba[::-1]).ravel())
    made.pack()
    return made


def shown(made, channels=3):
    flat = np.empty(len(made.pixels), np.float32)
    made.pixels.foreach_get(flat)
    return flat.reshape(made.size[1], made.size[0], -1)[::-1, :, :channels]


def run(operator, source, **options):
    """The new images, by the map that they are."""
    before = set(bpy.data.images)
    assert getattr(bpy.ops.tilewright, operator)(image=source.name, **options) == {"FINISHED"}
    made = set(bpy.data.images) - before
    return {next((name for name in MAPS if name in one.name), "base_color"): one for one in made}


def check(made, preparation, picture):
    for name, expected in preparation_module.prepared(picture, preparation).maps.items():
        depth = 16 if name == "height" else 8
        steps = np.abs(shown(made[name], expected.shape[2]) - png.quantised(expected, depth) / (2**depth - 1))
        assert steps.max() <= 1.01 / 255, (name, steps.max())


MAPS = ("base_color", "normal", "height")
coarse = rng.integers(40, 200, (HEIGHT // 6, WIDTH // 6, 3)) / 255
light = np.linspace(0.7, 1.2, WIDTH)[None, :, None]
colors = (coarse.repeat(6, 0).repeat(6, 1) * light).round(2).astype(np.float32)
source = image("photo.png", colors)
picture = picture_module.Picture({"base_color": shown(source).copy()})

# one step: the pixels are synthesis's, and the image knows where it comes from
straight = run("straighten", source, **CORNERS)["base_color"]
straightened = Preparation(corners=tuple(CORNERS.values()))
check({"base_color": straight}, straightened, picture)
assert straight.name.startswith("photo_straightened") and straight.packed_file
assert straight["tilewright_before"] == source and source["tilewright_after"] == straight
assert prepared_images.origin(straight) == ({"base_color": source}, straightened)

# more steps are one preparation of the original
cropped = run("crop", straight, x=10, y=8, width=90, height=70)["base_color"]
assert tuple(cropped.size) == (90, 70)
even = run("even_light", cropped, strength=0.5)["base_color"]
together = Preparation(straightened.corners, (10, 8, 90, 70), 0.5)
check({"base_color": even}, together, picture)
assert prepared_images.origin(even) == ({"base_color": source}, together)
assert even["tilewright_before"] == cropped

# what was painted on since is an original itself: the strokes are not lost
flat = np.empty(len(cropped.pixels), np.float32)
cropped.pixels.foreach_get(flat)
flat[:400] = 1
cropped.pixels.foreach_set(flat)
assert prepared_images.origin(cropped) == ({"base_color": cropped}, Preparation())
cropped.pack()
assert prepared_images.origin(cropped) == ({"base_color": cropped}, Preparation()), "stored, and painted on still"
painted = picture_module.Picture({"base_color": shown(cropped).copy()})
check(run("crop", cropped, x=0, y=20, width=50, height=50), Preparation(crop=(0, 20, 50, 50)), painted)

# what anyone writes into a property does no harm
straight["tilewright_preparation"] = '{"corners": 3}'
assert prepared_images.origin(straight)[1] == Preparation()

# all maps of a material alike, and each is shown in its own place
material = bpy.data.materials.new("M")
if bpy.app.version < (5, 0, 0):
    material.use_nodes = True
vectors = np.concatenate([colors[..., :2] * 2 - 1, np.ones((HEIGHT, WIDTH, 1), np.float32)], axis=2)
normals = vectors / np.linalg.norm(vectors, axis=2, keepdims=True) / 2 + 0.5
maps = {
    "base_color": source,
    "normal": image("n", normals, True),
    "height": image("h", colors[..., :1].repeat(3, 2), True),
}
nodes = {}
for name, one in maps.items():
    nodes[name] = material.node_tree.nodes.new("ShaderNodeTexImage")
    nodes[name].image, nodes[name]["tilewright"] = one, name
whole = picture_module.Picture({name: shown(one, 1 if name == "height" else 3).copy() for name, one in maps.items()})
made = run("straighten", source, **CORNERS)
assert set(made) == set(MAPS) and all(nodes[name].image == made[name] for name in MAPS)
check(made, straightened, whole)
assert made["normal"].colorspace_settings.name == "Non-Color"
assert prepared_images.origin(made["base_color"]) == (maps, straightened)
json.loads(made["height"]["tilewright_preparation"])

# what is no map of theirs is named
holes = material.node_tree.nodes.new("ShaderNodeTexImage")
holes.image = image("holes", colors)
(shader,) = (node for node in material.node_tree.nodes if node.bl_idname == "ShaderNodeBsdfPrincipled")
material.node_tree.links.new(holes.outputs["Color"], shader.inputs["Alpha"])
lines, told = [], prepare._Prepares._told
prepare._Prepares._told = lambda self, files: lines.append(told(self, files)) or lines[-1]
run("crop", made["base_color"], width=90, height=70)
prepare._Prepares._told = told
assert lines[0].endswith("at 0,0; left as it was: holes"), lines
for name, node in nodes.items():
    node.image = made[name]

# what was just made is not decoded, as long as nobody looks at it; and it is read as Blender would decode it
images, png_reader = (
    importlib.import_module(f"{EXTENSION}.{name}") for name in ("addon.images", "synthesis.png_reader")
)
for name, one in run("even_light", made["base_color"]).items():
    assert prepared_images.origin(one)[1] == Preparation(straightened.corners, even_light=1) or name != "base_color"
    assert not one.has_data and images.size(one) == tuple(made[name].size)[::-1] and not one.has_data, name
    seen = png_reader.decoded(images.stored(one))
    assert np.abs(seen - shown(one, seen.shape[2])).max() < 1e-6, name
    assert images.stored(one) is None, "decoded by now"

# what is no sRGB is read as before
wide = bpy.data.images.new("wide", 64, 48)
wide.colorspace_settings.name = "Linear Rec.709"
wide.pixels[:] = [0.25, 0.25, 0.25, 1] * (48 * 64)
made = run("even_light", wide)["base_color"]
assert made.colorspace_settings.name == "Linear Rec.709" and abs(shown(made) - 0.25).max() < 1.01 / 255

# transparency stays
clear = np.concatenate([colors, np.ones((HEIGHT, WIDTH, 1), np.float32)], axis=2)
clear[:40, :, 3] = 0
half = run("crop", image("clear", clear), x=0, y=20, width=100, height=100)["base_color"]
assert (shown(half, 4)[:20, :, 3] == 0).all() and (shown(half, 4)[20:, :, 3] == 1).all()

refused(ops.crop, "there is no image", image="nothing", width=50, height=50)
refused(ops.crop, "the crop ends at 290,50; the picture at 240,180", image="photo.png", x=240, width=50, height=50)
refused(ops.crop, "from 16 px", image="photo.png", width=5, height=50)
refused(ops.straighten, "bends outwards", image="photo.png", **CORNERS | {"top_left": (210, 150)})
refused(ops.straighten, "bottom right corner", image="photo.png", **CORNERS | {"bottom_right": (260, 160)})
refused(ops.even_light, "UDIM", image=bpy.data.images.new("tiles", 64, 64, tiled=True).name)

# undo and redo
bpy.ops.ed.undo_push(message="before")
run("even_light", bpy.data.images["photo.png"])
bpy.ops.ed.undo_push(message="after")
count = len(bpy.data.images)
bpy.ops.ed.undo()
assert len(bpy.data.images) == count - 1
bpy.ops.ed.redo()
assert len(bpy.data.images) == count
print("prepare: all fine")
