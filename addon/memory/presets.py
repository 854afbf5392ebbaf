"""Presets: a model with size, blend and sliders under a name, kept for all files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ... import __package__ as base_package
from ...synthesis.errors import TextureError
from ...synthesis.recipe import properties
from .. import json_files, refusals
from ..background import redraw_sidebars
from ..model_folders import outside
from ..recipes import from_properties
from . import recall


def names() -> list[str]:
    """What presets there are, in the order of the alphabet. Raises: TextureError where their file can't be read."""
    return sorted(json_files.read(_file()), key=str.casefold)


class _Preset:
    """What the operators share."""

    preset: bpy.props.StringProperty(name="Name", description="Name of the preset")

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self._act(context, self.preset.strip(), json_files.read(_file()))
        except TextureError as reason:
            self.report({"ERROR"}, refusals.shown(reason))
            return {"CANCELLED"}
        redraw_sidebars(context)
        return {"FINISHED"}

    def _act(self, context: bpy.types.Context, name: str, presets: dict[str, Any]) -> None:
        """Raises: TextureError."""
        raise NotImplementedError


class TILEWRIGHT_OT_save_preset(_Preset, bpy.types.Operator):
    """Keep model, size, blend and sliders, but not the seed, under a name; a preset of that name is replaced"""

    bl_idname = "tilewright.save_preset"
    bl_label = "Save Preset"
    bl_options = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self)

    def draw(self, _context: bpy.types.Context) -> None:
        self.layout.activate_init = True  # the name can be typed at once
        self.layout.prop(self, "preset")

    def _act(self, context: bpy.types.Context, name: str, presets: dict[str, Any]) -> None:
        if not name:
            raise TextureError("the preset has no name: type one")
        stored = properties(recall.noted(context))
        file = outside(context, context.scene.tilewright.model_path())
        json_files.write(_file(), {**presets, name: stored | ({"model_file": file} if file else {})})


class TILEWRIGHT_OT_apply_preset(_Preset, bpy.types.Operator):
    """Set model, size, blend and sliders as in this preset; the seed stays"""

    bl_idname = "tilewright.apply_preset"
    bl_label = "Apply Preset"
    bl_options = {"UNDO", "INTERNAL"}

    def _act(self, context: bpy.types.Context, name: str, presets: dict[str, Any]) -> None:
        stored = _found(presets, name)
        made = from_properties(stored)
        path, warning = recall.find_model(context, made, str(stored.get("model_file", "")))
        recall.set_model(context, path)
        recall.set_look(context, made)
        if warning:
            self.report({"WARNING"}, warning)


class TILEWRIGHT_OT_delete_preset(_Preset, bpy.types.Operator):
    """Delete this preset, for all files"""

    bl_idname = "tilewright.delete_preset"
    bl_label = "Delete Preset"
    bl_options = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_confirm(self, event)

    def _act(self, _context: bpy.types.Context, name: str, presets: dict[str, Any]) -> None:
        _found(presets, name)
        json_files.write(_file(), {key: value for key, value in presets.items() if key != name})


CLASSES = (TILEWRIGHT_OT_save_preset, TILEWRIGHT_OT_apply_preset, TILEWRIGHT_OT_delete_preset)


def _found(presets: dict[str, Any], name: str) -> dict[str, Any]:
    stored = presets.get(name)
    if not isinstance(stored, dict):
        raise TextureError(f"there is no preset {name!r}; there are {', '.join(sorted(presets)) or 'none'}")
    return stored


def _file() -> Path:
    return Path(bpy.utils.extension_path_user(base_package)) / "presets.json"
