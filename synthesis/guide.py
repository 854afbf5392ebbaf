"""The guide: what is known of the picture that is to be made, and how surely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .maps import MAP_KINDS, channels_of
from .pyramid import halved
from .windows import Rect

UNKNOWN, ROUGH, EXACT = 0.0, 0.5, 1.0
ABSENT_CELLS = 3  # a guide of so few cells, all zero, is none


@dataclass(frozen=True)
class Guide:
    """Pixels that steer the generator.

    maps: the model's; values: (height, width, channels of all maps) float32 in 0..1; known: (height, width, maps),
    UNKNOWN, ROUGH (noisy, or of another kind: to be made anew in its likeness) or EXACT.
    finest_px: only structure of this size and larger is seen; wrapped: on a torus, else nothing is known outside;
    worn: the values have noise or blur, to be taken away, or blocks of JPEG, to be softened; all else is to stay.
    carried: further maps, (height, width, channels) each, which the model does not make: handed on as they are.
    """

    maps: tuple[str, ...]
    values: NDArray[np.float32]
    known: NDArray[np.float32]
    finest_px: float = 1.0
    wrapped: bool = False
    worn: bool = False
    carried: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    def part(self, rect: Rect) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Values and known of a rectangle that may reach beyond the edges: (height, width, channels), (.., maps)."""
        return _wrapping(self.values, rect), self.known_part(rect)

    def known_part(self, rect: Rect) -> NDArray[np.float32]:
        """Known alone of a rectangle."""
        known = _wrapping(self.known, rect)
        if not self.wrapped:
            rows, columns = _lines(rect)
            height, width = self.known.shape[:2]
            known[(rows < 0) | (rows >= height)] = UNKNOWN
            known[:, (columns < 0) | (columns >= width)] = UNKNOWN
        return known

    def carried_part(self, rect: Rect) -> dict[str, NDArray[np.float32]]:
        """The carried maps of a rectangle."""
        return {name: _wrapping(pixels, rect) for name, pixels in self.carried.items()}


def guide_channels(maps: Sequence[str]) -> int:
    """One for each channel of a map and one for each map."""
    return channels_of(maps) + len(maps)


def pixels_a_cell(cell_px: int) -> int:
    """How many values of each channel a cell of the guide holds: all pixels at 2 px, elsewhere their mean."""
    return 4 if cell_px == 2 else 1


def guide_inputs(maps: Sequence[str], cells_px: Sequence[int]) -> dict[int, int]:
    """Cell size -> channels of the guide's fields, coarsest first, down to single pixels."""
    return {px: guide_channels(maps) * pixels_a_cell(px) for px in (*cells_px, 1)}


def guide_fields(guide: Guide, cells_px: Sequence[int], margin_cells: int, rect: Rect) -> list[NDArray[np.float32]]:
    """What a window sees of a guide: (channels, rows, columns) for each cell size, and at last for single pixels.

    cells_px: coarsest first, each half of the one before, down to 1 or coarser.
    The values are centred at 0 and 0 where unknown; a cell is the mean of its pixels, so that a cell that is half
    known weighs half.
    """
    reach = margin_cells * cells_px[0]
    pixels = _premultiplied(guide.maps, *guide.part(rect.grown(reach)))
    means, size_px, fields = pixels, 1, []
    while True:
        if size_px == 1 or size_px in cells_px:
            cells = _cells_of_four(pixels) if pixels_a_cell(size_px) == 4 else means
            surplus = reach // size_px - margin_cells
            seen = cells[surplus : len(cells) - surplus, surplus : cells.shape[1] - surplus]
            fields.append(np.ascontiguousarray(seen.transpose(2, 0, 1)) * _felt(size_px, guide.finest_px))
        if size_px == cells_px[0]:
            return fields[::-1]
        means, size_px = halved(means), 2 * size_px


def _cells_of_four(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(2h, 2w, channels) -> (h, w, 4 * channels): the four pixels of every cell of 2 x 2."""
    return np.concatenate([pixels[row::2, column::2] for row in (0, 1) for column in (0, 1)], axis=2)


def _premultiplied(maps: Sequence[str], values: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values about 0, and 0 where unknown, beside their masks: (height, width, guide_channels)."""
    sure = np.repeat(known > 0, [MAP_KINDS[name].channels for name in maps], axis=2)
    return np.concatenate([(values - np.float32(0.5)) * sure, known], axis=2)


def _wrapping(pixels: NDArray[np.float32], rect: Rect) -> NDArray[np.float32]:
    """A rectangle that may reach beyond the edges, where the picture repeats."""
    rows, columns = _lines(rect)
    return pixels.take(rows, 0, mode="wrap").take(columns, 1, mode="wrap")


def _lines(rect: Rect) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The numbers of a rectangle's rows and columns."""
    return np.arange(rect.row, rect.row + rect.height), np.arange(rect.column, rect.column + rect.width)


def _felt(cell_px: int, finest_px: float) -> np.float32:
    """1 for cells of finest_px and coarser, fading to 0 within one halving."""
    return np.float32(np.clip(1 - np.log2(finest_px / cell_px), 0, 1))
