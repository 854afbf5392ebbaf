"""The discriminator: small convolutional heads on frozen features, at several sizes of a picture."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from .features import TAP_CHANNELS, FrozenFeatures, as_pictures, halved
from .holes import inside

FINE_TAPS = (0, 1)  # pixels and stride 2: they have so many positions that every fourth is judged


class Taps(nn.Module):
    """Standardised views of a crop: its own pixels and the frozen features, at one size of the picture.

    The mean and deviation of every channel are the exemplar's own, measured once by `calibrate`.
    """

    def __init__(self, features: FrozenFeatures, maps_channels: int) -> None:
        super().__init__()
        self.features = features
        groups = -(-maps_channels // 3)
        self.channels = (maps_channels, *(groups * channels for channels in TAP_CHANNELS))
        for index, channels in enumerate(self.channels):
            self.register_buffer(f"mean_{index}", torch.zeros(1, channels, 1, 1))
            self.register_buffer(f"scale_{index}", torch.ones(1, channels, 1, 1))

    @torch.no_grad()
    def calibrate(self, exemplar: Tensor) -> None:
        for index, tap in enumerate(self._raw(exemplar)):
            deviation, mean = torch.std_mean(tap, dim=(0, 2, 3), keepdim=True)
            getattr(self, f"mean_{index}").copy_(mean)
            getattr(self, f"scale_{index}").copy_(1 / (deviation + 0.05 * deviation.mean() + 1e-4))

    def forward(self, maps: Tensor) -> list[Tensor]:
        """(N, C, h, w) in 0..1 -> [(N, channels[i], h / stride, w / stride)], about zero mean, unit deviation."""
        raw = self._raw(maps)
        return [(tap - getattr(self, f"mean_{i}")) * getattr(self, f"scale_{i}") for i, tap in enumerate(raw)]

    def _raw(self, maps: Tensor) -> list[Tensor]:
        pictures = as_pictures(maps)  # (G, N, 3, h, w)
        groups = len(pictures)
        taps = self.features(pictures.flatten(0, 1))
        joined = [torch.cat(tap.chunk(groups), dim=1) for tap in taps]  # (N, G * channels, ..)
        return [maps, *joined]


class Discriminator(nn.Module):
    """One head a tap; each gives a field of logits, so a small crop holds many judgements.

    Source: projected GAN (Sauer et al. 2021, arXiv:2111.01007): a fixed random mixing of the channels, then a
    spectrally normalised head (Miyato et al. 2018, arXiv:1802.05957).
    """

    def __init__(self, channels: Sequence[int], width: int = 32) -> None:
        super().__init__()
        self.heads = nn.ModuleList(_head(c, width, index) for index, c in enumerate(channels))

    def forward(self, taps: Sequence[Tensor], hole: Tensor | None = None) -> list[Tensor]:
        """Taps -> the logits of every head, (judgements,) each, more or fewer.

        hole: (1, 1, h, w) bool, where to judge; None for everywhere.
        """
        fields = [head(tap) for head, tap in zip(self.heads, taps, strict=True)]
        return [field.flatten()[inside(hole, field)] for field in fields]


def pyramid(image: Tensor, sizes: int) -> list[Tensor]:
    """The picture and its halves: `sizes` tensors, full size first."""
    pictures = [image]
    for _ in range(sizes - 1):
        pictures.append(halved(pictures[-1]))
    return pictures


def _head(channels: int, width: int, tap: int) -> nn.Module:
    if tap == 0:
        entry: list[nn.Module] = [spectral_norm(nn.Conv2d(channels, width, 4, stride=2)), nn.LeakyReLU(0.2)]
    else:
        entry = [_frozen(nn.Conv2d(channels, width, 1, bias=False))]
    return nn.Sequential(
        *entry,
        spectral_norm(nn.Conv2d(width, width, 3, padding=1, stride=2 if tap in FINE_TAPS else 1)),
        nn.LeakyReLU(0.2),
        spectral_norm(nn.Conv2d(width, 1, 3, padding=1)),
    )


def _frozen(mixing: nn.Conv2d) -> nn.Conv2d:
    nn.init.orthogonal_(mixing.weight)
    return mixing.requires_grad_(False)
