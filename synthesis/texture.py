"""Textures and edited pictures from models, window by window."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from . import cleaning, octaves, seams, spectrum
from .bands import Powers, band_powers
from .errors import TextureError
from .guide import EXACT, UNKNOWN, Guide, guide_fields
from .info import ModelInfo
from .latent import Latent, latent_fields
from .maps import MapList, Maps, split_maps
from .normals import set_right
from .session import Model, OutOfMemory
from .surface import NO_SURFACE, Surface, estimated
from .surface import REACH_PX as SURFACE_REACH_PX
from .threads import in_order
from .wear import Wear, found_wear, with_strength
from .windows import Rect, windows

CLEAN_PX = 256  # side of the texture that shows what a clean one is like
SAMPLE_PX = 512  # side of the part of a picture that tells how strong made detail must be
WINDOW_PX = 512  # measured: larger windows are no faster on a CPU and need more memory


@dataclass(frozen=True)
class Window:
    """A finished part of a texture: (height, width, channels of all maps) float32 in 0..1; 1 <= number <= count."""

    rect: Rect
    pixels: NDArray[np.float32]
    number: int
    count: int


Windows = Generator[Window, None, None]  # computed as they are asked for; close it to ask for no more


def generate(
    model: Model,
    latent: Latent,
    height_px: int,
    width_px: int,
    window_px: int = WINDOW_PX,
    surface: Surface = NO_SURFACE,
    part: Rect | None = None,
) -> Windows:
    """A tileable texture as its finished windows, row by row.

    window_px: side of a window, made a legal size; it changes memory and speed, not the texture.
    surface: what is estimated where the model lacks it; the maps are those of `surface.made(model.info)`.
    part: only this rectangle of the texture, of legal place and size; windows then count from its corner.
    Raises: TextureError at once where seed, controls or size are not allowed.
    """
    latent.check(model.info)
    model.info.check_size(height_px, width_px)
    return _finished(_Work(model, latent, (height_px, width_px), None, surface), window_px, part)


def edit(
    model: Model, latent: Latent, guide: Guide, window_px: int = WINDOW_PX, surface: Surface = NO_SURFACE
) -> Windows:
    """The picture that a guide asks for, of its size, as finished windows, row by row.

    Exactly known pixels come back unchanged, and windows of nothing else are not computed. surface: as in `generate`;
    the maps are those of `edited_maps`.
    Raises: TextureError at once where seed or controls are not allowed, or the model has no guide.
    """
    latent.check(model.info)
    model.info.needed_guide()
    height, width = guide.known.shape[:2]
    guided = bool((guide.known > UNKNOWN).any())
    work = _Work(model, latent, (height, width), guide, surface, guided)
    return _finished(replace(work, wears=_wears(work, guide), gains=_gains(work, guide)), window_px)


def edited_maps(info: ModelInfo, guide: Guide, surface: Surface = NO_SURFACE) -> MapList:
    """The maps that `edit` makes: the model's, those that the guide carries, and those that are estimated."""
    return MapList.in_order((*surface.made(info).maps, *guide.carried))


def whole(
    model: Model,
    latent: Latent,
    height_px: int,
    width_px: int,
    window_px: int = WINDOW_PX,
    surface: Surface = NO_SURFACE,
) -> dict[str, NDArray[np.float32]]:
    """A tileable texture in memory: one (height, width, channels) float32 array in 0..1 a map."""
    finished = generate(model, latent, height_px, width_px, window_px, surface)
    return gathered(surface.made(model.info), finished, height_px, width_px)


def gathered(made: Maps, finished: Windows, height_px: int, width_px: int) -> dict[str, NDArray[np.float32]]:
    """All windows in memory: one (height, width, channels) float32 array in 0..1 a map."""
    pixels = np.empty((height_px, width_px, made.channels), np.float32)
    for window in finished:
        place(pixels, window)
    return split_maps(made, pixels)


def place(pixels: NDArray[np.float32], window: Window) -> None:
    """Put a window where it belongs in the whole texture."""
    pixels[window.rect.slices] = window.pixels


_Part = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]  # made, values and trust of a map


