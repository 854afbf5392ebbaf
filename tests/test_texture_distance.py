"""Textures are told apart by samples of them, and how far is natural is told by the exemplar's own crops."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from synthesis.windows import Rect
from trainer.config import FitConfig, Stage
from trainer.exemplar import Exemplar
from trainer.holes import inside
from trainer.learner import Learner
from trainer.objective import Objective
from trainer.samples import Profile, pooled, samples
from trainer.texture_distance import TextureDistance

STAGE = Stage(1, 96, 1, 1)


def _apart(real: torch.Tensor, fake: torch.Tensor, hole: torch.Tensor | None = None) -> float:
    rng = torch.Generator().manual_seed(1)
    return Profile(samples([real], 2048, rng), 32, rng).distances(samples([fake], 2048, rng, hole)).mean().item()


def test_textures_are_ranked() -> None:
    """Another crop of the same texture is nearer than a darker, a flatter or a blurred one."""
    noise = torch.rand(2, 3, 64, 80, generator=torch.Generator().manual_seed(0))
    smooth = F.avg_pool2d(noise, 3, 1, 1)

    def distance(fake: torch.Tensor) -> float:
        return _apart((smooth[:1] - 0.5) * 8, (fake - 0.5) * 8)

    same = distance(smooth[1:])
    blurred = F.avg_pool2d(smooth[1:], 5, 1, 2)
    for other in (smooth[1:] * 0.8, 0.5 + (smooth[1:] - 0.5) * 0.5, blurred, noise[1:]):
        assert distance(other) > 3 * same


def test_fine_grain_counts_beside_large_contrast() -> None:
    rows, columns = torch.meshgrid(torch.arange(96.0), torch.arange(128.0), indexing="ij")
    waves = torch.sin(rows / 9) + torch.cos(columns / 11)
    rng = torch.Generator().manual_seed(0)
    grainy, other = (waves + 0.1 * torch.randn(3, 96, 128, generator=rng) for _ in range(2))
    missed = _apart(grainy[None], waves.expand(1, 3, -1, -1))
    assert missed > 10 * _apart(grainy[None], other[None]), "a hundredth of the power, yet it is missed"


def test_a_hole_is_judged_alone() -> None:
    real, other = torch.randn(2, 1, 3, 64, 96, generator=torch.Generator().manual_seed(0))
    hole = torch.zeros(1, 1, 64, 96, dtype=torch.bool)
    hole[..., 16:40, 32:72] = True
    flat_hole, flat_around = torch.where(hole, 0, other), torch.where(hole, other, 0)
    assert _apart(real, flat_hole, hole) > 3 * _apart(real, flat_hole), "what is known does not make up for it"
    assert _apart(real, flat_around, hole) < 2 * _apart(real, other, hole), "what is known does not count"
    field = torch.zeros(1, 5, 16, 24)
    assert inside(hole, field).sum() == 6 * 10 and inside(None, field).all()
    stroke = torch.zeros_like(hole)
    stroke[..., 30, 8:40] = True  # a quarter of a position high
    assert inside(stroke, field).view(16, 24).nonzero().tolist() == [[7, column] for column in range(2, 10)]


def test_samples_of_several_pictures_are_counted_together() -> None:
    """Two crops that each show half of a texture's colours are, together, like the whole."""
    rng = torch.Generator().manual_seed(0)
    dark, light = torch.rand(1, 3, 64, 64, generator=rng), torch.rand(1, 3, 64, 64, generator=rng) + 1
    whole = Profile(samples([torch.cat([dark, light], dim=3)], 1024, rng), 32, rng)
    halves = [samples([half], 512, rng) for half in (dark, light)]
    together, alone = (whole.distances(made)[0].item() for made in (pooled(halves), halves[0]))
    assert together < 0.05 * alone


def test_strong_and_weak_channels_count_alike() -> None:
    """In any units: what is half a deviation off is as far off."""
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, 1, 4096, generator=rng)
    weak, strong = (Profile([real * scale], 32, rng).distances([(fake + 0.5) * scale]) for scale in (1, 30))
    assert torch.allclose(weak, strong, rtol=0.1) and weak.item() == pytest.approx(0.25, rel=0.2)
    flat = Profile([real * 0.001], 32, rng).distances([fake * 0.001])
    assert flat.item() < 0.01, "but what has no contrast at all is not raised to any"


