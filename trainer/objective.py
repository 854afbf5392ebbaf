"""What the generator is taught by, but for the discriminator: how far its crops are from the exemplar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import convert_conv2d_weight_memory_format

from .config import FitConfig
from .crops import Crops, DrawnCrop
from .discriminator import Taps, pyramid
from .exemplar import Exemplar
from .features import FrozenFeatures, halved
from .generator import GeneratorConfig
from .guides import COARSEST_PX, REPRODUCING
from .losses import agreement, feature_agreement, grid_trace
from .order.lattice import Lattice
from .order.lattice_search import repeating
from .texture_distance import TextureDistance

FINEST_REPEATED = 1 / 6  # cycles a pixel: finer waves are not asked for


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


class Objective:
    """The generator's losses on one exemplar, and all that they need to know of it.

    config: as `FitConfig.for_exemplar` gives it; shape: of the generator.
    pictures: the exemplar at every size that is seen, (1, C, h, w) by exemplar pixels a pixel; taps: of each.
    """

    def __init__(self, config: FitConfig, exemplar: Exemplar, shape: GeneratorConfig, device: torch.device) -> None:
        self.config = config
        self.pictures = _pictures(exemplar.pixels, config, device)
        self.crops = Crops(exemplar, self.pictures, shape)
        features = FrozenFeatures()
        self.taps = {px: Taps(features, exemplar.pixels.shape[2]).to(device) for px in self.pictures}
        for px, picture in self.pictures.items():
            convert_conv2d_weight_memory_format(self.taps[px], torch.channels_last)  # as all networks of a fit
            self.taps[px].calibrate(picture)
        self.texture_distance = TextureDistance(config, self.pictures, self.taps, self.crops.real)
        self._spread = _spread(self.pictures[1])
        self._repeating = repeating(self.pictures[1][0], shape.regularity.waves, FINEST_REPEATED)
        self._lattices: dict[int, Lattice] = {}  # by exemplar pixels a pixel

    def pair(self, generator: nn.Module, crop: DrawnCrop, real: list[list[Tensor]] | None = None) -> CropPair:
        """A drawn crop beside what the generator makes in its place; real: `real_taps` of it, if they are known."""
        fake, shown, hole = generator(crop.fields, crop.guide_fields, crop.stage.image_px), None, None
        if crop.given is not None:
            shown, hole = torch.where(crop.given, crop.real, fake), ~crop.given.all(dim=1, keepdim=True)
        pictures = pyramid(fake if shown is None else shown, self.config.sizes_seen)
        views = [
            (px := crop.stage.image_px * 2**halvings, taps, self.taps[px](picture))
            for halvings, (taps, picture) in enumerate(zip(real or self.real_taps(crop), pictures, strict=True))
        ]
        return CropPair(crop, fake, views, hole)

    @torch.no_grad()
    def real_taps(self, crop: DrawnCrop) -> list[list[Tensor]]:
        """Of the exemplar's own crop, at every size that the discriminator sees."""
        pictures = pyramid(crop.real, self.config.sizes_seen)
        return [self.taps[crop.stage.image_px * 2**halvings](one) for halvings, one in enumerate(pictures)]

    def loss(self, pair: CropPair, distance: Tensor, disagreement: Tensor) -> Tensor:
        """All that the generator is to lessen but for the adversarial loss, by the fit's weights."""
        config = self.config
        total = config.texture_weight * distance + config.guide_weight * disagreement
        if config.grid_weight:
            total = total + config.grid_weight * grid_trace(pair.crop.real, pair.fake)
        if config.lattice_weight and not pair.guide_kind:
            total = total + config.lattice_weight * self._lattice_loss(pair)
        return total

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

    def disagreement(self, pair: CropPair) -> Tensor:
        """How far the crop is from what its guide asked for, its reconstruction loss; 0 without a guide."""
        guided, fake, image_px = pair.crop.guided, pair.fake, pair.crop.stage.image_px
        if guided is None:
            return fake.new_zeros(())
        px = max(guided.target_px, image_px)
        target = torch.from_numpy(guided.target).permute(2, 0, 1)[None].to(fake.device)
        weight = torch.from_numpy(guided.weight)[None, None].to(fake.device)
        channels = 3 if guided.kind == "foreign" else fake.shape[1]
        asked = agreement(
            F.avg_pool2d(fake, px // image_px)[:, :channels],
            F.avg_pool2d(target, px)[:, :channels],
            F.avg_pool2d(weight, px),
            self._spread[px][:, :channels],
        )
        if guided.kind == "worn":
            features = torch.stack([feature_agreement(real, fake) for _, real, fake in pair.views]).mean()
            asked = asked + self.config.feature_weight * features
        return asked

    def _lattice_loss(self, pair: CropPair) -> Tensor:
        """How much of what repeats in the exemplar a crop without a guide lacks."""
        px = pair.crop.stage.image_px
        if px not in self._lattices:
            self._lattices[px] = Lattice(self._repeating, self.pictures[px], px, pair.fake.shape[-1])
        return self._lattices[px].excess(pair.fake, pair.crop.place)


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
