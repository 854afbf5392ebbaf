"""Which model made what a material shows."""

from __future__ import annotations

import bpy

from ...synthesis.errors import TextureError
from ...synthesis.info import ExemplarInfo, ModelInfo
from ...synthesis.model_file import read_info
from .. import images, materials, models
from ..model_folders import candidates


def model_of(context: bpy.types.Context, material: bpy.types.Material) -> ModelInfo:
    """What is known of the model whose texture a material shows.

    Raises: TextureError where it shows none, or the model can't be found.
    """
    shown = materials.shown_maps(material)
    if "base_color" not in shown:
        raise TextureError("the material shows no texture of Tilewright's: generate one first")
    noted = images.noted(shown["base_color"])
    name, digest = (str(noted.get(key, "")) for key in ("model", "digest"))
    path, _ = models.located(name, digest, candidates(context))
    return read_info(path)


def exemplar_of(context: bpy.types.Context, material: bpy.types.Material) -> ExemplarInfo:
    """What the texture that a material shows was learned from: by its model, or by what the image says without one."""
    try:
        return model_of(context, material).exemplar
    except TextureError:
        image = materials.shown_maps(material)["base_color"]
        name, *rights = (str(images.noted(image).get(key, "")) for key in ("exemplar", "author", "license"))
        return ExemplarInfo(name, images.size_told(image), *rights)
