"""A preparation worked out by the worker thread; knows nothing of Blender."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ...synthesis.preparation import Preparation, prepared
from ...synthesis.writing import write_picture
from ..job import Writer
from ..pixels import picture_and_mask


class PrepareJob(Writer):
    """A preparation being worked out; it takes a second or a few, and is told as half done when only files remain.

    maps: their names, to await; out: where the files go: the PNG file, or with several maps their common name.
    """

    def __init__(self, maps: Collection[str], preparation: Preparation, out: Path) -> None:
        super().__init__()
        self._names, self._preparation, self._out = maps, preparation, out

    def _make(self) -> None:
        picture, _ = picture_and_mask(self._awaited(self._names))
        made = prepared(picture, self._preparation)
        self.progress, self.device = 0.5, "CPU"
        self._check_cancelled()
        self._files = write_picture(made, self._out)
