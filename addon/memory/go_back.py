"""Operators of the history: go back to a texture's settings, make it again, forget all."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as told

from ...synthesis.errors import TextureError
from .. import refusals
from ..background import redraw_sidebars
from ..history import TilewrightEntry
from ..operators import Generates
from ..reasons import TellsWhyNot
from . import recall


class TILEWRIGHT_OT_go_back(bpy.types.Operator):
    """Set model, seed, size, blend and sliders as they were for this texture"""

    bl_idname = "tilewright.go_back"
    bl_label = "Go Back to Texture"
    bl_options = {"UNDO", "INTERNAL"}

    index: bpy.props.IntProperty(name="Index", description="Which texture of the history, 0 is the newest", min=0)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            warning = _go_back(context, self.index)
        except TextureError as reason:
            self.report({"ERROR"}, refusals.shown(reason))
            return {"CANCELLED"}
        if warning:
            self.report({"WARNING"}, warning)
        redraw_sidebars(context)
        return {"FINISHED"}


class TILEWRIGHT_OT_generate_again(recall.Recalls, Generates, bpy.types.Operator):
    """Set everything as it was for this texture, and make it again for the active material"""

    bl_idname = "tilewright.generate_again"
    bl_label = "Generate Again"
    bl_options = {"UNDO", "INTERNAL"}
    may_be_new = False

    index: bpy.props.IntProperty(name="Index", description="Which texture of the history, 0 is the newest", min=0)

    @classmethod
    def _why_no_model(cls, _context: bpy.types.Context) -> str:
        return ""  # the history's takes the place of the panel's

    def _read_settings(self, context: bpy.types.Context) -> None:
        warning = _go_back(context, self.index)
        if warning:
            self.report({"WARNING"}, warning)
        super()._read_settings(context)


class TILEWRIGHT_OT_clear_history(TellsWhyNot, bpy.types.Operator):
    """Forget all textures of this list; materials and images stay"""

    bl_idname = "tilewright.clear_history"
    bl_label = "Clear History"
    bl_options = {"UNDO", "INTERNAL"}

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        has_any = context.scene.tilewright_history.entries
        return "" if has_any else told("Nothing has been generated in this scene yet")

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.scene.tilewright_history.entries.clear()
        return {"FINISHED"}


CLASSES = (TILEWRIGHT_OT_go_back, TILEWRIGHT_OT_generate_again, TILEWRIGHT_OT_clear_history)


def _go_back(context: bpy.types.Context, index: int) -> str:
    """Restore an entry's settings; gives a warning, or "". Raises: TextureError."""
    history = context.scene.tilewright_history
    if index >= len(history.entries):
        raise TextureError(f"the history has {len(history.entries)} textures: number {index} is not among them")
    entry: TilewrightEntry = history.entries[index]
    made = entry.recipe()
    path, warning = recall.find_model(context, made, entry.model_file)
    recall.set_model(context, path)
    recall.set_look(context, made)
    context.scene.tilewright.seed = made.latent.seed
    history.active = index
    return warning
