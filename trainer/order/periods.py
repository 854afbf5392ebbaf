"""Finding an exemplar's order: the periods at which it repeats, and the lines that run through it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from synthesis.regularity import LINES, MOST_WAVES, Regularity

from .lattice import Wave
from .lattice_search import LEAST_CYCLES, strongest_harmonics, whole_lattice

SHORTEST_PX = 12.0  # shorter periods lie within the receptive field
LEAST_SHARE = 0.004  # of the variance in one wave
LEAST_PROMINENCE = 8.0  # of a wave's power over that of its surroundings: at most 5 where nothing repeats
LEAST_CORRELATION = 0.12  # of pixels far apart along a line: at most 0.11 where no line runs
SMALLEST_ANGLE = 0.35  # radians between two waves: others are harmonics
LEAST_THROUGH = 0.5  # of them, where lines run through: boards 0.67; courses of bricks 0.36, a woven check 0.44
FAR = (0.2, 0.45)  # of the exemplar's side, how far apart

_FINER = 2  # bins of the padded spectrum for one of the exemplar's own
_OWN, _AROUND = 3 * _FINER + 1, 13 * _FINER + 1  # bins of a peak (a Hann window spreads it) and with its surroundings


def found_regularity(colors: np.ndarray) -> Regularity:
    """The order of a picture, (height, width, channels) in 0..1."""
    picture = torch.from_numpy(np.ascontiguousarray(colors)).permute(2, 0, 1).float()
    waves = whole_lattice(picture, _waves(picture))
    return Regularity(tuple(waves), _lines(picture), strongest_harmonics(picture, waves, 1 / SHORTEST_PX))


def runs_through(colors: np.ndarray) -> bool:
    """Whether most of a picture, (height, width, channels) in 0..1, is the same along rows or along columns."""
    picture = torch.from_numpy(np.ascontiguousarray(colors)).permute(2, 0, 1).float()
    return max(_far_alike(picture)) > LEAST_THROUGH


def _waves(picture: Tensor) -> list[Wave]:
    """The strongest peaks of the spectrum that stand out from it, in different directions."""
    power = _spectrum(picture)
    own, around = _mean(power, _OWN) * _OWN**2, _mean(power, _AROUND) * _AROUND**2
    prominence = own / ((around - own) / (_AROUND**2 - _OWN**2) * _OWN**2)
    highest = F.max_pool2d(own[None, None], 9, stride=1, padding=4)[0, 0]
    down, right = (torch.fft.fftfreq(side, dtype=torch.float32) for side in power.shape)
    cycles = torch.hypot(*torch.meshgrid(down * picture.shape[1], right * picture.shape[2], indexing="ij"))
    frequency = torch.hypot(*torch.meshgrid(down, right, indexing="ij"))
    one_of_two = (down[:, None] > 0) | ((down[:, None] == 0) & (right > 0))  # opposite frequencies are one wave
    stands_out = one_of_two & (own == highest) & (own > LEAST_SHARE) & (prominence > LEAST_PROMINENCE)
    places = torch.argwhere(stands_out & (frequency < 1 / SHORTEST_PX) & (cycles > LEAST_CYCLES))
    found: list[Wave] = []
    for row, column in sorted(places.tolist(), key=lambda place: -float(own[*place])):
        wave = _as_wave(float(down[row]), float(right[column]), picture.shape[1:])
        if len(found) < MOST_WAVES and all(_angle(wave, other) > SMALLEST_ANGLE for other in found):
            found.append(wave)
    return found


def _spectrum(picture: Tensor) -> Tensor:
    """The part of the variance at every frequency, under a Hann window; its sum is 1."""
    height, width = picture.shape[1:]
    window = torch.outer(*(torch.hann_window(side, dtype=torch.float32) for side in (height, width)))
    mean = (picture * window).sum(dim=(1, 2), keepdim=True) / window.sum()
    transform = torch.fft.fft2((picture - mean) * window, s=(_FINER * height, _FINER * width))
    power = transform.abs().square().sum(dim=0)
    return power / power.sum()


def _mean(power: Tensor, side: int) -> Tensor:
    """Of the bins around each bin; frequencies wrap."""
    padded = F.pad(power[None, None], (side // 2,) * 4, mode="circular")
    return F.avg_pool2d(F.avg_pool2d(padded, (side, 1), stride=1), (1, side), stride=1)[0, 0]


def _as_wave(down: float, right: float, size: torch.Size) -> tuple[float, float]:
    """A frequency, level or upright where it is so within the picture's resolution."""
    return tuple(0.0 if abs(part * side) < 1 else part for part, side in zip((down, right), size, strict=True))  # type: ignore[return-value]


def _angle(wave: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two waves' directions, 0..pi / 2."""
    along = abs(np.dot(wave, other)) / (np.hypot(*wave) * np.hypot(*other))
    return float(np.arccos(min(1.0, along)))


def _lines(picture: Tensor) -> tuple[str, ...]:
    """The directions in which pixels far apart are still alike."""
    return tuple(line for line, far in zip(LINES, _far_alike(picture), strict=True) if far > LEAST_CORRELATION)


def _far_alike(picture: Tensor) -> tuple[float, float]:
    """The correlation of pixels far apart, along rows and along columns."""
    correlation = _autocorrelation(picture)
    along_rows, along_columns = (
        one[int(FAR[0] * side) : int(FAR[1] * side)].mean().item()
        for one, side in ((correlation[0], picture.shape[2]), (correlation[:, 0], picture.shape[1]))
    )
    return along_rows, along_columns


def _autocorrelation(picture: Tensor) -> Tensor:
    """At every lag down and right, of the picture without its slopes of brightness; 1 at no lag."""
    _, height, width = picture.shape
    axes = [torch.linspace(-1, 1, side, dtype=torch.float32) for side in (height, width)]
    slopes = torch.stack([torch.ones_like(picture[0]), *torch.meshgrid(*axes, indexing="ij")]).flatten(1)
    flat = picture.flatten(1)
    level = flat @ torch.linalg.pinv(slopes) @ slopes
    size = (2 * height, 2 * width)
    products, pairs = (
        torch.fft.irfft2(torch.fft.rfft2(one, s=size).abs().square(), s=size).sum(dim=0)
        for one in ((flat - level).view_as(picture), torch.ones_like(picture))
    )
    covariance = products / pairs.clamp(min=1)
    return covariance[:height, :width] / covariance[0, 0]
