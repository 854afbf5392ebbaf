"""What of an exemplar repeats: the waves of a lattice, as strong and in the places as the exemplar has them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from synthesis.regularity import LARGEST_MULTIPLE, added
from synthesis.windows import Rect

Wave = tuple[float, float]  # cycles a pixel of the exemplar, down and right

LEAST_COHERENCE = 0.5  # of a wave that repeats; of others it is about 0.1
MOST_FOLLOWED = 64  # of the waves that repeat, the most coherent ones
MOST_CYCLES = 0.4  # a pixel of the picture: finer waves are not seen
PARTS_A_CROP = 2  # how many steps from one of the exemplar's crops to the next are a crop's side
_TINY = 1e-9


def multiples(waves: Sequence[Wave], most: float) -> list[tuple[int, ...]]:
    """How many of each wave add up to one of at most so many cycles a pixel; of two opposite ones, one."""
    every = itertools.product(range(-LARGEST_MULTIPLE, LARGEST_MULTIPLE + 1), repeat=len(waves))
    return [one for one in every if one > (0,) * len(waves) and np.hypot(*added(waves, one)) <= most]


class Amplitudes:
    """Those of waves in crops, under a Hann window and with phases as seen from the exemplar's corner.

    px: exemplar pixels per picture pixel; side: of the crops, in picture pixels.
    """

    def __init__(self, waves: Sequence[Wave], px: int, side: int, device: torch.device) -> None:
        self._waves, self._px, self._side = torch.tensor(waves, dtype=torch.float32).view(-1, 2), px, side
        hann = torch.hann_window(side + 2, periodic=False)[1:-1]
        window = torch.outer(hann, hann) / hann.sum() ** 2
        angles = -2 * torch.pi * self._waves[:, :, None] * ((torch.arange(side) + 0.5) * px)  # (waves, 2, side)
        turns = torch.polar(torch.ones(()), angles)
        self._window = window.flatten().to(device)
        seen = (turns[:, 0, :, None] * turns[:, 1, None] * window).flatten(1)
        self._parts = torch.cat([seen.real, seen.imag]).to(device)  # (2 * waves, side * side)

    def of(self, crop: Tensor, place: Rect) -> Tensor:
        """(1, C, side, side), and where it lies, in exemplar pixels -> complex (waves, C)."""
        flat = crop[0].flatten(1)
        level = flat - (flat @ self._window)[:, None]
        angles = -2 * torch.pi * self._waves @ torch.tensor([place.row, place.column], dtype=torch.float32)
        turned = torch.polar(torch.ones(()), angles).to(crop.device)
        return turned[:, None] * torch.complex(*(self._parts @ level.T).chunk(2))

    def everywhere(self, picture: Tensor) -> Tensor:
        """Of crops all over the exemplar's picture, (1, C, h, w): complex (crops, waves, C)."""
        side, px, step = self._side, self._px, self._side // PARTS_A_CROP
        tops, lefts = (range(0, extent - side + 1, step) for extent in picture.shape[2:])
        every = [
            self.of(
                picture[:, :, top : top + side, left : left + side], Rect(top * px, left * px, side * px, side * px)
            )
            for top, left in itertools.product(tops, lefts)
        ]
        return torch.stack(every)


class Lattice:
    """What repeats in an exemplar, seen in crops.

    waves: that may repeat, harmonics too; picture: (1, C, h, w), the exemplar at px of its pixels each; side: of the
    crops, in the picture's pixels.
    """

    def __init__(self, waves: Sequence[Wave], picture: Tensor, px: int, side: int) -> None:
        visible = [wave for wave in waves if np.hypot(*wave) * px < MOST_CYCLES]
        seen = Amplitudes(visible, px, side, picture.device).everywhere(picture)
        expected = seen.mean(dim=0)
        unit = _power(seen - expected).mean(dim=0) + _TINY
        self.strength = _power(expected)  # (visible waves,)
        self.coherence = self.strength / unit  # what repeats, to what does not
        order = self.coherence.argsort(descending=True)[:MOST_FOLLOWED]
        followed = order[self.coherence[order] > LEAST_COHERENCE]
        self._expected, self._unit = expected[followed], unit[followed]
        self._amplitudes = Amplitudes([visible[index] for index in followed.tolist()], px, side, picture.device)

    def excess(self, crop: Tensor, place: Rect) -> Tensor:
        """How much farther a made crop is from what repeats than the exemplar's own are on average; 0 if no farther."""
        if not len(self._unit):
            return crop.new_zeros(())
        return F.relu((_power(self._amplitudes.of(crop, place) - self._expected) / self._unit).mean() - 1)


def _power(amplitudes: Tensor) -> Tensor:
    """Complex (.., C) -> (..), all channels together."""
    return torch.view_as_real(amplitudes).square().sum(dim=(-1, -2))
