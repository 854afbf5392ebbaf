"""Whether a method makes anything new: pieces taken from what it learned, and pictures that are alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .measures import Pixels

PATCH_PX = 32
LARGEST_RESIDUE = 0.1  # of a patch's variance, what a copy may differ by: a correlation of about 0.95
PLACE_PX = 64  # side of the places that diversity compares
_ROUNDING = 1.5 / 255


def verbatim_share(pictures: Sequence[Pixels], learned: Pixels) -> float:
    """The part, 0..1, of the pictures' patches of 32 x 32 px that are shifted copies of what was learned.

    A patch p is a copy if min over all places q of mean (p - q)^2 < LARGEST_RESIDUE * mean (p - mean p)^2 + rounding^2,
    means over pixels and channels, mean p of every channel. Patches lie side by side.
    """
    place = _Learned(learned)
    return float(np.mean([place.holds(patch) for picture in pictures for patch in _squares(picture, PATCH_PX)]))


def diversity(answers: Sequence[Sequence[Pixels]], truth: Pixels) -> float:
    """How much the pictures of several seeds differ: 0 they are the same, 1 as much as two places of the truth.

    sqrt(mean over pairs of seeds and pixels of (a - b)^2 / mean over pairs of disjoint places of 64 px of the truth).
    """
    pairs = [
        np.square(a - b).mean() for one, other in combinations(answers, 2) for a, b in zip(one, other, strict=True)
    ]
    apart = [np.square(a - b).mean() for a, b in combinations(_squares(truth, PLACE_PX), 2)]
    return float(np.sqrt(np.mean(pairs) / max(float(np.mean(apart)), _ROUNDING**2))) if pairs else float("nan")


class _Learned:
    """A picture in which patches are sought, all places at once."""

    def __init__(self, picture: Pixels) -> None:
        self._mean = picture.mean(axis=(0, 1), dtype=np.float64)  # subtracted, so that less is lost to rounding
        centred = picture - self._mean
        self._sides = (centred.shape[0], centred.shape[1])
        self._spectrum = np.fft.rfft2(centred, axes=(0, 1))
        self._squares = self._sums(np.square(centred).sum(axis=2))

    def holds(self, patch: Pixels) -> bool:
        centred = patch - self._mean
        variance = np.square(patch - patch.mean(axis=(0, 1))).mean()
        spectrum = np.fft.rfft2(centred, self._sides, axes=(0, 1))
        products = np.fft.irfft2((self._spectrum * spectrum.conj()).sum(axis=2), self._sides)
        inside = products[: -PATCH_PX + 1, : -PATCH_PX + 1]  # where the patch does not wrap
        squares = self._squares - 2 * inside + np.square(centred).sum()  # of p - q, at every place q
        return bool(squares.min() / patch.size < LARGEST_RESIDUE * variance + _ROUNDING**2)

    @staticmethod
    def _sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of every square as large as a patch."""
        table = np.pad(values, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
        n = PATCH_PX
        return table[n:, n:] - table[:-n, n:] - table[n:, :-n] + table[:-n, :-n]


def _squares(picture: Pixels, side: int) -> list[Pixels]:
    """Disjoint ones, row by row."""
    height, width = picture.shape[:2]
    corners = [(top, left) for top in range(0, height - side + 1, side) for left in range(0, width - side + 1, side)]
    return [picture[top : top + side, left : left + side] for top, left in corners]
