"""Lengths in the unit that a scene counts in."""

from __future__ import annotations

import bpy


def metres(scene: bpy.types.Scene, length: float) -> float:
    """A length in Blender's units, as properties, meshes and nodes hold it, in metres."""
    units = scene.unit_settings
    return length if units.system == "NONE" else length * units.scale_length
