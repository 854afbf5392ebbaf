"""Order that reaches further than a generator sees: waves that repeat, and noise that is the same along a line.

Without it a generator knows only what lies within its receptive field: courses of bricks would bend, boards would end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .json_values import number, whole
from .noise import noise_field

LINES = ("rows", "columns")
MOST_WAVES = 2  # of which all others are made
MOST_HARMONICS = 4
LARGEST_MULTIPLE = 12  # of a wave in a harmonic
LINE_CHANNELS = 2  # a direction and level
FINEST_CELL_PX = 4  # finer fields need no help: the coarser ones tell them where they are
CELLS_A_WAVE = 3  # at least, to be felt at a level
ALIKE_FROM = 8  # cycles on a side: fewer are fitted more closely

_LONGEST = 1 / 4096  # cycles a pixel: longer waves are none
_NEARLY = 1 - 1e-9
_LINE_LEVEL = 64  # so far from the levels of other noise


@dataclass(frozen=True)
class Regularity:
    """waves: of each, the cycles a pixel (down, right); lines: those of LINES along which noise is the same.

    harmonics: further waves, each told by how many of every wave add up to it.
    Source: periodic dimensions of PSGAN (Bergmann et al. 2017, arXiv:1705.06566), here with the exemplar's own periods.
    """

    waves: tuple[tuple[float, float], ...] = ()
    lines: tuple[str, ...] = ()
    harmonics: tuple[tuple[int, ...], ...] = ()

    @property
    def every_wave(self) -> list[tuple[float, float]]:
        """Waves and then harmonics, as waves."""
        return [*self.waves, *(added(self.waves, multiples) for multiples in self.harmonics)]

    def felt_waves(self, cell_px: int) -> list[int]:
        """Which of every wave cells of this size show."""
        most = 1 / (CELLS_A_WAVE * cell_px) if cell_px >= FINEST_CELL_PX else 0  # cycles a pixel
        return [index for index, wave in enumerate(self.every_wave) if np.hypot(*wave) <= most]

    def felt_lines(self, cell_px: int) -> tuple[str, ...]:
        """Those of its lines that cells of this size show."""
        return self.lines if cell_px >= FINEST_CELL_PX else ()

    def channels(self, cell_px: int) -> int:
        """Of the field at a level."""
        return 2 * len(self.felt_waves(cell_px)) + LINE_CHANNELS * len(self.felt_lines(cell_px))

    def told(self) -> str:
        """For people, "" without order."""
        steps = shortest(np.linalg.pinv(np.reshape(self.waves, (-1, 2))).T.tolist())
        periods = [f"every {round(np.hypot(*step))} px {_direction(step)}" for step in steps]
        lines = [f"lines along {line}" for line in self.lines]
        return ", ".join([*periods, *lines])

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Regularity:
        """The inverse of `dataclasses.asdict`. Raises: TypeError, ValueError or OverflowError where it is none."""
        if not isinstance(stored, Mapping):
            raise TypeError("regularity")
        waves = tuple((number(down), number(right)) for down, right in stored.get("waves", ()))
        lines = tuple(stored.get("lines", ()))
        harmonics = tuple(tuple(map(whole, multiples)) for multiples in stored.get("harmonics", ()))
        distinct = lines in [(), *((line,) for line in LINES), LINES]
        if len(waves) > MOST_WAVES or not all(_LONGEST < np.hypot(*wave) < 1 for wave in waves) or not distinct:
            raise ValueError("regularity")
        if len(waves) == MOST_WAVES and abs(np.linalg.det(waves)) < _LONGEST**2:
            raise ValueError("regularity")
        fitting = all(len(one) == len(waves) and max(map(abs, one)) <= LARGEST_MULTIPLE for one in harmonics)
        if len(harmonics) > MOST_HARMONICS or not fitting:
            raise ValueError("regularity")
        return cls(waves, lines, harmonics)


IRREGULAR = Regularity()


def added(waves: Sequence[tuple[float, float]], multiples: Sequence[int]) -> tuple[float, float]:
    """The wave that so many of each add up to."""
    down, right = (np.array(multiples) @ np.array(waves)).tolist()
    return down, right


def shortest(vectors: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """As many vectors, up to two, of which the same lattice is made, and that are as short as can be.

    Source: Lagrange's reduction of a lattice in the plane.
    """
    if len(vectors) < 2:
        return list(vectors)
    short, long = np.array(vectors)
    while (shorter := long - round(long @ short / (short @ short)) * short) @ shorter < (short @ short) * _NEARLY:
        short, long = shorter, short
    return [(down, right) for down, right in (short.tolist(), shorter.tolist())]


def fitted(waves: Sequence[tuple[float, float]], size: tuple[int, int]) -> list[tuple[int, int]]:
    """The cycles down and right of waves that repeat on a torus of (height, width) px: their periods are stretched.

    Parts of two waves that are multiples of one frequency stay so: what is level or upright of their sums stays level
    or upright. A torus of twice the size has twice as many cycles, if there are ALIKE_FROM, so that larger textures of
    a seed begin alike.
    """
    wanted = np.abs(waves).reshape(-1, 2) * size
    cycles = np.zeros(wanted.shape, np.int64)
    for axis, side in enumerate(size):
        for unit, counts in in_common([wave[axis] for wave in waves]):
            of = np.flatnonzero(counts)
            small = abs(unit) * side < 0.5 and (wanted[of, axis] < wanted[of].max(axis=1)).all()
            cycles[:, axis] += 0 if small else _whole(unit, side) * np.array(counts)
    return [(down, right) for down, right in cycles.tolist()]


def in_common(frequencies: Sequence[float], within: float = 1e-6) -> list[tuple[float, tuple[int, ...]]]:
    """The frequency that all are multiples of, up to a share of it, and the multiples; without one each by itself."""
    least = min((abs(one) for one in frequencies if one), default=0.0)
    for parts in range(1, LARGEST_MULTIPLE + 1) if least else ():
        counts = np.array(frequencies) * parts / least
        whole = counts.round()
        if np.abs(counts - whole).max() < within * parts and np.abs(whole).max() <= LARGEST_MULTIPLE:
            unit = float(whole @ frequencies / (whole @ whole))  # by least squares
            return [(unit, tuple(int(count) for count in whole))]
    alone = np.eye(len(frequencies), dtype=int).tolist()
    return [(one, tuple(only)) for one, only in zip(frequencies, alone, strict=True) if one]


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
    for place, direction in enumerate(regularity.felt_lines(cell_px)):
        down, right = (rows, (0,)) if direction == "rows" else ((0,), columns)
        noise = noise_field(seed, _LINE_LEVEL * (place + 1) + level, LINE_CHANNELS, down, right, wrap)
        fields.append(np.broadcast_to(noise, (LINE_CHANNELS, *shape)))
    return np.concatenate(fields)


def wave_field(
    regularity: Regularity, cell_px: int, rows: Sequence[int], columns: Sequence[int], wrap: tuple[int, int]
) -> NDArray[np.float32]:
    """The waves of one level, fitted to the torus and of no seed, so that variations match each other."""
    size = (wrap[0] * cell_px, wrap[1] * cell_px)
    cycles = fitted(regularity.waves, size)
    every = [*cycles, *(added(cycles, multiples) for multiples in regularity.harmonics)]
    turns = [np.divide(every[index], wrap).tolist() for index in regularity.felt_waves(cell_px)]
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


def _direction(step: tuple[float, float]) -> str:
    """Of a step in px (down, right)."""
    down, right = map(abs, step)
    return "across" if down < 0.5 else "down" if right < 0.5 else "aslant"
