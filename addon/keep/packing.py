"""Maps of a material rewritten as a game engine wants them; knows nothing of Blender."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np

from ...synthesis import engines
from ...synthesis.files import all_in_place
from ...synthesis.maps import MAP_KINDS
from ...synthesis.png import PngWriter
from ..job import Writer

ROWS_AT_ONCE = 256  # between two looks at whether the artist has cancelled


class PackWorker(Writer):
    """Writes files of an engine's convention, all of them or none, once it was given all maps.

    targets: where each goes; maps: their names; absent: value of each map that is not there.
    """

    told_cancelled = "cancelled: nothing was written"

    def __init__(
        self, targets: Mapping[engines.EngineFile, Path], maps: Collection[str], absent: Mapping[str, float]
    ) -> None:
        super().__init__()
        self._targets, self._names, self._absent = targets, maps, absent

    def _make(self) -> None:
        given = self._awaited(self._names)
        maps = {name: np.ascontiguousarray(rgba[..., : MAP_KINDS[name].channels]) for name, rgba in given}
        with all_in_place() as place:
            for number, (file, target) in enumerate(self._targets.items()):
                self.progress = number / len(self._targets)
                self._write_file(file, place(target), maps)
        self._files = {target.stem: target for target in self._targets.values()}

    def _write_file(self, file: engines.EngineFile, path: Path, maps: Mapping[str, np.ndarray]) -> None:
        pixels = engines.packed(file, maps, self._absent)
        height, width, channels = pixels.shape
        with path.open("wb") as opened:
            writer = PngWriter(opened, height, width, channels, file.bit_depth)
            for row in range(0, height, ROWS_AT_ONCE):
                self._check_cancelled()
                writer.write_rows(pixels[row : row + ROWS_AT_ONCE])
            writer.close()
