"""The losses of a fit: adversarial ones, sliced Wasserstein distance, grid trace, and agreement with a guide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from .quantiles import as_many, in_order_with_gradient

GRIDS_PX = (2, 4, 8)  # of pixels that stem from one cell of a coarser level


def discriminator_hinge(logits_real: Iterable[Tensor], logits_fake: Iterable[Tensor]) -> Tensor:
    """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))), minimised by the discriminator; the mean of its heads.

    Source: Lim and Ye 2017 (arXiv:1705.02894).
    """
    heads = zip(logits_real, logits_fake, strict=True)
    return torch.stack([F.relu(1 - real).mean() + F.relu(1 + fake).mean() for real, fake in heads]).mean()


def generator_hinge(logits_fake: Iterable[Tensor]) -> Tensor:
    """-E D(G(z)), minimised by the generator; the mean of the discriminator's heads."""
    return -torch.stack([fake.mean() for fake in logits_fake]).mean()


def discriminator_cross_entropy(logits_real: Tensor, logits_fake: Tensor) -> Tensor:
    """-E log D(x) - E log(1 - D(G(z))), D the sigmoid of the logits: what the discriminator maximises, negated.

    Source: Goodfellow et al. 2014 (arXiv:1406.2661), equation 1. Of the baselines alone.
    """
    return F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()


def generator_cross_entropy(logits_fake: Tensor) -> Tensor:
    """-E log D(G(z)), minimised by the generator: the form that does not saturate, section 3 there."""
    return F.softplus(-logits_fake).mean()


def wasserstein(quantiles: Tensor, fake: Tensor) -> Tensor:
    """Mean squared distance of the quantiles of projections of two sets of samples.

    quantiles: of the real ones, (projections, count) in order; fake: (projections, samples), which has a gradient.
    Source: sliced Wasserstein distance, Heitz et al. 2021 (arXiv:2006.07229), equation 3.
    """
    return (in_order_with_gradient(fake) - as_many(quantiles, fake.shape[1])).square().mean()


def grid_trace(real: Tensor, fake: Tensor) -> Tensor:
    """How much more a made crop shows the grids that it was painted on than a real one, by chance or by its own order.

    Mean over GRIDS_PX of max(0, t(fake) - t(real)), t the deviation of the means of all pixels at the same place of a
    grid's cells, of values and of their steps down and right, in units of the real deviation. real, fake: (N, C, h, w).
    """
    traces = []
    for one, other in zip(_values_and_steps(real), _values_and_steps(fake), strict=True):
        spread = one.std(dim=(0, 2, 3), keepdim=True) + 1e-3
        traces += [F.relu(_trace(other / spread, px) - _trace(one / spread, px)) for px in GRIDS_PX]
    return torch.stack(traces).mean()


def agreement(fake: Tensor, target: Tensor, known: Tensor, spread: Tensor) -> Tensor:
    """Mean squared difference where the target is known, in units of the exemplar's spread.

    fake, target: (N, C, h, w); known: (N, 1, h, w), weights in 0..1; spread: (1, C, 1, 1).
    """
    squared = ((fake - target) / spread).square()
    return (squared * known).sum() / (known.sum() * fake.shape[1] + 1)


def feature_agreement(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """Mean squared difference of the taps of two crops of the same place, all taps alike."""
    return torch.stack([F.mse_loss(one, other) for one, other in zip(fake, real, strict=True)]).mean()


def _values_and_steps(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return x, (x[:, :, 1:] - x[:, :, :-1]).abs(), (x[..., 1:] - x[..., :-1]).abs()


def _trace(x: Tensor, px: int) -> Tensor:
    """The deviation of the means by place in cells of px x px, over channels; the slope of its root has no end at 0."""
    rows, columns = (extent // px for extent in x.shape[2:])
    cells = x[:, :, : rows * px, : columns * px].unflatten(3, (columns, px)).unflatten(2, (rows, px))
    places = cells.mean(dim=(0, 2, 4))
    return (places.var(dim=(1, 2), unbiased=False).mean() + 1e-8).sqrt()
