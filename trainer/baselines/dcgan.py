"""The textbook DCGAN, to compare with: pictures of 128 x 128 px from a vector of noise."""

from __future__ import annotations

import torch
from torch import Tensor, nn

PICTURE_PX = 128
CROP_PX = PICTURE_PX
BATCH = 8  # the paper's 128 leaves a CPU few steps
RATE = 1e-4
NOISE = 100
_MOMENTUM = 0.2  # PyTorch's word for Keras' 0.8


class Generator(nn.Module):
    """Dense layers, then four transposed convolutions and a fifth to RGB, each doubling the size.

    Source: Radford et al. 2016 (arXiv:1511.06434), in the form that most tutorials give it.
    """

    def __init__(self) -> None:
        super().__init__()
        dense: list[nn.Module] = []
        for below, units in zip((NOISE, 256, 512), (256, 512, 1024), strict=True):
            dense += [nn.Linear(below, units), nn.LeakyReLU(0.2), nn.BatchNorm1d(units, momentum=_MOMENTUM)]
        spread = [nn.Linear(1024, 512 * 4 * 4), nn.Unflatten(1, (512, 4, 4))]
        doubling: list[nn.Module] = []
        for below, channels in zip((512, 512, 256, 128), (512, 256, 128, 64), strict=True):
            doubling += [
                nn.ConvTranspose2d(below, channels, 4, stride=2, padding=1),
                nn.BatchNorm2d(channels, momentum=_MOMENTUM),
                nn.LeakyReLU(0.2),
            ]
        self.layers = nn.Sequential(*dense, *spread, *doubling, nn.ConvTranspose2d(64, 3, 4, 2, 1), nn.Tanh())

    def forward(self, noise: Tensor) -> Tensor:
        """(N, NOISE) -> (N, 3, PICTURE_PX, PICTURE_PX) in -1..1."""
        return self.layers(noise)

    @staticmethod
    def drawn(count: int, _size_px: tuple[int, int], rng: torch.Generator) -> Tensor:
        """Noise for so many pictures, which have one size."""
        return torch.randn(count, NOISE, generator=rng)


class Discriminator(nn.Module):
    """Four strided convolutions, flattened to one logit."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for below, channels in zip((3, 64, 128, 256), (64, 128, 256, 512), strict=True):
            layers += [nn.Conv2d(below, channels, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        side = PICTURE_PX // 2**4
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(512 * side * side, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        """(N, 3, PICTURE_PX, PICTURE_PX) -> (N, 1) logits."""
        return self.layers(pictures)
