"""Telling whether a Python outside Blender can learn, and what it lacks."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_iface as told

from ... import __package__ as base_package
from ...synthesis.errors import TextureError
from .. import refusals
from .pythons import Python, Search

TICK_SECONDS = 0.2

_searches: list[Search] = []  # the one that was begun last


def begin(context: bpy.types.Context) -> Search:
    """Look for the Python that the preferences ask for, in the background."""
    _searches[:] = [Search(*_asked(context))]
    return _searches[0]


def python(context: bpy.types.Context) -> Python:
    """The Python that learns, or the one that lacks least. Raises: TextureError."""
    search = _searches[0] if _searches else begin(context)
    if search.asked == _asked(context):
        with suppress(TextureError):
            found = search.result()
            if found.ready:
                return found
    return begin(context).result()  # something may have been installed since


def lack() -> str:
    """Why the Python that was found can't learn; "" where it can, or is not known yet."""
    if not _searches or _searches[0].running:
        return ""
    try:
        return refusals.shown(_searches[0].result().lack)
    except TextureError as reason:
        return refusals.shown(reason)


def draw(layout: bpy.types.UILayout) -> None:
    """The button Check, and what it found."""
    row = layout.row()
    row.enabled = not (_searches and _searches[0].running)
    row.operator(TILEWRIGHT_OT_check_python.bl_idname, icon="VIEWZOOM")
    if not _searches:
        return
    if _searches[0].running:
        layout.label(text="Looking for a Python that can learn", icon="SORTTIME")
        return
    if lack():
        layout.label(text=lack()[:1].upper() + lack()[1:], icon="ERROR", translate=False)
        _draw_command(layout)
        return
    program = _searches[0].result().program
    layout.label(text=told("{program} can learn").format(program=program), icon="CHECKMARK", translate=False)


def detach() -> None:
    """Ask no longer."""
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    _searches.clear()


class TILEWRIGHT_OT_check_python(bpy.types.Operator):
    """Look whether this Python has all that learning needs, and tell how to get what is missing"""

    bl_idname = "tilewright.check_python"
    bl_label = "Check"
    bl_options = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        begin(context)
        if not bpy.app.timers.is_registered(_tick):
            bpy.app.timers.register(_tick, first_interval=TICK_SECONDS)
        return {"FINISHED"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Wait for the answer, for scripts."""
        try:
            found = begin(context).result()
        except TextureError as reason:
            self.report({"ERROR"}, refusals.shown(reason))
            return {"CANCELLED"}
        if found.ready:
            self.report({"INFO"}, told("{program} can learn").format(program=found.program))
            return {"FINISHED"}
        self.report({"ERROR"}, f"{lack()}: {found.command}" if found.command else lack())
        return {"CANCELLED"}


class TILEWRIGHT_OT_copy_command(bpy.types.Operator):
    """Copy the command that installs what is missing, to be run in a terminal"""

    bl_idname = "tilewright.copy_command"
    bl_label = "Copy Command"
    bl_options = {"INTERNAL"}

    command: bpy.props.StringProperty(options={"HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.window_manager.clipboard = self.command
        self.report({"INFO"}, told("The command is copied: run it in a terminal, then press Check again"))
        return {"FINISHED"}


CLASSES = (TILEWRIGHT_OT_check_python, TILEWRIGHT_OT_copy_command)


def _asked(context: bpy.types.Context) -> tuple[Path | None, Path | None]:
    options = context.preferences.addons[base_package].preferences
    program, folder = (bpy.path.abspath(text) if text else "" for text in (options.python, options.trainer_folder))
    return Path(program) if program else None, Path(folder) if folder else None


def _tick() -> float | None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "PREFERENCES":
                area.tag_redraw()
    return TICK_SECONDS if _searches and _searches[0].running else None


def _draw_command(layout: bpy.types.UILayout) -> None:
    try:
        command = _searches[0].result().command
    except TextureError:
        return
    if command:
        split = layout.split(factor=0.8)
        split.label(text=command, icon="CONSOLE", translate=False)
        split.operator(TILEWRIGHT_OT_copy_command.bl_idname, text="Copy", icon="COPYDOWN").command = command
