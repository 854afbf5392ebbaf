"""The jobs an artist has for a picture, each as the guide that asks for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .bands import BLOCK_PX
from .errors import TextureError
from .gradients import without_steps
from .guide import EXACT, ROUGH, UNKNOWN, Guide
from .info import LARGEST_SIZE_PX, ModelInfo
from .latent import Latent, check_seed
from .maps import MAP_KINDS, MapList, split_maps
from .normals import set_right
from .palette import luma, painted
from .patching import patched
from .picture import Picture
from .quilting import quilted
from .regularity import IRREGULAR
from .seams import meeting
from .session import Model
from .texture import edit, edited_maps, gathered

USUAL_BAND_PX, SMALLEST_BAND_PX = 16, 4  # least by default, and at all: a narrower one has no room for cuts
_BAND_SHARE = 1 / 3  # of the picture's area, the bands at its edges that `tile` may change: about 0.2 of it are
_BLACK, _WHITE = 0.01, 0.99  # quantiles of a picture's brightness that become the palette's ends


def complete(info: ModelInfo, picture: Picture, hole: NDArray[np.bool_] | None = None, seed: int = 0) -> Guide:
    """Fill the hole, (height, width), True where pixels are missing, and what is transparent; all else stays as it is.

    Where the texture has order, which a generator that is guided does not see, blocks of the picture are laid into the
    hole, and what is between them is left to be made. seed: other seeds take other blocks.
    Raises: TextureError where the hole has another size, there is none, or it leaves nothing, or the seed is not
    allowed.
    """
    check_seed(seed)
    values, known = _known(info, picture, EXACT)
    if hole is not None and hole.shape != picture.size:
        raise TextureError(
            f"the mask is {hole.shape[1]} x {hole.shape[0]} px, the picture {picture.size[1]} x {picture.size[0]}: "
            "make the mask as large as the picture"
        )
    if hole is not None:
        known[hole] = UNKNOWN
    missing = ~known.any(axis=2)
    if not missing.any():
        raise TextureError("nothing is to be filled: paint the mask white there, or make the picture transparent there")
    if missing.all():
        raise TextureError("the mask hides the whole picture: leave some of it, or generate a new texture instead")
    if info.regularity != IRREGULAR:
        places, unmade = patched(values, known, seed)
        values, known = meeting(values[places], values, ~missing), known[places]
        if "normal" in info.maps:
            set_right(split_maps(info, values)["normal"], missing)
        known[unmade] = UNKNOWN
    return Guide(info.maps, values, known)


def tile(info: ModelInfo, picture: Picture, band_px: int | None = None, seed: int = 0) -> Guide:
    """Make a photo tileable: blocks of it are laid over its edges so that they meet, the middle stays.

    Heights alone are levelled around the blocks, into the middle too (`gradients`).
    All maps of the picture change together, also those that the model does not make. Its edges are cut
    to a multiple of the coarsest cell, so that its size is one that can wrap.
    band_px: width of the band at each edge that may change, 4 or more; None for a third of the picture's area.
    seed: other seeds take other blocks.
    Raises: TextureError where the picture is too small or shows nothing once it is cut, the band too narrow, or the
    seed not allowed.
    """
    check_seed(seed)
    others = MapList.in_order(name for name in picture.maps if name not in info.maps)
    values, known = _known(info, picture, EXACT, others.maps)
    multiple = info.size_multiple_px
    rows, columns = (_middle(extent, extent // multiple * multiple) for extent in known.shape[:2])
    values, known = values[rows, columns], known[rows, columns]
    height, width = known.shape[:2]
    usual = max(USUAL_BAND_PX, int(_BAND_SHARE * height * width / max(2 * (height + width), 1)))
    band = usual if band_px is None else band_px
    shorter = min(height, width)
    if band < SMALLEST_BAND_PX:
        raise TextureError(
            f"the band is {band} px wide, too narrow for cuts; allowed is {SMALLEST_BAND_PX} px and more"
        )
    if not 2 * band < shorter:
        needed = (2 * band // multiple + 1) * multiple
        narrower = f", or a band below {shorter // 2} px" if shorter // 2 > SMALLEST_BAND_PX else ""
        raise TextureError(
            f"the picture is {picture.size[1]} x {picture.size[0]} px, a band of {band} px at every edge leaves "
            f"nothing of it: take a larger picture, {needed} px a side or more{narrower}"
        )
    quilt, photo, seen = quilted(values, known, band, seed), values, (known > UNKNOWN).any(axis=2)
    values, known = quilt.over(values), quilt.over(known)
    if "height" in picture.maps:
        channel = MapList((*info.maps, *others.maps)).first_channel("height")
        values[..., channel] = without_steps(photo[..., channel], seen, quilt.origins(height, width))
    clear = ~(known > UNKNOWN).any(axis=2)  # where the photo is transparent, nobody makes the maps that it carries
    _check_seen(~clear)  # what was seen may have been cut off, or lain at the edges alone
    values[clear, info.channels :] = values[~clear, info.channels :].mean(axis=0)
    carried = split_maps(others, values[..., info.channels :])
    return Guide(info.maps, values[..., : info.channels], known[..., : len(info.maps)], wrapped=True, carried=carried)


def denoise(info: ModelInfo, picture: Picture) -> Guide:
    """The same picture without noise or blur, and with softer blocks of JPEG.

    Raises: TextureError where the picture is too small to tell noise from texture.
    """
    if min(picture.size) < BLOCK_PX:
        raise TextureError(
            f"the picture is {picture.size[1]} x {picture.size[0]} px; {BLOCK_PX} px on each side are the least that "
            "can be cleaned"
        )
    values, known = _known(info, picture, ROUGH)
    if picture.opaque is not None:  # what is hidden must not tell of noise, also where no block is wholly seen
        values[~picture.opaque] = values[picture.opaque].mean(axis=0, dtype=np.float64)
    return Guide(info.maps, values, known, worn=True)


def stylize(info: ModelInfo, picture: Picture, strength: float = 0.5) -> Guide:
    """Another picture drawn in this texture.

    strength: 0..1, how much the texture may override: only structure of size_multiple_px**strength px and larger is
    kept.
    Raises: TextureError where the strength is not allowed.
    """
    if not 0 <= strength <= 1:
        raise TextureError(f"strength is {strength:g}; allowed is 0 to 1")
    brightness = luma(picture.maps["base_color"])
    seen = brightness if picture.opaque is None or not picture.opaque.any() else brightness[picture.opaque]
    dark, light = np.quantile(seen, (_BLACK, _WHITE))
    levels = np.clip((brightness - dark) / max(light - dark, 1 / 255), 0, 1)
    colors = painted(levels, np.array(info.needed_guide().palette))
    coarsest_px = info.size_multiple_px
    return Guide(
        info.maps,
        *_known(info, Picture({"base_color": colors}, picture.opaque), ROUGH),
        finest_px=coarsest_px**strength,
    )


def applied(model: Model, guide: Guide, seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """The edited picture in memory: one (height, width, channels) float32 array in 0..1 a map."""
    height, width = guide.known.shape[:2]
    return gathered(edited_maps(model.info, guide), edit(model, Latent(seed), guide), height, width)


def _known(
    info: ModelInfo, picture: Picture, trust: float, others: tuple[str, ...] = ()
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Values and masks of a picture, of the model's maps and then of others that the picture has.

    Transparent pixels, and maps that it lacks, are unknown.
    Raises: TextureError where the model has no guide, or the picture is too large or nowhere opaque.
    """
    info.needed_guide()
    if picture.opaque is not None:
        _check_seen(picture.opaque)
    height, width = picture.size
    if max(height, width) > LARGEST_SIZE_PX:
        raise TextureError(f"the picture is {width} x {height} px; allowed is up to {LARGEST_SIZE_PX}: reduce it")
    maps = (*info.maps, *others)
    absent = {name: np.zeros((height, width, MAP_KINDS[name].channels), np.float32) for name in maps}
    values = np.concatenate([picture.maps.get(name, absent[name]) for name in maps], axis=2)
    known = np.full((height, width, len(maps)), trust, np.float32)
    known[..., [index for index, name in enumerate(maps) if name not in picture.maps]] = UNKNOWN
    if picture.opaque is not None:
        known[~picture.opaque] = UNKNOWN
    return values, known


def _check_seen(opaque: NDArray[np.bool_]) -> None:
    """Raises: TextureError where nothing of a picture is opaque."""
    if not opaque.any():
        raise TextureError("the picture is transparent everywhere: give one that shows something")


def _middle(extent: int, kept: int) -> slice:
    start = (extent - kept) // 2
    return slice(start, start + kept)
