"""All that changes during a fit, and the one step that changes it."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.utils import convert_conv2d_weight_memory_format, parametrize

from synthesis.maps import MAP_KINDS
from synthesis.regularity import IRREGULAR

from .base import adopt, read_base
from .config import FitConfig, Stage
from .crops import Crops, DrawnCrop
from .discriminator import Discriminator, Taps, pyramid
from .draws import draws
from .exemplar import Exemplar
from .features import FrozenFeatures, halved
from .generator import Generator, GeneratorConfig
from .guides import COARSEST_PX, REPRODUCING
from .lattice import Lattice
from .lattice_search import repeating
from .losses import agreement, discriminator_hinge, feature_agreement, generator_hinge, grid_trace
from .periods import found_regularity, runs_through
from .texture_distance import TextureDistance

FINEST_REPEATED = 1 / 6  # cycles a pixel: finer waves are not asked for
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


@dataclass(frozen=True)
class CropPair:
    """A crop of the exemplar and the generator's, (1, C, crop, crop), and what the discriminator sees of both.

    views: (px, real taps, fake taps) for every size;
    hole: (1, 1, crop, crop) bool, where the fake crop is judged, as some map is not given; None for everywhere.
    """

    crop: DrawnCrop
    fake: Tensor
    views: list[tuple[int, list[Tensor], list[Tensor]]]
    hole: Tensor | None

    @property
    def guide_kind(self) -> str:
        """Its kind; "" without one."""
        return self.crop.guided.kind if self.crop.guided else ""


class Learner:
    """The networks of a fit with their optimisers, on one device.

    Every random draw of step k comes from (seed, k), so that a resumed fit equals an unbroken one.
    shape: that of a fit to go on with; None finds what the exemplar asks for.
    """

    def __init__(
        self, config: FitConfig, exemplar: Exemplar, device: torch.device, shape: GeneratorConfig | None = None
    ) -> None:
        self.config, self.device = config.for_exemplar(exemplar), device
        self.pictures = _pictures(exemplar.pixels, self.config, device)  # image_px -> (1, C, h, w)
        self.spread = _spread(self.pictures[1])
        self.exemplar = exemplar
        channels, shape = exemplar.pixels.shape[2], shape or _shape_for(exemplar, config)
        self.crops = Crops(exemplar, self.pictures, shape)
        with torch.random.fork_rng(devices=[]):  # no GPU is begun for it
            torch.manual_seed(config.seed)
            self.generator = Generator(shape).to(device)
            features = FrozenFeatures()
            self.taps = {px: Taps(features, channels).to(device) for px in self.pictures}
            self.discriminators = torch.nn.ModuleDict(
                {str(px): Discriminator(taps.channels) for px, taps in self.taps.items()}
            ).to(device)
        for networks in (self.generator, self.discriminators, *self.taps.values()):
            convert_conv2d_weight_memory_format(networks, torch.channels_last)  # in which a step is a fifth shorter
        for px, picture in self.pictures.items():
            self.taps[px].calibrate(picture)
        self._repeating = repeating(self.pictures[1][0], shape.regularity.waves, FINEST_REPEATED)
        self._lattices: dict[int, Lattice] = {}  # by exemplar pixels a pixel
        self.texture_distance = TextureDistance(self.config, self.pictures, self.taps, self.crops.real)
        self.generator.start_at(self.pictures[1].mean(dim=(0, 2, 3)))
        if config.from_base and shape.guided:
            self._start_from(read_base())
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

    def _start_from(self, base: dict) -> None:
        """Begin as the base's texture that is nearest to the exemplar."""
        distances = {}
        for texture in base["own"]:
            adopt(self.generator, base, texture)
            distances[texture] = self._untaught_distance()
        adopt(self.generator, base, min(distances, key=distances.__getitem__))

    @torch.no_grad()
    def _untaught_distance(self) -> float:
        """The distance of one crop without a guide, at the stages' extremes."""
        total = 0.0
        for stage in (self.config.stages[0], self.config.stages[-1]):
            rng = torch.Generator().manual_seed(self.config.seed)
            total += self.distance(self._pair(self.crops.draw(stage, 0, rng)), rng).item()
        return total

    def step(self, index: int, progress: float) -> StepNumbers:
        """One discriminator step, then one generator step."""
        stage = self.config.stage(progress)
        self._set_rates(self.config.rate(progress) * self.caution)
        rng = draws(self.config.seed, index)
        pair = self.crop_pair(stage, rng)
        discriminator_loss = self._discriminator_step(pair)
        distance, asked = self.distance(pair, rng, remember=True), self.disagreement(pair)
        norm = self._generator_step(pair, self.shortfall(pair, distance, asked))
        self._average(index)
        seen = _contrast_and_saturation(pair.crop.real, pair.fake.detach())
        return StepNumbers(distance.item(), discriminator_loss, *seen, norm, pair.guide_kind, asked.item())

    def crop_pair(self, stage: Stage, rng: torch.Generator) -> CropPair:
        """A real crop and one of the generator's, with a guide or without."""
        return self._pair(self.crops.draw(stage, self.config.guided_share, rng))

    def distance(self, pair: CropPair, rng: torch.Generator, remember: bool = False) -> Tensor:
        """How far a made crop is from the exemplar, in units of how far the exemplar's own crops are.

        remember: whether crops without a guide are counted together with those of the steps before.
        """
        free = remember and not pair.guide_kind
        apart = [
            self.texture_distance.distances(
                pair.crop.stage, halvings, fake, rng, real if pair.guide_kind in REPRODUCING else None, pair.hole, free
            )
            for halvings, (_, real, fake) in enumerate(pair.views)
        ]
        return torch.cat(apart).mean()

    def shortfall(self, pair: CropPair, distance: Tensor, disagreement: Tensor) -> Tensor:
        """What the generator is to lessen, but for the adversarial loss: all in all, by the fit's weights."""
        config, trace = self.config, grid_trace(pair.crop.real, pair.fake)
        asked = config.texture_weight * distance + config.guide_weight * disagreement + config.grid_weight * trace
        return asked if pair.guide_kind else asked + config.lattice_weight * self._disorder(pair)

    def _disorder(self, pair: CropPair) -> Tensor:
        """How much of what repeats in the exemplar a crop without a guide lacks."""
        px = pair.crop.stage.image_px
        if px not in self._lattices:
            self._lattices[px] = Lattice(self._repeating, self.pictures[px], px, pair.fake.shape[-1])
        return self._lattices[px].excess(pair.fake, pair.crop.place)

    def disagreement(self, pair: CropPair) -> Tensor:
        """How far the crop is from what its guide asked for; 0 without a guide."""
        guided, fake, image_px = pair.crop.guided, pair.fake, pair.crop.stage.image_px
        if guided is None:
            return fake.new_zeros(())
        px = max(guided.target_px, image_px)
        target = torch.from_numpy(guided.target).permute(2, 0, 1)[None].to(self.device)
        weight = torch.from_numpy(guided.weight)[None, None].to(self.device)
        channels = 3 if guided.kind == "foreign" else fake.shape[1]
        asked = agreement(
            F.avg_pool2d(fake, px // image_px)[:, :channels],
            F.avg_pool2d(target, px)[:, :channels],
            F.avg_pool2d(weight, px),
            self.spread[px][:, :channels],
        )
        if guided.kind == "worn":
            features = torch.stack([feature_agreement(real, fake) for _, real, fake in pair.views]).mean()
            asked = asked + self.config.feature_weight * features
        return asked

    def state_dict(self) -> dict:
        """Everything `load_state_dict` needs to go on as if nothing had happened; tensors are copies."""
        return {name: copy.deepcopy(part.state_dict()) for name, part in self._parts().items()} | {
            "caution": self.caution,
            "lately": self.texture_distance.remembered(),
        }

    def load_state_dict(self, state: dict) -> None:
        for name, part in self._parts().items():
            part.load_state_dict(copy.deepcopy(state[name]))
        self.caution = state["caution"]
        self.texture_distance.recall(state.get("lately", (0, {})))  # fits were begun before it was

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

    def _pair(self, crop: DrawnCrop) -> CropPair:
        fake = self.generator(crop.fields, crop.guide_fields, crop.stage.image_px)
        if crop.given is None:
            return CropPair(crop, fake, self._views(crop.stage, crop.real, fake), None)
        shown, hole = torch.where(crop.given, crop.real, fake), ~crop.given.all(dim=1, keepdim=True)
        return CropPair(crop, fake, self._views(crop.stage, crop.real, shown), hole)

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

    def _generator_step(self, pair: CropPair, shortfall: Tensor) -> float:
        views = [self.discriminators[str(px)](fake, pair.hole) for px, _, fake in pair.views]
        adversarial = torch.stack([generator_hinge(logits) for logits in views]).mean()
        self.generator_optimiser.zero_grad(set_to_none=True)
        weights = list(self.generator.parameters())
        loss = shortfall + self.config.adversarial_weight * adversarial
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


def _pictures(pixels: np.ndarray, config: FitConfig, device: torch.device) -> dict[int, Tensor]:
    """The exemplar at every size that a stage or its half-size view needs."""
    largest = max(stage.image_px for stage in config.stages) * 2 ** (config.sizes_seen - 1)
    pictures = {1: torch.from_numpy(pixels).permute(2, 0, 1)[None].to(device)}
    while max(pictures) < largest:
        px = max(pictures)
        pictures[2 * px] = halved(pictures[px])
    return pictures


def _spread(picture: Tensor) -> dict[int, Tensor]:
    """The deviation of every channel at every size down to COARSEST_PX, (1, C, 1, 1), with a floor."""
    sizes = [2**power for power in range(COARSEST_PX.bit_length())]
    return {px: F.avg_pool2d(picture, px).std(dim=(0, 2, 3), keepdim=True) + 0.02 for px in sizes}


def _contrast_and_saturation(real: Tensor, fake: Tensor) -> tuple[float, float]:
    contrast = (fake.std(dim=(0, 2, 3)) / (real.std(dim=(0, 2, 3)) + 1e-3)).mean()
    at_the_ends = [((x < 1 / 255) | (x > 254 / 255)).float().mean() for x in (fake, real)]
    return contrast.item(), (at_the_ends[0] - at_the_ends[1]).item()
