"""Blends, loops and controls of the latent."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from synthesis.errors import TextureError
from synthesis.info import Control, ModelInfo
from synthesis.latent import Latent, latent_fields, loop
from synthesis.session import Model
from synthesis.texture import whole
from synthesis.windows import Rect

SIZE, RECT = (64, 96), Rect(0, 0, 64, 96)


def _with_control(info: ModelInfo) -> ModelInfo:
    shifts = tuple(tuple(0.1 * (index + 1) for index in range(level.channels)) for level in info.levels)
    gains = tuple((0.2,) * level.channels for level in info.levels)
    return dataclasses.replace(info, controls=(Control("contrast", shifts, gains),))


def test_a_blend_goes_from_one_seed_to_the_other(model: Model) -> None:
    one, half, other = (latent_fields(model.info, Latent(1, 2, turn), SIZE, RECT) for turn in (0, 0.5, 1))
    for index, fields in ((0, one), (-1, other)):
        alone = latent_fields(model.info, Latent((1, 2)[index]), SIZE, RECT)
        assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(fields, alone, strict=True))
    finest = half[-1]
    assert abs(finest.std() - 1) < 0.05, "halfway the noise is as strong as at the ends"


def test_a_loop_closes_without_a_jump(model: Model) -> None:
    frames = [whole(model, latent, 64, 96)["base_color"] for latent in loop(Latent(4), 8)]
    steps = [np.abs(one - other).mean() for one, other in zip(frames, [*frames[1:], frames[0]], strict=True)]
    assert min(steps) > 0.001 and steps[-1] < 1.3 * max(steps[:-1])


def test_a_blend_with_itself_is_itself(model: Model) -> None:
    alone, blended = (latent_fields(model.info, latent, SIZE, RECT) for latent in (Latent(1), Latent(1, 1, 0.5)))
    assert all(np.array_equal(a, b) for a, b in zip(alone, blended, strict=True))


def test_controls_change_the_fields(model: Model) -> None:
    info = _with_control(model.info)
    neutral, half = (latent_fields(info, Latent(1, controls={"contrast": value}), SIZE, RECT) for value in (0, 0.5))
    assert np.allclose(half[0][3], neutral[0][3] * np.exp(0.1) + 0.2, atol=1e-5)
    assert ModelInfo.from_json(info.to_json()) == info


@pytest.mark.parametrize(
    "latent, told",
    [
        (Latent(1, controls={"speed": 0.1}), "no control 'speed'; it has contrast"),
        (Latent(1, controls={"contrast": 1.01}), "allowed is -1 to 1"),
        (Latent(1, controls={"contrast": -1.01}), "allowed is -1 to 1"),
        (Latent(1, controls={"contrast": float("nan")}), "allowed is -1 to 1"),
        (Latent(1, other_seed=-4), "allowed is 0 to"),
    ],
)
def test_illegal_latents_are_refused(model: Model, latent: Latent, told: str) -> None:
    with pytest.raises(TextureError, match=told):
        latent.check(_with_control(model.info))


@pytest.mark.parametrize("end", [-1.0, 1.0])
def test_controls_go_to_their_ends(model: Model, end: float) -> None:
    Latent(1, controls={"contrast": end}).check(_with_control(model.info))


def test_a_model_without_controls_says_so(model: Model) -> None:
    with pytest.raises(TextureError, match="it has none"):
        Latent(1, controls={"contrast": 0.5}).check(dataclasses.replace(model.info, controls=()))
