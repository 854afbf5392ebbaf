"""Stopping what is being made, from any window: the operator that began it hears Esc in its own window alone."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as told

from .background import running
from .reasons import TellsWhyNot

_keys: list[tuple[bpy.types.KeyMap, bpy.types.KeyMapItem]] = []


class TILEWRIGHT_OT_stop(TellsWhyNot, bpy.types.Operator):
    """Stop what is being made; nothing is changed"""

    bl_idname = "tilewright.stop"
    bl_label = "Stop Tilewright"
    bl_options = {"INTERNAL"}

    @classmethod
    def _why_not(cls, _context: bpy.types.Context) -> str:
        return "" if running() else told("Nothing is being made")

    def execute(self, _context: bpy.types.Context) -> set[str]:
        running().cancel()
        return {"FINISHED"}


CLASSES = (TILEWRIGHT_OT_stop,)


def attach() -> None:
    configuration = bpy.context.window_manager.keyconfigs.addon
    if configuration is not None:  # without a window there are no keys
        keymap = configuration.keymaps.new("Window")
        _keys.append((keymap, keymap.keymap_items.new(TILEWRIGHT_OT_stop.bl_idname, "ESC", "PRESS")))


def detach() -> None:
    while _keys:
        keymap, item = _keys.pop()
        keymap.keymap_items.remove(item)
