"""The base that fits start from: what is taken from it, and that it helps."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from synthesis.guide import pixels_a_cell
from synthesis.regularity import Regularity
from trainer import learn_base
from trainer.base import adopt, is_own, read_base
from trainer.config import Budget, FitConfig
from trainer.exemplar import read_exemplar
from trainer.generator import FIELD_MARGIN_CELLS, Generator, GeneratorConfig
from trainer.learner import Learner

PLANKS = Path(__file__).parents[1] / "docs" / "exemplars" / "planks.png"
ORDER = Regularity(waves=((1 / 40, 0.0),), lines=("columns",))


@pytest.fixture(scope="module")
def base() -> dict:
    return read_base()


def test_a_fit_starts_as_the_base_and_nearer_than_from_scratch(base: dict) -> None:
    exemplar = read_exemplar(PLANKS, 256)
    distances = []
    for from_base in (True, False):
        config = FitConfig(Budget(steps=10), from_base=from_base)
        learner = Learner(config, exemplar, torch.device("cpu"))
        weights = dict(learner.generator.named_parameters())
        shared = [torch.equal(weights[name], base["shared"][name].float()) for name in weights if not is_own(name)]
        assert all(shared) if from_base else not any(shared)
        rng = torch.Generator().manual_seed(0)
        objective = learner.objective
        crop = objective.crops.draw(config.stages[-1], config.guided_share, rng)
        distances.append(objective.distance(objective.pair(learner.generator, crop), rng).item())
    assert distances[0] < 0.5 * distances[1]


def test_channels_of_order_are_left_as_they_were(base: dict) -> None:
    generator = Generator(GeneratorConfig(guided=True, regularity=ORDER))
    before = {name: weight.clone() for name, weight in generator.named_parameters()}
    adopt(generator, base, "planks_green")
    learned = base["own"]["planks_green"]
    for index, level in enumerate(generator.config.levels):
        name = f"blocks.{index}.noise.weight"
        noise = dict(generator.named_parameters())[name]
        assert torch.equal(noise[:, : level.noise], learned[name].float())
        assert torch.equal(noise[:, level.noise :], before[name][:, level.noise :])


def test_of_a_set_the_base_color_begins_as_it_would_alone(base: dict) -> None:
    """With a guide or without; what the guide says of other maps is not heard yet."""
    alone, of_a_set = (Generator(GeneratorConfig(maps, guided=True)).eval() for maps in ((3,), (3, 3, 1)))
    for generator in (alone, of_a_set):
        adopt(generator, base, "planks_green")
    rng, fields, guide, colors = torch.Generator().manual_seed(0), [], [], []
    for px, channels in alone.config.fields:
        side = 64 // px + 2 * FIELD_MARGIN_CELLS
        fields.append(torch.randn(1, channels, side, side, generator=rng))
        guide.append(torch.randn(1, pixels_a_cell(px), of_a_set.config.guide_channels, side, side, generator=rng))
        colors.append(guide[-1][:, :, [0, 1, 2, 7]])  # and their mask, the first after seven channels of maps
    told = [[seen.flatten(1, 2) for seen in one] for one in (guide, colors)]
    with torch.no_grad():
        assert torch.allclose(of_a_set(fields)[:, :3], alone(fields), atol=1e-5)
        assert torch.allclose(of_a_set(fields, told[0])[:, :3], alone(fields, told[1]), atol=1e-5)


def test_a_base_knows_nothing_of_order(base: dict) -> None:
    Generator(GeneratorConfig.from_dict(base["generator_config"])).load_state_dict(
        {**base["shared"], **base["own"]["planks_green"]}, strict=True
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [([], "required: exemplars"), (["a.png", "--device", "abacus"], "abacus"), (["none.png"], "none.png")],
)
def test_bad_arguments_are_one_line(given: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert learn_base.main(given) == 2
    said = capsys.readouterr().err
    assert said.startswith("base: ") and told in said and said.count("\n") == 1


def test_textures_of_one_name_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "planks.png").write_bytes(PLANKS.read_bytes())
    assert learn_base.main([str(PLANKS), str(tmp_path / "planks.png")]) == 2
    assert "several exemplars are called planks" in capsys.readouterr().err


def test_a_disk_that_refuses_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "base.pt")

    monkeypatch.setattr(learn_base, "read_exemplar", full)
    assert learn_base.main(["wall.png"]) == 2
    assert capsys.readouterr().err == "base: base.pt can't be read or written (No space left on device)\n"


@pytest.mark.usefixtures("full_disk")
def test_a_disk_that_fills_while_a_base_is_saved_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert learn_base.main([str(PLANKS), "--budget", "1steps", "--out", str(tmp_path / "base.pt")]) == 2
    assert "base.pt can't be written (No space left on device)" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_learning_that_is_ended_leaves_nothing_unfinished(
    tmp_path: Path,
    asks_to_end: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(torch, "save", asks_to_end)
    assert learn_base.main([str(PLANKS), "--budget", "1steps", "--out", str(tmp_path / "base.pt")]) == 2
    assert capsys.readouterr().err == "base: stopped: what was saved last is there\n"
    assert not list(tmp_path.iterdir())
