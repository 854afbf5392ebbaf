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

MOST_CYCLES = 0.4  # a pixel of the picture: finer waves are not seen
PARTS_A_WINDOW = 2  # how many steps from one window to the next are its side
LEAST_DIFFERENCE = 1e-3  # of the strongest wave's power: an exemplar that repeats exactly asks for no more than that
_TINY = 1e-9


def multiples(waves: Sequence[Wave], most: float) -> list[tuple[int, ...]]:
    """How many of each wave add up to one of at most so many cycles a pixel; of two opposite ones, one."""
    every = itertools.product(range(-LARGEST_MULTIPLE, LARGEST_MULTIPLE + 1), repeat=len(waves))
    return [one for one in every if one > (0,) * len(waves) and np.hypot(*added(waves, one)) <= most]


class Lattice:
    """What repeats in an exemplar, seen in windows under a Hann window's weights.

    waves: that may repeat, harmonics too; picture: (1, C, h, w), the exemplar at px of its pixels each; side: of the
    windows, in the picture's pixels, at most half of the picture's so that there are some to compare.
    """

    def __init__(self, waves: Sequence[Wave], picture: Tensor, px: int, side: int) -> None:
        shown = [wave for wave in waves if np.hypot(*wave) * px < MOST_CYCLES]
        self._side, self._px = min(side, min(picture.shape[2:]) // 2), px
        self._waves = torch.tensor(shown, dtype=torch.float32).view(-1, 2)
        hann = torch.hann_window(self._side + 2, periodic=False)[1:-1]
        window = torch.outer(hann, hann) / hann.sum() ** 2
        places = (torch.arange(self._side) + 0.5) * px
        turns = torch.polar(torch.ones(()), -2 * torch.pi * self._waves[:, :, None] * places)  # (waves, 2, side)
        seen = (turns[:, 0, :, None] * turns[:, 1, None] * window).flatten(1)
        self._window = window.flatten().to(picture.device)
        self._parts = torch.cat([seen.real, seen.imag]).to(picture.device)  # (2 * waves, side * side)
        amplitudes = self.amplitudes(picture, 0, 0)
        self._expected = amplitudes.mean(dim=0)
        apart = float(np.prod([extent / self._side for extent in picture.shape[2:]]))  # windows without overlap
        unit = _power(amplitudes - self._expected).mean(dim=0) * apart / (apart - 1) + _TINY
        self.strength = _power(self._expected)  # (shown waves,)
        self.coherence = self.strength / unit  # what repeats, to what does not
        self._unit = unit.clamp(min=LEAST_DIFFERENCE * self.strength.max()) if shown else unit

    def amplitudes(self, crop: Tensor, row: int, column: int) -> Tensor:
        """Of windows all over a crop, (1, C, h, w), with phases as seen from the exemplar's corner.

        row, column: where the crop lies, in exemplar pixels. Complex (windows, shown waves, C).
        """
        step = self._side // PARTS_A_WINDOW
        tops, lefts = (range(0, extent - self._side + 1, step) for extent in crop.shape[2:])
        return torch.stack(
            [
                self._of(
                    crop[0, :, top : top + self._side, left : left + self._side],
                    (row + top * self._px, column + left * self._px),
                )
                for top, left in itertools.product(tops, lefts)
            ]
        )

    def excess(self, crop: Tensor, place: Rect) -> Tensor:
        """How much farther a made crop is from what repeats than the exemplar's own are on average; 0 if no farther."""
        if not len(self._unit):
            return crop.new_zeros(())
        apart = _power(self.amplitudes(crop, place.row, place.column) - self._expected)
        return F.relu((apart / self._unit).mean() - 1)

    def _of(self, window: Tensor, place: tuple[int, int]) -> Tensor:
        flat = window.flatten(1)
        level = flat - (flat @ self._window)[:, None]
        angles = -2 * torch.pi * self._waves @ torch.tensor(place, dtype=torch.float32)
        turned = torch.polar(torch.ones(()), angles).to(window.device)
        return turned[:, None] * torch.complex(*(self._parts @ level.T).chunk(2))


def _power(amplitudes: Tensor) -> Tensor:
    """Complex (.., C) -> (..), all channels together."""
    return torch.view_as_real(amplitudes).square().sum(dim=(-1, -2))
