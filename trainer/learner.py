"""All that changes during a fit, and the one step that changes it."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils import convert_conv2d_weight_memory_format, parametrize

from synthesis.maps import MAP_KINDS
from synthesis.regularity import IRREGULAR

from .base import begin
from .config import FitConfig
from .discriminator import Discriminator
from .draws import draws
from .exemplar import Exemplar
from .generator import Generator, GeneratorConfig
from .losses import discriminator_hinge, generator_hinge
from .objective import CropPair, Objective
from .order.periods import found_regularity, runs_through

UNDECIDED = 2.0  # hinge loss of a discriminator that knows nothing
SILENT_PX = 16  # of lines that run through: noise of such cells and larger is not heard


@dataclass(frozen=True)
class StepNumbers:
    """What one step measured.

    distance: sliced Wasserstein, 1 is as far as the exemplar's own crops are; discriminator_loss: hinge loss,
    2 when it knows nothing, 0 when it has won; contrast: deviation of the fake pixels relative to the real crop's, by
    channel mean; saturated: part of the fake values within 1/255 of 0 or 1, less the real crop's own part;
    gradient_norm: of the generator, before clipping; guide: its kind, "" without one; disagreement: with
    what the guide asked for, 1 is as far off as the exemplar's mean colour.
    """

    distance: float
    discriminator_loss: float
    contrast: float
    saturated: float
    gradient_norm: float
    guide: str = ""
    disagreement: float = 0.0


class Learner:
    """The networks of a fit with their optimisers, on one device.

    Every random draw of step k comes from (seed, k), so that a resumed fit equals an unbroken one.
    shape: that of a fit to go on with; None finds what the exemplar asks for.
    """

    def __init__(
        self, config: FitConfig, exemplar: Exemplar, device: torch.device, shape: GeneratorConfig | None = None
    ) -> None:
        self.config, self.device = config.for_exemplar(exemplar), device
        shape = shape or _shape_for(exemplar, config)
        with torch.random.fork_rng(devices=[]):  # no GPU is begun for it
            torch.manual_seed(config.seed)
            self.generator = Generator(shape).to(device)
            self.objective = Objective(self.config, exemplar, shape, device)
            self.discriminators = torch.nn.ModuleDict(
                {str(px): Discriminator(taps.channels) for px, taps in self.objective.taps.items()}
            ).to(device)
        for networks in (self.generator, self.discriminators):
            convert_conv2d_weight_memory_format(networks, torch.channels_last)  # in which a step is a fifth shorter
        begin(self.generator, self.objective, config.from_base)
        self.ema = copy.deepcopy(self.generator).requires_grad_(False)
        self.generator_optimiser = torch.optim.Adam(
            self.generator.parameters(), config.generator_rate, betas=config.generator_betas, fused=True
        )
        self.discriminator_optimiser = torch.optim.Adam(
            [p for p in self.discriminators.parameters() if p.requires_grad],
            config.discriminator_rate,
            betas=(0.0, 0.99),
            fused=True,
        )
        self.caution = 1.0  # factor on both learning rates, lowered after a divergence

    def step(self, index: int, progress: float) -> StepNumbers:
        """One discriminator step, then one generator step."""
        stage = self.config.stage(progress)
        self._set_rates(self.config.rate(progress) * self.caution)
        rng = draws(self.config.seed, index)
        objective = self.objective
        pair = objective.pair(self.generator, objective.crops.draw(stage, self.config.guided_share, rng))
        plays = self.config.adversarial_weight > 0
        discriminator_loss = self._discriminator_step(pair) if plays else UNDECIDED
        distance, asked = objective.distance(pair, rng, remember=True), objective.disagreement(pair)
        loss = objective.loss(pair, distance, asked)
        norm = self._generator_step(loss + self._adversarial_loss(pair) if plays else loss)
        self._average(index)
        seen = _contrast_and_saturation(pair.crop.real, pair.fake.detach())
        return StepNumbers(distance.item(), discriminator_loss, *seen, norm, pair.guide_kind, asked.item())

    def state_dict(self) -> dict:
        """Everything `load_state_dict` needs to go on as if nothing had happened; tensors are copies."""
        return {name: copy.deepcopy(part.state_dict()) for name, part in self._parts().items()} | {
            "caution": self.caution,
            "lately": self.objective.texture_distance.remembered(),
        }

    def load_state_dict(self, state: dict) -> None:
        for name, part in self._parts().items():
            part.load_state_dict(copy.deepcopy(state[name]))
        self.caution = state["caution"]
        self.objective.texture_distance.recall(state.get("lately", (0, {})))  # fits were begun before it was

    def _parts(self) -> dict:
        return {
            "generator": self.generator,
            "ema": self.ema,
            "discriminators": self.discriminators,
            "generator_optimiser": self.generator_optimiser,
            "discriminator_optimiser": self.discriminator_optimiser,
        }

    def _set_rates(self, factor: float) -> None:
        rates = (self.config.generator_rate, self.config.discriminator_rate)
        for optimiser, rate in zip((self.generator_optimiser, self.discriminator_optimiser), rates, strict=True):
            for group in optimiser.param_groups:
                group["lr"] = rate * factor

    def _discriminator_step(self, pair: CropPair) -> float:
        losses = []
        with parametrize.cached():  # the spectral norms hold for real and fake
            for px, real, fake in pair.views:
                judge = self.discriminators[str(px)]
                losses.append(discriminator_hinge(judge(real), judge([tap.detach() for tap in fake], pair.hole)))
        loss = torch.stack(losses).mean()
        self.discriminator_optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.discriminator_optimiser.step()
        return loss.item()

    def _adversarial_loss(self, pair: CropPair) -> Tensor:
        """The generator's, by its weight."""
        views = [self.discriminators[str(px)](fake, pair.hole) for px, _, fake in pair.views]
        return self.config.adversarial_weight * torch.stack([generator_hinge(logits) for logits in views]).mean()

    def _generator_step(self, loss: Tensor) -> float:
        self.generator_optimiser.zero_grad(set_to_none=True)
        weights = list(self.generator.parameters())
        loss.backward(inputs=weights)  # the heads' gradients are not needed
        norm = torch.nn.utils.clip_grad_norm_(weights, self.config.gradient_norm)
        self.generator_optimiser.step()
        return norm.item()

    @torch.no_grad()
    def _average(self, index: int) -> None:
        decay = min(0.5 ** (1 / self.config.ema_halflife_steps), (index + 1) / (index + 10))
        for averaged, current in zip(self.ema.parameters(), self.generator.parameters(), strict=True):
            averaged.lerp_(current, 1 - decay)


def _shape_for(exemplar: Exemplar, config: FitConfig) -> GeneratorConfig:
    """The generator for an exemplar's maps and order.

    Where lines run through, only they say what lies where: noise of coarse cells would let them break off.
    """
    colors = exemplar.pixels[..., :3]
    return GeneratorConfig(
        tuple(MAP_KINDS[name].channels for name in exemplar.maps),
        guided=config.guided_share > 0,
        regularity=found_regularity(colors) if config.ordered else IRREGULAR,
        silent_px=SILENT_PX if config.ordered and runs_through(colors) else 0,
    )


def _contrast_and_saturation(real: Tensor, fake: Tensor) -> tuple[float, float]:
    contrast = (fake.std(dim=(0, 2, 3)) / (real.std(dim=(0, 2, 3)) + 1e-3)).mean()
    at_the_ends = [((x < 1 / 255) | (x > 254 / 255)).float().mean() for x in (fake, real)]
    return contrast.item(), (at_the_ends[0] - at_the_ends[1]).item()
