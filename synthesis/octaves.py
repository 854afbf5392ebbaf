"""The detail of a picture by octaves: how strong it is, and made as strong as it should be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .pyramid import doubled, halved

Values = NDArray[np.float32]  # (height, width, channels)
Mask = NDArray[np.bool_]  # (height, width)
Gains = NDArray[np.float32]  # (OCTAVES, channels), of detail of 1, 2 and 4 px

OCTAVES = 3
NO_GAINS: Gains = np.ones((OCTAVES, 1), np.float32)
REACH_PX = 2 * 2**OCTAVES  # how far around a pixel its detail looks

_WEAKEST, _STRONGEST = 0.5, 2.0  # more is no detail made well, but another texture
_FEWEST = 64  # cells that tell a power
_TINY = 1e-9


def found_gains(made: Values, values: Values, known: Mask) -> Gains:
    """What gives the made detail, where nothing is known, the power of the detail of the known pixels.

    Sides: multiples of REACH_PX.
    """
    sure = known[..., None].astype(np.float32)
    gains = np.ones((OCTAVES, made.shape[2]), np.float32)
    (ours, _), (theirs, _) = _octaves(made), _octaves(np.where(sure, values, made))
    for gain, our, their in zip(gains, ours, theirs, strict=True):
        coarse = halved(sure)
        unknown, whole = sure[..., 0] == 0, doubled(coarse)[..., 0] == 1
        if min(unknown.sum(), whole.sum()) >= _FEWEST:
            wanted, given = (np.square(one).mean(axis=0) for one in (their[whole], our[unknown]))
            gain[:] = np.sqrt((wanted + _TINY) / (given + _TINY)).clip(_WEAKEST, _STRONGEST)
        sure = coarse
    return gains


def strengthened(made: Values, gains: Gains) -> Values:
    """A picture with each octave of its detail times its gain; right from REACH_PX off the borders on.

    Source: the steps of Heeger and Bergen 1995 (doi:10.1145/218380.218446) that match a pyramid's histograms; ours
    matches variances alone.
    """
    details, picture = _octaves(made)
    for detail, gain in zip(reversed(details), gains[::-1], strict=True):
        picture = doubled(picture) + detail * gain
    return picture


def _octaves(picture: Values) -> tuple[list[Values], Values]:
    """Finest first, and what is coarser: a Laplacian pyramid (Burt and Adelson 1983)."""
    details = []
    for _ in range(OCTAVES):
        coarse = halved(picture)
        details.append(picture - doubled(coarse))
        picture = coarse
    return details, picture
