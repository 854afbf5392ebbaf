"""What an image was prepared from, and how: kept with the image."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping

import bpy
import numpy as np

from ...synthesis.errors import TextureError
from ...synthesis.preparation import UNPREPARED, Preparation
from .. import materials

_ORIGINAL, _PREPARATION, _CHECKSUM = "tilewright_original", "tilewright_preparation", "tilewright_checksum"


def remember(image: bpy.types.Image, original: bpy.types.Image, preparation: Preparation) -> None:
    """Keep with an image what it was made from, how, and what it looked like then."""
    image[_ORIGINAL], image[_PREPARATION] = original, json.dumps(preparation.stored())
    image[_CHECKSUM] = _checksum(image)


def origin(image: bpy.types.Image) -> tuple[dict[str, bpy.types.Image], Preparation]:
    """The images, map name -> image, of one size, that an image and its maps were prepared from, and how.

    An image that was not prepared, or that was painted on since, is an original itself.
    """
    shown = maps_of_one_size(image)
    preparation = preparation_of(image)
    originals = {name: one.get(_ORIGINAL) for name, one in shown.items() if preparation_of(one) == preparation}
    unchanged = all(_checksum(one) == one.get(_CHECKSUM) for one in shown.values())
    if preparation == UNPREPARED or not unchanged or len(originals) < len(shown) or None in originals.values():
        return shown, UNPREPARED
    return originals, preparation


def maps_of_one_size(image: bpy.types.Image) -> dict[str, bpy.types.Image]:
    """An image and the maps beside it that are as large, map name -> image."""
    return {name: one for name, one in materials.maps_beside(image).items() if one.size[:] == image.size[:]}


def preparation_of(image: bpy.types.Image) -> Preparation:
    """How an image was prepared, as it is kept with it."""
    kept = image.get(_PREPARATION)
    if not isinstance(kept, str):
        return UNPREPARED
    try:
        return Preparation.restored(json.loads(kept))
    except (TextureError, KeyError, TypeError, ValueError):
        return UNPREPARED  # an artist may write anything into a custom property


def named(images: Mapping[str, bpy.types.Image]) -> dict[str, str]:
    """Map name -> the image's name: undo may take an image itself away while something is being made."""
    return {name: image.name for name, image in images.items()}


def _checksum(image: bpy.types.Image) -> str:
    """Of the pixels; a string, as Blender's whole numbers have a sign."""
    flat = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(flat)
    return f"{zlib.crc32(flat.data):08x}"
