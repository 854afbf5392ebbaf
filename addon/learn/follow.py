"""Fits as the panel shows them, and a timer that looks after those that run."""

from __future__ import annotations

import time
from pathlib import Path

import bpy

from ...synthesis.run_folder import MODEL
from .. import models
from ..background import hands_full, redraw_sidebars
from ..model_folders import run_folders
from ..settings import FROM_FILE
from . import learning
from .learning import Fit, State

TICK_SECONDS = 1.0

_fits: list[Fit] = []
_read_at: list[float] = []
_running: set[Path] = set()  # as the timer last saw them


def fits(context: bpy.types.Context) -> list[Fit]:
    """Every fit, the newest first; read from disk once a second at most, for it is drawn often."""
    now = time.monotonic()
    if not _read_at or now - _read_at[0] >= TICK_SECONDS:
        _fits[:], _read_at[:] = learning.found(run_folders(context)), [now]
    return _fits


def forget_what_was_read() -> None:
    """Something has changed: the next look reads anew."""
    _read_at.clear()


def look(context: bpy.types.Context) -> bool:
    """Read anew, choose the model of a fit that has just ended; whether one still runs."""
    forget_what_was_read()
    now = fits(context)
    ended = [fit for fit in now if fit.run in _running and fit.state in {State.FINISHED, State.STOPPED}]
    if not (ended and hands_full(context)):  # else at the next look
        for fit in ended:
            _choose(context, fit)
        _running.clear()
    _running.update(fit.run for fit in now if fit.running)
    redraw_sidebars(context)
    return bool(_running)


def watch(context: bpy.types.Context) -> None:
    """Look every second, as long as a fit runs."""
    look(context)
    if not bpy.app.timers.is_registered(_tick):
        bpy.app.timers.register(_tick, first_interval=TICK_SECONDS, persistent=True)


def attach() -> None:
    """A fit may still run that another Blender has started."""
    bpy.app.timers.register(_tick, first_interval=TICK_SECONDS, persistent=True)


def detach() -> None:
    """Look no longer; the fits go on."""
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    forget_what_was_read()
    _running.clear()


def _tick() -> float | None:
    return TICK_SECONDS if look(bpy.context) else None


def _choose(context: bpy.types.Context, fit: Fit) -> None:
    """Choose a fit's model wherever an artist looks and has no sliders set, which would be lost.

    One that can't be read is chosen as a file, which tells why.
    """
    path = fit.run / MODEL
    readable = path in (found for found, _ in models.found(None, [fit.run.parent]))
    for scene in {window.scene for window in context.window_manager.windows} or {context.scene}:
        if any(scene.tilewright.controls):
            continue
        if not readable:
            scene.tilewright.model_file = str(path)
        scene.tilewright.model = str(path) if readable else FROM_FILE
    for window in context.window_manager.windows[:1]:  # else the next undo would take the choice back
        with context.temp_override(window=window):
            bpy.ops.ed.undo_push(message="Choose Model")