@pytest.fixture(scope="module")
def objective() -> Objective:
    """Of soft grain, 256 x 320."""
    grain = torch.rand(1, 3, 258, 322, generator=torch.Generator().manual_seed(0))
    pixels = F.avg_pool2d(grain, 3, 1)[0].permute(1, 2, 0).numpy()
    config = dataclasses.replace(FitConfig(), stages=(STAGE,), from_base=False)
    return Learner(
        config, Exemplar("grain", ("base_color",), np.ascontiguousarray(pixels)), torch.device("cpu")
    ).objective


def _judged(objective: Objective, crop: torch.Tensor, seed: int = 0, remember: bool = False) -> torch.Tensor:
    taps = objective.taps[1](crop)
    return objective.texture_distance.distances(
        STAGE, 0, taps, torch.Generator().manual_seed(seed), remember=remember
    ).detach()


def test_crops_of_the_exemplar_are_as_good_as_nature(objective: Objective) -> None:
    crops = [objective.crops.real(STAGE, torch.Generator().manual_seed(seed))[0] for seed in range(8)]

    def judged(pictures: list[torch.Tensor], remember: bool = False) -> torch.Tensor:
        every = [_judged(objective, picture, seed, remember) for seed, picture in enumerate(pictures)]
        return torch.stack(every).mean(dim=0)

    for remember in (False, True):
        assert np.allclose(judged(crops, remember), 1, atol=0.35), "every set of samples counts alike"
    blurred = judged([F.avg_pool2d(crop, 3, 1, 1) for crop in crops])
    assert (blurred / judged(crops)).min() > 1.5, "every set notices"


def test_directions_do_not_depend_on_what_was_asked_before(objective: Objective) -> None:
    crop, _ = objective.crops.real(STAGE, torch.Generator().manual_seed(1))
    first, second = (_judged(objective, crop, seed) for seed in (1, 2))
    assert not torch.equal(first, second)
    anew = TextureDistance(objective.config, objective.pictures, objective.taps, objective.crops.real)
    objective.texture_distance, kept = anew, objective.texture_distance
    assert torch.equal(_judged(objective, crop, 2), second) and torch.equal(_judged(objective, crop, 1), first)
    objective.texture_distance = kept


def test_what_was_made_lately_is_kept_for_going_on(objective: Objective) -> None:
    crops = [objective.crops.real(STAGE, torch.Generator().manual_seed(seed))[0] for seed in range(3)]
    for crop in crops[:2]:
        _judged(objective, crop, remember=True)
    before = objective.texture_distance.remembered()
    unbroken = _judged(objective, crops[2], remember=True)
    objective.texture_distance.recall(before)
    assert torch.equal(_judged(objective, crops[2], remember=True), unbroken)
    objective.texture_distance.recall((0, {}))
    assert not torch.equal(_judged(objective, crops[2], remember=True), unbroken)


@pytest.mark.parametrize("count", [0, 2])
def test_no_more_crops_are_kept_than_asked_for(objective: Objective, count: int) -> None:
    config = dataclasses.replace(objective.config, crops_remembered=count)
    distance = TextureDistance(config, objective.pictures, objective.taps, objective.crops.real)
    for seed in range(4):
        crop, _ = objective.crops.real(STAGE, torch.Generator().manual_seed(seed))
        distance.distances(STAGE, 0, objective.taps[1](crop), torch.Generator().manual_seed(seed), remember=True)
        assert len(distance.remembered()[1][1]) == min(count, seed + 1)


def test_an_exemplar_of_one_crop_has_a_distance_from_itself(objective: Objective) -> None:
    """At its coarsest size a crop may be all of an exemplar, and a map may have but one colour."""
    grain = torch.rand(1, 3, 96, 96, generator=torch.Generator().manual_seed(3))
    flat = torch.cat([grain[:, :2], torch.zeros(1, 1, 96, 96)], dim=1)
    distance = TextureDistance(
        objective.config, {1: flat}, objective.taps, lambda stage, rng: (flat, Rect(0, 0, 96, 96))
    )
    apart = distance.distances(STAGE, 0, objective.taps[1](grain), torch.Generator().manual_seed(0))
    assert torch.isfinite(apart).all() and apart.max() > 3


@pytest.mark.parametrize("side", [128, 256])
def test_a_square_exemplar_is_learned_from_its_coarsest_size_on(side: int) -> None:
    """There a crop is all of it."""
    pixels = np.random.default_rng(0).random((side, side, 3), np.float32)
    config = dataclasses.replace(FitConfig(), from_base=False)
    learner = Learner(config, Exemplar("noise", ("base_color",), pixels), torch.device("cpu"))
    assert all(np.isfinite(learner.step(index, 0.0).distance) for index in range(3))
