"""Noise: bit-exact against a twin in plain integers, and statistically clean."""

from __future__ import annotations

import numpy as np

from synthesis.noise import LARGEST_SEED, noise_field

_64_BITS = 2**64 - 1
GOLDEN = [0.6267296671867371, -1.0333863496780396]  # float32, exact in decimal


def _mixed(x: int) -> int:
    x = (x + 0x9E3779B97F4A7C15) & _64_BITS
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _64_BITS
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _64_BITS
    return x ^ (x >> 31)


def _twin(seed: int, level: int, channel: int, row: int, column: int) -> np.float32:
    h = _mixed(_mixed(_mixed(_mixed(seed + ((level + 1) << 32)) ^ channel) ^ row) ^ column)
    centred = np.float32(sum(h.to_bytes(8, "little"))) - np.float32(1020)
    return centred * np.float32(1 / (8 * (256**2 - 1) / 12) ** 0.5)


def test_every_value_equals_the_integer_twin_bit_for_bit() -> None:
    for seed, level in ((0, 0), (7, 3), (LARGEST_SEED, 4)):
        field = noise_field(seed, level, 3, range(5), range(7), (5, 7))
        twin = [[[_twin(seed, level, c, y, x) for x in range(7)] for y in range(5)] for c in range(3)]
        assert field.dtype == np.float32 and np.array_equal(field, np.array(twin, np.float32))


def test_golden_values_never_change() -> None:
    """If this fails, every texture that anyone ever made by its seed has changed."""
    assert noise_field(1, 2, 1, [3], [4, 5], (8, 8)).ravel().tolist() == GOLDEN


def test_a_part_equals_the_same_part_of_the_whole_and_wraps() -> None:
    whole = noise_field(9, 1, 2, range(6), range(10), (6, 10))
    part = noise_field(9, 1, 2, range(-2, 3), range(8, 13), (6, 10))
    rows, columns = np.arange(-2, 3) % 6, np.arange(8, 13) % 10
    assert np.array_equal(part, whole[:, rows][:, :, columns])


def test_values_are_near_normal_and_uncorrelated() -> None:
    field = noise_field(3, 0, 4, range(256), range(300), (256, 300)).astype(float)
    count = field.size
    assert abs(field.mean()) < 4 / count**0.5
    assert abs(field.var() - 1) < 6 / count**0.5
    assert abs((field**4).mean() - 2.85) < 0.06  # 3 - 0.15
    others = {
        "right neighbour": np.roll(field, 1, axis=2),
        "lower neighbour": np.roll(field, 1, axis=1),
        "diagonal": np.roll(field, (1, 1), axis=(1, 2)),
        "transposed step": np.roll(field, (16, 16), axis=(1, 2)),
        "channel": np.roll(field, 1, axis=0),
        "seed": noise_field(4, 0, 4, range(256), range(300), (256, 300)),
        "level": noise_field(3, 1, 4, range(256), range(300), (256, 300)),
    }
    for name, other in others.items():
        assert abs((field * other).mean()) < 4.5 / count**0.5, name
