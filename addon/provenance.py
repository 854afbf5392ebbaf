"""Which model made what a material shows."""

from __future__ import annotations

from pathlib import Path

import bpy

from ..synthesis.errors import TextureError
from ..synthesis.info import ModelInfo
from ..synthesis.model_file import read_info
from . import materials, models
from .preferences import user_models


def size_px(image: bpy.types.Image) -> tuple[int, int]:
    """(height, width), from what the image remembers where it does: to ask the image itself would decode its file."""
    width, cross, height = str(image.get("tilewright_size", "")).partition("x")
    return (int(height), int(width)) if cross else (image.size[1], image.size[0])


def model_of(context: bpy.types.Context, material: bpy.types.Material) -> ModelInfo:
    """What is known of the model whose texture a material shows.

    Raises: TextureError where it shows none, or the model can't be found.
    """
    shown = materials.shown_maps(material)
    if "base_color" not in shown:
        raise TextureError("the material shows no texture of Tilewright's: generate one first")
    name = str(shown["base_color"].get("tilewright_model", ""))
    for path in _candidates(context):
        if path.stem == name:
            return read_info(path)
    raise TextureError(f"the model {name!r}, which made this texture, is not found: choose its file in the panel")


def _candidates(context: bpy.types.Context) -> list[Path]:
    try:
        chosen = [context.scene.tilewright.model_path()]
    except TextureError:
        chosen = []
    return chosen + [path for path, _ in models.found(user_models(context))]
