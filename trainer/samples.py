"""Sets of samples of a picture, and how far those of one picture are from those of another."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from .holes import inside
from .losses import wasserstein
from .quantiles import as_many, in_order

Samples = list[Tensor]  # (channels, count) a set: pixels, patches of pixels, then every further tap

PATCH_PX = 7
WAVE_PX = 2.0  # deviation of the window under which a patch's waves are seen
SMALLEST_VARIANCE = 0.05  # of a projection, in units of the exemplar's channels: flat ones count no more
SMALLEST_OF_PATCHES = 1e-4  # for fine grain
QUANTILES = 512  # of a projection that are kept
_PATCHES = 1  # the set of patches


def samples(taps: Sequence[Tensor], count: int, rng: torch.Generator, hole: Tensor | None = None) -> Samples:
    """The values of the taps of a picture at random places, `count` or as many as there are.

    taps: of `discriminator.Taps`, pixels first, (1, channels, h, w) each.
    hole: (1, 1, h, w) bool, where to sample; None for everywhere.
    Patches of the pixels (as in GPDM, Elnekave and Weiss 2022, arXiv:2203.15104) add the fine grain.
    """
    sets = [_values(tap, count, rng, hole) for tap in taps]
    return [*sets[:_PATCHES], _patches(taps[0], count, rng, hole), *sets[_PATCHES:]]


class Profile:
    """How a texture's samples lie along random directions, each in units of their own deviation.

    real: of the texture; slices: directions a set.
    """

    def __init__(self, real: Samples, slices: int, rng: torch.Generator) -> None:
        self._sets = [_along(one, slices, rng, index == _PATCHES) for index, one in enumerate(real)]

    def distances(self, made: Samples) -> Tensor:
        """The sliced Wasserstein distance of every set to that of as many or other samples, (sets,)."""
        pairs = zip(self._sets, made, strict=True)
        return torch.stack([wasserstein(quantiles, directions @ one) for (directions, quantiles), one in pairs])


def _along(real: Tensor, slices: int, rng: torch.Generator, patches: bool) -> tuple[Tensor, Tensor]:
    """Directions, (slices, channels), and the quantiles of samples, (channels, count), along them."""
    if patches:
        directions, smallest = _kernels(slices, real.shape[0] // PATCH_PX**2, rng), SMALLEST_OF_PATCHES
    else:
        drawn = torch.randn(slices, real.shape[0], generator=rng)
        directions, smallest = F.normalize(drawn, dim=1), SMALLEST_VARIANCE
    directions = directions.to(real.device)
    seen = in_order(directions @ real)
    scale = (seen.var(dim=1, keepdim=True, unbiased=False) + smallest).rsqrt()
    return directions * scale, as_many(seen, min(QUANTILES, seen.shape[1])) * scale


def pooled(several: Sequence[Samples]) -> Samples:
    """The samples of several pictures as of one."""
    return [torch.cat(parts, dim=1) for parts in zip(*several, strict=True)]


def _values(tap: Tensor, count: int, rng: torch.Generator, hole: Tensor | None) -> Tensor:
    """(1, C, h, w) -> (C, count)"""
    return _at(tap, _drawn(inside(hole, tap), count, rng))


def _patches(tap: Tensor, count: int, rng: torch.Generator, hole: Tensor | None) -> Tensor:
    """(1, C, h, w) -> (C * PATCH_PX * PATCH_PX, count), around random places."""
    height, width = (side - PATCH_PX + 1 for side in tap.shape[2:])
    middle = PATCH_PX // 2
    seen = inside(hole, tap).view(tap.shape[2:])[middle : middle + height, middle : middle + width].flatten()
    chosen = _drawn(seen if bool(seen.any()) else torch.ones_like(seen), count, rng)
    steps = torch.arange(PATCH_PX, device=tap.device)
    rows, columns = (chosen // width)[:, None, None] + steps[:, None], (chosen % width)[:, None, None] + steps
    return _at(tap, rows * tap.shape[3] + columns).permute(0, 2, 3, 1).flatten(0, 2)


def _at(tap: Tensor, places: Tensor) -> Tensor:
    """(1, C, h, w) -> (C, *places). An index's gradients add up in any order where threads are many, these in one."""
    flat = tap[0].flatten(1)
    return flat.gather(1, places.flatten().expand(len(flat), -1)).unflatten(1, places.shape)


def _drawn(allowed: Tensor, count: int, rng: torch.Generator) -> Tensor:
    """Indices of places, at most `count`. allowed: (places,) bool.

    Some may repeat, so that even all places of a picture are no exact copy of it.
    """
    places = allowed.nonzero()[:, 0]
    return places[torch.randint(len(places), (min(count, len(places)),), generator=rng).to(places.device)]


def _kernels(count: int, channels: int, rng: torch.Generator) -> Tensor:
    """Projections of a patch: (count, channels * PATCH_PX * PATCH_PX), each of unit length.

    Half of them are random; the others see a wave of one frequency and direction alone (Gabor 1946), since in random
    ones fine detail drowns in coarse differences.
    """
    kernels = torch.randn(count, channels, PATCH_PX, PATCH_PX, generator=rng)
    waves = len(kernels[::2])
    places = torch.arange(PATCH_PX) - PATCH_PX // 2
    down, right = (torch.rand(2, waves, 1, 1, generator=rng) * 2 - 1) * torch.pi  # radians a pixel
    phase = torch.rand(waves, 1, 1, generator=rng) * 2 * torch.pi
    window = torch.exp(-(places[:, None] ** 2 + places**2) / (2 * WAVE_PX**2))
    wave = torch.cos(down * places[:, None] + right * places + phase) * window
    wave -= window * (wave.sum(dim=(1, 2), keepdim=True) / window.sum())
    kernels[::2] = wave[:, None] * torch.randn(waves, channels, 1, 1, generator=rng)
    return F.normalize(kernels.flatten(1), dim=1)
