"""How good an edited picture is: each measure is one formula.

Pictures are (height, width, 3) float32 in 0..1, masks (height, width) bool.
A texture is described by sets of samples, each (positions, channels): see `benchmarks.features`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthesis.palette import luma

Pixels = NDArray[np.float32]
Mask = NDArray[np.bool_]
Samples = NDArray[np.float32]  # (positions, channels)

DIRECTIONS = 64
QUANTILES = 1024
MOST_SAMPLES = 16384
_SMALLEST_DEVIATION = 1e-3  # below it a channel is flat, and must not be scaled up
_SAME = 1.5 / 255  # one step of 8 bits, by which programs that read and write PNG may round
_EDGE_BLUR_PX = 2.0


def sliced_wasserstein(given: Sequence[Samples], truth: Sequence[Samples]) -> float:
    """Distance of two textures' distributions of samples; 0 is equal, 1 about one standard deviation of the truth.

    sqrt(mean over sets, unit directions u and quantiles q of (Q_given(u, q) - Q_truth(u, q))^2), where Q(u, q) is the
    quantile function of the projections on u. Channels are first standardised by the truth's mean and deviation.
    Source: Heitz et al. 2021, arXiv:2006.07229, equations 3 and 4. Ours compares quantiles, as the sets may be of
    different sizes, draws its directions once for all comparisons, and takes the root.
    """
    return float(np.sqrt(np.mean([_squared_wasserstein(*pair) for pair in zip(given, truth, strict=True)])))


def color_distance(given: Sequence[Samples], truth: Sequence[Samples]) -> float:
    """The same of colors, in units of their space: no channel is standardised, as grey textures have flat ones."""
    return float(np.sqrt(np.mean([_squared_between(*pair) for pair in zip(given, truth, strict=True)])))


def gram_distance(given: Sequence[Samples], truth: Sequence[Samples]) -> float:
    """Relative difference of the correlations between channels; 0 is equal.

    mean over sets of |G_given - G_truth| / |G_truth|, Frobenius norms, where G = F^T F / positions.
    Source: Gatys et al. 2015, arXiv:1505.07376, equations 1 to 3. Ours is relative, so that all sets weigh alike.
    """
    pairs = [(_gram(one), _gram(other)) for one, other in zip(given, truth, strict=True)]
    return float(np.mean([np.linalg.norm(one - other) / np.linalg.norm(other) for one, other in pairs]))


def feature_distance(given: Sequence[Samples], truth: Sequence[Samples]) -> float:
    """Perceptual difference of two pictures, position by position; 0 is equal, at most 4.

    mean over sets and positions of |f_given / |f_given| - f_truth / |f_truth||^2, f all channels of one position.
    Source: LPIPS, Zhang et al. 2018, arXiv:1801.03924, equation 1. Ours has weights 1 (nothing is learned from
    human votes) and another network, so its values are not comparable with those of the `lpips` package.
    """
    pairs = [(_unit(one), _unit(other)) for one, other in zip(given, truth, strict=True)]
    return float(np.mean([np.square(one - other).sum(axis=1).mean() for one, other in pairs]))


def psnr(given: Pixels, truth: Pixels) -> float:
    """Peak signal to noise ratio in dB: -10 log10 of the mean squared difference, as the peak is 1."""
    return float(-10 * np.log10(np.square(given.astype(np.float64) - truth).mean()))


def border_visibility(picture: Pixels, hole: Mask) -> float:
    """How sharply the mask's edge shows: 1 is invisible, more is an edge, less a blur.

    mean |p - q| over neighbours p, q of which one is in the hole / the same over neighbours that are both outside.
    """
    across, outside = [], []
    for axis in (0, 1):
        jumps = np.abs(np.diff(picture, axis=axis)).mean(axis=2)
        holes = np.diff(hole.astype(np.int8), axis=axis) != 0
        across.append(jumps[holes])
        outside.append(jumps[~holes & ~_first(hole, axis)])
    return float(np.concatenate(across).mean() / np.concatenate(outside).mean())


def seam(picture: Pixels, axis: int) -> float:
    """How sharply the border shows where the picture repeats: 1 is invisible.

    mean |first - last| / mean |difference of neighbours|; axis 0 compares rows, axis 1 columns.
    """
    jumps = np.abs(np.diff(picture, axis=axis))
    return float(np.abs(picture.take(0, axis) - picture.take(-1, axis)).mean() / jumps.mean())


def untouched(picture: Pixels, photo: Pixels, corner: tuple[int, int] = (0, 0)) -> Mask:
    """Where a picture still shows the photo: (height, width) of the picture.

    corner: (row, column) in the picture at which the photo's first pixel lies.
    """
    row, column = corner
    part = picture[row : row + photo.shape[0], column : column + photo.shape[1]]
    same = np.zeros(picture.shape[:2], np.bool_)
    difference = np.abs(part - photo[: part.shape[0], : part.shape[1]]).max(axis=2)
    same[row : row + part.shape[0], column : column + part.shape[1]] = difference < _SAME
    return same


def edge_agreement(picture: Pixels, content: Pixels) -> float:
    """Whether edges lie where the content has them: 1 is everywhere, 0 nowhere more than by chance.

    Pearson's correlation of the magnitudes of Sobel's gradient of the luma, each blurred by a Gaussian of 2 px.
    """
    edges = np.stack([_blurred(_gradient(luma(image))).ravel() for image in (picture, content)])
    return float(np.asarray(np.corrcoef(edges))[0, 1])


def drawn(samples: NDArray[Any]) -> NDArray[Any]:
    """MOST_SAMPLES of them, always the same, or all where there are fewer."""
    if len(samples) <= MOST_SAMPLES:
        return samples
    return samples[np.random.default_rng(1).choice(len(samples), MOST_SAMPLES, replace=False)]


def _squared_wasserstein(given: Samples, truth: Samples) -> float:
    mean, deviation = truth.mean(axis=0), np.maximum(truth.std(axis=0), _SMALLEST_DEVIATION)
    return _squared_between((drawn(given) - mean) / deviation, (drawn(truth) - mean) / deviation)


def _squared_between(given: Samples, truth: Samples) -> float:
    directions = np.random.default_rng(0).standard_normal((truth.shape[1], DIRECTIONS)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=0)
    ours, theirs = (_quantiles(drawn(samples) @ directions) for samples in (given, truth))
    return float(np.square(ours - theirs).mean())


def _quantiles(projections: NDArray[np.float32]) -> NDArray[np.float32]:
    """(positions, directions) -> (QUANTILES, directions)"""
    places = (np.arange(QUANTILES) + 0.5) / QUANTILES * len(projections)
    return np.sort(projections, axis=0)[places.astype(np.int64)]


def _gram(samples: Samples) -> NDArray[np.float32]:
    gram: NDArray[np.float32] = samples.T @ samples / np.float32(len(samples))
    return gram


def _unit(samples: Samples) -> Samples:
    unit: Samples = samples / (np.linalg.norm(samples, axis=1, keepdims=True) + 1e-10)
    return unit


def _first(hole: Mask, axis: int) -> Mask:
    """The first of each two neighbours."""
    return hole[:-1] if axis == 0 else hole[:, :-1]


def _gradient(brightness: NDArray[np.float32]) -> NDArray[np.float32]:
    smooth, slope = np.array([0.25, 0.5, 0.25], np.float32), np.array([-0.5, 0, 0.5], np.float32)
    down, right = _filtered(brightness, slope, smooth), _filtered(brightness, smooth, slope)
    return np.hypot(down, right)


def _blurred(values: NDArray[np.float32]) -> NDArray[np.float32]:
    places = np.arange(-6, 7, dtype=np.float32)
    weights = np.exp(-np.square(places / np.float32(_EDGE_BLUR_PX)) / 2)
    kernel = (weights / weights.sum()).astype(np.float32)
    return _filtered(values, kernel, kernel)


def _filtered(
    values: NDArray[np.float32], down: NDArray[np.float32], right: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Correlated with one kernel along the columns and one along the rows; the border repeats its last value."""
    for axis, kernel in enumerate((down, right)):
        reach = len(kernel) // 2
        around = [(reach, reach) if each == axis else (0, 0) for each in (0, 1)]
        padded = np.pad(values, around, mode="edge")
        values = np.lib.stride_tricks.sliding_window_view(padded, len(kernel), axis=axis) @ kernel
    return values
