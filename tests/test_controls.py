"""The controls of the models that come with Tilewright move what they are named after, and little else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from export.controls import _OTHER_SEEDS, LARGEST_CHANGE, _curve, _holds
from synthesis.latent import Latent
from synthesis.session import Model, open_model
from synthesis.statistics import STEPS, statistics
from synthesis.texture import whole

MODELS = sorted((Path(__file__).parents[1] / "models").glob("*.onnx"))
SEEDS = (7, 8, 9, 10)  # others than those that the controls were found with
SIDE_PX = 256
VALUES = (-1.0, -0.5, 0.0, 0.5, 1.0)
LARGEST_SIDE_EFFECT = 0.6  # of another statistic, relative to the control's own; 0.5 was allowed where it was found


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_control_moves_its_statistic_and_the_others_little(path: Path) -> None:
    model = open_model(path, "cpu")
    assert model.info.controls, "a shipped model has controls"
    for control in model.info.controls:
        curve = np.mean([[_steps(model, seed, control.name, value) for value in VALUES] for seed in SEEDS], axis=0)
        own = list(STEPS).index(control.name)
        moved = np.ptp(curve, axis=0)
        assert (np.diff(curve[:, own]) > 0).all(), f"{control.name} rises: {curve[:, own].round(2)}"
        others = np.delete(moved, own)
        assert others.max() <= LARGEST_SIDE_EFFECT * moved[own], f"{control.name}: {moved.round(2)} steps"


def _steps(model, seed: int, name: str, value: float) -> np.ndarray:  # type: ignore[no-untyped-def]
    maps = whole(model, Latent(seed, controls={name: value}), SIDE_PX, SIDE_PX)
    return statistics(maps["base_color"]) / np.array(list(STEPS.values()))


def test_controls_stay_within_what_a_texture_bears(model: Model) -> None:
    names = [control.name for control in model.info.controls]
    assert names and len(set(names)) == len(names)
    for control in model.info.controls:
        change = np.stack([np.concatenate(part) for part in (control.shifts, control.log_gains)], axis=1)
        moved = _curve(model, change, _OTHER_SEEDS)[:, list(STEPS).index(control.name)]
        assert moved[0] < -0.9 and moved[-1] > 0.9
        assert max(abs(value) for level in control.shifts for value in level) <= LARGEST_CHANGE


def test_what_a_control_must_hold() -> None:
    rising = np.outer(np.linspace(-1.5, 1.5, 5), (1.0, 0.2))
    assert _holds(rising, 0)
    assert not _holds(rising[::-1], 0), "it must rise"
    assert not _holds(rising[[0, 3, 2, 1, 4]], 0), "throughout"
    assert not _holds(rising * 0.5, 0), "far enough to be seen"
    assert not _holds(rising * (1, 5), 0), "and further than any other"
