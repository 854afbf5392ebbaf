"""Which seeds make the best textures: told, when a fit ends, by the discriminator and the distance it learned with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
import torch
from torch import Tensor

from synthesis.info import ModelInfo
from synthesis.latent import Latent, latent_fields
from synthesis.windows import Rect

from .discriminator import pyramid
from .generator import Generator
from .learner import Learner
from .losses import generator_hinge

MOST_BEST = 8
MOST_CANDIDATES = 64
CANDIDATES_A_BEST = 4
STEPS_A_CANDIDATE = 50  # a candidate takes about as long as two or three steps, so ranking about a twentieth of the fit
SIZE_PX = 512  # of the textures compared; a seed that is good at one size is not at another
_SEED = 0  # of the projections, the same for all candidates


@dataclass(frozen=True)
class Rating:
    """Of one texture, against the whole exemplar, means over the sizes that the discriminator sees.

    distance: sliced Wasserstein, low is good; logit: of the discriminator, high is good.
    """

    distance: float
    logit: float


def best_seeds(learner: Learner, info: ModelInfo, stopped: Callable[[], bool] = lambda: False) -> tuple[int, ...]:
    """The best quarter of the first seeds, the best one first; of as many as the steps learned pay for, perhaps none.

    info: of the fit, as far as it is known; stopped: whether to make do with those that are ranked.
    Source: SeamlessGAN (Rodriguez-Pardo and Garces 2022, arXiv:2201.05120) ranks what a generator makes by the
    discriminator that learned with it. Ours adds the texture distance: of the two, neither is better on all exemplars.
    """
    candidates, _ = ranked_counts(info.training.steps)
    rated = list(takewhile(lambda _: not stopped(), ratings(learner, info, range(candidates))))
    return tuple(ranked(rated)[: _kept(len(rated))])


def ranked_counts(steps: int) -> tuple[int, int]:
    """How many seeds a fit of so many steps ranks, and how many of them it keeps: none where none would be kept."""
    candidates = min(MOST_CANDIDATES, steps // STEPS_A_CANDIDATE)
    best = _kept(candidates)
    return (candidates, best) if best else (0, 0)


def _kept(candidates: int) -> int:
    return min(MOST_BEST, candidates // CANDIDATES_A_BEST)


def ranked(rated: Sequence[Rating]) -> list[int]:
    """Indices of ratings, the best first: by distance and logit, both in units of their deviation."""
    if not rated:
        return []
    columns = np.array([(one.distance, -one.logit) for one in rated])
    faults = (columns / (columns.std(axis=0) + 1e-12)).sum(axis=1)
    return [int(index) for index in np.argsort(faults, kind="stable")]


@torch.no_grad()
def ratings(learner: Learner, info: ModelInfo, seeds: Sequence[int], size_px: int = SIZE_PX) -> Iterator[Rating]:
    """Of each seed's texture of the averaged generator, size_px square; the learner stays as it was."""
    objective, stage = learner.objective, learner.config.stages[-1]
    image_px = stage.image_px
    learner.discriminators.eval()  # otherwise every look moves their spectral norms, and so a fit that goes on
    try:
        for seed in seeds:
            texture = seed_picture(learner.ema, info, seed, (size_px, size_px), image_px)
            pictures = enumerate(pyramid(texture, learner.config.sizes_seen))
            taps = {(px := image_px * 2**halvings): objective.taps[px](picture) for halvings, picture in pictures}
            apart = [
                objective.texture_distance.distances(stage, halvings, made, torch.Generator().manual_seed(_SEED))
                for halvings, made in enumerate(taps.values())
            ]
            logits = [-generator_hinge(learner.discriminators[str(px)](made)).item() for px, made in taps.items()]
            yield Rating(torch.cat(apart).mean().item(), float(np.mean(logits)))
    finally:
        learner.discriminators.train()


@torch.no_grad()
def seed_picture(generator: Generator, info: ModelInfo, seed: int, size: tuple[int, int], image_px: int = 1) -> Tensor:
    """The texture of a seed, as synthesis makes it of a model: (1, C, height / image_px, width / image_px).

    size: (height, width) in pixels.
    """
    device = next(generator.parameters()).device
    fields = latent_fields(info, Latent(seed), size, Rect(0, 0, *size))
    maps: Tensor = generator([torch.from_numpy(field)[None].to(device) for field in fields], None, image_px)
    return maps
