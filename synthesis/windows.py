"""Cutting a texture into windows that can be computed alone: integers only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rect:
    """A rectangle of a texture, in pixels from its top left corner."""

    row: int
    column: int
    height: int
    width: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Where it lies in an array of the texture's rows and columns."""
        return slice(self.row, self.row + self.height), slice(self.column, self.column + self.width)

    def grown(self, border_px: int) -> Rect:
        """With so many pixels more on every side."""
        return Rect(
            self.row - border_px, self.column - border_px, self.height + 2 * border_px, self.width + 2 * border_px
        )

    def within(self, height_px: int, width_px: int) -> Rect:
        """What lies inside a texture of that size."""
        row, column = max(self.row, 0), max(self.column, 0)
        below, beside = min(self.row + self.height, height_px), min(self.column + self.width, width_px)
        return Rect(row, column, below - row, beside - column)


def windows(height_px: int, width_px: int, window_px: int) -> list[Rect]:
    """All windows of a texture, row by row, each at most `window_px` square; those at the far edges are smaller."""
    return [
        Rect(row, column, min(window_px, height_px - row), min(window_px, width_px - column))
        for row in range(0, height_px, window_px)
        for column in range(0, width_px, window_px)
    ]


def cells(start_px: int, extent_px: int, cell_px: int, margin_cells: int) -> range:
    """The cells of a level that a window sees along one axis; they may lie beyond the texture's edges."""
    return range(start_px // cell_px - margin_cells, (start_px + extent_px) // cell_px + margin_cells)
