"""UDIM sets: one large texture cut into tiles, each of which is a file."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import TextureError
from .info import LARGEST_SIZE_PX, ModelInfo
from .windows import Rect

FIRST = 1001
LARGEST_COLUMNS = 10  # after which the numbers begin the next row
LARGEST_ROWS = 100


@dataclass(frozen=True)
class UdimSet:
    """So many tiles along u and v, each of a size in pixels; together they are one texture that wraps."""

    columns: int
    rows: int
    tile_height: int
    tile_width: int

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the whole."""
        return self.rows * self.tile_height, self.columns * self.tile_width

    def check(self, info: ModelInfo) -> None:
        """Raises: TextureError where a model can't make this set."""
        if not 1 <= self.columns <= LARGEST_COLUMNS or not 1 <= self.rows <= LARGEST_ROWS:
            raise TextureError(
                f"the UDIM set has {self.columns} x {self.rows} tiles; allowed is 1 to {LARGEST_COLUMNS} columns and "
                f"1 to {LARGEST_ROWS} rows"
            )
        info.check_size(self.tile_height, self.tile_width)
        if max(self.size) > LARGEST_SIZE_PX:
            raise TextureError(
                f"the UDIM set would be {self.size[1]} x {self.size[0]} px in all; allowed is up to {LARGEST_SIZE_PX}: "
                "take fewer or smaller tiles"
            )

    def tiles(self) -> dict[int, Rect]:
        """Number -> where the tile lies in the whole. Numbers go up to the right by 1 and upwards, along v, by 10."""
        return {
            FIRST + column + LARGEST_COLUMNS * row: Rect(
                (self.rows - 1 - row) * self.tile_height, column * self.tile_width, self.tile_height, self.tile_width
            )
            for row in range(self.rows)
            for column in range(self.columns)
        }
