"""One texture or edit at a time, written to files by a worker thread; knows nothing of Blender."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..synthesis.errors import TextureError
from ..synthesis.files import texture_files, write_texture
from ..synthesis.guide import Guide
from ..synthesis.info import ModelInfo
from ..synthesis.latent import Latent
from ..synthesis.session import Model, open_model
from ..synthesis.texture import Window, edit, generate


@dataclass(frozen=True)
class Request:
    """What to make, with which model, and where: the PNG file, or its stem with several maps.

    device: as in `open_model`.
    """

    model: Path
    device: str
    latent: Latent
    out: Path

    def windows(self, model: Model) -> tuple[int, int, Iterator[Window]]:
        """(height, width) in pixels, and the finished windows. Raises: TextureError."""
        raise NotImplementedError


@dataclass(frozen=True)
class TextureRequest(Request):
    """A new texture of a size in pixels."""

    height: int
    width: int

    def windows(self, model: Model) -> tuple[int, int, Iterator[Window]]:
        return self.height, self.width, generate(model, self.latent, self.height, self.width)


@dataclass(frozen=True)
class EditRequest(Request):
    """A picture made anew: `ask` turns the model's info into the guide for it."""

    ask: Callable[[ModelInfo], Guide]

    def windows(self, model: Model) -> tuple[int, int, Iterator[Window]]:
        guide = self.ask(model.info)
        height, width = guide.known.shape[:2]
        return height, width, edit(model, self.latent, guide)


class Cancelled(TextureError):
    """The artist changed their mind."""


class Job:
    """A request being worked on. progress: 0..1; device: the one really in use, "" before it is known."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.progress = 0.0
        self.device = ""
        self._error: Exception | None = None
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._work, name="Tilewright", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        """Stop after the window under way; no file is left behind."""
        self._cancelled.set()

    def wait(self) -> None:
        """Until the worker has ended."""
        self._thread.join()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def finish(self) -> dict[str, Path]:
        """Wait, then the file of every map. Raises: TextureError, or whatever bug the work met."""
        self.wait()
        if self._error is not None:
            raise self._error
        return texture_files(_model(self.request.model, self.request.device).info, self.request.out)

    def _work(self) -> None:
        try:
            self._write()
        except Exception as error:  # handed to the main thread, which tells TextureError from a bug
            self._error = error

    def _write(self) -> None:
        asked = self.request
        model = _model(asked.model, asked.device)
        self.device = model.device
        height, width, windows = asked.windows(model)
        writing = write_texture(model.info, windows, height, width, asked.out)
        for window in writing:
            self.progress = window.number / window.count
            if self._cancelled.is_set():
                writing.close()
                raise Cancelled("cancelled: nothing was changed")
        self.device = model.device


def forget() -> None:
    """Let go of loaded models."""
    _opened.cache_clear()


def _model(path: Path, device: str) -> Model:
    try:
        return _opened(path, path.stat().st_mtime_ns, device)
    except OSError:
        raise TextureError(f"there is no model file {path}") from None


@lru_cache(maxsize=2)
def _opened(path: Path, _changed_ns: int, device: str) -> Model:
    return open_model(path, device)
