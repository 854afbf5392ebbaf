"""Draws of a fit: the same for a seed and a step, others for another seed or step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from synthesis.windows import Rect
from trainer.config import Budget, FitConfig
from trainer.crops import DrawnCrop
from trainer.draws import draws
from trainer.exemplar import read_exemplar
from trainer.learner import Learner


def test_draws_depend_on_seed_and_number() -> None:
    pairs = [(seed, number) for seed in (0, 1, 2, 2**31 - 1) for number in (0, 1, 2, 100_000)]
    drawn = [tuple(torch.rand(4, generator=draws(*pair)).tolist()) for pair in pairs]
    assert drawn == [tuple(torch.rand(4, generator=draws(*pair)).tolist()) for pair in pairs]
    assert len(set(drawn)) == len(pairs)


def test_another_seed_learns_from_other_crops(exemplar_path: Path) -> None:
    one, other = _places(exemplar_path, 0), _places(exemplar_path, 1)
    assert len(set(one)) == 3 and not set(one) & set(other)


def _places(exemplar_path: Path, seed: int) -> list[Rect]:
    """Of the crops that the first steps of a fit see."""
    learner = Learner(FitConfig(Budget(steps=3), seed=seed), read_exemplar(exemplar_path, 512), torch.device("cpu"))
    seen: list[Rect] = []
    draw = learner.objective.crops.draw

    def watched(*given: Any) -> DrawnCrop:
        crop = draw(*given)
        seen.append(crop.place)
        return crop

    learner.objective.crops.draw = watched  # type: ignore[method-assign]
    for step in range(3):
        learner.step(step, 0.99)
    return seen
