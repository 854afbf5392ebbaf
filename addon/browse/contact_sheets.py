"""Thumbnails of seeds as icons, made while somebody looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import bpy
import bpy.utils.previews
import numpy as np

from ...synthesis.errors import TextureError
from ...synthesis.latent import Latent
from ...synthesis.model_file import read_info
from ..background import redraw_sidebars, running
from ..preferences import preferences
from .browsing import Sheet
from .thumbnails import Batch

TICK_SECONDS = 0.1
IDLE_SECONDS = 1.0  # after which nobody looks any more
A_FEW = 3
MOST_SHEETS = 8


@dataclass(frozen=True)
class _Work:
    """A batch for a sheet, and the look that its thumbnails have."""

    sheet: Sheet
    look: Latent
    batch: Batch


class _Table:
    """What lies open: sheets by model file and its time of change, the last used at the end; and what is under way."""

    def __init__(self) -> None:
        self.sheets: dict[tuple[Path, int], Sheet] = {}
        self.icons: bpy.utils.previews.ImagePreviewCollection | None = None
        self.work: _Work | None = None
        self.asked: tuple[Sheet, list[int]] | None = None
        self.idle_seconds = 0.0


_table = _Table()


def sheet(context: bpy.types.Context) -> Sheet:
    """The contact sheet of the chosen model. Raises: TextureError where there is none."""
    settings = context.scene.tilewright
    path = settings.model_path()
    best = read_info(path).best_seeds
    key = path, path.stat().st_mtime_ns
    found = _table.sheets.pop(key, None) or Sheet(path, settings.latent(0, path), best)
    _table.sheets[key] = found
    while len(_table.sheets) > MOST_SHEETS:
        _drop_icons(_table.sheets.pop(next(iter(_table.sheets))))
    return found


def is_dated(context: bpy.types.Context, shown: Sheet) -> bool:
    """Whether blend or sliders have moved since a sheet was begun."""
    return context.scene.tilewright.latent(0, shown.model) != shown.look


def begin_again(context: bpy.types.Context, dated: Sheet) -> None:
    """Forget a sheet's thumbnails, and make them as blend and sliders are now."""
    _drop_icons(dated)
    dated.look, dated.error = context.scene.tilewright.latent(0, dated.model), ""


def ask(shown: Sheet, seeds: Sequence[int]) -> None:
    """Somebody looks at these seeds: make thumbnails that are missing, a few, and draw again. For a panel's draw.

    Whoever still looks then asks again; so closing the panel ends the work. A texture that is being made comes first.
    """
    missing = shown.missing(seeds)
    if not missing or shown.error or running():
        return
    _table.asked = shown, missing
    if not bpy.app.timers.is_registered(_tick):
        _table.idle_seconds = 0.0
        bpy.app.timers.register(_tick, first_interval=TICK_SECONDS)


def detach() -> None:
    """Stop the work and let go of all thumbnails: the extension is being disabled."""
    global _table
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    if _table.work:
        _table.work.batch.cancel()
        _table.work.batch.wait()
    if _table.icons is not None:
        bpy.utils.previews.remove(_table.icons)
    _table = _Table()


def _tick() -> float | None:
    """Take what is ready and start what is asked for; the timer ends where nobody asks any more."""
    if _table.work:
        _collect(_table.work)
    elif _table.asked and not running():
        _start(*_table.asked)
    else:
        _table.idle_seconds += TICK_SECONDS
    return TICK_SECONDS if _table.idle_seconds < IDLE_SECONDS else None


def _start(shown: Sheet, seeds: list[int]) -> None:
    _table.asked, _table.idle_seconds = None, 0.0
    latents = [replace(shown.look, seed=seed) for seed in shown.missing(seeds)[:A_FEW]]
    if latents:
        batch = Batch(shown.model, preferences(bpy.context).device, latents)
        _table.work = _Work(shown, shown.look, batch)
        batch.start()


def _collect(work: _Work) -> None:
    """Show what is made of a batch; stop it where it has become unwanted, put it away where it has ended."""
    ended = not work.batch.running  # asked first, so that nothing is made after the last look
    made = work.batch.taken()
    wanted = work.look is work.sheet.look and work.sheet in _table.sheets.values()
    for seed, pixels in made if wanted else ():
        work.sheet.icons[seed] = _icon(_icon_name(work.sheet, seed), pixels)
    elsewhere = _table.asked is not None and _table.asked[0] is not work.sheet
    if running() or elsewhere or not wanted:
        work.batch.cancel()
    if ended:
        _table.work = None
    if made or ended:
        redraw_sidebars(bpy.context)
    if work.batch.error and ended:
        work.sheet.error = str(work.batch.error)
        if not isinstance(work.batch.error, TextureError):
            raise work.batch.error


def _icon(name: str, pixels: np.ndarray) -> int:
    """The icon of (height, width, 3) pixels in 0..1."""
    if _table.icons is None:
        _table.icons = bpy.utils.previews.new()
    height, width = pixels.shape[:2]
    rgba = np.ones((height, width, 4), np.float32)
    rgba[..., :3] = pixels
    preview = _table.icons.new(name)
    preview.image_size = width, height
    preview.image_pixels_float.foreach_set(np.ascontiguousarray(rgba[::-1]).ravel())  # Blender counts from below
    return preview.icon_id


def _icon_name(shown: Sheet, seed: int) -> str:
    return f"{id(shown)} {seed}"


def _drop_icons(shown: Sheet) -> None:
    for seed in shown.icons:
        del _table.icons[_icon_name(shown, seed)]
    shown.icons.clear()
