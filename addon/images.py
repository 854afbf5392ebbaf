"""From texture files and arrays to Blender's images."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import bpy
import numpy as np

from ..synthesis.errors import TextureError
from ..synthesis.maps import MAP_KINDS


def load_images(files: Mapping[str, Path], packed: bool, made_by: Mapping[str, object]) -> dict[str, bpy.types.Image]:
    """A new image for every map's file.

    packed: keep the file's content in the .blend, so that the file itself may go. A PNG that is loaded and packed
    keeps its bytes: nothing is encoded on the main thread, and 4096 x 4096 takes a blink.
    made_by: stored as custom properties, so that a texture remembers how it was made.
    """
    images = {}
    for name, file in files.items():
        image = bpy.data.images.load(str(file), check_existing=False)
        image.name = file.stem
        image.colorspace_settings.name = MAP_KINDS[name].color_space
        if packed:
            image.pack()
            image.filepath = image.filepath_raw = f"//{file.name}"
        for key, value in made_by.items():
            image[f"tilewright_{key}"] = value
        images[name] = image
    return images


def save_exr(pixels: np.ndarray, name: str, path: Path) -> None:
    """Write (height, width, 1 or 3) values in 0..1 of the map `name` as OpenEXR; colour becomes linear light."""
    height, width = pixels.shape[:2]
    image = bpy.data.images.new(path.stem, width, height, alpha=False, float_buffer=True, is_data=True)
    try:
        rgba = np.ones((height, width, 4), np.float32)
        rgba[..., :3] = _linear(pixels) if MAP_KINDS[name].color_space == "sRGB" else pixels
        image.pixels.foreach_set(np.ascontiguousarray(rgba[::-1]).ravel())  # Blender counts rows from below
        image.file_format = "OPEN_EXR"
        image.filepath_raw = str(path)
        image.save()
    except RuntimeError as reason:  # Blender's word for a disk that refuses
        raise TextureError(f"{path} can't be written ({str(reason).strip()}): choose another place") from None
    finally:
        bpy.data.images.remove(image)


def _linear(encoded: np.ndarray) -> np.ndarray:
    """Source: IEC 61966-2-1, the sRGB transfer function."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
