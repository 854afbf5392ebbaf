"""Losses against twins in plain NumPy."""

from __future__ import annotations

import numpy as np
import torch

from trainer.losses import discriminator_hinge, generator_hinge, inside, sliced_wasserstein, texture_distance


def test_hinge_losses_equal_their_twins() -> None:
    real, fake = torch.randn(50), torch.randn(60)
    twin = np.maximum(0, 1 - real.numpy()).mean() + np.maximum(0, 1 + fake.numpy()).mean()
    assert abs(discriminator_hinge(real, fake).item() - twin) < 1e-6
    assert abs(generator_hinge(fake).item() + fake.numpy().mean()) < 1e-6
    assert discriminator_hinge(torch.zeros(3), torch.zeros(3)).item() == 2, "a discriminator that knows nothing"
    assert discriminator_hinge(torch.full((3,), 2.0), torch.full((3,), -2.0)).item() == 0, "one that has won"


def test_sliced_wasserstein_equals_its_twin() -> None:
    real, fake, directions = torch.randn(3, 40), torch.randn(3, 40) + 1, torch.randn(5, 3)
    twin = []
    for direction in directions.numpy():
        a, b = np.sort(direction @ real.numpy()), np.sort(direction @ fake.numpy())
        twin.append(((a - b) ** 2).mean() / (a.var() + 0.05))
    assert abs(sliced_wasserstein(real, fake, directions).item() - np.mean(twin)) < 1e-5
    assert sliced_wasserstein(real, real[:, torch.randperm(40)], directions).item() < 1e-12


def test_texture_distance_ranks_textures() -> None:
    """Another crop of the same texture is nearer than a darker, a flatter or a blurred one."""
    noise = torch.rand(2, 3, 64, 80, generator=torch.Generator().manual_seed(0))
    smooth = torch.nn.functional.avg_pool2d(noise, 3, 1, 1)
    real = smooth[:1]

    def distance(fake: torch.Tensor) -> float:
        rng = torch.Generator().manual_seed(1)
        return texture_distance([(real - 0.5) * 8], [(fake - 0.5) * 8], 32, 2048, rng).item()

    same = distance(smooth[1:])
    blurred = torch.nn.functional.avg_pool2d(smooth[1:], 5, 1, 2)
    for other in (smooth[1:] * 0.8, 0.5 + (smooth[1:] - 0.5) * 0.5, blurred, noise[1:]):
        assert distance(other) > 3 * same


def test_fine_grain_counts_beside_large_contrast() -> None:
    rows, columns = torch.meshgrid(torch.arange(96.0), torch.arange(128.0), indexing="ij")
    waves = torch.sin(rows / 9) + torch.cos(columns / 11)
    rng = torch.Generator().manual_seed(0)
    grainy, other = (waves + 0.1 * torch.randn(3, 96, 128, generator=rng) for _ in range(2))

    def distance(fake: torch.Tensor) -> float:
        return texture_distance([grainy[None]], [fake[None]], 32, 2048, torch.Generator().manual_seed(1)).item()

    assert distance(waves.expand(3, -1, -1)) > 10 * distance(other), "a hundredth of the power, yet it is missed"


def test_a_hole_is_judged_alone() -> None:
    real, other = torch.randn(2, 1, 3, 64, 96, generator=torch.Generator().manual_seed(0))
    hole = torch.zeros(1, 1, 64, 96, dtype=torch.bool)
    hole[..., 16:40, 32:72] = True

    def distance(fake: torch.Tensor, judged: torch.Tensor | None) -> float:
        return texture_distance([real], [fake], 32, 2048, torch.Generator().manual_seed(1), judged).item()

    flat_hole, flat_around = torch.where(hole, 0, other), torch.where(hole, other, 0)
    assert distance(flat_hole, hole) > 3 * distance(flat_hole, None), "what is known does not make up for it"
    assert distance(flat_around, hole) < 2 * distance(other, None), "what is known does not count"
    field = torch.zeros(1, 5, 16, 24)
    assert inside(hole, field).sum() == 6 * 10 and inside(None, field).all()
    assert inside(torch.zeros_like(hole), field).all(), "without a hole everything counts"
