"""Compare EXRs of a texture, as Blender loads them and as materials show them, with the texture they were made of."""

import sys
from pathlib import Path

import bpy
import numpy as np

file, model_file = sys.argv[sys.argv.index("--") + 1 :]
bpy.ops.preferences.addon_enable(module="bl_ext.user_default.tilewright")
from bl_ext.user_default.tilewright.addon import images  # noqa: E402
from bl_ext.user_default.tilewright.synthesis import latent, session, texture  # noqa: E402


def seen(image: bpy.types.Image) -> np.ndarray:
    flat = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(flat)
    return flat.reshape(image.size[1], image.size[0], -1)[::-1, :, :3]


maps = texture.whole(session.open_model(Path(model_file), "cpu"), latent.Latent(0), 96, 64)
encoded = maps["base_color"]
linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
in_material = images.load_images({"base_color": Path(file)}, packed=False, made_by={})["base_color"]
for image in (bpy.data.images.load(file), in_material):
    assert seen(image).shape == (96, 64, 3) and abs(seen(image) - linear).max() < 1e-3, abs(seen(image) - linear).max()
height = Path(file.replace("base_color", "height"))  # one channel, of which Blender makes a grey
grey = images.load_images({"height": height}, packed=False, made_by={})["height"]
assert abs(seen(grey) - maps["height"]).max() < 1e-4, abs(seen(grey) - maps["height"]).max()
