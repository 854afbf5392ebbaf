"""The last touch of a fit: values as frequent as the exemplar's, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from export import to_onnx
from synthesis.latent import Latent, latent_fields
from synthesis.session import open_model
from synthesis.windows import Rect
from trainer.checkpoint import Checkpoint
from trainer.tone import Tone


def _spread(pixels: Tensor) -> Tensor:
    return pixels.clamp(0, 1)[:, :, None, None]


def _made(seed: int) -> Tensor:
    """Pale values whose channels have nothing to do with one another, (20000, 3)."""
    return 0.6 + 0.1 * torch.randn(20000, 3, generator=torch.Generator().manual_seed(seed))


def _real(seed: int) -> Tensor:
    """Darker ones in two groups, of which one is red: (30000, 3)."""
    rng = torch.Generator().manual_seed(seed)
    values = 0.4 + 0.12 * torch.randn(30000, 1, generator=rng) + 0.02 * torch.randn(30000, 3, generator=rng)
    values[:10000, 0] += 0.3
    return values


def _apart(one: Tensor, other: Tensor) -> float:
    """How far the quantiles of values are apart, along channels and their sums and differences."""
    axes = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [1, -1, 0], [0, 1, -1]]).T
    levels = torch.linspace(0.01, 0.99, 99)
    return (torch.quantile(one @ axes, levels, dim=0) - torch.quantile(other @ axes, levels, dim=0)).abs().mean().item()


def test_made_values_become_as_frequent_as_real_ones() -> None:
    tone = Tone(3)
    tone.learn(_made(0), _real(1))
    before, after = _made(2), tone(_spread(_made(2)))[:, :, 0, 0]
    assert _apart(after, _real(3)) < 0.15 * _apart(before, _real(3)), "for other values of the same kind, too"


def test_nothing_changes_until_it_is_learned() -> None:
    values = _spread(_made(0))
    assert Tone(3)(values) is values and Tone(3).weights() == {}


def test_the_same_values_give_the_same_tone_and_no_random_draw_is_used_up() -> None:
    one, other = Tone(3), Tone(3)
    one.learn(_made(0), _real(1))
    before = torch.get_rng_state()
    other.learn(_made(0), _real(1))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(weight, other.weights()[name]) for name, weight in one.weights().items())


def test_what_is_alike_already_stays() -> None:
    tone = Tone(3)
    tone.learn(_real(0), _real(1))
    values = _real(2)
    assert (tone(_spread(values))[:, :, 0, 0] - values.clamp(0, 1)).abs().mean() < 2 / 255


@pytest.mark.parametrize("value", [0.0, 0.4])
def test_a_channel_that_is_one_value_becomes_that_value(value: float) -> None:
    """As metallic of stones, or all channels of a plain card."""
    tone, made = Tone(3), _made(0)
    made[:, 1] = 0.03 + 1e-4 * torch.randn(len(made))
    real = torch.cat([_real(1)[:, :1], torch.full((30000, 1), value), _real(1)[:, 2:]], dim=1)
    tone.learn(made, real)
    after = tone(_spread(made))[:, 1]
    assert after.isfinite().all() and (after - value).abs().mean() < 2 / 255


def test_the_tone_is_in_the_model(run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(to_onnx, "find_controls", lambda model: ())
    checkpoint = Checkpoint.read(run_folder)
    plain = checkpoint.generator()
    channels = plain.config.maps_channels
    tone = Tone(channels)
    weights = {"enter": torch.eye(8, channels), "shift": torch.zeros(8), "leave": -0.5 * torch.eye(channels, 8)}
    tone.restore(weights | {"offset": torch.full((channels,), 0.3)})
    path = tmp_path / "toned.onnx"
    path.write_bytes(to_onnx.convert(replace(checkpoint, tone=tone.weights())))
    model = open_model(path, "cpu")
    fields = latent_fields(model.info, Latent(3), (64, 96), Rect(0, 0, 64, 96))
    with torch.no_grad():
        free = plain([torch.from_numpy(field)[None] for field in fields])[0].permute(1, 2, 0).numpy()
    allowed = model.info.training.half_precision_error + 1e-3
    assert np.abs(model.run(fields) - (free / 2 + 0.3).clip(0, 1)).max() <= allowed
