"""The objectives of a fit: the adversarial game, the sliced Wasserstein distance, and agreement with a guide."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

PATCH_PX = 7


def discriminator_hinge(logits_real: Tensor, logits_fake: Tensor) -> Tensor:
    """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))), minimised by the discriminator.

    Source: Lim and Ye 2017 (arXiv:1705.02894).
    """
    return F.relu(1 - logits_real).mean() + F.relu(1 + logits_fake).mean()


def generator_hinge(logits_fake: Tensor) -> Tensor:
    """-E D(G(z)), minimised by the generator."""
    return -logits_fake.mean()


def discriminator_cross_entropy(logits_real: Tensor, logits_fake: Tensor) -> Tensor:
    """-E log D(x) - E log(1 - D(G(z))), D the sigmoid of the logits: what the discriminator maximises, negated.

    Source: Goodfellow et al. 2014 (arXiv:1406.2661), equation 1. Of the rivals alone.
    """
    return F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()


def generator_cross_entropy(logits_fake: Tensor) -> Tensor:
    """-E log D(G(z)), minimised by the generator: the form that does not saturate, section 3 there."""
    return F.softplus(-logits_fake).mean()


def sliced_wasserstein(real: Tensor, fake: Tensor, directions: Tensor) -> Tensor:
    """Mean squared distance of the sorted projections of two sets of samples, in units of the real spread.

    real, fake: (channels, samples), the same number of samples; directions: (slices, channels).
    Source: Heitz et al. 2021 (arXiv:2006.07229), equation 3; divided here by each slice's real variance (and a
    floor), so that flat and busy slices count alike.
    """
    real_sorted = (directions @ real).sort(dim=1).values
    fake_sorted = (directions @ fake).sort(dim=1).values
    spread = real_sorted.var(dim=1, keepdim=True, unbiased=False) + 0.05
    return ((fake_sorted - real_sorted).square() / spread).mean()


def agreement(fake: Tensor, target: Tensor, known: Tensor, spread: Tensor) -> Tensor:
    """Mean squared difference where the target is known, in units of the exemplar's spread.

    fake, target: (N, C, h, w); known: (N, 1, h, w), weights in 0..1; spread: (1, C, 1, 1).
    """
    squared = ((fake - target) / spread).square()
    return (squared * known).sum() / (known.sum() * fake.shape[1] + 1)


def feature_agreement(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """Mean squared difference of the taps of two crops of the same place, all taps alike."""
    return torch.stack([F.mse_loss(one, other) for one, other in zip(fake, real, strict=True)]).mean()


def texture_distance(
    real: Sequence[Tensor], fake: Sequence[Tensor], slices: int, samples: int, rng: torch.Generator
) -> Tensor:
    """Mean sliced Wasserstein distance over the taps of two crops: of their values, and of pixel patches.

    real, fake: the taps of `discriminator.Taps`, pixels first, (N, channels, h, w) each.
    Patches of the pixels (as in GPDM, Elnekave and Weiss 2022, arXiv:2203.15104) add the fine grain.
    """
    distances = []
    for index, (tap_real, tap_fake) in enumerate(zip(real, fake, strict=True)):
        distances.append(_sampled(tap_real, tap_fake, slices, samples, rng))
        if index == 0:
            kernels = _patch_kernels(slices, tap_real, rng)
            patches = F.conv2d(tap_real, kernels), F.conv2d(tap_fake, kernels)
            distances.append(_sampled(*patches, slices, samples, rng))
    return torch.stack(distances).sum() / len(real)


def _sampled(real: Tensor, fake: Tensor, slices: int, samples: int, rng: torch.Generator) -> Tensor:
    return sliced_wasserstein(
        _positions(real, samples, rng), _positions(fake, samples, rng), _directions(slices, real.shape[1], rng, real)
    )


def _positions(tap: Tensor, most: int, rng: torch.Generator) -> Tensor:
    """(N, C, h, w) -> (C, samples), at random positions."""
    flat = tap.transpose(0, 1).flatten(1)
    chosen = torch.randint(flat.shape[1], (min(most, flat.shape[1]),), generator=rng)
    return flat[:, chosen.to(flat.device)]


def _directions(count: int, channels: int, rng: torch.Generator, like: Tensor) -> Tensor:
    """(count, channels) of unit length, uniform on the sphere."""
    return F.normalize(torch.randn(count, channels, generator=rng), dim=1).to(like.device)


def _patch_kernels(count: int, like: Tensor, rng: torch.Generator) -> Tensor:
    """Random projections of a patch: (count, channels, PATCH_PX, PATCH_PX), each of unit length."""
    kernels = torch.randn(count, like.shape[1] * PATCH_PX**2, generator=rng)
    return F.normalize(kernels, dim=1).view(count, -1, PATCH_PX, PATCH_PX).to(like.device)
