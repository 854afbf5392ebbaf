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


def file_icon(file: Path) -> int:
    """The icon of an image file as it is now, 0 where there is none; earlier ones of that file are freed."""
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        return 0
    if "files" not in _collections:
        _collections["files"] = bpy.utils.previews.new()
    icons, name = _collections["files"], f"{file}:{changed}"
    if name not in icons:
        earlier = [other for other in icons if other.startswith(f"{file}:")]
        for other in earlier[:-1]:  # the last one may still be on a screen that is not drawn anew yet
            del icons[other]
        icons.load(name, str(file), "IMAGE")
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
