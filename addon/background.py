"""Work that goes on while the window stays alive: one job, a timer that looks after it, Esc to stop."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_iface as told

from ..synthesis.errors import TextureError
from ..synthesis.maps import MAP_KINDS
from . import images, refusals
from .job import Cancelled, Job, Request, Writer
from .preferences import preferences

TICK_SECONDS = 0.1

_running: list[Writer] = []  # at most one: two would fight over the processor
_device: list[str] = []  # what computed the last texture
_timers: list[bpy.types.Timer] = []


def running() -> Writer | None:
    """What is being made, if anything is."""
    return _running[0] if _running else None


def why_busy() -> str:
    """Why nothing can be made now, or "": two jobs would fight over the processor."""
    return told("Something is being made: wait, or press Esc") if running() else ""


def detach() -> None:
    """Stop what is being made, for good: the extension is being disabled."""
    for job in _running:
        job.cancel()
        job.wait()
    for timer in _timers:  # Blender ends the operators without a word
        bpy.context.window_manager.event_timer_remove(timer)
    for held in (_running, _device, _timers):
        held.clear()


def device_in_use() -> str:
    """What computed the last texture: "CUDA", "CPU", or "" before the first."""
    return _device[0] if _device else ""


def redraw_sidebars(context: bpy.types.Context) -> None:
    """Them alone: drawing a rendered viewport anew for every tick would make the window sluggish."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"VIEW_3D", "NODE_EDITOR", "IMAGE_EDITOR"}:
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()


def hands_full(context: bpy.types.Context) -> bool:
    """Whether a brush is held down or something being moved in any window, or a render or a bake runs.

    An undo step of ours would take the stroke's, or keep what is half moved; frames of one animation would differ.
    """
    held = (operator for window in context.window_manager.windows for operator in window.modal_operators)
    busy = any(bpy.app.is_job_running(kind) for kind in ("RENDER", "OBJECT_BAKE"))
    return busy or any("BLOCKING" in operator.bl_options for operator in held)


class Background:
    """What operators that make images share; they say what to make (`_request`) and where to show it (`_show`)."""

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Work in the background; the window stays alive."""
        try:
            self._read_settings(context)
        except TextureError as reason:
            return self._refuse(reason)
        started = self._start(context)
        if started == {"RUNNING_MODAL"}:
            context.window_manager.modal_handler_add(self)
        return started

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type == "ESC" and event.value == "PRESS":
            self._job.cancel()
            return {"RUNNING_MODAL"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        redraw_sidebars(context)
        if self._job.running or hands_full(context):
            return {"RUNNING_MODAL"}
        self._remove_timer(context)
        return self._end(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Work to the end on the spot: for the redo panel, scripts and background mode."""
        try:
            if self.options.is_repeat_last:
                self._read_active(context)
            self._complete_settings(context)
            self._begin(context)
        except TextureError as reason:
            return self._refuse(reason)
        self._job.start()
        return self._end(context)

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender ends the operator itself: another file is loaded, or the window closes."""
        self._job.cancel()
        self._job.wait()
        self._remove_timer(context)
        self._forget()

    def _read_settings(self, context: bpy.types.Context) -> None:
        """Take what the panel says. Raises: TextureError."""
        raise NotImplementedError

    def _read_active(self, context: bpy.types.Context) -> None:
        """Take what is active as what to work on, where that is noted for the redo panel. Raises: TextureError."""

    def _complete_settings(self, context: bpy.types.Context) -> None:
        """Take from the panel what a script may leave out. Raises: TextureError."""
        if not self.model:
            self.model = str(context.scene.tilewright.model_path())

    def _request(self, context: bpy.types.Context, folder: Path, device: str) -> Request:
        """What to make, its files in `folder`. Raises: TextureError."""
        raise NotImplementedError

    def _show(self, context: bpy.types.Context, files: Mapping[str, Path], packed: bool) -> None:
        """Put what was made, map name -> file, where the artist sees it. Raises: TextureError."""
        raise NotImplementedError

    def _told(self, files: Mapping[str, Path]) -> str:
        """What was done, for the status bar."""
        maps = ", ".join(told(MAP_KINDS[name].label) if name in MAP_KINDS else name for name in files)
        line = told("Made {maps} on the {device}").format(maps=maps, device=self._job.device)
        kept = told("{line}; kept what was painted: {names}").format(line=line, names=", ".join(self._painted))
        return kept if self._painted else line

    def _start(self, context: bpy.types.Context) -> set[str]:
        """Begin, and look after the work from now on in `modal`."""
        try:
            self._begin(context)
        except TextureError as reason:
            return self._refuse(reason)
        self._job.start()
        self._timer = context.window_manager.event_timer_add(TICK_SECONDS, window=context.window)
        _timers.append(self._timer)
        return {"RUNNING_MODAL"}

    def _new_job(self, context: bpy.types.Context, folder: Path, device: str) -> Writer:
        """The work to do, its files in `folder`. Raises: TextureError."""
        return Job(self._request(context, folder, device))

    def _check_packable(self, height_px: int, width_px: int) -> None:
        """Raises: TextureError where images of this size are to be packed and are too large for that."""
        if self._packed:
            images.check_packable(height_px, width_px)

    def _begin(self, context: bpy.types.Context) -> None:
        if busy := why_busy():  # since the button was pressed, as where a frame was dragged first
            raise TextureError(busy)
        options = preferences(context)
        self._painted: list[str] = []  # names of images that were painted on, and are shown no more
        self._packed = options.storage == "PACK" or not bpy.data.filepath
        self._folder = _temporary_folder() if self._packed else None
        folder = Path(self._folder.name) if self._folder else Path(bpy.path.abspath("//textures"))
        try:
            self._job = self._new_job(context, folder, options.device)
        except TextureError:
            if self._folder:
                self._folder.cleanup()
            raise
        _running[:] = [self._job]

    def _end(self, context: bpy.types.Context) -> set[str]:
        try:
            files = self._job.finish()
            self._show(context, files, self._packed)
        except TextureError as reason:
            return self._refuse(reason)
        finally:
            self._forget()
            redraw_sidebars(context)
        self.report({"INFO"}, self._told(files))
        return {"FINISHED"}

    def _refuse(self, reason: TextureError) -> set[str]:
        self.report({"WARNING"} if isinstance(reason, Cancelled) else {"ERROR"}, refusals.shown(reason))
        return {"CANCELLED"}

    def _forget(self) -> None:
        _device[:] = [self._job.device] if self._job.device else _device
        _running.clear()
        if self._folder:
            self._folder.cleanup()

    def _remove_timer(self, context: bpy.types.Context) -> None:
        context.window_manager.event_timer_remove(self._timer)
        if self._timer in _timers:
            _timers.remove(self._timer)


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Raises: TextureError where the disk refuses."""
    try:
        return tempfile.TemporaryDirectory(prefix="tilewright-", ignore_cleanup_errors=True)
    except OSError as reason:
        why = reason.strerror or reason
        raise TextureError(f"no temporary folder can be made ({why}): let TMPDIR name another place") from None
