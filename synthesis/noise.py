"""Noise fields: pure functions of (seed, level, channel, row, column), equal on every platform.

Only integers are computed until the last step, a single multiplication in float32, so no library version, thread
count or processor can change a bit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LARGEST_SEED = 2**31 - 1  # what Blender's integer properties hold

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_BYTES = np.uint64(0x00FF00FF00FF00FF)
_FOLD = np.uint64(0x0001000100010001)
_MEAN = np.float32(8 * 255 / 2)
_SCALE = np.float32(1 / (8 * (256**2 - 1) / 12) ** 0.5)


def noise_field(
    seed: int, level: int, channels: int, rows: Sequence[int], columns: Sequence[int], wrap: tuple[int, int]
) -> NDArray[np.float32]:
    """A part of one level's field on the torus: (channels, len(rows), len(columns)), mean 0, deviation 1.

    seed: 0..LARGEST_SEED; rows, columns: cell indices, of any sign, taken modulo `wrap`, the (rows, columns) of the
    whole field.
    Each value is the sum of the eight bytes of one 64-bit hash, centred and scaled: an Irwin-Hall distribution,
    normal but for an excess kurtosis of -0.15 and no value beyond 4.9.
    Source: SplitMix64's finaliser (Steele et al. 2014), applied once for each coordinate.
    """
    key = _mixed(np.array([seed + ((level + 1) << 32)], np.uint64))
    by_channel = _mixed(key ^ np.arange(channels, dtype=np.uint64)[:, None, None])
    by_row = _mixed(by_channel ^ _wrapped(rows, wrap[0])[None, :, None])
    return _near_normal(_mixed(by_row ^ _wrapped(columns, wrap[1])[None, None, :]))


def _wrapped(indices: Sequence[int], extent: int) -> NDArray[np.uint64]:
    return np.mod(np.asarray(indices, np.int64), extent).astype(np.uint64)


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64: a bijection of 64 bits in which every input bit changes every output bit with odds of a half."""
    with np.errstate(over="ignore"):  # wrapping around 2**64 is meant
        x = x + _GOLDEN
        x = (x ^ (x >> np.uint64(30))) * _MIX_1
        x = (x ^ (x >> np.uint64(27))) * _MIX_2
        return x ^ (x >> np.uint64(31))


def _near_normal(hashes: NDArray[np.uint64]) -> NDArray[np.float32]:
    pairs = (hashes & _BYTES) + ((hashes >> np.uint64(8)) & _BYTES)  # four sums of two bytes, 16 bits apart
    with np.errstate(over="ignore"):
        sums = (pairs * _FOLD) >> np.uint64(48)  # the highest 16 bits hold the sum of all four
    return (sums.astype(np.float32) - _MEAN) * _SCALE
