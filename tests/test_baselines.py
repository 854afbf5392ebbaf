"""The GANs to compare with: their textbooks' shapes and objectives, and what a fit of them leaves behind."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from export.to_onnx import main as export
from synthesis.errors import TextureError
from trainer.baselines import dcgan, psgan
from trainer.baselines.baseline import Baseline, answering, pictures, read_generator
from trainer.checkpoint import Checkpoint
from trainer.config import FitConfig
from trainer.exemplar import Exemplar, read_exemplar
from trainer.fit import main as fit
from trainer.losses import discriminator_cross_entropy, generator_cross_entropy

CPU = torch.device("cpu")


def test_cross_entropies_equal_their_twins() -> None:
    real, fake = torch.randn(50) * 3, torch.randn(60) * 3
    is_real, is_fake = (1 / (1 + np.exp(-logits.numpy().astype(np.float64))) for logits in (real, fake))
    twin = -np.log(is_real).mean() - np.log(1 - is_fake).mean()
    assert discriminator_cross_entropy(real, fake).item() == pytest.approx(twin, rel=1e-5)
    assert generator_cross_entropy(fake).item() == pytest.approx(-np.log(is_fake).mean(), rel=1e-5)
    nothing = torch.zeros(3)
    assert discriminator_cross_entropy(nothing, nothing).item() == pytest.approx(2 * math.log(2))


def test_the_discriminator_descends_to_the_truth_and_the_generator_against_it() -> None:
    """A step down each loss moves the logits the way the discriminator_loss's objectives say."""
    real, fake = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    discriminator_cross_entropy(real, fake).backward()
    assert real.grad is not None and fake.grad is not None
    assert real.grad.item() < 0 < fake.grad.item()
    fooled = torch.zeros(1, requires_grad=True)
    generator_cross_entropy(fooled).backward()
    assert fooled.grad is not None and fooled.grad.item() < 0


def test_dcgan_is_the_textbooks() -> None:
    """Parameters counted by hand: dense, transposed convolutions with bias, batch normalisations."""
    widths = [(100, 256), (256, 512), (512, 1024)]
    dense = sum(a * b + b + 2 * b for a, b in widths) + 1024 * 8192 + 8192
    doubling = [(512, 512), (512, 256), (256, 128), (128, 64)]
    expected = dense + sum(16 * a * b + b + 2 * b for a, b in doubling) + 16 * 64 * 3 + 3
    assert sum(p.numel() for p in dcgan.Generator().parameters()) == expected
    judged = [(3, 64), (64, 128), (128, 256), (256, 512)]
    flat = 512 * 8 * 8 + 1
    assert sum(p.numel() for p in dcgan.Discriminator().parameters()) == sum(16 * a * b + b for a, b in judged) + flat
    noise = dcgan.Generator.drawn(2, (128, 128), torch.Generator())
    assert dcgan.Discriminator()(dcgan.Generator()(noise)).shape == (2, 1)


def test_psgan_makes_any_size_and_its_waves_repeat() -> None:
    generator = psgan.Generator().eval()
    noise = psgan.Generator.drawn(1, (64, 96), torch.Generator().manual_seed(0))
    assert generator(noise).shape == (1, 3, 64, 96)
    assert psgan.Discriminator()(torch.zeros(1, 3, 64, 96)).shape == (1, 1, 2, 3)
    still = torch.zeros(1, psgan.LOCAL + psgan.GLOBAL + psgan.WAVES, 12, 2)
    seen = []
    generator.layers.register_forward_pre_hook(lambda _module, inputs: seen.append(inputs[0]))
    generator(still)
    waves = seen[0][0, -psgan.WAVES :, :, 0]  # of 3, 2.4 and 2 cells down the rows, then three that only go right
    assert torch.allclose(waves[0, :9], waves[0, 3:], atol=1e-5)
    assert torch.allclose(waves[2, :10], waves[2, 2:], atol=1e-5)
    assert torch.allclose(waves[3:], torch.zeros(3, 12))


@pytest.mark.parametrize("name", ["dcgan", "psgan"])
def test_a_fit_leaves_pictures_and_no_model(name: str, exemplar_path: Path, tmp_path: Path) -> None:
    arguments = [str(exemplar_path), "--architecture", name, "--out", str(tmp_path), "--budget"]
    assert fit([*arguments, "1steps"]) == 0
    assert fit([*arguments, "2steps", "--resume"]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"checkpoint.pt", "preview.png", "stats.jsonl"}
    lines = [json.loads(line) for line in (tmp_path / "stats.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2]
    generator = read_generator(answering(Checkpoint.read(tmp_path)))
    made = pictures(generator, 128, 256, seed=0)
    assert [one.shape for one in made] == ([(128, 128, 3)] * 2 if name == "dcgan" else [(128, 256, 3)])
    assert not np.array_equal(made[0], pictures(generator, 128, 256, seed=1)[0])
    assert np.array_equal(made[0], pictures(generator, 128, 256, seed=0)[0])


def test_refusals(exemplar_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = ["--out", str(tmp_path), "--budget", "1steps"]
    assert fit([str(exemplar_path), "--architecture", "psgan", *run]) == 0
    assert fit([str(exemplar_path), "--resume", *run]) == 2
    assert "holds a fit of psgan" in capsys.readouterr().err
    again = [str(exemplar_path), "--architecture", "psgan", "--resume", *run]
    assert fit([*again, "--seed", "3"]) == 2 and "was begun with --seed 0" in capsys.readouterr().err
    of_models = ["--name", "wall", "--width-m", "2", "--no-guide", "--no-order"]
    assert fit([str(exemplar_path), "--architecture", "dcgan", *of_models]) == 2
    assert "gives no model: leave out --no-guide, --no-order, --name, --width-m" in capsys.readouterr().err
    assert export([str(tmp_path)]) == 2
    assert "only compares" in capsys.readouterr().err
    maps = Exemplar("wall", ("base_color", "height"), np.zeros((128, 160, 4), np.float32))
    with pytest.raises(TextureError, match="2 maps"):
        Baseline("dcgan", maps, 0, CPU)


def test_a_discriminator_learns_to_tell(exemplar_path: Path) -> None:
    baseline = Baseline("dcgan", read_exemplar(exemplar_path, 512), FitConfig().seed, CPU)
    losses = [baseline.step(index).discriminator_loss for index in range(6)]
    assert losses[-1] < losses[0]
