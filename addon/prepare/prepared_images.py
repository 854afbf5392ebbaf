"""What an image was prepared from, and how: kept with the image."""

from __future__ import annotations

import json
import os

import bpy

from ...synthesis.errors import TextureError
from ...synthesis.preparation import UNPREPARED, Preparation
from .. import images, materials

_ORIGINAL, _PREPARATION, _FILE_BYTES = "tilewright_original", "tilewright_preparation", "tilewright_file_bytes"


def remember(image: bpy.types.Image, original: bpy.types.Image, preparation: Preparation) -> None:
    """Keep with an image what it was made from, how, and what its file was like then."""
    image[_ORIGINAL], image[_PREPARATION] = original, json.dumps(preparation.stored())
    image[_FILE_BYTES] = _file_bytes(image)


def origin(image: bpy.types.Image) -> tuple[dict[str, bpy.types.Image], Preparation]:
    """The images, map name -> image, of one size, that an image and its maps were prepared from, and how.

    An image that was not prepared, or that was painted on since, is an original itself.
    """
    shown = maps_of_one_size(image)
    preparation = preparation_of(image)
    originals = {name: one.get(_ORIGINAL) for name, one in shown.items() if preparation_of(one) == preparation}
    unchanged = all(_is_unchanged(one) for one in shown.values())
    if preparation == UNPREPARED or not unchanged or len(originals) < len(shown) or None in originals.values():
        return shown, UNPREPARED
    return originals, preparation


def maps_of_one_size(image: bpy.types.Image) -> dict[str, bpy.types.Image]:
    """An image and the maps beside it that are as large, map name -> image."""
    return images.as_large(materials.maps_beside(image), image)


def preparation_of(image: bpy.types.Image) -> Preparation:
    """How an image was prepared, as it is kept with it."""
    kept = image.get(_PREPARATION)
    if not isinstance(kept, str):
        return UNPREPARED
    try:
        return Preparation.restored(json.loads(kept))
    except (TextureError, KeyError, TypeError, ValueError):
        return UNPREPARED  # an artist may write anything into a custom property


def _is_unchanged(image: bpy.types.Image) -> bool:
    """Whether an image is as it was made; its pixels are not read, as 4096 x 4096 would stop the window for a second.

    Blender marks what is painted on, until it is stored again: then as a PNG file of another encoder than ours, which
    differs in length.
    """
    return not image.is_dirty and _file_bytes(image) == image.get(_FILE_BYTES)


def _file_bytes(image: bpy.types.Image) -> int:
    """The length of the file that an image comes from, 0 where there is none."""
    if image.packed_file:
        return image.packed_file.size
    try:
        return os.path.getsize(bpy.path.abspath(image.filepath, library=image.library))
    except OSError:
        return 0
