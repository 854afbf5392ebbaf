"""Everything that decides a fit, and nothing that changes while it runs."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from synthesis.errors import TextureError

from .exemplar import Exemplar

SMALLEST_VIEW_PX = 32  # below it the frozen features' coarsest tap has nothing left

_BUDGET = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|steps?)")
_ALLOWED = (  # of FitConfig: name, least, most
    ("sizes_seen", 1, 3),
    ("generator_rate", 0.0, 1.0),
    ("discriminator_rate", 0.0, 1.0),
    ("guided_share", 0.0, 1.0),
    ("slices", 1, 4096),
    ("samples", 1, 65536),
    ("crops_remembered", 0, 1024),
    ("decay_from", 0.0, 0.99),
)
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Budget:
    """How long to learn: a time or a number of steps, above 0; the other one is None."""

    seconds: float | None = None
    steps: int | None = None

    def __post_init__(self) -> None:
        given = [one for one in (self.seconds, self.steps) if one is not None]
        if len(given) != 1 or not 0 < given[0] < math.inf:
            raise TextureError(f"budget is {self.seconds} s or {self.steps} steps: give one of them, above 0")

    @classmethod
    def parse(cls, text: str) -> Budget:
        """Read "90s", "5m", "1.5h" or "2000steps"."""
        match = _BUDGET.fullmatch(text.strip().lower())
        if not match or not 0 < float(match[1]) < float("inf"):
            raise TextureError(f"budget is {text!r}: give a time as 90s, 5m or 1h, or a number of steps as 2000steps")
        amount, unit = float(match[1]), match[2]
        if unit in _SECONDS:
            return cls(seconds=amount * _SECONDS[unit])
        if amount < 1 or amount != int(amount):
            raise TextureError(f"budget is {text!r}: a number of steps is a whole number from 1 up")
        return cls(steps=int(amount))

    def progress(self, seconds: float, steps: int) -> float:
        """The part that is used up, 0..1 and beyond."""
        if self.seconds is not None:
            return seconds / self.seconds
        assert self.steps is not None, "one of them is given"
        return steps / self.steps


@dataclass(frozen=True)
class Stage:
    """A part of the budget spent at one size of the exemplar, coarse sizes first.

    image_px: exemplar pixels per picture pixel; crop_px: side of the crops, in picture pixels; share: of the budget,
    if the exemplar were as rich at this size as at full size; cost: of a step, relative to the other stages', for the
    time left.
    """

    image_px: int
    crop_px: int
    share: float
    cost: float


@dataclass(frozen=True)
class FitConfig:
    """One fit. The defaults are what the command line offers."""

    budget: Budget = Budget(seconds=300.0)
    seed: int = 0
    stages: tuple[Stage, ...] = (
        Stage(image_px=8, crop_px=64, share=0.12, cost=0.7),
        Stage(image_px=4, crop_px=96, share=0.18, cost=1.0),
        Stage(image_px=2, crop_px=128, share=0.25, cost=1.2),
        Stage(image_px=1, crop_px=192, share=0.45, cost=1.6),
    )
    sizes_seen: int = 2  # the discriminator sees each crop at full and at half size
    generator_rate: float = 1e-3
    generator_betas: tuple[float, float] = (0.5, 0.99)  # of Adam
    discriminator_rate: float = 5e-4
    texture_weight: float = 0.5  # of the sliced Wasserstein distance, in units of the exemplar's own crops'
    adversarial_weight: float = 0.6
    lattice_weight: float = 0.1  # of what is missing of the exemplar's periodic part
    grid_weight: float = 5.0  # of the trace of the generator's grids
    from_base: bool = True  # begin with what many textures share; guided generators do
    ordered: bool = True  # with the exemplar's periods and lines, where it has some
    toned: bool = True  # values made as frequent as the exemplar's when the fit ends
    guided_share: float = 0.4  # of the steps; 0 learns a generator that can only generate
    guide_weight: float = 1.0  # of the disagreement with a guide
    feature_weight: float = 0.3  # of the features in that, next to 1 for the pixels
    slices: int = 32  # random directions a set of samples, in each profile of the exemplar
    samples: int = 1024  # positions a set and step, at most; of the exemplar twice as many
    crops_remembered: int = 3  # that are counted together with a new one
    decay_from: float = 0.5  # progress at which the learning rates begin to fall
    ema_halflife_steps: float = 140.0
    gradient_norm: float = 1.0

    def __post_init__(self) -> None:
        """Raises: TextureError for a value with which nothing could be learned."""
        if not self.stages:
            raise TextureError("stages is empty: give one at least")
        for name, least, most in _ALLOWED:
            if not least <= (value := getattr(self, name)) <= most:
                raise TextureError(f"{name} is {value}; allowed is {least:g} to {most:g}")

    def for_exemplar(self, exemplar: Exemplar) -> FitConfig:
        """The same with stages for what an exemplar shows at their sizes.

        Each gets time in proportion to the variance that is left there: gravel has no large structure to learn, planks
        have. Those at which it is too small to be seen are left out.
        """
        shorter_px = min(exemplar.pixels.shape[:2])
        seen = [s for s in self.stages if shorter_px // (s.image_px * 2 ** (self.sizes_seen - 1)) >= SMALLEST_VIEW_PX]
        shares = [stage.share * exemplar.variance_left(stage.image_px) for stage in seen]
        stages = (replace(stage, share=share / sum(shares)) for stage, share in zip(seen, shares, strict=True))
        return replace(self, stages=tuple(stages))

    def stage(self, progress: float) -> Stage:
        """The stage at `progress` 0..1 of the budget."""
        reached = 0.0
        for stage in self.stages:
            reached += stage.share
            if progress < reached:
                return stage
        return self.stages[-1]

    def rate(self, progress: float) -> float:
        """Factor on both learning rates: 1, then falling linearly to 0.02 at the end."""
        return max(0.02, min(1.0, (1 - progress) / (1 - self.decay_from)))
