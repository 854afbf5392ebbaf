"""Pictures of models, as icons."""

from __future__ import annotations

import base64
import binascii
import zlib
from pathlib import Path

import bpy
import bpy.utils.previews

from .. import __package__ as base_package
from ..synthesis.info import ModelInfo

_collections: dict[str, bpy.utils.previews.ImagePreviewCollection] = {}


def icon(info: ModelInfo) -> int:
    """The icon of a model's preview, 0 where it has none that can be read."""
    try:
        content = base64.b64decode(info.preview_png, validate=True)
    except binascii.Error:
        return 0
    if not content:
        return 0
    if "models" not in _collections:
        _collections["models"] = bpy.utils.previews.new()
    icons, name = _collections["models"], f"{zlib.crc32(content):08x}"
    if name not in icons:
        icons.load(name, str(_file(name, content)), "IMAGE")
    return icons[name].icon_id


def detach() -> None:
    """Free all icons."""
    for collection in _collections.values():
        bpy.utils.previews.remove(collection)
    _collections.clear()


def _file(name: str, content: bytes) -> Path:
    folder = Path(bpy.utils.extension_path_user(base_package, path="previews", create=True))
    file = folder / f"{name}.png"
    if not file.exists():
        file.write_bytes(content)
    return file
