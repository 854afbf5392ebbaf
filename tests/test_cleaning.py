"""Cleaning: noise is measured without being told, and taken away without taking the texture along."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis.bands import band_powers
from synthesis.cleaning import REACH_PX, cleaned
from synthesis.wear import found_wear, with_strength

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


def _grass(seed: int) -> np.ndarray:
    """Fine detail everywhere, so that no block is quiet; in grey: (HEIGHT, WIDTH, 3)."""
    grain = np.random.default_rng(seed).normal(0, 0.4, (HEIGHT + 1, WIDTH + 1))
    soft = (grain[1:, 1:] + grain[:-1, 1:] + grain[1:, :-1] + grain[:-1, :-1]) / 4
    return np.repeat(0.5 + soft[..., None], 3, axis=2).astype(np.float32)


def _soft(truth: np.ndarray) -> np.ndarray:
    return (truth + np.roll(truth, 1, 0) + np.roll(truth, 1, 1) + np.roll(truth, (1, 1), (0, 1))) / 4


ALL = np.ones((HEIGHT, WIDTH), np.bool_)
CLEAN = band_powers(_texture(3))


@pytest.mark.parametrize("sigma", [5 / 255, 15 / 255, 50 / 255])
def test_noise_is_measured(sigma: float) -> None:
    found = found_wear(_noisy(_texture(), sigma), ALL, CLEAN)
    assert np.allclose(np.sqrt(found.variance), sigma, rtol=0.08)


def test_grain_without_colour_is_found_in_brightness_alone() -> None:
    found = found_wear(_noisy(_texture(), 0.1, channels=1), ALL, CLEAN)
    assert np.allclose(np.sqrt(found.variance), [0.1 * np.sqrt(3), 0, 0], atol=0.012)


@pytest.mark.parametrize("sigma", [5 / 255, 15 / 255])
@pytest.mark.parametrize("contrast", [0.8, 1.0, 1.3])
def test_noise_is_told_from_detail_that_is_everywhere(sigma: float, contrast: float) -> None:
    """Also where the picture has more or less contrast than what is known of its kind."""
    given = _noisy((contrast * (_grass(1) - 0.5) + 0.5).astype(np.float32), sigma, channels=1)
    quiet = found_wear(given, ALL, np.zeros_like(CLEAN)).variance[0]
    assert np.sqrt(quiet) > 1.2 * sigma * np.sqrt(3), "no block is quiet"
    found = found_wear(given, ALL, band_powers(_grass(2)))
    assert np.allclose(np.sqrt(found.variance), [sigma * np.sqrt(3), 0, 0], rtol=0.12, atol=1e-4)


def test_noise_in_all_colours_is_told_by_those_without_detail() -> None:
    """Brightness alone has detail everywhere, of which nothing is known."""
    found = found_wear(_noisy(_grass(1), 15 / 255), ALL, CLEAN)
    assert np.allclose(np.sqrt(found.variance), 15 / 255, rtol=0.05)


@pytest.mark.parametrize("clean", [np.zeros_like(CLEAN), CLEAN[:, ::-1, ::-1]], ids=["nothing", "the contrary"])
def test_a_wrong_expectation_hides_no_noise(clean: np.ndarray) -> None:
    assert np.allclose(np.sqrt(found_wear(_noisy(_texture(), 0.1), ALL, clean).variance), 0.1, rtol=0.1)


def test_noise_is_told_from_grain_that_is_white_itself() -> None:
    given, clean = _noisy(np.full((HEIGHT, WIDTH, 3), 0.5), 0.1), np.full_like(CLEAN, 0.08**2)
    assert np.allclose(np.sqrt(found_wear(given, ALL, clean).variance), 0.06, rtol=0.15)


@pytest.mark.parametrize("shape", [(16, 16, 3), (17, 40, 1)])
def test_flat_and_tiny_maps_have_no_noise(shape: tuple[int, int, int]) -> None:
    flat = np.full(shape, 0.5, np.float32)
    clean, known = band_powers(flat), np.ones(shape[:2], np.bool_)
    found = with_strength(found_wear(flat, known, clean), flat, known, flat, clean)
    assert found.variance.max() < 1e-8 and np.isfinite(found.strength).all()
    tiny = (flat + np.random.default_rng(5).normal(0, 0.1, shape)).astype(np.float32)
    assert 0.05 < np.sqrt(found_wear(tiny, known, clean).variance).mean() < 0.15


def test_a_clean_texture_has_no_noise_and_loses_nothing() -> None:
    truth = _texture()
    found = found_wear(truth, ALL, band_powers(truth))
    assert found.variance.max() < 1e-6 and (found.whole == 1).all()
    assert np.abs(cleaned(truth, _texture(3), found) - truth).max() < 2e-3


def test_only_known_blocks_are_measured() -> None:
    given = _noisy(_texture(), 0.1)
    given[:, :128] += RNG.normal(0, 1, (HEIGHT, 128, 3)).astype(np.float32)
    known = ALL.copy()
    known[:, :128] = False
    assert np.allclose(np.sqrt(found_wear(given, known, CLEAN).variance), 0.1, rtol=0.1)


@pytest.mark.parametrize("sigma", [15 / 255, 50 / 255])
def test_the_picture_comes_back(sigma: float) -> None:
    """With an expectation that is itself blurred and noisy, as a generator's: much better than either."""
    truth = _texture()
    given, expected = _noisy(truth, sigma), _noisy((truth + np.roll(truth, 2, 0)) / 2, 0.03)
    answer = cleaned(given, expected, found_wear(given, ALL, band_powers(truth)))
    errors = [np.square(one - truth).mean() for one in (answer, given, expected)]
    assert errors[0] < 0.25 * errors[1] and errors[0] < errors[2]


