"""Detail by octaves: taken apart and put together, and made as strong as what is known. Nothing here is square."""

from __future__ import annotations

import numpy as np

from synthesis.octaves import NO_GAINS, OCTAVES, REACH_PX, found_gains, strengthened

HEIGHT, WIDTH = 128, 192


def _noise(seed: int, strength: float) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal((HEIGHT, WIDTH, 3), dtype=np.float32)
    return np.float32(0.5) + np.float32(strength) * noise


def test_no_gains_change_nothing() -> None:
    picture = _noise(0, 0.1)
    assert np.abs(strengthened(picture, NO_GAINS) - picture).max() < 1e-6


def test_weak_detail_becomes_as_strong_as_the_known() -> None:
    known = np.zeros((HEIGHT, WIDTH), bool)
    known[:, :96] = True
    made = _noise(1, 0.06)
    gains = found_gains(made, _noise(0, 0.1), known)
    assert np.allclose(gains[0], 0.1 / 0.06, rtol=0.05)
    assert gains.shape == (OCTAVES, 3) and np.allclose(gains, 0.1 / 0.06, rtol=0.3)
    assert np.isclose(strengthened(made, gains)[:, 128:].std(), 0.1, rtol=0.05)
    assert np.array_equal(found_gains(made, made, ~known & known), np.ones((OCTAVES, 3))), "nothing known tells nothing"


def test_gains_are_at_most_a_half_or_twice() -> None:
    known = np.zeros((HEIGHT, WIDTH), bool)
    known[:, :96] = True
    loud, faint = _noise(0, 0.1), _noise(1, 0.001)
    assert found_gains(faint, loud, known).max() == 2 and found_gains(loud, faint, known).min() == 0.5


def test_a_pixel_depends_on_what_is_near() -> None:
    picture = _noise(2, 0.1)
    gains = np.full((OCTAVES, 3), 1.5, np.float32)
    changed = picture.copy()
    changed[64:, :] = 0
    near = np.abs(strengthened(picture, gains) - strengthened(changed, gains)).max(axis=(1, 2))
    assert near[: 64 - REACH_PX].max() == 0 < near[63]
