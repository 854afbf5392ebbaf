"""Losses against twins in plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from trainer.losses import (
    GRIDS_PX,
    agreement,
    discriminator_hinge,
    feature_agreement,
    generator_hinge,
    grid_trace,
    wasserstein,
)
from trainer.quantiles import in_order


def test_hinge_losses_equal_their_twins() -> None:
    """Of two heads, each with judgements of its own."""
    real, fake = ([torch.randn(count) for count in counts] for counts in ((50, 9), (60, 7)))
    heads = [(one.numpy(), other.numpy()) for one, other in zip(real, fake, strict=True)]
    twin = np.mean([np.maximum(0, 1 - one).mean() + np.maximum(0, 1 + other).mean() for one, other in heads])
    assert abs(discriminator_hinge(real, fake).item() - twin) < 1e-6
    assert abs(generator_hinge(fake).item() + np.mean([other.mean() for _, other in heads])) < 1e-6
    assert discriminator_hinge(torch.zeros(3), torch.zeros(3)).item() == 2, "a discriminator that knows nothing"
    assert discriminator_hinge(torch.full((3,), 2.0), torch.full((3,), -2.0)).item() == 0, "one that has won"


def test_wasserstein_equals_its_twin() -> None:
    real, fake = in_order(torch.randn(5, 40)), (torch.randn(5, 40) + 1).requires_grad_()
    twin = np.square(np.sort(real.numpy()) - np.sort(fake.detach().numpy())).mean()
    distance = wasserstein(real, fake)
    assert abs(distance.item() - twin) < 1e-5
    (slope,) = torch.autograd.grad(distance, fake)
    (expected,) = torch.autograd.grad((fake.sort(dim=1).values - real).square().mean(), fake)
    assert torch.equal(slope, expected), "every sample is drawn to its own quantile"
    assert wasserstein(real, real[:, torch.randperm(40)]).item() < 1e-12


@pytest.mark.parametrize("count", [20, 300])
def test_wasserstein_compares_different_numbers(count: int) -> None:
    real = torch.linspace(-1, 1, 100).expand(3, -1)
    made = torch.linspace(-1, 1, count)[torch.randperm(count)].expand(3, -1)
    assert wasserstein(real, made).item() < 1e-3
    assert abs(wasserstein(real, made + 0.5).item() / 0.25 - 1) < 0.05


@pytest.mark.parametrize("px", GRIDS_PX)
def test_a_grid_in_values_or_sharpness_leaves_a_trace(px: int) -> None:
    noise = torch.randn(1, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    squares = noise[:, :, : 96 // px, : 96 // px].repeat_interleave(px, 2).repeat_interleave(px, 3)
    other = torch.randn(1, 3, 96, 96, generator=torch.Generator().manual_seed(1))
    assert grid_trace(noise, other).item() < 0.02, "noise has no grid"
    trace = grid_trace(noise, squares).item()
    assert trace > 0.1, "its steps lie between the cells"
    assert grid_trace(squares, squares.roll((1, 1), (2, 3))).item() < 0.2 * trace, "an exemplar may have one of its own"


def test_the_trace_of_a_grid_equals_its_twin() -> None:
    real, fake = np.random.default_rng(0).random((2, 1, 2, 16, 24), np.float32) ** 2
    real[..., ::2] *= 0.5
    fake[..., ::4, :] *= 0.2

    def trace(values: np.ndarray, spread: np.ndarray, px: int) -> float:
        height, width = (extent // px * px for extent in values.shape[2:])
        places = [values[0, :, row:height:px, column:width:px] for row in range(px) for column in range(px)]
        means = np.array([place.mean(axis=(1, 2)) / spread for place in places])
        return float(np.sqrt(means.var(axis=0).mean()))

    twin = []
    for one, other in zip(
        *([x, *(np.abs(np.diff(x, axis=axis)) for axis in (2, 3))] for x in (real, fake)), strict=True
    ):
        spread = one.std(axis=(0, 2, 3), ddof=1) + 1e-3
        twin += [max(0, trace(other, spread, px) - trace(one, spread, px)) for px in GRIDS_PX]
    assert max(twin) > 0.1
    assert abs(grid_trace(torch.from_numpy(real), torch.from_numpy(fake)).item() - np.mean(twin)) < 1e-4


def test_agreement_is_of_what_is_known_in_units_of_the_spread() -> None:
    fake, target, known = torch.zeros(1, 2, 8, 12), torch.zeros(1, 2, 8, 12), torch.zeros(1, 1, 8, 12)
    target[..., 6:] = 3
    spread = torch.tensor([1.0, 3.0]).view(1, 2, 1, 1)
    assert agreement(fake, target, known, spread) == 0
    known[..., :6] = 1
    assert agreement(fake, target, known, spread) == 0, "where it differs nobody knows"
    known[..., 6:] = 0.5
    twin = 0.5 * 48 * (3**2 + 1**2) / (2 * known.sum().item() + 1)
    assert agreement(fake, target, known, spread).item() == pytest.approx(twin)


def test_agreement_of_features_is_their_mean_square() -> None:
    fake, target = torch.zeros(1, 2, 8, 12), torch.zeros(1, 2, 8, 12)
    target[..., 6:] = 3
    assert feature_agreement([fake, fake], [target, fake]).item() == pytest.approx(4.5 / 2)
