"""The controls of the models that come with Tilewright move what they are named after, and little else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthesis.latent import Latent
from synthesis.session import open_model
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
