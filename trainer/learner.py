"""All that changes during a fit, and the one step that changes it."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .config import FitConfig, Stage
from .discriminator import Discriminator, Taps, pyramid
from .exemplar import Exemplar
from .features import FrozenFeatures, halved
from .generator import FIELD_MARGIN_CELLS, Generator, GeneratorConfig
from .losses import discriminator_hinge, generator_hinge, texture_distance


@dataclass(frozen=True)
class StepNumbers:
    """What one step measured.

    distance: sliced Wasserstein, 0 is a perfect match; game: hinge loss of the discriminator, 2 when it knows
    nothing, 0 when it has won; contrast: deviation of the fake pixels relative to the exemplar's, by channel mean;
    saturated: part of the fake values within 1/255 of 0 or 1, less the exemplar's own part; gradient_norm: of the
    generator, before clipping.
    """

    distance: float
    game: float
    contrast: float
    saturated: float
    gradient_norm: float


class Learner:
    """The networks of a fit with their optimisers, on one device.

    Every random draw of step k comes from (seed, k), so that a resumed fit equals an unbroken one.
    """

    def __init__(self, config: FitConfig, exemplar: Exemplar, device: torch.device) -> None:
        self.config, self.device = config.for_exemplar(min(exemplar.pixels.shape[:2])), device
        self.pictures = _pictures(exemplar.pixels, self.config, device)  # image_px -> (1, C, h, w)
        channels = exemplar.pixels.shape[2]
        with torch.random.fork_rng():
            torch.manual_seed(config.seed)
            self.generator = Generator(GeneratorConfig(maps_channels=channels)).to(device)
            features = FrozenFeatures()
            self.taps = {px: Taps(features, channels).to(device) for px in self.pictures}
            self.discriminators = torch.nn.ModuleDict(
                {str(px): Discriminator(taps.channels) for px, taps in self.taps.items()}
            ).to(device)
        self.generator.start_at(self.pictures[1].mean(dim=(0, 2, 3)))
        for px, picture in self.pictures.items():
            self.taps[px].calibrate(picture)
        self.ema = copy.deepcopy(self.generator).requires_grad_(False)
        self.generator_optimiser = torch.optim.Adam(
            self.generator.parameters(), config.generator_rate, betas=(0.0, 0.99)
        )
        self.discriminator_optimiser = torch.optim.Adam(
            [p for p in self.discriminators.parameters() if p.requires_grad],
            config.discriminator_rate,
            betas=(0.0, 0.99),
        )
        self.caution = 1.0  # factor on both learning rates, lowered after a divergence

    def step(self, index: int, progress: float) -> StepNumbers:
        """One discriminator step, then one generator step."""
        stage = self.config.stage(progress)
        self._set_rates(self.config.rate(progress) * self.caution)
        rng = torch.Generator().manual_seed((self.config.seed << 32) + index)
        real, fake = self._crops(stage, rng)
        views = self._views(stage, real, fake)
        game = self._discriminator_step(views)
        distance, norm = self._generator_step(views, rng)
        self._average(index)
        return StepNumbers(distance, game, *_contrast_and_saturation(real, fake.detach()), norm)

    def state_dict(self) -> dict:
        """Everything `load_state_dict` needs to go on as if nothing had happened; tensors are copies."""
        return {name: copy.deepcopy(part.state_dict()) for name, part in self._parts().items()} | {
            "caution": self.caution
        }

    def load_state_dict(self, state: dict) -> None:
        for name, part in self._parts().items():
            part.load_state_dict(copy.deepcopy(state[name]))
        self.caution = state["caution"]

    @torch.no_grad()
    def picture(self, size_px: int, seed: int, image_px: int) -> np.ndarray:
        """A tileable texture of the averaged generator: (size_px / image_px, same, channels) float32 in 0..1."""
        rng = torch.Generator().manual_seed(seed)
        fields = [_wrapped(field) for field in self._fields(size_px, image_px, rng, margin=0)]
        return self.ema(fields, image_px)[0].permute(1, 2, 0).cpu().numpy()

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

    def _crops(self, stage: Stage, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """A real and a fake crop of one size, (1, C, crop, crop)."""
        picture = self.pictures[stage.image_px]
        step = self.generator.config.levels[0].cell_px // stage.image_px
        side = min(stage.crop_px, *picture.shape[2:]) // step * step
        top, left = (int(torch.randint(extent - side + 1, (), generator=rng)) for extent in picture.shape[2:])
        fields = self._fields(side * stage.image_px, stage.image_px, rng, FIELD_MARGIN_CELLS)
        return picture[:, :, top : top + side, left : left + side], self.generator(fields, stage.image_px)

    def _fields(self, size_px: int, image_px: int, rng: torch.Generator, margin: int) -> list[Tensor]:
        fields = []
        for level in self.generator.config.levels:
            if level.cell_px >= image_px:
                cells = size_px // level.cell_px + 2 * margin
                fields.append(torch.randn(1, level.noise, cells, cells, generator=rng).to(self.device))
        return fields

    def _views(self, stage: Stage, real: Tensor, fake: Tensor) -> list[tuple[int, list[Tensor], list[Tensor]]]:
        """(picture size, real taps, fake taps) for every size the discriminator sees."""
        views = []
        sizes = self.config.sizes_seen
        for halvings, (one_real, one_fake) in enumerate(zip(pyramid(real, sizes), pyramid(fake, sizes), strict=True)):
            px = stage.image_px * 2**halvings
            with torch.no_grad():
                taps_real = self.taps[px](one_real)
            views.append((px, taps_real, self.taps[px](one_fake)))
        return views

    def _discriminator_step(self, views: list) -> float:
        losses = []
        for px, real, fake in views:
            judge = self.discriminators[str(px)]
            losses.append(discriminator_hinge(judge(real), judge([tap.detach() for tap in fake])))
        loss = torch.stack(losses).mean()
        self.discriminator_optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.discriminator_optimiser.step()
        return loss.item()

    def _generator_step(self, views: list, rng: torch.Generator) -> tuple[float, float]:
        config = self.config
        distance = torch.stack(
            [texture_distance(real, fake, config.slices, config.samples, rng) for _, real, fake in views]
        ).mean()
        game = torch.stack([generator_hinge(self.discriminators[str(px)](fake)) for px, _, fake in views]).mean()
        self.generator_optimiser.zero_grad(set_to_none=True)
        weights = list(self.generator.parameters())
        (distance + config.adversarial_weight * game).backward(inputs=weights)  # the heads' gradients are not needed
        norm = torch.nn.utils.clip_grad_norm_(weights, config.gradient_norm)
        self.generator_optimiser.step()
        return distance.item(), norm.item()

    @torch.no_grad()
    def _average(self, index: int) -> None:
        decay = min(0.5 ** (1 / self.config.ema_halflife_steps), (index + 1) / (index + 10))
        for averaged, current in zip(self.ema.parameters(), self.generator.parameters(), strict=True):
            averaged.lerp_(current, 1 - decay)


def _pictures(pixels: np.ndarray, config: FitConfig, device: torch.device) -> dict[int, Tensor]:
    """The exemplar at every size that a stage or its half-size view needs."""
    largest = max(stage.image_px for stage in config.stages) * 2 ** (config.sizes_seen - 1)
    pictures = {1: torch.from_numpy(pixels).permute(2, 0, 1)[None].to(device)}
    while max(pictures) < largest:
        px = max(pictures)
        pictures[2 * px] = halved(pictures[px])
    return pictures


def _wrapped(field: Tensor) -> Tensor:
    margin = FIELD_MARGIN_CELLS
    rows, columns = (torch.arange(-margin, extent + margin) % extent for extent in field.shape[2:])
    return field[:, :, rows][:, :, :, columns]


def _contrast_and_saturation(real: Tensor, fake: Tensor) -> tuple[float, float]:
    contrast = (fake.std(dim=(0, 2, 3)) / (real.std(dim=(0, 2, 3)) + 1e-3)).mean()
    at_the_ends = [((x < 1 / 255) | (x > 254 / 255)).float().mean() for x in (fake, real)]
    return contrast.item(), (at_the_ends[0] - at_the_ends[1]).item()
