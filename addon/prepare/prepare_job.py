"""A preparation worked out by the worker thread; knows nothing of Blender."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...synthesis.files import write_picture
from ...synthesis.picture import Picture
from ...synthesis.preparation import Preparation, prepared
from ..job import Cancelled, Job


@dataclass(frozen=True)
class PrepareRequest:
    """What to prepare, how, and where its files go: the PNG file, or with several maps their common name."""

    picture: Picture
    preparation: Preparation
    out: Path


class PrepareJob(Job):
    """A preparation being worked out; it takes a second or a few, and is told as half done when only files remain."""

    request: PrepareRequest

    def _make(self) -> None:
        made = prepared(self.request.picture, self.request.preparation)
        self.progress, self.device = 0.5, "CPU"
        if self._cancelled.is_set():
            raise Cancelled("cancelled: nothing was changed")
        self._files = write_picture(made, self.request.out)
