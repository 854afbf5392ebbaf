"""A play in a window: one act after the other, each a generator that yields while it waits."""

import importlib
import json
import sys
from pathlib import Path

import bpy

EXTENSION = "bl_ext.user_default.tilewright"
TICK_SECONDS = 0.05


class Play:
    """A timer that goes on with the acts, and quits Blender where one fails.

    notes: the folder where told.json appears; told: what it holds; refusals: what operators have refused.
    """

    def __init__(self, notes):
        self._notes = Path(notes)
        self.told, self.refusals = {}, []

    def begin(self, acts):
        """With the extension, from the next tick on."""
        bpy.ops.preferences.addon_enable(module=EXTENSION)
        base = importlib.import_module(f"{EXTENSION}.addon.background").Background
        refuse = base._refuse
        base._refuse = lambda operator, reason: (self.refusals.append(str(reason)), refuse(operator, reason))[1]
        self._acts = acts
        bpy.app.timers.register(self._go_on, first_interval=TICK_SECONDS, persistent=True)

    def tell(self, **facts):
        self.told |= facts
        (self._notes / "new.json").write_text(json.dumps(self.told))
        (self._notes / "new.json").replace(self._notes / "told.json")

    def _go_on(self):
        try:
            next(self._acts)
        except Exception as reason:
            self.tell(error=repr(reason))
            with inside(windows()[0]):
                bpy.ops.wm.quit_blender()
        return TICK_SECONDS


def start(window, operator, area=None, **given):
    """Press a button, and wait until the work is well under way."""
    with inside(window, area):
        assert getattr(bpy.ops.tilewright, operator)("INVOKE_DEFAULT", **given) == {"RUNNING_MODAL"}
    while running().progress == 0 and running().running:
        yield
    assert running().running, "it was too quick to be interrupted"


def ended():
    while running():
        yield


def windows():
    return list(bpy.context.window_manager.windows)


def view(window):
    return next(area for area in window.screen.areas if area.type == "VIEW_3D")


def inside(window, area=None):
    return bpy.context.temp_override(window=window, area=area or view(window))


def running():
    return sys.modules[f"{EXTENSION}.addon.background"].running()
