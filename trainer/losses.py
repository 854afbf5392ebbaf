"""The objectives of a fit: the adversarial game, the sliced Wasserstein distance, and agreement with a guide."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

PATCH_PX = 7
SMALLEST_DEVIATION = 1e-2  # of a projection of patches, in units of the pixels': less is not raised


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
    real: Sequence[Tensor],
    fake: Sequence[Tensor],
    slices: int,
    samples: int,
    rng: torch.Generator,
    hole: Tensor | None = None,
) -> Tensor:
    """Mean sliced Wasserstein distance over the taps of two crops: of their values, and of pixel patches.

    real, fake: the taps of `discriminator.Taps`, pixels first, (N, channels, h, w) each.
    hole: (1, 1, h, w) bool, where the fake crop is judged, against all of the real one; None for everywhere.
    Patches of the pixels (as in GPDM, Elnekave and Weiss 2022, arXiv:2203.15104) add the fine grain.
    """
    distances = []
    for index, (tap_real, tap_fake) in enumerate(zip(real, fake, strict=True)):
        distances.append(_sampled(tap_real, tap_fake, slices, samples, rng, hole))
        if index == 0:
            kernels = _patch_kernels(slices, tap_real, rng)
            patches_real, patches_fake = F.conv2d(tap_real, kernels), F.conv2d(tap_fake, kernels)
            scale = 1 / (patches_real.std(dim=(0, 2, 3), keepdim=True) + SMALLEST_DEVIATION)
            distances.append(_sampled(patches_real * scale, patches_fake * scale, slices, samples, rng, hole))
    return torch.stack(distances).sum() / len(real)


def inside(hole: Tensor | None, field: Tensor) -> Tensor:
    """Which positions of a field over a crop are mostly in the hole, flat; all where none is.

    hole: (1, 1, h, w) bool or None; field: (N, C, rows, columns).
    """
    if hole is None:
        return torch.ones(field[:, 0].numel(), dtype=torch.bool, device=field.device)
    shares = F.interpolate(hole.to(field), size=field.shape[2:], mode="area").expand(len(field), -1, -1, -1)
    chosen = (shares > 0.5).flatten()
    return chosen if bool(chosen.any()) else torch.ones_like(chosen)


def _sampled(
    real: Tensor, fake: Tensor, slices: int, samples: int, rng: torch.Generator, hole: Tensor | None
) -> Tensor:
    count = min(samples, real[:, 0].numel())
    return sliced_wasserstein(
        _positions(real, count, rng, None),
        _positions(fake, count, rng, hole),
        _directions(slices, real.shape[1], rng, real),
    )


def _positions(tap: Tensor, count: int, rng: torch.Generator, hole: Tensor | None) -> Tensor:
    """(N, C, h, w) -> (C, count), at random positions."""
    flat = tap.transpose(0, 1).flatten(1)[:, inside(hole, tap)]
    chosen = torch.randint(flat.shape[1], (count,), generator=rng)
    return flat[:, chosen.to(flat.device)]


def _directions(count: int, channels: int, rng: torch.Generator, like: Tensor) -> Tensor:
    """(count, channels) of unit length, uniform on the sphere."""
    return F.normalize(torch.randn(count, channels, generator=rng), dim=1).to(like.device)


def _patch_kernels(count: int, like: Tensor, rng: torch.Generator) -> Tensor:
    """Random projections of a patch: (count, channels, PATCH_PX, PATCH_PX), each of unit length.

    Half of them see fine detail alone, which in the others drowns in coarse differences.
    """
    kernels = torch.randn(count, like.shape[1], PATCH_PX, PATCH_PX, generator=rng)
    fine = kernels[::2]
    kernels[::2] = fine - F.avg_pool2d(fine, 3, stride=1, padding=1)
    return F.normalize(kernels.flatten(1), dim=1).view_as(kernels).to(like.device)
