"""What decides a fit: budgets, stages and rates."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from synthesis.errors import TextureError
from trainer.config import Budget, FitConfig
from trainer.exemplar import Exemplar


def test_rates_fall_in_the_second_half() -> None:
    config = FitConfig()
    assert [config.rate(progress) for progress in (0, 0.25, 0.5)] == [1, 1, 1]
    assert config.rate(0.75) == pytest.approx(0.5) and config.rate(1) == 0.02


def test_stages_share_the_budget() -> None:
    """Those that see nothing of an exemplar are left out; the more grain it is, the less time coarse ones get."""
    config = FitConfig()
    assert sum(stage.share for stage in config.stages) == pytest.approx(1)
    for shorter_px, sizes in ((512, [8, 4, 2, 1]), (300, [4, 2, 1]), (128, [2, 1])):
        stages = config.for_exemplar(_exemplar_of_cells(8, shorter_px)).stages
        assert [stage.image_px for stage in stages] == sizes
        assert sum(stage.share for stage in stages) == pytest.approx(1)
    coarse = config.for_exemplar(_exemplar_of_cells(8, 512)).stages
    assert [stage.share for stage in coarse] == pytest.approx([stage.share for stage in config.stages])
    grain = config.for_exemplar(_exemplar_of_cells(1, 512)).stages
    asked = [stage.share / stage.image_px**2 for stage in config.stages]  # means of n values vary by an nth
    assert [stage.share for stage in grain] == pytest.approx([one / sum(asked) for one in asked], rel=0.1)
    assert config.for_exemplar(Exemplar("grey", ("height",), np.full((512, 512, 1), 0.5))).stages
    assert [config.stage(progress).image_px for progress in (0, 0.25, 0.5, 0.7, 1)] == [8, 4, 2, 1, 1]


def _exemplar_of_cells(cell_px: int, shorter_px: int) -> Exemplar:
    """Squares of random brightness."""
    cells = np.random.default_rng(0).random((-(-shorter_px // cell_px),) * 2 + (1,))
    pixels = cells.repeat(cell_px, axis=0).repeat(cell_px, axis=1)[:shorter_px, :shorter_px]
    return Exemplar("cells", ("height",), pixels)


@pytest.mark.parametrize("text", ["", "5", "5 minutes", "-5m", "0s", "abc", "1.5steps"])
def test_bad_budgets(text: str) -> None:
    with pytest.raises(TextureError, match="budget is"):
        Budget.parse(text)


@pytest.mark.parametrize(
    "name, value",
    [("decay_from", 1.0), ("guided_share", -0.1), ("slices", 0), ("generator_rate", float("nan")), ("stages", ())],
)
def test_what_can_t_be_learned_with_is_refused(name: str, value: object) -> None:
    with pytest.raises(TextureError, match=name):
        dataclasses.replace(FitConfig(), **{name: value})


@pytest.mark.parametrize("given", [{}, {"seconds": 5.0, "steps": 5}, {"steps": 0}, {"seconds": float("nan")}])
def test_a_budget_is_a_time_or_a_number_of_steps(given: dict[str, float]) -> None:
    with pytest.raises(TextureError, match="give one of them"):
        Budget(**given)


def test_budgets() -> None:
    assert Budget.parse("90s").seconds == 90 and Budget.parse("1.5h").seconds == 5400
    assert Budget.parse("2000steps").steps == 2000 and Budget.parse("5M").seconds == 300
