"""Why a button is grey."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as told

from . import identity, materials, refusals


class TellsWhyNot:
    """An operator that says why it can't be run now."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        why_not = cls._why_not(context)
        if why_not:
            cls.poll_message_set(refusals.shown(why_not))
        return not why_not

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        """The reason, in a sentence that says what to do, or ""."""
        raise NotImplementedError


def why_pinned(context: bpy.types.Context) -> str:
    """Why the active material can't be changed in a Shader Editor that shows another one, or ""."""
    space = context.space_data
    shown = space.id if getattr(space, "pin", False) else None
    active = context.object.active_material if context.object else None
    if not isinstance(shown, bpy.types.Material) or shown == active:
        return ""
    return told("{name} is pinned here, and not active: unpin it, or select what wears it").format(name=shown.name)


def why_no_texture(context: bpy.types.Context) -> str:
    """Why the active object shows no texture of ours, or ""."""
    if pinned := why_pinned(context):
        return pinned
    target = context.object
    if target is None:
        return told("No object is active: select one with a texture of Tilewright's")
    if "base_color" not in materials.shown_maps(target.active_material):
        line = told("{name}'s active material shows no texture of Tilewright's: generate one first")
        return line.format(name=target.name)
    return ""


def why_not_changed(context: bpy.types.Context) -> str:
    """Why the active object has no texture of ours that can be changed, or ""."""
    if why_not := why_no_texture(context):
        return why_not
    target = context.object
    if not (target.is_editable and identity.is_own(target.active_material)):
        line = told("{name} or its material is linked from another file: make it local first")
        return line.format(name=target.name)
    return ""
