"""Compare an EXR of base color, as Blender loads it and as materials show it, with the texture it was made of."""

import sys
from pathlib import Path

import bpy
import numpy as np

file, model_file = sys.argv[sys.argv.index("--") + 1 :]
bpy.ops.preferences.addon_enable(module="bl_ext.user_default.tilewright")
from bl_ext.user_default.tilewright.addon import images  # noqa: E402
from bl_ext.user_default.tilewright.synthesis import latent, session, texture  # noqa: E402

encoded = texture.whole(session.open_model(Path(model_file), "cpu"), latent.Latent(0), 96, 64)["base_color"]
linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
in_material = images.load_images({"base_color": Path(file)}, packed=False, made_by={})["base_color"]
for image in (bpy.data.images.load(file), in_material):
    flat = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(flat)
    seen = flat.reshape(image.size[1], image.size[0], -1)[::-1, :, :3]
    assert seen.shape == (96, 64, 3) and abs(seen - linear).max() < 2e-3, abs(seen - linear).max()