@dataclass(frozen=True)
class _Work:
    """What windows are made of.

    size: (height, width) in pixels, any with a guide that is not wrapped; guided: whether the guide knows anything;
    wears: of each map of a worn guide; gains: of each map of another one.
    """

    model: Model
    latent: Latent
    size: tuple[int, int]
    guide: Guide | None
    surface: Surface
    guided: bool = False
    wears: tuple[Wear, ...] = ()
    gains: tuple[octaves.Gains, ...] = ()

    @property
    def gains_are_none(self) -> bool:
        return all(gains is octaves.NO_GAINS for gains in self.gains)

    @property
    def torus(self) -> tuple[int, int]:
        """The (height, width) at which noise repeats: the size, made legal."""
        height, width = (_in_whole_cells(self.model.info, side) for side in self.size)
        return height, width

    @property
    def made(self) -> MapList:
        info = self.model.info
        return edited_maps(info, self.guide, self.surface) if self.guide else self.surface.made(info)


def _finished(work: _Work, window_px: int, part: Rect | None = None) -> Windows:
    """The windows of a part, or of the whole."""
    area = part or Rect(0, 0, *work.torus)
    rects = windows(area.height, area.width, work.model.info.nearest_size(window_px))
    theres = [Rect(area.row + rect.row, area.column + rect.column, rect.height, rect.width) for rect in rects]
    with closing(in_order(partial(_surfaced, work), theres, work.model.windows_at_once)) as finished:
        for number, (rect, there, pixels) in enumerate(zip(rects, theres, finished, strict=True), start=1):
            height, width = min(rect.height, work.size[0] - there.row), min(rect.width, work.size[1] - there.column)
            shown = Rect(rect.row, rect.column, height, width)
            yield Window(shown, pixels[:height, :width], number, len(rects))


def _surfaced(work: _Work, rect: Rect) -> NDArray[np.float32]:
    """A window with all maps that are asked for."""
    info, maps = work.model.info, work.made.maps
    if maps == info.maps:
        return _made(work, rect)
    carried = work.guide.carried_part(rect) if work.guide else {}
    estimating = not {*info.maps, *carried}.issuperset(maps)
    parts = _with_estimated(work, rect) if estimating else split_maps(info, _made(work, rect))
    return np.concatenate([(parts | carried)[name] for name in maps], axis=2)


def _with_estimated(work: _Work, rect: Rect) -> dict[str, NDArray[np.float32]]:
    """The model's maps of a window, and all that can be estimated, for which the colors around it are made too."""
    info = work.model.info
    border = _in_whole_cells(info, SURFACE_REACH_PX)
    around = split_maps(info, _made(work, rect.grown(border)))
    surplus = border - SURFACE_REACH_PX
    seen = around["base_color"][surplus : border + rect.height + SURFACE_REACH_PX]
    guessed = estimated(seen[:, surplus : border + rect.width + SURFACE_REACH_PX], work.surface.depth)
    inner = np.s_[border:-border, border:-border]
    return guessed | {name: pixels[inner] for name, pixels in around.items()}


def _made(work: _Work, rect: Rect) -> NDArray[np.float32]:
    """The pixels of one window, of the model's own maps; normals are unit vectors, but for those that are given."""
    pixels = _edited(work, work.guide, rect) if work.guide else _computed(work, rect)
    maps = work.model.info.maps
    if "normal" not in maps:
        return pixels
    normals = split_maps(work.model.info, pixels)["normal"]
    free = None if work.guide is None else work.guide.known_part(rect)[..., maps.index("normal")] != EXACT
    set_right(normals, free)
    return pixels


def _edited(work: _Work, guide: Guide, rect: Rect) -> NDArray[np.float32]:
    """A window with its known pixels put back or cleaned, which needs to see what lies around it."""
    needed = cleaning.REACH_PX if guide.worn else octaves.REACH_PX + seams.MARGIN_PX
    reach = _in_whole_cells(work.model.info, needed)
    around = rect.grown(reach)
    values, known = guide.part(around)
    exact = known == EXACT
    inner = np.s_[reach:-reach, reach:-reach]
    if exact[inner].all():
        return values[inner]
    if not exact.any() and not guide.worn and work.gains_are_none:
        return _computed(work, rect)
    given = _made_and_given(work, around, values, known)
    if guide.worn:
        parts = [_cleaned(*part, wear) for part, wear in zip(given, work.wears, strict=True)]
    else:
        parts = [_joined(*part, gains) for part, gains in zip(given, work.gains, strict=True)]
    return np.concatenate(parts, axis=2)[inner]


