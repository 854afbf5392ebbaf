"""Order: found in an exemplar, and told to a generator so that it wraps, whatever the window and the seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthesis.regularity import IRREGULAR, LINE_CHANNELS, Regularity, fitted, line_field, wave_field
from trainer.exemplar import read_exemplar
from trainer.order.periods import found_regularity, runs_through

HEIGHT, WIDTH = 320, 448
RNG = np.random.default_rng(0)
DOWN, RIGHT = np.mgrid[:HEIGHT, :WIDTH]
NOISE = RNG.normal(0, 0.1, (HEIGHT, WIDTH))
BRICKS = Regularity(waves=((1 / 40, 0.0), (1 / 80, 1 / 60)), lines=("rows",))
WRAP = (20, 28)  # cells of 16 px


def _picture(pattern: np.ndarray) -> np.ndarray:
    return np.repeat((0.5 + 0.2 * pattern + NOISE)[..., None], 3, axis=2).astype(np.float32)


def _smooth(noise: np.ndarray) -> np.ndarray:
    """A texture of blobs, without order."""
    spectrum = np.fft.rfft2(noise)
    down, right = (np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH))
    blobs = np.fft.irfft2(spectrum * np.exp(-((np.hypot(down, right) / 0.03) ** 2)), noise.shape)
    return blobs / blobs.std()


def test_periods_are_found() -> None:
    pattern = np.sign(np.sin(2 * np.pi * DOWN / 40)) + np.cos(2 * np.pi * (DOWN / 80 + RIGHT / 60))
    found = found_regularity(_picture(pattern))
    assert sorted(found.waves) == [
        pytest.approx((1 / 80, 1 / 60), abs=1e-3),
        (pytest.approx(1 / 40, abs=1e-3), 0.0),
    ]
    assert not {"columns"} & set(found.lines)


def test_of_a_wave_and_its_harmonics_one_is_kept() -> None:
    assert len(found_regularity(_picture(np.sign(np.sin(2 * np.pi * RIGHT / 50)))).waves) == 1


def test_two_cycles_are_no_period() -> None:
    many, two = (found_regularity(_picture(np.sin(2 * np.pi * RIGHT / px))) for px in (50, WIDTH / 2))
    assert many.waves and not two.waves


@pytest.mark.parametrize("direction", ["rows", "columns"])
def test_lines_are_found(direction: str) -> None:
    widths = np.repeat(RNG.normal(0, 1, 64), RNG.integers(5, 40, 64))
    pattern = widths[:HEIGHT, None] if direction == "rows" else widths[None, :WIDTH]
    assert found_regularity(_picture(np.broadcast_to(pattern, (HEIGHT, WIDTH)))).lines == (direction,)


def test_where_nothing_repeats_nothing_is_found() -> None:
    slope = DOWN / HEIGHT + RIGHT / WIDTH  # light that falls off is no order
    for pattern in (_smooth(NOISE), _smooth(NOISE) + 3 * slope, np.zeros_like(NOISE)):
        assert found_regularity(_picture(pattern)) == IRREGULAR


def test_a_real_texture_without_order() -> None:
    exemplar = Path(__file__).parents[1] / "docs" / "exemplars" / "planks.png"
    found = found_regularity(read_exemplar(exemplar, 512).pixels)
    assert found.lines == ("columns",)  # boards of unequal width
    assert runs_through(read_exemplar(exemplar, 512).pixels)


def test_what_lines_run_through_is_told_from_courses() -> None:
    rng = np.random.default_rng(0)
    grain = rng.normal(0, 0.05, (256, 256, 1))
    boards = np.repeat(rng.random((1, 16, 1)), 16, axis=1) + grain
    courses = np.repeat(np.repeat(rng.random((16, 8, 1)), 16, axis=0), 32, axis=1) + np.repeat(
        rng.random((16, 1, 1)), 16, axis=0
    )
    for picture, through in ((boards, True), (boards.swapaxes(0, 1), True), (courses, False), (grain, False)):
        assert runs_through(picture.clip(0, 1).repeat(3, axis=2)) == through


def test_larger_textures_begin_alike() -> None:
    for side in (352, 480, 1056):
        small, large = (fitted([(1 / 40, -1 / 43.7)], size)[0] for size in ((side, side), (2 * side, 4 * side)))
        assert large == (2 * small[0], 4 * small[1])


def test_waves_wrap_and_stretch_little() -> None:
    for wave, size in (
        ((1 / 40, 0.0), (320, 448)),
        ((1 / 37.3, -1 / 61.7), (96, 512)),
        ((1 / 300, 0.0), (64, 64)),
        ((1 / 17, 1 / 19), (2048, 96)),
    ):
        cycles = fitted([wave], size)[0]
        for turns, frequency, side in zip(cycles, wave, size, strict=True):
            assert (turns == 0) == (frequency == 0) and turns * frequency >= 0
            wanted = abs(frequency * side)
            assert abs(abs(turns) - wanted) <= max(0.5, wanted / 16, 1 - wanted)
    whole = wave_field(BRICKS, 16, range(20), range(28), WRAP)
    assert whole.shape == (2, 20, 28)  # the finer one alone is too fine for cells of 16 px
    np.testing.assert_allclose(wave_field(BRICKS, 16, range(-5, 25), range(28), WRAP)[:, 5:25], whole, atol=1e-6)
    around = wave_field(BRICKS, 16, range(-20, 0), range(28, 56), WRAP)
    np.testing.assert_array_equal(around, whole)


def test_what_is_level_stays_level_on_every_torus() -> None:
    bond = ((1 / 34, 1 / 102), (0.0, 2 / 102))  # of bricks: twice the first less the second is level
    for size in ((256, 256), (352, 480), (1024, 2048), (64, 96)):
        (down, right), (level, twice) = fitted(bond, size)
        assert level == 0 and twice == 2 * right and down > 0
    assert fitted([(1 / 40, 1 / 2000)], (320, 256)) == [(8, 0)], "a hair off level"
    oblique = ((1 / 37.3, 1 / 20.1), (1 / 31.7, -1 / 19.6))
    assert fitted(oblique, (512, 320)) == [fitted([wave], (512, 320))[0] for wave in oblique], "each by itself"


def test_waves_have_the_deviation_of_noise() -> None:
    fields = wave_field(BRICKS, 4, range(80), range(112), (80, 112))
    assert fields.shape[0] == 4
    np.testing.assert_allclose(fields.std(axis=(1, 2)), 1, atol=0.05)


@pytest.mark.parametrize("direction", ["rows", "columns"])
def test_noise_along_lines(direction: str) -> None:
    order = Regularity(lines=(direction,))
    field = line_field(order, 3, 1, 16, range(20), range(28), WRAP)
    assert field.shape == (LINE_CHANNELS, 20, 28)
    along, across = (2, 1) if direction == "rows" else (1, 2)
    assert np.ptp(field, axis=along).max() == 0 and np.ptp(field, axis=across).min() > 1
    np.testing.assert_array_equal(line_field(order, 3, 1, 16, range(-20, 0), range(28, 56), WRAP), field)
    for seed, level in ((4, 1), (3, 2)):
        assert np.abs(line_field(order, seed, level, 16, range(20), range(28), WRAP) - field).max() > 1


def test_channels_are_those_of_the_fields() -> None:
    for cell_px in (32, 16, 8, 4, 2, 1):
        cells = (range(3), range(5), (3, 5))
        fields = (line_field(BRICKS, 0, 0, cell_px, *cells), wave_field(BRICKS, cell_px, *cells))
        assert sum(len(field) for field in fields) == BRICKS.channels(cell_px)
    assert BRICKS.channels(2) == IRREGULAR.channels(8) == 0
