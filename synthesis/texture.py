"""Textures and edited pictures from models, window by window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import TextureError
from .guide import EXACT, Guide, guide_fields
from .info import ModelInfo
from .latent import Latent, latent_fields
from .maps import MAP_KINDS
from .seams import REACH_PX, joined
from .session import Model, OutOfMemory
from .windows import Rect, windows

WINDOW_PX = 512  # measured: larger windows are no faster on a CPU and need more memory


@dataclass(frozen=True)
class Window:
    """A finished part of a texture: (height, width, channels of all maps) float32 in 0..1; 1 <= number <= count."""

    rect: Rect
    pixels: NDArray[np.float32]
    number: int
    count: int


def generate(
    model: Model, latent: Latent, height_px: int, width_px: int, window_px: int = WINDOW_PX, part: Rect | None = None
) -> Iterator[Window]:
    """A tileable texture as its finished windows, row by row.

    window_px: side of a window, made a legal size; it changes memory and speed, not the texture.
    part: only this rectangle of the texture, of legal place and size; windows then count from its corner.
    Raises: TextureError at once where seed, controls or size are not allowed.
    """
    latent.check(model.info)
    model.info.check_size(height_px, width_px)
    work = _Work(model, latent, (height_px, width_px), None)
    return _finished(work, window_px) if part is None else _finished_part(work, window_px, part)


def edit(model: Model, latent: Latent, guide: Guide, window_px: int = WINDOW_PX) -> Iterator[Window]:
    """The picture that a guide asks for, of its size, as finished windows, row by row.

    Exactly known pixels come back unchanged, and windows of nothing else are not computed.
    Raises: TextureError at once where seed or controls are not allowed, or the model has no guide.
    """
    latent.check(model.info)
    model.info.needed_guide()
    height, width = guide.known.shape[:2]
    return _finished(_Work(model, latent, (height, width), guide), window_px)


def whole(
    model: Model, latent: Latent, height_px: int, width_px: int, window_px: int = WINDOW_PX
) -> dict[str, NDArray[np.float32]]:
    """A tileable texture in memory: one (height, width, channels) float32 array in 0..1 a map."""
    return gathered(model.info, generate(model, latent, height_px, width_px, window_px), height_px, width_px)


def gathered(
    info: ModelInfo, finished: Iterator[Window], height_px: int, width_px: int
) -> dict[str, NDArray[np.float32]]:
    """All windows in memory: one (height, width, channels) float32 array in 0..1 a map."""
    pixels = np.empty((height_px, width_px, info.channels), np.float32)
    for window in finished:
        place(pixels, window)
    return split_maps(info, pixels)


def place(pixels: NDArray[np.float32], window: Window) -> None:
    """Put a window where it belongs in the whole texture."""
    rect = window.rect
    pixels[rect.row : rect.row + rect.height, rect.column : rect.column + rect.width] = window.pixels


def split_maps(info: ModelInfo, pixels: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """(height, width, all channels) -> map name -> (height, width, its channels), as views."""
    ends = np.cumsum([MAP_KINDS[name].channels for name in info.maps])
    return dict(zip(info.maps, np.split(pixels, ends[:-1], axis=2), strict=True))


@dataclass(frozen=True)
class _Work:
    """What windows are made of; size: (height, width) in pixels, any with a guide that is not wrapped."""

    model: Model
    latent: Latent
    size: tuple[int, int]
    guide: Guide | None

    @property
    def torus(self) -> tuple[int, int]:
        """The (height, width) at which noise repeats: the size, made legal."""
        multiple = self.model.info.size_multiple_px
        height, width = (-(-side // multiple) * multiple for side in self.size)
        return height, width


def _finished_part(work: _Work, window_px: int, part: Rect) -> Iterator[Window]:
    rects = windows(part.height, part.width, work.model.info.nearest_size(window_px))
    for number, rect in enumerate(rects, start=1):
        there = Rect(part.row + rect.row, part.column + rect.column, rect.height, rect.width)
        yield Window(rect, _computed(work, there), number, len(rects))


def _finished(work: _Work, window_px: int) -> Iterator[Window]:
    rects = windows(*work.torus, work.model.info.nearest_size(window_px))
    for number, rect in enumerate(rects, start=1):
        height, width = min(rect.height, work.size[0] - rect.row), min(rect.width, work.size[1] - rect.column)
        pixels = _edited(work, work.guide, rect) if work.guide else _computed(work, rect)
        shown = Rect(rect.row, rect.column, height, width)
        yield Window(shown, pixels[:height, :width], number, len(rects))


def _edited(work: _Work, guide: Guide, rect: Rect) -> NDArray[np.float32]:
    """A window with its exactly known pixels put back, which needs to see REACH_PX around it."""
    around = Rect(rect.row - REACH_PX, rect.column - REACH_PX, rect.height + 2 * REACH_PX, rect.width + 2 * REACH_PX)
    values, known = guide.part(around)
    exact = known == EXACT
    inner = np.s_[REACH_PX:-REACH_PX, REACH_PX:-REACH_PX]
    if exact[inner].all():
        return values[inner]
    if not exact.any():
        return _computed(work, rect)
    made = _computed(work, around)
    ends = np.cumsum([MAP_KINDS[name].channels for name in guide.maps])[:-1]
    parts = zip(np.split(made, ends, axis=2), np.split(values, ends, axis=2), np.moveaxis(exact, 2, 0), strict=True)
    return np.concatenate([joined(*part) if part[2].any() else part[0] for part in parts], axis=2)[inner]


def _computed(work: _Work, rect: Rect) -> NDArray[np.float32]:
    """The pixels of one window; where the device runs out of memory in quarters, at last on the CPU."""
    model, info = work.model, work.model.info
    try:
        return model.run(latent_fields(info, work.latent, work.torus, rect), _guide_seen(work, rect))
    except OutOfMemory:
        smallest = info.size_multiple_px
        half = max(rect.height, rect.width) // 2 // smallest * smallest
        if half < smallest and model.device == "CPU":
            raise TextureError(f"there is not enough memory for a window of {rect.width} x {rect.height} px") from None
        if half < smallest:
            model.fall_back_to_cpu()
            return _computed(work, rect)
    pixels = np.empty((rect.height, rect.width, info.channels), np.float32)
    for part in windows(rect.height, rect.width, half):
        moved = Rect(rect.row + part.row, rect.column + part.column, part.height, part.width)
        pixels[part.row : part.row + part.height, part.column : part.column + part.width] = _computed(work, moved)
    return pixels


def _guide_seen(work: _Work, rect: Rect) -> list[NDArray[np.float32]] | None:
    if work.guide is None:
        return None
    levels = work.model.info.levels
    return guide_fields(work.guide, [level.cell_px for level in levels], levels[0].margin_cells, rect)
