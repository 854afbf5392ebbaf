"""The last touches of a fit, once its budget is used up or somebody has stopped it: tone, and ranked seeds."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import torch

from synthesis.arguments import note
from synthesis.info import ModelInfo

from .learner import Learner
from .ranking import best_seeds, ranked_counts, seed_picture

TONE_SEEDS, TONE_PX = range(8), 512  # the textures whose tone is compared with the exemplar


def finish(learner: Learner, info: ModelInfo, stopped: Callable[[], bool]) -> Iterator[ModelInfo]:
    """What is to be said of the model after each touch, any of which may be the last.

    A fit that was stopped ranks no seeds. info: of the fit as it is.
    """
    if learner.config.toned:
        match_tone(learner, info)
        yield info
    if not stopped():
        if any(ranked_counts(info.training.steps)):
            note("ranking seeds")
        yield dataclasses.replace(info, best_seeds=best_seeds(learner, info, stopped))


def match_tone(learner: Learner, info: ModelInfo) -> None:
    """Let the averaged generator make values as frequent as the exemplar has them."""
    textures = [seed_picture(learner.ema, info, seed, (TONE_PX, TONE_PX)) for seed in TONE_SEEDS]
    learner.ema.tone.learn(_values(*textures), _values(learner.objective.pictures[1]))


def _values(*pictures: torch.Tensor) -> torch.Tensor:
    """(1, channels, h, w) each -> (pixels, channels)."""
    return torch.cat([picture[0].flatten(1).T for picture in pictures])
