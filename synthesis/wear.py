"""What is wrong with a worn map: how strong its noise is, which bands it has lost, how strong they should be."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .bands import BLOCK_PX, COLOR_AXES, Powers, band_squares

Values = NDArray[np.float32]  # (height, width, channels)
Mask = NDArray[np.bool_]  # (height, width)

_ORDERS = np.add.outer(np.arange(BLOCK_PX), np.arange(BLOCK_PX))
_FINE, _FINEST = _ORDERS >= 14, _ORDERS >= 20  # bands that tell the noise beside the texture, and on quiet blocks
_QUIET = 0.05  # quantile of blocks that have next to no detail of their own
_QUIET_SHARE = 0.73  # of the noise's variance, that this quantile of blocks of nothing but noise shows
_ROUNDS = 3  # of a regression whose weights come from its own answer
_USUAL = 0.3  # weight, in bands, of a contrast of 1
_COLORFUL = 0.2  # noise with so much of its variance in the colours is taken as equally strong in all axes
_LOST = 0.5  # of the power that a band should have: with less, its detail is taken as lost
_UNSEEN = (0.1 / 255) ** 2  # power of a band that nobody misses
_WEAKEST, _STRONGEST = 0.25, 4.0  # factors of power; measured: to go further gains nothing
_LEAST = 0.02  # of the noise's variance, that each band has of its own
_TINY = 1e-9


@dataclass(frozen=True)
class Wear:
    """Per axis of colour.

    variance: (axes,), of white noise; whole: (axes, BLOCK_PX, BLOCK_PX) in 0..1, how far each band is still there;
    strength: (axes, BLOCK_PX, BLOCK_PX), what makes the generator's bands as strong as the map's own.
    """

    variance: NDArray[np.float32]
    whole: NDArray[np.float32]
    strength: NDArray[np.float32]


def found_wear(given: Values, known: Mask, clean: Powers) -> Wear:
    """What a map has more and less than a clean texture of its kind, whose bands have these powers.

    Noise is white: it lifts all bands alike, and the finest bands of the quietest blocks show little else. Bands with
    less power than the clean texture's were lost to blur or compression. Sides: BLOCK_PX or more.
    """
    squares = band_squares(given, known)
    power = squares.mean(axis=1)
    quiet = np.quantile(squares[..., _FINEST].mean(axis=2), _QUIET, axis=1) / _QUIET_SHARE
    lifts = [_lift(*axis) for axis in zip(power[:, _FINE], clean[:, _FINE], strict=True)]
    variance = np.minimum(quiet, lifts)
    if len(variance) == COLOR_AXES and variance[1:].min() > _COLORFUL * variance[0]:
        variance[0] = min(variance[0], variance[1:].mean())  # the rest is the texture's own
    whole = np.clip((power - variance[:, None, None]) / np.maximum(_LOST * clean, _TINY), 0, 1)
    whole[(power > clean) | (clean < _UNSEEN)] = 1
    whole[:, 0, 0] = 1  # the mean of a block is never lost
    return Wear(variance.astype(np.float32), whole.astype(np.float32), np.ones_like(whole, np.float32))


def with_strength(wear: Wear, given: Values, known: Mask, made: Values, clean: Powers) -> Wear:
    """The same with what makes the bands of the generator's picture of a part as strong as those of the part.

    Bands that are lost should be as strong as the clean texture's. Without this a generator whose detail is too soft
    makes the filter take detail for noise.
    """
    power, ours = (band_squares(pixels, known).mean(axis=1) for pixels in (given, made))
    variance = wear.variance[:, None, None]
    own = np.maximum(power - variance, _LEAST * variance)
    wanted = wear.whole * own + (1 - wear.whole) * clean
    strength = np.sqrt(((wanted + _TINY) / (ours + _TINY)).clip(_WEAKEST, _STRONGEST))
    strength[:, 0, 0] = 1  # the generator's mean is the picture's already
    return replace(wear, strength=strength.astype(np.float32))


def _lift(power: NDArray[np.float32], clean: NDArray[np.float32]) -> float:
    """The variance v >= 0 of white noise with which power = a * clean + v fits best, relative to the power.

    The contrast a >= 0 is the picture's own; 1 is preferred a little, which decides where all bands are alike.
    """
    seen = power.astype(np.float64) + _TINY
    terms, fit = np.stack([clean.astype(np.float64), np.ones_like(seen)], axis=1), seen
    for _ in range(_ROUNDS):
        rows, values = np.vstack([terms / fit[:, None], (_USUAL, 0)]), np.append(seen / fit, _USUAL)
        (contrast, lift), *_ = np.linalg.lstsq(rows, values, rcond=None)
        if contrast < 0:
            contrast, lift = 0, (seen / fit**2).sum() / (1 / fit**2).sum()
        fit = np.maximum(contrast * clean + lift, _TINY)
    return max(float(lift), 0.0)
