"""Where an artist wants things kept."""

from __future__ import annotations

from pathlib import Path

import bpy

from ...synthesis.errors import TextureError


def folder_at(chosen: str) -> Path:
    """The folder of a path as Blender keeps it. Raises: TextureError where it lies beside a file not saved yet."""
    if chosen.startswith("//") and not bpy.data.filepath:
        raise TextureError("save the .blend file first, or choose another folder: this one lies beside the file")
    return Path(bpy.path.abspath(chosen))
