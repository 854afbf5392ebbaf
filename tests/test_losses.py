"""Losses against twins in plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from trainer.losses import discriminator_hinge, generator_hinge, wasserstein


def test_hinge_losses_equal_their_twins() -> None:
    real, fake = torch.randn(50), torch.randn(60)
    twin = np.maximum(0, 1 - real.numpy()).mean() + np.maximum(0, 1 + fake.numpy()).mean()
    assert abs(discriminator_hinge(real, fake).item() - twin) < 1e-6
    assert abs(generator_hinge(fake).item() + fake.numpy().mean()) < 1e-6
    assert discriminator_hinge(torch.zeros(3), torch.zeros(3)).item() == 2, "a discriminator that knows nothing"
    assert discriminator_hinge(torch.full((3,), 2.0), torch.full((3,), -2.0)).item() == 0, "one that has won"


def test_wasserstein_equals_its_twin() -> None:
    real, fake = torch.randn(5, 40), torch.randn(5, 40) + 1
    twin = []
    for one, other in zip(np.sort(real.numpy()), np.sort(fake.numpy()), strict=True):
        twin.append(((one - other) ** 2).mean() / (one.var() + 0.05))
    assert abs(wasserstein(real, fake).item() - np.mean(twin)) < 1e-5
    assert wasserstein(real, real[:, torch.randperm(40)]).item() < 1e-12


@pytest.mark.parametrize("count", [20, 300])
def test_wasserstein_compares_different_numbers(count: int) -> None:
    real = torch.linspace(-1, 1, 100).expand(3, -1)
    made = torch.linspace(-1, 1, count)[torch.randperm(count)].expand(3, -1)
    assert wasserstein(real, made).item() < 2e-3
    assert abs(wasserstein(real, made + 0.5).item() / (0.25 / (real[0].var(unbiased=False).item() + 0.05)) - 1) < 0.05
