"""Ranking seeds when a fit ends: of the pictures that synthesis makes, the nearest to the exemplar first."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks.ranking import _read, orders
from benchmarks.ranking import main as benchmark
from benchmarks.trials import Exemplar as Trial
from synthesis.info import ExemplarInfo, Level, ModelInfo, TrainingInfo
from synthesis.latent import Latent
from synthesis.normals import set_right
from synthesis.session import Model
from synthesis.texture import whole
from synthesis.windows import Rect
from trainer import ranking
from trainer.checkpoint import Checkpoint, Position
from trainer.config import Budget, FitConfig
from trainer.discriminator import pyramid
from trainer.exemplar import read_exemplar
from trainer.fit import main
from trainer.generator import FIELD_MARGIN_CELLS
from trainer.learner import Learner
from trainer.ranking import Rating, best_seeds, ranked, ratings, seed_picture
from trainer.texture_distance import TextureDistance

CPU = torch.device("cpu")
SEED, SIDE_PX = 4, 128


@pytest.fixture(scope="module")
def learner(exemplar_path: Path) -> Learner:
    return Learner(FitConfig(Budget(steps=1)), read_exemplar(exemplar_path, 512), CPU)


def _info(learner: Learner, steps: int) -> ModelInfo:
    return ModelInfo(
        name="blobs",
        maps=("base_color",),
        levels=tuple(Level(*field, FIELD_MARGIN_CELLS) for field in learner.generator.config.fields),
        exemplar=ExemplarInfo("blobs", (160, 192)),
        training=TrainingInfo(steps, 0.0, 0, "cpu", "0"),
    )


def test_a_seed_is_the_same_texture_while_learning_and_in_the_model(run_folder: Path, model: Model) -> None:
    generator = Checkpoint.read(run_folder).generator()
    with torch.no_grad():
        learned = seed_picture(generator, model.info, SEED, (96, 160))[0].permute(1, 2, 0).numpy()
    made = np.concatenate(list(whole(model, Latent(SEED), 96, 160).values()), axis=2)
    allowed = 1e-3 + model.info.training.half_precision_error  # of weights that are stored in 16 bits
    assert model.info.maps[:2] == ("base_color", "normal") and learned.shape == made.shape
    set_right(learned[..., 3:6])  # as textures have them; this enlarges the errors of short ones
    apart = np.abs(learned - made)
    assert np.delete(apart, [3, 4, 5], axis=2).max() < allowed and apart.mean() < allowed
    assert np.abs(learned - made).mean() < 1e-3 < 0.05 < made.std()


def test_the_seed_that_is_the_exemplar_is_nearest(learner: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    info = _info(learner, 0)
    with torch.no_grad():
        texture = seed_picture(learner.ema, info, SEED, (SIDE_PX, SIDE_PX))
    pictures = dict(zip((1, 2), pyramid(texture, 2), strict=True))
    distance = TextureDistance(
        learner.config, pictures, learner.objective.taps, lambda stage, rng: (texture, Rect(0, 0, SIDE_PX, SIDE_PX))
    )
    monkeypatch.setattr(learner.objective, "texture_distance", distance)
    distances = [rating.distance for rating in ratings(learner, info, range(6), size_px=SIDE_PX)]
    assert min(range(6), key=distances.__getitem__) == SEED and distances[SEED] < 0.7 * np.median(distances)


def test_the_logit_is_the_discriminators_which_stays_as_it_was(learner: Learner) -> None:
    info, before = _info(learner, 0), learner.state_dict()["discriminators"]
    (rating,) = ratings(learner, info, [SEED], size_px=SIDE_PX)
    assert all(torch.equal(before[name], now) for name, now in learner.discriminators.state_dict().items())
    assert learner.discriminators.training
    with torch.no_grad():
        views = zip("12", pyramid(seed_picture(learner.ema, info, SEED, (SIDE_PX, SIDE_PX)), 2), strict=True)
        judges = {px: copy.deepcopy(learner.discriminators[px]).eval() for px in "12"}
        heads = [judges[px](learner.objective.taps[int(px)](view)) for px, view in views]
        logits = [np.mean([logits.mean().item() for logits in one]) for one in heads]
    assert abs(rating.logit - np.mean(logits)) < 1e-6


def test_near_and_real_to_the_discriminator_comes_first() -> None:
    rated = [Rating(0.2, -0.9), Rating(0.1, 0.5), Rating(0.1, -0.9), Rating(0.5, -0.8)]
    assert ranked(rated) == [1, 2, 0, 3]
    assert ranked([Rating(0.2, -0.9)] * 3) == [0, 1, 2] and ranked([]) == []


@pytest.mark.parametrize("steps, candidates, best", [(0, 0, 0), (199, 0, 0), (200, 4, 1), (650, 13, 3), (9000, 64, 8)])
def test_more_steps_pay_for_more_candidates(
    learner: Learner, monkeypatch: pytest.MonkeyPatch, steps: int, candidates: int, best: int
) -> None:
    asked = []

    def rate(_learner: Learner, _info: ModelInfo, seeds: range) -> Iterator[Rating]:
        asked.append(seeds)
        return (Rating(-float(seed), 0.0) for seed in seeds)

    monkeypatch.setattr(ranking, "ratings", rate)
    assert best_seeds(learner, _info(learner, steps)) == tuple(range(candidates))[::-1][:best]
    assert asked == [range(candidates)]
    stops = iter([False] * 8 + [True])
    assert best_seeds(learner, _info(learner, 9000), stops.__next__) == (7, 6), "the best quarter of what is ranked"


def test_a_fit_notes_its_best_seeds(exemplar_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    previewed: list[ModelInfo] = []
    monkeypatch.setattr("trainer.finish.best_seeds", lambda _learner, info, *_: (info.training.steps, 3))
    monkeypatch.setattr("trainer.fit.write_preview", lambda _run, _learner, info, _px: previewed.append(info))
    monkeypatch.setattr("trainer.fit._export", lambda _run: 0)
    assert main([str(exemplar_path), "--out", str(tmp_path / "run"), "--budget", "2steps", "--device", "cpu"]) == 0
    info = Checkpoint.read(tmp_path / "run").info
    assert info and info.best_seeds == (2, 3) and info.first_seed == 2 and info.preview_png
    assert previewed[-1].first_seed == 2, "the last preview is of the texture that the model shows first"


def test_the_benchmark_compares_four_ways_to_rank() -> None:
    rated = [Rating(0.3, 0.9), Rating(0.1, 0.1), Rating(0.2, 0.8)]
    ways = {"distance": [1, 2, 0], "discriminator": [0, 2, 1], "both": [2, 1, 0], "yardstick itself": [1, 0, 2]}
    assert orders(rated, natures=[1.2, 1.1, 1.3]) == ways


def test_the_benchmark_judges_textures_as_the_model_makes_them(
    exemplar_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.fit._export", lambda _run: 0)
    assert main([str(exemplar_path), "--out", str(tmp_path), "--budget", "2steps", "--device", "cpu"]) == 0
    left = read_exemplar(exemplar_path, 512).pixels
    learner, info = _read(tmp_path, Trial("blobs", left, left))
    made = Checkpoint.read(tmp_path).generator().eval()
    assert learner.ema.tone.learned
    judged, model = (seed_picture(one, info, 3, (64, 64)) for one in (learner.ema, made))
    assert torch.allclose(judged, model, atol=1e-5)


def test_the_benchmark_refuses_a_fit_of_something_else(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (128, 320, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    monkeypatch.setattr("sys.argv", ["ranking", "--exemplars", str(tmp_path), "--runs", str(tmp_path / "runs")])
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "noise").symlink_to(run_folder)
    assert benchmark() == 2 and "did not learn the left half of noise" in capsys.readouterr().err


def test_the_benchmark_refuses_what_is_no_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (128, 320, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    line = ["ranking", "--exemplars", str(tmp_path), "--runs", str(tmp_path / "runs")]
    monkeypatch.setattr("sys.argv", line)
    assert benchmark() == 2 and "holds no fits" in capsys.readouterr().err
    Checkpoint("psgan", 0, "noise", Position(), None, learner=[]).write(tmp_path / "runs" / "noise")
    (tmp_path / "runs" / "notes.txt").touch()
    assert benchmark() == 2 and "noise is a fit of psgan" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", [*line, "--sizes", "96"])
    with pytest.raises(SystemExit):
        benchmark()
    assert "at least 128 px" in capsys.readouterr().err
