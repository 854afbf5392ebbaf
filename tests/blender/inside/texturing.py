"""Textures made with chosen settings, and looked at.

Arguments after "--" begin with a model file and a folder.
"""

import importlib
import sys
from pathlib import Path

import bpy
import numpy as np

EXTENSION = "bl_ext.user_default.tilewright"
model_file, folder, *_ = sys.argv[sys.argv.index("--") + 1 :]
bpy.ops.preferences.addon_enable(module=EXTENSION)
texture, session, latents, png = (
    importlib.import_module(f"{EXTENSION}.synthesis.{name}") for name in ("texture", "session", "latent", "png")
)
copy = Path(folder) / "mine.onnx"  # one that lies in no folder of models
copy.write_bytes(Path(model_file).read_bytes())
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


def choose(seed, width, height, blend=0.0, other_seed=1):
    settings().model_file, settings().model = str(copy), "FILE"
    settings().seed, settings().width, settings().height = seed, width, height
    settings().blend, settings().other_seed = blend, other_seed


def generate():
    said = settings()
    assert ours.generate(seed=said.seed, width=said.width, height=said.height) == {"FINISHED"}