def _joined(
    made: NDArray[np.float32], values: NDArray[np.float32], trust: NDArray[np.float32], gains: octaves.Gains
) -> NDArray[np.float32]:
    """A map with its exactly known pixels put back, if there are any, and detail as strong as theirs."""
    exact = trust == EXACT
    far = made if gains is octaves.NO_GAINS else np.clip(octaves.strengthened(made, gains), 0, 1)
    return seams.joined(made, far, values, exact) if exact.any() else far


def _cleaned(
    made: NDArray[np.float32], values: NDArray[np.float32], trust: NDArray[np.float32], wear: Wear
) -> NDArray[np.float32]:
    """A worn map cleaned where it is known, and made anew elsewhere."""
    known = trust[..., None] > UNKNOWN
    return cleaning.cleaned(np.where(known, values, made), made, wear) if known.any() else made


def _wears(work: _Work, guide: Guide) -> tuple[Wear, ...]:
    """What is wrong with each map of a worn guide; the part that is best known tells how strong made detail must be."""
    if not guide.worn:
        return ()
    known = guide.known > UNKNOWN
    rect = _sample(work, lambda there: int(known[there].sum()))
    cleans = _clean_powers(work.model, work.latent)
    maps = zip(split_maps(work.model.info, guide.values).values(), np.moveaxis(known, 2, 0), cleans, strict=True)
    found = [found_wear(values, sure, clean) for values, sure, clean in maps]
    parts = zip(found, _made_and_given(work, rect, *guide.part(rect)), cleans, strict=True)
    return tuple(
        with_strength(wear, values, trust > UNKNOWN, made, clean) for wear, (made, values, trust), clean in parts
    )


def _clean_powers(model: Model, latent: Latent) -> list[Powers]:
    """Of each map: the exemplar's, else those of a texture that the model makes."""
    if model.info.spectra:
        return [spectrum.powers(one) for one in model.info.spectra]
    return [band_powers(one) for one in whole(model, Latent(latent.seed), CLEAN_PX, CLEAN_PX).values()]


def _gains(work: _Work, guide: Guide) -> tuple[octaves.Gains, ...]:
    """How strong the made detail of each map must be, told by the part of the picture that is nearest to half known."""
    exact = guide.known == EXACT
    if guide.worn or exact.all() or not exact.any():
        return (octaves.NO_GAINS,) * len(guide.maps)

    def told(there: tuple[slice, slice]) -> int:
        known, missing = exact[there].sum(axis=(0, 1)), (~exact[there]).sum(axis=(0, 1))
        return int(np.minimum(known, missing).max())

    rect = _sample(work, told)
    parts = _made_and_given(work, rect, *guide.part(rect))
    return tuple(octaves.found_gains(made, values, trust == EXACT) for made, values, trust in parts)


def _sample(work: _Work, told: Callable[[tuple[slice, slice]], int]) -> Rect:
    """The part of SAMPLE_PX that tells the most."""
    parts = windows(*work.torus, work.model.info.nearest_size(SAMPLE_PX))
    return max(parts, key=lambda rect: told(rect.slices))


def _made_and_given(work: _Work, rect: Rect, values: NDArray[np.float32], known: NDArray[np.float32]) -> list[_Part]:
    """Of each map: what is made of a part, and the guide's values and trust there."""
    info = work.model.info
    made = split_maps(info, _computed(work, rect)).values()
    return list(zip(made, split_maps(info, values).values(), np.moveaxis(known, 2, 0), strict=True))


def _in_whole_cells(info: ModelInfo, extent_px: int) -> int:
    """So many pixels or a few more, which the coarsest cells fill."""
    return -(-extent_px // info.size_multiple_px) * info.size_multiple_px


def _computed(work: _Work, rect: Rect) -> NDArray[np.float32]:
    """The pixels of one window; where the device runs out of memory in quarters, at last on the CPU."""
    model, info = work.model, work.model.info
    try:
        fields = latent_fields(info, work.latent, work.torus, rect, work.guided)
        return model.run(fields, _guide_seen(work, rect))
    except (OutOfMemory, MemoryError):
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
        pixels[part.slices] = _computed(work, moved)
    return pixels


def _guide_seen(work: _Work, rect: Rect) -> list[NDArray[np.float32]] | None:
    if work.guide is None:
        return None
    levels = work.model.info.levels
    return guide_fields(work.guide, [level.cell_px for level in levels], levels[0].margin_cells, rect)