def test_the_filter_s_own_answer_tells_fine_detail_from_noise() -> None:
    """What is expected, which is soft, does not: a single pass would be worse than nothing."""
    truth = _grass(1)
    given, expected = _noisy(truth, 15 / 255, channels=1), _noisy((truth + np.roll(truth, 2, 0)) / 2, 0.03)
    answer = cleaned(given, expected, found_wear(given, ALL, band_powers(truth)))
    assert np.square(answer - truth).mean() < 0.9 * np.square(given - truth).mean()


def test_lost_detail_is_taken_from_what_is_expected() -> None:
    truth = _texture()
    grain = np.random.default_rng(4).normal(0, 0.05, truth.shape).astype(np.float32)
    blurred, expected = truth, truth + grain  # the texture has grain, the given picture has lost it
    found = found_wear(blurred, ALL, band_powers(expected))
    assert found.whole[:, -1, -1].max() < 0.1 and found.variance.max() < 1e-6
    answer = cleaned(blurred, expected, found)
    assert np.std(answer - blurred) > 0.5 * grain.std()


def test_an_answer_depends_on_its_neighbourhood_alone() -> None:
    given, expected = _noisy(_texture(), 0.1), _texture(3)
    found = with_strength(found_wear(given, ALL, CLEAN), given, ALL, expected, CLEAN)
    assert found.strength.std() > 0.1
    part = np.s_[16:176, 48:224]
    inner = np.s_[REACH_PX:-REACH_PX, REACH_PX:-REACH_PX]
    alone, whole = cleaned(given[part], expected[part], found), cleaned(given, expected, found)
    assert np.abs(alone[inner] - whole[part][inner]).max() < 1e-5


def test_an_expectation_that_is_too_soft_is_made_as_strong() -> None:
    truth, clean = _grass(1), band_powers(_grass(2))
    given, expected = _noisy(truth, 15 / 255, channels=1), _soft(truth)
    found = found_wear(given, ALL, clean)
    made_strong = with_strength(found, given, ALL, expected, clean)
    ours, wanted = (band_powers(one)[0] for one in (expected, truth))
    within = (wanted / ours < 4) & (wanted > 0.1 * found.variance[0])
    within[0, 0] = False
    assert within.sum() > 60
    reached = (made_strong.strength[0] ** 2 * ours / wanted)[within]
    assert np.abs(np.log(reached)).mean() < 0.3 * np.abs(np.log((ours / wanted)[within])).mean()
    assert made_strong.strength[0, 0, 0] == 1 and made_strong.strength.min() >= 0.5 and made_strong.strength.max() <= 2
    errors = [np.square(cleaned(given, expected, wear) - truth).mean() for wear in (made_strong, found)]
    assert errors[0] < 0.9 * errors[1]


def test_lost_detail_is_made_as_strong_as_a_clean_texture_has_it() -> None:
    grain = np.random.default_rng(4).normal(0, 0.05, (HEIGHT, WIDTH, 3)).astype(np.float32)
    truth, clean = _texture(), band_powers(_texture() + grain)
    wear = with_strength(found_wear(truth, ALL, clean), truth, ALL, truth + 0.6 * grain, clean)
    made = cleaned(truth, truth + 0.6 * grain, wear)
    assert np.isclose(np.std(made - truth), grain.std(), rtol=0.2)
