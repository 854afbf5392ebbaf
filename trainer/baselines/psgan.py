"""The periodic spatial GAN, to compare with: fully convolutional, in pixel space, on a grid of noise."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CELL_PX = 32  # of the noise grid: five layers double it
CROP_PX = 160
BATCH = 4  # the authors' 25 leaves a CPU few steps
RATE = 2e-4
LOCAL, GLOBAL, WAVES = 30, 60, 6  # channels of the noise
_HIDDEN = 50  # units of the network that turns global noise into wave vectors


class Generator(nn.Module):
    """Local noise, one global vector, and plane waves whose vectors follow from the global one; five layers.

    Source: Bergmann et al. 2017 (arXiv:1705.06566), with the sizes of the authors' own code. Ours learns both
    components of every wave vector, as the paper writes; the penalty of 1e-8 on the weights is left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.waves = nn.Sequential(nn.Linear(GLOBAL, _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, 2 * WAVES))
        layers: list[nn.Module] = []
        for below, channels in zip((LOCAL + GLOBAL + WAVES, 512, 256, 128), (512, 256, 128, 64), strict=True):
            layers += [_doubling(below, channels), nn.BatchNorm2d(channels), nn.ReLU()]
        self.layers = nn.Sequential(*layers, _doubling(64, 3), nn.Tanh())
        self.apply(_initialise)
        last = self.waves[-1]
        assert isinstance(last, nn.Linear)
        with torch.no_grad():
            last.weight.zero_()
            last.bias.copy_(_first_vectors().flatten())

    def forward(self, noise: Tensor) -> Tensor:
        """(N, LOCAL + GLOBAL + WAVES, h, w), the waves' part their phases -> (N, 3, h * CELL_PX, ..) in -1..1."""
        local, overall, phases = noise.split((LOCAL, GLOBAL, WAVES), dim=1)
        vectors = self.waves(overall[:, :, 0, 0]).view(-1, WAVES, 2, 1, 1)
        rows = torch.arange(noise.shape[2], device=noise.device).view(1, 1, -1, 1)
        columns = torch.arange(noise.shape[3], device=noise.device).view(1, 1, 1, -1)
        waves = torch.sin(vectors[:, :, 0] * rows + vectors[:, :, 1] * columns + phases)  # (N, WAVES, h, w)
        return self.layers(torch.cat([local, overall, waves], dim=1))

    @staticmethod
    def drawn(count: int, size_px: tuple[int, int], rng: torch.Generator) -> Tensor:
        """Noise for so many pictures of (height, width), multiples of CELL_PX."""
        rows, columns = (side // CELL_PX for side in size_px)
        local = torch.rand(count, LOCAL, rows, columns, generator=rng) * 2 - 1
        overall = torch.rand(count, GLOBAL, 1, 1, generator=rng) * 2 - 1
        phases = torch.rand(count, WAVES, 1, 1, generator=rng) * 2 * math.pi
        return torch.cat([local, torch.cat([overall, phases], 1).expand(-1, -1, rows, columns)], dim=1)


class Discriminator(nn.Module):
    """Five strided convolutions: one logit for every cell."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, 64, 5, 2, 2), nn.LeakyReLU(0.2)]
        for below, channels in zip((64, 128, 256), (128, 256, 512), strict=True):
            layers += [nn.Conv2d(below, channels, 5, 2, 2), nn.BatchNorm2d(channels), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(512, 1, 5, 2, 2))
        self.apply(_initialise)

    def forward(self, pictures: Tensor) -> Tensor:
        """(N, 3, h, w) -> (N, 1, h / CELL_PX, ..) logits."""
        return self.layers(pictures)


def _doubling(below: int, channels: int) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(below, channels, 5, stride=2, padding=2, output_padding=1)


def _first_vectors() -> Tensor:
    """(WAVES, 2): upright and level waves of 2 to 4 cells, as the authors begin."""
    bands = math.pi * (0.5 + 0.5 * (torch.arange(WAVES // 2) + 1) / (WAVES // 2))
    return torch.cat([F.pad(bands[:, None], (0, 1)), F.pad(bands[:, None], (1, 0))])


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(module.weight, 0, 0.02)
        assert module.bias is not None
        nn.init.zeros_(module.bias)
