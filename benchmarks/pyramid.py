"""Portilla and Simoncelli's statistics of a texture: how the bands of a steerable pyramid are joined."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .measures import Pixels
from .spectra import WINDOW_PX, luma_windows

SCALES, ORIENTATIONS = 4, 4
NEIGHBOURS = 3  # lags of autocorrelations to each side, in samples of a band's own scale
_EDGE_PX = 16  # where a band still sees the window's border, as it wraps
_SMALLEST = 1e-9

Statistics = dict[str, NDArray[np.float64]]  # by group
Bands = NDArray[np.complex128]  # (SCALES, ORIENTATIONS, WINDOW_PX, WINDOW_PX)


def joint_statistics(pictures: Sequence[Pixels]) -> Statistics:
    """Statistics of luma, the mean of all windows of 128 px, in seven groups.

    marginal: mean, deviation, skewness and kurtosis of the pixels; lowpass: autocorrelation of the sum of all coarser
    bands, by scale; energy: mean magnitude of each band; magnitudes: autocorrelation of each band's magnitude;
    orientations, scales: correlations of magnitudes at one scale, and with the next coarser one; phases: correlations
    of each band with the next coarser one at doubled phase.
    Source: Portilla and Simoncelli 2000, doi:10.1023/A:1026553619983, section 2. Ours does not subsample bands, gives
    correlations for covariances, and leaves out range, the skewness and kurtosis of lowpass bands, and the high-pass
    residual, so that the finest octave is seen ever less towards Nyquist.
    """
    every = [_statistics(window) for window in luma_windows(pictures)]
    return {group: np.mean([statistics[group] for statistics in every], axis=0) for group in every[0]}


def joint_distance(given: Statistics, truth: Statistics) -> float:
    """mean over groups of |s_given - s_truth| / |s_truth|, Euclidean norms."""
    apart = [np.linalg.norm(given[group] - truth[group]) / np.linalg.norm(truth[group]) for group in truth]
    return float(np.mean(apart))


def bands(window: NDArray[np.float64]) -> tuple[Bands, NDArray[np.float64]]:
    """Complex oriented bands, and the real lowpass below each scale, (SCALES, WINDOW_PX, WINDOW_PX)."""
    oriented, low = _filters()
    spectrum = np.fft.fft2(window)
    return np.fft.ifft2(spectrum * oriented), np.fft.ifft2(spectrum * low).real


def _statistics(window: NDArray[np.float64]) -> Statistics:
    centred = window - window.mean()
    deviation = max(float(centred.std()), _SMALLEST)
    complex_bands, lows = bands(centred)
    inner = slice(_EDGE_PX, -_EDGE_PX)
    complex_bands, lows = complex_bands[..., inner, inner], lows[..., inner, inner]
    magnitudes = np.abs(complex_bands)
    doubled = complex_bands[1:] ** 2 / np.maximum(magnitudes[1:], _SMALLEST)
    return {
        "marginal": np.array([window.mean(), deviation, *(np.mean((centred / deviation) ** n) for n in (3, 4))]),
        "lowpass": np.concatenate([_autocorrelation(low, 2**scale) for scale, low in enumerate(lows)]),
        "energy": magnitudes.mean(axis=(2, 3)).ravel(),
        "magnitudes": np.concatenate(
            [_autocorrelation(band, 2**scale) for scale, level in enumerate(magnitudes) for band in level]
        ),
        "orientations": np.concatenate([_correlations(level, level)[_UPPER] for level in magnitudes]),
        "scales": np.concatenate([_correlations(*pair).ravel() for pair in pairwise(magnitudes)]),
        "phases": np.concatenate(
            [
                _correlations(fine.real, part).ravel()
                for fine, coarse in zip(complex_bands[:-1], doubled, strict=True)
                for part in (coarse.real, coarse.imag)
            ]
        ),
    }


_UPPER = np.triu_indices(ORIENTATIONS, 1)


def _autocorrelation(values: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """At lags of up to NEIGHBOURS steps down and to both sides, of a half plane; wrapping."""
    spectrum = np.fft.rfft2(values - values.mean())
    covariance = np.fft.irfft2(np.square(np.abs(spectrum)), values.shape)
    lags = np.arange(-NEIGHBOURS, NEIGHBOURS + 1) * step
    near = covariance[np.ix_(lags[NEIGHBOURS:] % values.shape[0], lags % values.shape[1])]
    return near.ravel() / max(float(covariance[0, 0]), _SMALLEST)


def _correlations(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pearson's, of every band of one with every band of the other."""
    rows = [(part - part.mean(axis=(1, 2), keepdims=True)).reshape(len(part), -1) for part in (one, other)]
    norms = [np.maximum(np.linalg.norm(row, axis=1), _SMALLEST) for row in rows]
    correlations: NDArray[np.float64] = rows[0] @ rows[1].T / np.outer(*norms)
    return correlations


@cache
def _filters() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Frequency responses: (SCALES, ORIENTATIONS, WINDOW_PX, WINDOW_PX) of the bands, (SCALES, ..) of the lowpasses.

    Source: Simoncelli and Freeman 1995, doi:10.1109/ICIP.1995.537667: radially raised cosines of log frequency one
    octave wide, cos^(ORIENTATIONS - 1) of the angle, on one half plane, so that bands are analytic.
    """
    frequencies = np.fft.fftfreq(WINDOW_PX) * 2 * np.pi
    down, right = np.meshgrid(frequencies, frequencies, indexing="ij")
    octaves = np.log2(np.maximum(np.hypot(down, right), 1e-12) / np.pi)  # 0 at Nyquist
    angle = np.arctan2(down, right)
    lows = [_lowpass(octaves + scale) for scale in range(SCALES + 1)]
    rings = [np.sqrt(np.maximum(lows[scale] ** 2 - lows[scale + 1] ** 2, 0)) for scale in range(SCALES)]
    turned = [angle - np.pi * turn / ORIENTATIONS for turn in range(ORIENTATIONS)]
    fans = [2 * np.maximum(np.cos(turn), 0) ** (ORIENTATIONS - 1) for turn in turned]
    return np.array([[ring * fan for fan in fans] for ring in rings]), np.array(lows[1:])


def _lowpass(octaves: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 an octave below the edge, 0 from the edge on, their squares' complement being the ring between."""
    return np.cos(np.pi / 2 * np.clip(octaves + 1, 0, 1))
