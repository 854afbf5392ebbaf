"""The yardstick: how far textures are from the half of an exemplar that no method saw.

Every distance is divided by that between the exemplar's two halves: 1.0 is as good as nature, and a method that copies
what it learned gains nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from .copies import diversity, verbatim_share
from .features import color_samples, feature_samples, patch_samples
from .measures import Pixels, Samples, color_distance, gram_distance, seam, sliced_wasserstein
from .pyramid import joint_distance, joint_statistics
from .spectra import autocorrelation, autocorrelation_distance, lattice_distance, spectral_distance, spectrum

_SMALLEST = 1e-6  # of a distance between halves, where they are equal


@dataclass(frozen=True)
class Distance:
    """describe: what is measured of an answer's pictures together; apart: the distance of two descriptions."""

    describe: str
    apart: Callable[[Any, Any], float]


def _pooled(samples: Callable[[Pixels], list[Samples]]) -> Callable[[Sequence[Pixels]], list[Samples]]:
    """The sets of samples of several pictures as of one."""
    return lambda pictures: [np.concatenate(parts) for parts in zip(*map(samples, pictures), strict=True)]


_DESCRIPTIONS: Mapping[str, Callable[[Sequence[Pixels]], Any]] = {
    "features": _pooled(feature_samples),
    "patches": _pooled(patch_samples),
    "colors": _pooled(color_samples),
    "spectrum": spectrum,
    "autocorrelation": autocorrelation,
    "joint": joint_statistics,
}
DISTANCES: Mapping[str, Distance] = {
    "features": Distance("features", sliced_wasserstein),
    "gram": Distance("features", gram_distance),
    "patches": Distance("patches", sliced_wasserstein),
    "colors": Distance("colors", color_distance),
    "spectrum": Distance("spectrum", spectral_distance),
    "autocorrelation": Distance("autocorrelation", autocorrelation_distance),
    "lattice": Distance("autocorrelation", lattice_distance),
    "joint": Distance("joint", joint_distance),
}


class Yardstick:
    """left: what methods learn; right: what they are judged by."""

    def __init__(self, left: Pixels, right: Pixels) -> None:
        self.left, self.right = left, right
        self._truth = _described([right])
        self._between = distances(_described([left]), self._truth)

    def ratios(self, answer: Sequence[Pixels]) -> dict[str, float]:
        """Each distance in units of that between the halves, and their geometric mean as "nature"."""
        apart = distances(_described(answer), self._truth)
        ratios = {key: value / max(self._between[key], _SMALLEST) for key, value in apart.items()}
        return {"nature": geometric_mean(list(ratios.values())), **ratios}

    def values(self, answers: Sequence[Sequence[Pixels]]) -> dict[str, float]:
        """All that is measured of a method's answers, one a seed: means over seeds, and what they have in common."""
        every = [{**self.ratios(answer), **_seams(answer)} for answer in answers]
        means = {key: fmean(one[key] for one in every) for key in every[0]}
        copied = fmean(verbatim_share(answer, self.left) for answer in answers)
        return {**means, "verbatim": 100 * copied, "diversity": diversity(answers, self.right)}


def distances(given: Mapping[str, Any], truth: Mapping[str, Any]) -> dict[str, float]:
    return {
        key: distance.apart(given[distance.describe], truth[distance.describe]) for key, distance in DISTANCES.items()
    }


def geometric_mean(ratios: Sequence[float]) -> float:
    """exp(mean log r): twice as far by one measure and half as far by another is even."""
    return math.exp(fmean(math.log(max(ratio, _SMALLEST)) for ratio in ratios))


def _described(pictures: Sequence[Pixels]) -> dict[str, Any]:
    return {key: describe(pictures) for key, describe in _DESCRIPTIONS.items()}


def _seams(answer: Sequence[Pixels]) -> dict[str, float]:
    return {
        "seam_rows": fmean(seam(picture, 0) for picture in answer),
        "seam_columns": fmean(seam(picture, 1) for picture in answer),
    }
