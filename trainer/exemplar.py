"""Reading what is to be learned: one image, or a folder of maps of one material."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from synthesis.errors import TextureError
from synthesis.image_files import read_picture
from synthesis.palette import palette
from synthesis.picture import Picture
from synthesis.preparation import UNPREPARED, Preparation, prepared, shrunk
from synthesis.spectrum import spectra

SMALLEST_PX = 128
USUAL_PX = 512  # to which a larger exemplar's shorter side is reduced
LARGEST_SHORTER_PX = 4096  # features of the whole exemplar take some 200 bytes a pixel


@dataclass(frozen=True)
class Exemplar:
    """What one fit learns.

    maps: names, in the order of MAP_KINDS; pixels: (height, width, channels of all maps) float32 in 0..1;
    preparation: what was done to it before.
    """

    name: str
    maps: tuple[str, ...]
    pixels: np.ndarray
    preparation: Preparation = UNPREPARED

    @property
    def digest(self) -> str:
        """Of the pixels: tells whether two fits learn the same."""
        return hashlib.sha256(self.pixels.tobytes()).hexdigest()

    def variance_left(self, cell_px: int) -> float:
        """The part of its pixels' variance, all channels together, that means of `cell_px` x `cell_px` px still have.

        1 where all structure is larger than that, next to 0 where it is all grain.
        """
        variances = []
        for px in (1, cell_px):
            height, width = (side // px for side in self.pixels.shape[:2])
            cells = self.pixels[: height * px, : width * px].reshape(height, px, width, px, -1).mean(axis=(1, 3))
            variances.append(float(cells.var(axis=(0, 1)).sum()))
        return variances[1] / variances[0] if variances[0] > 0 else 1.0

    @cached_property
    def palette(self) -> np.ndarray:
        """Of its base color, (PALETTE_COLORS, 3): see `synthesis.palette`."""
        return palette(self.pixels[..., :3])

    @cached_property
    def spectra(self) -> tuple[tuple[tuple[float, ...], ...], ...]:
        """How strong its bands are, as `ModelInfo.spectra`."""
        return spectra(self.maps, self.pixels)


def read_exemplar(path: Path, shorter_px: int, preparation: Preparation = UNPREPARED) -> Exemplar:
    """The exemplar at `path`, prepared; without a scale, its shorter side is then reduced to at most `shorter_px`.

    Of an image with transparent pixels the largest opaque rectangle is learned.
    Raises: TextureError as `read_picture` and `prepared`, or where the exemplar is too small, or its scale too large.
    """
    picture = prepared(read_picture(path), preparation)
    part = ""
    if picture.opaque is not None:
        part = ", in its largest opaque part"
        top, bottom, left, right = _largest_rectangle(picture.opaque)
        picture = Picture({name: pixels[top:bottom, left:right] for name, pixels in picture.maps.items()})
    height, width = picture.size
    if not height:
        raise TextureError(f"{path} is transparent everywhere: give an image that shows the texture")
    if min(height, width) < SMALLEST_PX:
        raise TextureError(
            f"{path} is {width} x {height} px{_as_prepared(preparation)}{part}: at least {SMALLEST_PX} px on each side "
            "are needed to learn"
        )
    name = path.stem if path.is_file() else path.resolve().name
    if preparation.scale is None and min(height, width) > shorter_px:
        picture = shrunk(picture, shorter_px / min(height, width))
    elif min(height, width) > LARGEST_SHORTER_PX:
        raise TextureError(
            f"{path} is {width} x {height} px, as it is prepared: up to {LARGEST_SHORTER_PX} px on the shorter side "
            "can be learned, choose a smaller --scale"
        )
    pixels = np.concatenate([*picture.maps.values()], axis=2, dtype=np.float32)
    return Exemplar(name, tuple(picture.maps), pixels, preparation)


def _as_prepared(preparation: Preparation) -> str:
    return "" if preparation == UNPREPARED else ", as it is prepared"


def _largest_rectangle(inside: np.ndarray) -> tuple[int, int, int, int]:
    """(top, bottom, left, right) of the largest all-true rectangle: the largest under a histogram, row by row."""
    best, found = 0, (0, 0, 0, 0)
    heights = np.zeros(inside.shape[1] + 1, np.int64)  # a last column of 0 closes every open rectangle
    for row, line in enumerate(inside):
        heights[:-1] = np.where(line, heights[:-1] + 1, 0)
        open_columns: list[tuple[int, int]] = []  # (left, height), rising heights
        for column, height in enumerate(heights.tolist()):
            left = column
            while open_columns and open_columns[-1][1] >= height:
                left, tall = open_columns.pop()
                if tall * (column - left) > best:
                    best, found = tall * (column - left), (row + 1 - tall, row + 1, left, column)
            open_columns.append((left, height))
    return found
