"""A preparation worked out by the worker thread; knows nothing of Blender."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...synthesis.preparation import Preparation, prepared
from ...synthesis.writing import write_picture
from ..job import Job
from ..pixels import picture_and_mask


@dataclass(frozen=True)
class PrepareRequest:
    """Which maps to await, how to prepare them, and where their files go: the PNG file, or with several maps their
    common name.
    """

    maps: tuple[str, ...]
    preparation: Preparation
    out: Path


class PrepareJob(Job):
    """A preparation being worked out; it takes a second or a few, and is told as half done when only files remain."""

    request: PrepareRequest

    def _make(self) -> None:
        picture, _ = picture_and_mask(self._awaited(self.request.maps))
        made = prepared(picture, self.request.preparation)
        self.progress, self.device = 0.5, "CPU"
        self._check_cancelled()
        self._files = write_picture(made, self.request.out)
