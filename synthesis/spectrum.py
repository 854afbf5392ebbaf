"""How strong the bands of a map are, as a model tells it of its exemplar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .bands import BLOCK_PX, Powers, band_powers
from .errors import TextureError
from .json_values import number
from .maps import MAP_KINDS, MapList, split_maps

BANDS = BLOCK_PX * BLOCK_PX
Spectrum = tuple[tuple[float, ...], ...]  # (axes, BANDS), in decibels, row by row

_FAINTEST_DB, _LOUDEST_DB = -100.0, 60.0  # less is nothing, more has no map in 0..1


def spectra(maps: Sequence[str], pixels: NDArray[np.float32]) -> tuple[Spectrum, ...]:
    """One for each map. pixels: (height, width, channels of all maps), BLOCK_PX or more a side."""
    return tuple(_in_decibels(band_powers(one)) for one in split_maps(MapList(tuple(maps)), pixels).values())


def powers(spectrum: Spectrum) -> Powers:
    """The inverse of `spectra`, for one map."""
    decibels = np.array(spectrum, np.float32).reshape(-1, BLOCK_PX, BLOCK_PX)
    told: Powers = np.float32(10) ** (decibels / 10)
    return told


def restored(stored: Sequence[Any]) -> tuple[Spectrum, ...]:
    """As `json` reads them. Raises: TypeError or OverflowError where they are none."""
    return tuple(tuple(tuple(number(one) for one in axis) for axis in spectrum) for spectrum in stored)


def check_spectra(given: tuple[Spectrum, ...], maps: Sequence[str]) -> None:
    """Raises: TextureError where these are no spectra of a model of these maps; there may be none at all."""
    lengths = [[len(axis) for axis in spectrum] for spectrum in given]
    wanted = [[BANDS] * MAP_KINDS[name].channels for name in maps]
    if given and lengths != wanted:
        raise TextureError(f"the model's spectra have {lengths} bands; allowed is {wanted}: export the model again")
    for one in (one for spectrum in given for axis in spectrum for one in axis):
        if not _FAINTEST_DB <= one <= _LOUDEST_DB:
            allowed = f"{_FAINTEST_DB:g} to {_LOUDEST_DB:g}"
            raise TextureError(f"the model's spectra hold {one:g} dB; allowed is {allowed}: export the model again")


def _in_decibels(told: Powers) -> Spectrum:
    decibels = 10 * np.log10(np.maximum(told.astype(np.float64), 10 ** (_FAINTEST_DB / 10)))
    return tuple(tuple(round(one, 1) for one in axis.ravel().tolist()) for axis in decibels)
