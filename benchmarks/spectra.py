"""How a texture repeats: its power spectrum and its autocorrelation, of luma, pooled over several pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synthesis.palette import luma

from .measures import Pixels

Values = NDArray[np.float64]

WINDOW_PX = 128  # as large as the smallest picture that is judged
STRIDE_PX = 64
RINGS, SECTORS = 12, 6
LARGEST_LAG_PX = 96
PEAKS = 8
_CENTRAL_PX = 3  # peaks nearer to 0 belong to the grain
_FLOOR = 1e-8  # of power, far below one step of 8 bits


def spectrum(pictures: Sequence[Pixels]) -> Values:
    """The mean power in dB by frequency and orientation, (RINGS, SECTORS).

    10 log10 of the mean, over all windows w and the frequencies of one ring and sector, of |FFT(h (w - mean w))|^2 /
    sum h^2, h Hann's window. Rings are spaced by logarithm from 2 periods a window to Nyquist's WINDOW_PX / 2;
    sectors share the half circle evenly, the first around level waves.
    Source: Welch 1967, doi:10.1109/TAU.1967.1161901.
    """
    hann = np.hanning(WINDOW_PX + 2)[1:-1]
    weights = np.outer(hann, hann)
    windows = luma_windows(pictures)
    centred = (windows - windows.mean(axis=(1, 2), keepdims=True)) * weights
    power = np.square(np.abs(np.fft.fft2(centred))).mean(axis=0) / np.square(weights).sum()
    bins = _polar_bins()
    sums = np.bincount(bins[bins >= 0], power[bins >= 0], RINGS * SECTORS)
    counts = np.bincount(bins[bins >= 0], minlength=RINGS * SECTORS)
    mean = sums / np.maximum(counts, 1)
    return (10 * np.log10(mean + _FLOOR)).reshape(RINGS, SECTORS)


def spectral_distance(given: Values, truth: Values) -> float:
    """Log-spectral distance in dB: sqrt(mean over rings and sectors of (S_given - S_truth)^2).

    Source: Gray and Markel 1976, doi:10.1109/TASSP.1976.1162849.
    """
    return float(np.sqrt(np.square(given - truth).mean()))


def autocorrelation(pictures: Sequence[Pixels]) -> Values:
    """Correlation of luma with itself at every lag, (2 LARGEST_LAG_PX + 1, same); the centre is 1.

    A(d) = mean over all pairs of pixels at distance d, in any picture, of (x - m)(y - m) / variance; m and variance
    are those of all pixels.
    """
    lumas = [_luma(picture) for picture in pictures]
    mean = np.concatenate([values.ravel() for values in lumas]).mean()
    sums, counts = (np.zeros((2 * LARGEST_LAG_PX + 1,) * 2) for _ in range(2))
    for values in lumas:
        sums += _products(values - mean)
        counts += _products(np.ones_like(values))
    centre = LARGEST_LAG_PX
    covariance = sums / np.round(counts)
    return covariance / max(covariance[centre, centre], _FLOOR)


def autocorrelation_distance(given: Values, truth: Values) -> float:
    """sqrt(mean over all lags of (A_given - A_truth)^2)."""
    return float(np.sqrt(np.square(given - truth).mean()))


def lattice_distance(given: Values, truth: Values) -> float:
    """sqrt(mean over the truth's peaks of (A_given - A_truth)^2): whether what repeats there repeats here."""
    rows, columns = peaks(truth).T + LARGEST_LAG_PX
    return float(np.sqrt(np.square(given[rows, columns] - truth[rows, columns]).mean()))


def peaks(correlation: Values) -> NDArray[np.int64]:
    """(rows, columns) of the lags where an autocorrelation is strongest, at most PEAKS: the vectors of a lattice.

    A peak is larger than all its 8 neighbours; of two opposite lags, which are equal, only one is counted.
    """
    inner = correlation[1:-1, 1:-1]
    around = [
        correlation[1 + down : correlation.shape[0] - 1 + down, 1 + right : correlation.shape[1] - 1 + right]
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
        if (down, right) != (0, 0)
    ]
    lags = np.argwhere(inner > np.max(around, axis=0)) + 1 - LARGEST_LAG_PX
    half = lags[(lags[:, 0] > 0) | ((lags[:, 0] == 0) & (lags[:, 1] > 0))]
    far = half[np.abs(half).max(axis=1) > _CENTRAL_PX]
    if not len(far):
        return np.array([[0, LARGEST_LAG_PX], [LARGEST_LAG_PX, 0]])  # nothing repeats: as far as one sees
    heights = correlation[far[:, 0] + LARGEST_LAG_PX, far[:, 1] + LARGEST_LAG_PX]
    return far[np.argsort(-heights, kind="stable")[:PEAKS]]


def luma_windows(pictures: Sequence[Pixels]) -> Values:
    """All windows, STRIDE_PX apart: (windows, WINDOW_PX, WINDOW_PX)."""
    cuts = [np.lib.stride_tricks.sliding_window_view(_luma(p), (WINDOW_PX, WINDOW_PX)) for p in pictures]
    return np.concatenate([cut[::STRIDE_PX, ::STRIDE_PX].reshape(-1, WINDOW_PX, WINDOW_PX) for cut in cuts])


def _luma(picture: Pixels) -> Values:
    return luma(picture).astype(np.float64)


def _products(values: Values) -> Values:
    """sum of x y over pairs at every lag, without wrapping."""
    sizes = [side + LARGEST_LAG_PX for side in values.shape]
    spectrum = np.fft.rfft2(values, sizes)
    wrapped = np.fft.irfft2(np.square(np.abs(spectrum)), sizes)
    lags = np.arange(-LARGEST_LAG_PX, LARGEST_LAG_PX + 1)
    return wrapped[np.ix_(lags % sizes[0], lags % sizes[1])]


def _polar_bins() -> NDArray[np.int64]:
    """The bin of every frequency of a window's FFT, -1 outside all rings."""
    periods = np.fft.fftfreq(WINDOW_PX) * WINDOW_PX
    down, right = np.meshgrid(periods, periods, indexing="ij")
    radius = np.maximum(np.hypot(down, right), 1e-9)
    ring = np.floor(RINGS * np.log(radius / 2) / np.log(WINDOW_PX / 4)).astype(np.int64)
    sector = np.round(np.arctan2(down, right) / np.pi * SECTORS).astype(np.int64) % SECTORS
    return np.where((ring >= 0) & (ring < RINGS), ring * SECTORS + sector, -1)
