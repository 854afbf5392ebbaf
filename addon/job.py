"""One texture or edit at a time, written to files by a worker thread; knows nothing of Blender."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np

from ..synthesis.errors import TextureError
from ..synthesis.files import Destination, Place, all_in_place
from ..synthesis.guide import Guide
from ..synthesis.info import ModelInfo
from ..synthesis.latent import Latent, loop
from ..synthesis.maps import Maps
from ..synthesis.model_file import read_info
from ..synthesis.picture import Picture
from ..synthesis.recipe import Recipe, recipe, texture_name
from ..synthesis.session import Model, open_model
from ..synthesis.surface import NO_SURFACE, Surface
from ..synthesis.texture import Windows, edit, edited_maps, generate
from ..synthesis.writing import write_texture
from . import models
from .inbox import Inbox
from .new_files import free_file
from .pixels import picture_and_mask

UNNAMED = "texture.png"  # in the folder of a request, until all is known that names its file
Awaited = Callable[[Collection[str]], Iterator[tuple[str, np.ndarray]]]  # as `Inbox.awaited`
Asks = Callable[[ModelInfo, Picture, np.ndarray | None], Guide]


@dataclass(frozen=True)
class Piece:
    """One texture to be written; sizes in pixels; its windows to come."""

    out: Destination
    made: Maps
    height: int
    width: int
    windows: Windows


@dataclass(frozen=True)
class Request:
    """What to make, with which model, and where.

    device: as in `open_model`; out: the PNG file, or with several maps their common name; surface: what to estimate
    where the model lacks it.
    """

    model: Path
    device: str
    latent: Latent
    out: Path
    surface: Surface = field(default=NO_SURFACE, kw_only=True)

    def pieces(self, model: Model, awaited: Awaited) -> list[Piece]:
        """What is to be written, all of it; awaited: gives images that the job was promised. Raises: TextureError."""
        raise NotImplementedError


@dataclass(frozen=True)
class TextureRequest(Request):
    """A new texture of a size in pixels; with several frames, a loop in files numbered from 1."""

    height: int
    width: int
    frames: int = 1

    def recipe(self) -> Recipe:
        """Of what it makes. Raises: TextureError where its model is gone."""
        info, digest = read_info(self.model), models.digest(self.model)
        return recipe(info, digest, self.latent, (self.height, self.width), self.surface, self.frames)

    def named(self, packed: bool, ending: str = "") -> Self:
        """With its file named after what it makes; where it stays a file, it is one that is not there yet.

        Raises: TextureError where its model is gone.
        """
        name = texture_name(read_info(self.model), self.latent.seed, self.height, self.width)
        out = self.out.with_name(f"{name}{ending}.png")
        return replace(self, out=out if packed else free_file(out))

    def pieces(self, model: Model, awaited: Awaited) -> list[Piece]:
        if self.frames == 1:
            return [self._piece(model, self.latent, Destination(self.out))]
        return [
            self._piece(model, latent, Destination.of_frame(self.out, number))
            for number, latent in enumerate(loop(self.latent, self.frames), start=1)
        ]

    def _piece(self, model: Model, latent: Latent, out: Destination) -> Piece:
        windows = generate(model, latent, self.height, self.width, surface=self.surface)
        return Piece(out, self.surface.made(model.info), self.height, self.width, windows)


@dataclass(frozen=True)
class EditRequest(Request):
    """A picture made anew.

    images: names of what is awaited, maps and maybe a mask; ask: turns the model's info, the picture and the mask
    (or None) into the guide for it.
    """

    images: tuple[str, ...]
    ask: Asks

    def pieces(self, model: Model, awaited: Awaited) -> list[Piece]:
        guide = self.ask(model.info, *picture_and_mask(awaited(self.images)))
        height, width = guide.known.shape[:2]
        windows = edit(model, self.latent, guide, surface=self.surface)
        made = edited_maps(model.info, guide, self.surface)
        return [Piece(Destination(self.out), made, height, width, windows)]


class Cancelled(TextureError):
    """The artist changed their mind."""


class Worker:
    """A thread that can be stopped. error: what ended it early, if anything did."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._work, name="Tilewright", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        """Stop after the part under way; nothing unfinished is left behind."""
        self._cancelled.set()

    def wait(self) -> None:
        """Until the worker has ended."""
        self._thread.join()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def _work(self) -> None:
        try:
            self._make()
        except Exception as error:  # handed to the main thread, which tells TextureError from a bug
            self.error = error

    def _make(self) -> None:
        """Do the work; look at `_cancelled` often. Raises: TextureError."""
        raise NotImplementedError


class Writer(Worker):
    """A worker that makes files. progress: 0..1; device: what computes, "" before it is known and where none does.

    inbox: where it awaits images that only the main thread can read.
    """

    told_cancelled = "cancelled: nothing was changed"

    def __init__(self) -> None:
        super().__init__()
        self.progress = 0.0
        self.device = ""
        self.inbox = Inbox()
        self._files: dict[str, Path] = {}
        self._refused: TextureError | None = None

    def refuse(self, reason: TextureError) -> None:
        """Stop as `cancel` does, for a reason that `finish` raises; where it was cancelled already, that stays."""
        if not self._cancelled.is_set():
            self._refused = reason
            self.cancel()

    def finish(self) -> dict[str, Path]:
        """Wait, then the files, each by what it is: a map, of a loop those of its first frame.

        Raises: TextureError, or whatever bug the work met.
        """
        self.wait()
        if self.error is not None:
            raise self.error
        return self._files

    def _make(self) -> None:
        """Do the work and keep its `_files`; look at `_cancelled` often. Raises: TextureError."""
        raise NotImplementedError

    def _awaited(self, names: Collection[str]) -> Iterator[tuple[str, np.ndarray]]:
        return self.inbox.awaited(names, self._check_cancelled)

    def _check_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise self._refused or Cancelled(self.told_cancelled)


class Job(Writer):
    """A request being worked on."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request

    def _make(self) -> None:
        asked = self.request
        model = ready_model(asked.model, asked.device)
        self.device = model.device
        pieces = asked.pieces(model, self._awaited)
        with all_in_place() as place:
            for done, piece in enumerate(pieces):
                self._write_piece(piece, place, done, len(pieces))
        self._files = pieces[0].out.of_maps(pieces[0].made.maps)
        self.device = model.device

    def _write_piece(self, piece: Piece, place: Place, done: int, count: int) -> None:
        with closing(write_texture(piece.made, piece.windows, piece.height, piece.width, piece.out, place)) as writing:
            for window in writing:
                self.progress = (done + window.number / window.count) / count
                self._check_cancelled()


def detach() -> None:
    """Let go of loaded models."""
    _opened.cache_clear()


def ready_model(path: Path, device: str) -> Model:
    """A model that is ready to run, kept for the next time. Raises: TextureError as `open_model`."""
    try:
        asked = path, path.stat().st_mtime_ns, device
    except OSError:
        raise TextureError(f"there is no model file {path}") from None
    if _opened(*asked).fallen_back:
        _opened.cache_clear()  # the GPU may have room again
    return _opened(*asked)


@lru_cache(maxsize=2)
def _opened(path: Path, _changed_ns: int, device: str) -> Model:
    return open_model(path, device)
