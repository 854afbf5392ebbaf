"""Pictures of models, as icons."""

from __future__ import annotations

import base64
import binascii
import zlib
from functools import lru_cache
from pathlib import Path

import bpy
import bpy.utils.previews
import numpy as np

from .. import __package__ as base_package
from ..synthesis.info import ModelInfo

_collections: dict[str, bpy.utils.previews.ImagePreviewCollection] = {}


def icon(info: ModelInfo) -> int:
    """The icon of a model's preview, 0 where it has none that can be read."""
    name, content = _decoded(info.preview_png)
    if not content:
        return 0
    if "models" not in _collections:
        _collections["models"] = bpy.utils.previews.new()
    icons = _collections["models"]
    if name not in icons:
        try:
            icons.load(name, str(_file(name, content)), "IMAGE")
        except OSError:
            return 0  # nothing can be written: models can be chosen without pictures too
    return icons[name].icon_id


def named(name: str) -> int:
    """One of Blender's own icons."""
    return bpy.types.UILayout.bl_rna.functions["prop"].parameters["icon"].enum_items[name].value


def fit_icons(file: Path) -> tuple[int, ...]:
    """Icons of a fit's preview.png as it is now: exemplar and texture, of several maps both in one; or none."""
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        return ()
    if "fits" not in _collections:
        _collections["fits"] = bpy.utils.previews.new()
    icons = _collections["fits"]
    names = [f"{file}:{changed}:{part}" for part in ("exemplar", "texture")]
    if names[0] not in icons:
        earlier = [name for name in icons if name.startswith(f"{file}:")]
        for name in earlier[:-2]:  # the last ones may still be on a screen that is not drawn anew yet
            del icons[name]
        _load_parts(icons, file, names)
    return tuple(icons[name].icon_id for name in names if name in icons)


def detach() -> None:
    """Free all icons."""
    for collection in _collections.values():
        bpy.utils.previews.remove(collection)
    _collections.clear()


def _load_parts(icons: bpy.utils.previews.ImagePreviewCollection, file: Path, names: list[str]) -> None:
    """Part a tall picture: above the exemplar, below the square texture. One that is not tall stays whole."""
    whole = icons.load(f"{file}:", str(file), "IMAGE")
    width, height = whole.image_size
    pixels = np.empty((height, width, 4), np.float32)  # rows from below
    whole.image_pixels_float.foreach_get(pixels.ravel())
    parts = (pixels[width:], pixels[:width]) if height > width else (pixels,)
    for name, part in zip(names, parts, strict=False):
        icon = icons.new(name)
        icon.image_size = (part.shape[1], part.shape[0])
        icon.image_pixels_float.foreach_set(part.ravel())
    del icons[f"{file}:"]


@lru_cache(maxsize=256)
def _decoded(preview_png: str) -> tuple[str, bytes]:
    """A name for a picture, and its content, b"" where it can't be read; remembered, as every redraw asks for it."""
    try:
        content = base64.b64decode(preview_png, validate=True)
    except binascii.Error:
        content = b""
    return f"{zlib.crc32(content):08x}", content


def _file(name: str, content: bytes) -> Path:
    folder = Path(bpy.utils.extension_path_user(base_package, path="previews", create=True))
    file = folder / f"{name}.png"
    if not file.exists():
        file.write_bytes(content)
    return file
