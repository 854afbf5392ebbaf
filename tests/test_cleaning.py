"""Cleaning: noise is measured without being told, and taken away without taking the texture along."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis.cleaning import REACH_PX, cleaned, found_noise

HEIGHT, WIDTH = 192, 256
RNG = np.random.default_rng(0)


def _texture(seed: int = 1) -> np.ndarray:
    """Soft waves of all directions, in colours: (HEIGHT, WIDTH, 3)."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    waves = [np.sin(rows * a + columns * b + c) for a, b, c in rng.uniform(-0.7, 0.7, (12, 3))]
    colors = np.stack(waves, axis=2) @ rng.uniform(-0.08, 0.08, (12, 3))
    return (0.5 + colors).clip(0, 1).astype(np.float32)


def _noisy(truth: np.ndarray, sigma: float, channels: int = 3) -> np.ndarray:
    noise = np.random.default_rng(2).normal(0, sigma, (HEIGHT, WIDTH, channels))
    return (truth + noise).astype(np.float32)


ALL = np.ones((HEIGHT, WIDTH), np.bool_)


@pytest.mark.parametrize("sigma", [5 / 255, 15 / 255, 50 / 255])
def test_noise_is_measured(sigma: float) -> None:
    found = found_noise(_noisy(_texture(), sigma), ALL, _texture(3))
    assert np.allclose(np.sqrt(found.variance), sigma, rtol=0.08)


def test_grain_without_colour_is_found_in_brightness_alone() -> None:
    found = found_noise(_noisy(_texture(), 0.1, channels=1), ALL, _texture(3))
    assert np.allclose(np.sqrt(found.variance), [0.1 * np.sqrt(3), 0, 0], atol=0.012)


def test_a_clean_texture_has_no_noise_and_loses_nothing() -> None:
    truth = _texture()
    found = found_noise(truth, ALL, truth)
    assert found.variance.max() < 1e-6 and (found.whole == 1).all()
    assert np.abs(cleaned(truth, _texture(3), found) - truth).max() < 2e-3


def test_only_known_blocks_are_measured() -> None:
    given = _noisy(_texture(), 0.1)
    given[:, :128] += RNG.normal(0, 1, (HEIGHT, 128, 3)).astype(np.float32)
    known = ALL.copy()
    known[:, :128] = False
    assert np.allclose(np.sqrt(found_noise(given, known, _texture(3)).variance), 0.1, rtol=0.1)


@pytest.mark.parametrize("sigma", [15 / 255, 50 / 255])
def test_the_picture_comes_back(sigma: float) -> None:
    """With an expectation that is itself blurred and noisy, as a generator's: much better than either."""
    truth = _texture()
    given, expected = _noisy(truth, sigma), _noisy((truth + np.roll(truth, 2, 0)) / 2, 0.03)
    answer = cleaned(given, expected, found_noise(given, ALL, truth))
    errors = [np.square(one - truth).mean() for one in (answer, given, expected)]
    assert errors[0] < 0.25 * errors[1] and errors[0] < errors[2]


def test_lost_detail_is_taken_from_what_is_expected() -> None:
    truth = _texture()
    grain = np.random.default_rng(4).normal(0, 0.05, truth.shape).astype(np.float32)
    blurred, expected = truth, truth + grain  # the texture has grain, the given picture has lost it
    found = found_noise(blurred, ALL, expected)
    assert found.whole[:, -1, -1].max() < 0.1 and found.variance.max() < 1e-6
    answer = cleaned(blurred, expected, found)
    assert np.std(answer - blurred) > 0.5 * grain.std()


def test_an_answer_depends_on_its_neighbourhood_alone() -> None:
    given, expected = _noisy(_texture(), 0.1), _texture(3)
    found = found_noise(given, ALL, expected)
    part = np.s_[16:176, 48:224]
    inner = np.s_[REACH_PX:-REACH_PX, REACH_PX:-REACH_PX]
    alone, whole = cleaned(given[part], expected[part], found), cleaned(given, expected, found)
    assert np.abs(alone[inner] - whole[part][inner]).max() < 1e-5
