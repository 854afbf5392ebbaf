"""Finding a model's controls: changes of its noise that move one named property and leave the others alone."""

from __future__ import annotations

import numpy as np

from synthesis.info import Control, ModelInfo
from synthesis.latent import Latent, controlled, latent_fields
from synthesis.session import Model
from synthesis.statistics import STEPS, statistics
from synthesis.threads import in_order
from synthesis.windows import Rect

SIZE_PX = (128, 192)
PROBE = 0.5  # change of one channel by which its effect is measured
LARGEST_CHANGE = 1.5  # of a channel: beyond, textures fall apart
AIMS = (3.0, 2.0, 1.3)  # steps to either side, tried from the furthest
LEAST_RANGE = 2.0  # steps from end to end: less is hardly seen
APPROACHES = 3  # corrections on the way to an aim
LARGEST_SIDE_EFFECT = 0.5  # of any other statistic, relative to the control's own
LEAST_RISE = 0.1  # of each quarter of the way, relative to an even one
_DAMPING = 0.1
_SEEDS = (101, 102)  # a control is found with these,
_OTHER_SEEDS = (201, 202, 203, 204, 205, 206)  # and must hold with these
_VALUES = (-1.0, -0.5, 0.0, 0.5, 1.0)


def find_controls(model: Model) -> tuple[Control, ...]:
    """The controls that a model can honestly have, perhaps none.

    The effect of every channel of noise, made higher or stronger, on every statistic is measured; the smallest change
    that moves one statistic alone is then a linear problem, whose answer is corrected by what it really does. Only what
    holds for other seeds too is kept: the statistic must rise throughout, and much further than any other moves.
    Source: directions in latent space (Härkönen et al. 2020, arXiv:2004.02546, find them first and name them after).
    """
    response = _response(model)
    found = (_control(model, response, index) for index in range(len(STEPS)))
    return tuple(one for one in found if one is not None)


def measured(model: Model, change: np.ndarray, seed: int) -> np.ndarray:
    """The statistics, in steps, of a texture whose noise is changed: (channels, 2), shifts and logarithms of gains."""
    fields = latent_fields(model.info, Latent(seed), SIZE_PX, Rect(0, 0, *SIZE_PX))
    pixels = model.run(controlled(fields, _as_control(model.info, "", change), 1.0))
    return statistics(pixels[..., :3]) / np.array(list(STEPS.values()))


def _effect(model: Model, change: np.ndarray, seeds: tuple[int, ...] = _SEEDS) -> np.ndarray:
    """How far a change moves each statistic to either side, on average."""
    return np.mean([(measured(model, change, s) - measured(model, -change, s)) / 2 for s in seeds], axis=0)


def _response(model: Model) -> np.ndarray:
    """The effect of a change of 1 of each channel's shift and gain on each statistic: (statistics, 2 * channels)."""
    channels = sum(level.channels for level in model.info.levels)
    probes = PROBE * np.eye(2 * channels).reshape(-1, channels, 2)
    effects = in_order(lambda probe: _effect(model, probe, _SEEDS[:1]), probes, model.windows_at_once)
    return np.stack(list(effects), axis=1) / PROBE


def _control(model: Model, response: np.ndarray, index: int) -> Control | None:
    inverse = response.T @ np.linalg.inv(response @ response.T + _DAMPING * np.eye(len(response)))
    for aim in AIMS:
        wanted = aim * np.eye(len(response))[index]
        change = np.zeros(response.shape[1])
        for _ in range(APPROACHES):
            change += inverse @ (wanted - _effect(model, change.reshape(-1, 2)))
            change = change.clip(-LARGEST_CHANGE, LARGEST_CHANGE)
        change = change.reshape(-1, 2)
        if all(_holds(_curve(model, change, seeds), index) for seeds in (_SEEDS, _OTHER_SEEDS)):
            return _as_control(model.info, list(STEPS)[index], change)
    return None


def _curve(model: Model, change: np.ndarray, seeds: tuple[int, ...]) -> np.ndarray:
    """The statistics on the way from -1 to 1, relative to the neutral texture: (values, statistics)."""
    tries = [(value * change, seed) for seed in seeds for value in _VALUES]
    found = list(in_order(lambda one: measured(model, *one), tries, model.windows_at_once))
    curve = np.stack(found).reshape(len(seeds), len(_VALUES), -1).mean(axis=0)
    return curve - curve[_VALUES.index(0.0)]


def _holds(curve: np.ndarray, index: int) -> bool:
    """Whether the statistic rises throughout, far enough, and the others move little."""
    own = curve[-1, index] - curve[0, index]
    sideways = np.delete(np.ptp(curve, axis=0), index).max()
    rises = (np.diff(curve[:, index]) > LEAST_RISE * own / (len(curve) - 1)).all()
    return bool(rises and own >= LEAST_RANGE and sideways <= LARGEST_SIDE_EFFECT * own)


def _as_control(info: ModelInfo, name: str, change: np.ndarray) -> Control:
    ends = np.cumsum([level.channels for level in info.levels])[:-1]
    shifts, gains = (
        tuple(tuple(round(float(value), 4) for value in part) for part in np.split(column, ends)) for column in change.T
    )
    return Control(name, shifts, gains)
