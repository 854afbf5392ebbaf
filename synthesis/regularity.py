"""Order that reaches further than a generator sees: waves that repeat, and noise that is the same along a line.

Without it a generator knows only what lies within its receptive field: courses of bricks would bend, boards would end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .noise import noise_field

LINES = ("rows", "columns")
MOST_WAVES = 2
LINE_CHANNELS = 2  # a direction and level
FINEST_CELL_PX = 4  # finer fields need no help: the coarser ones tell them where they are
CELLS_A_WAVE = 3  # at least, to be felt at a level
ALIKE_FROM = 8  # cycles on a side: fewer are fitted more closely

_LONGEST = 1 / 4096  # cycles a pixel: longer waves are none
_DIRECTIONS = {(False, False): "aslant", (False, True): "down", (True, False): "across"}
_LINE_LEVEL = 64  # so far from the levels of other noise


@dataclass(frozen=True)
class Regularity:
    """waves: of each, the cycles a pixel (down, right); lines: those of LINES along which noise is the same.

    Source: periodic dimensions of PSGAN (Bergmann et al. 2017, arXiv:1705.06566), here with the exemplar's own periods.
    """

    waves: tuple[tuple[float, float], ...] = ()
    lines: tuple[str, ...] = ()

    def felt(self, cell_px: int) -> Regularity:
        """What of it cells of this size show."""
        if cell_px < FINEST_CELL_PX:
            return IRREGULAR
        most = 1 / (CELLS_A_WAVE * cell_px)  # cycles a pixel
        return Regularity(tuple(wave for wave in self.waves if np.hypot(*wave) <= most), self.lines)

    def channels(self, cell_px: int) -> int:
        """Of the field at a level."""
        felt = self.felt(cell_px)
        return 2 * len(felt.waves) + LINE_CHANNELS * len(felt.lines)

    def told(self) -> str:
        """For people, "" without order."""
        periods = [
            f"every {round(1 / np.hypot(down, right))} px {_DIRECTIONS[down == 0, right == 0]}"
            for down, right in self.waves
        ]
        lines = [f"lines along {line}" for line in self.lines]
        return ", ".join([*periods, *lines])

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Regularity:
        """The inverse of `dataclasses.asdict`. Raises: TypeError or ValueError where it is none."""
        if not isinstance(stored, Mapping):
            raise TypeError("regularity")
        waves = tuple((down + 0.0, right + 0.0) for down, right in stored.get("waves", ()))
        lines = tuple(stored.get("lines", ()))
        distinct = lines in [(), *((line,) for line in LINES), LINES]
        if len(waves) > MOST_WAVES or not all(_LONGEST < np.hypot(*wave) < 1 for wave in waves) or not distinct:
            raise ValueError("regularity")
        return cls(waves, lines)


IRREGULAR = Regularity()


def fitted(wave: tuple[float, float], size: tuple[int, int]) -> tuple[int, int]:
    """The cycles down and right of a wave that repeats on a torus of (height, width) px: its period is stretched.

    A torus of twice the size has twice as many, if there are ALIKE_FROM, so that larger textures of a seed begin alike.
    """
    wanted = [abs(cycles) * side for cycles, side in zip(wave, size, strict=True)]
    down, right = (
        0 if here < 0.5 and here < max(wanted) else _whole(cycles, side)
        for cycles, side, here in zip(wave, size, wanted, strict=True)
    )
    return down, right


def line_field(
    regularity: Regularity,
    seed: int,
    level: int,
    cell_px: int,
    rows: Sequence[int],
    columns: Sequence[int],
    wrap: tuple[int, int],
) -> NDArray[np.float32]:
    """Noise along lines at one level: (channels, len(rows), len(columns)), arguments as those of `noise_field`."""
    shape = (len(rows), len(columns))
    fields = [np.zeros((0, *shape), np.float32)]
    for number, direction in enumerate(regularity.felt(cell_px).lines):
        down, right = (rows, (0,)) if direction == "rows" else ((0,), columns)
        noise = noise_field(seed, _LINE_LEVEL * (number + 1) + level, LINE_CHANNELS, down, right, wrap)
        fields.append(np.broadcast_to(noise, (LINE_CHANNELS, *shape)))
    return np.concatenate(fields)


def wave_field(
    regularity: Regularity, cell_px: int, rows: Sequence[int], columns: Sequence[int], wrap: tuple[int, int]
) -> NDArray[np.float32]:
    """The waves of one level, fitted to the torus and of no seed, so that variations match each other."""
    size = (wrap[0] * cell_px, wrap[1] * cell_px)
    turns = [np.divide(fitted(wave, size), wrap).tolist() for wave in regularity.felt(cell_px).waves]
    inside = [np.mod(np.asarray(axis, np.int64), extent) for axis, extent in zip((rows, columns), wrap, strict=True)]
    return waves(turns, inside[0], inside[1])


def waves(
    turns: Sequence[Sequence[float]], rows: NDArray[np.int64], columns: NDArray[np.int64], phases: Sequence[float] = ()
) -> NDArray[np.float32]:
    """Cosine and sine of every wave, of deviation 1: (2 * waves, rows, columns).

    turns: cycles a cell, (down, right); phases: cycles, 0 for all if there are none.
    """
    fields = [np.zeros((0, len(rows), len(columns)), np.float32)]
    for (down, right), phase in zip(turns, phases or [0.0] * len(turns), strict=True):
        angle = 2 * np.pi * (down * (rows[:, None] + 0.5) + right * (columns[None, :] + 0.5) + phase)
        fields.append((np.sqrt(2) * np.stack([np.cos(angle), np.sin(angle)])).astype(np.float32))
    return np.concatenate(fields)


def _whole(cycles_a_px: float, side_px: int) -> int:
    """Near to the cycles on a side, and at least 1."""
    halvings = 0
    while side_px % 2 == 0 and abs(cycles_a_px) * side_px / 2 >= ALIKE_FROM:
        side_px, halvings = side_px // 2, halvings + 1
    return int(np.sign(cycles_a_px)) * max(1, round(abs(cycles_a_px) * side_px)) << halvings
