"""Images on their way from Blender's main thread, which alone may read them, to a worker; knows nothing of Blender."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np

from ..synthesis.png_reader import decoded
from .pixels import Pixels, opaque_rgba

WAIT_SECONDS = 0.05
SMALL = 2048 * 2048 * 4  # numbers for which memory of any kind will do


class Inbox:
    """Takes images by name. The main thread gives; the worker awaits.

    What Blender has not decoded is given as its PNG file, and decoded by the worker. Other pixels are copied into
    memory that the worker has touched: for the 268 MB of 4096 x 4096 px that takes longer than to fill them.
    """

    def __init__(self) -> None:
        self._given: SimpleQueue[tuple[str, Pixels | bytes | Path]] = SimpleQueue()
        self._refused: SimpleQueue[str] = SimpleQueue()
        self._asked: SimpleQueue[int] = SimpleQueue()
        self._made: SimpleQueue[np.ndarray] = SimpleQueue()
        self._awaited = 0
        self.busy = False  # whether the worker has an image in hand

    def give(self, name: str, image: Pixels | bytes | Path) -> None:
        """Hand in an image: its pixels, or the PNG file or its content."""
        self._given.put((name, image))

    def memory(self, values: int) -> np.ndarray | None:
        """Room for so many numbers, or None until the worker has made it: then ask again."""
        if values <= SMALL:
            return np.empty(values, np.float32)
        with suppress(Empty):
            made = self._made.get_nowait()
            self._awaited = 0
            if len(made) == values:
                return made
        if self._awaited != values:
            self._awaited = values
            self._asked.put(values)
        return None

    def refused(self) -> list[str]:
        """Those whose file could not be decoded: their pixels are to be given."""
        names = []
        with suppress(Empty):
            while True:
                names.append(self._refused.get_nowait())
        return names

    def awaited(self, names: Collection[str], check: Callable[[], None]) -> Iterator[tuple[str, np.ndarray]]:
        """Every image as it comes in, as (height, width, 4) in 0..1, row 0 on top; `check` raises to stop waiting."""
        missing = set(names)
        while missing:
            check()
            with suppress(Empty):
                room = np.empty(self._asked.get_nowait(), np.float32)
                room.fill(0)
                self._made.put(room)
            with suppress(Empty):
                name, held = self._given.get(timeout=WAIT_SECONDS)
                self.busy = True
                rgba = held.encoded() if isinstance(held, Pixels) else _from_file(held)
                del held  # a quarter of a gigabyte that is not needed any more
                if rgba is None:
                    self._refused.put(name)
                else:
                    missing.discard(name)
                    yield name, rgba
                self.busy = False


def _from_file(held: bytes | Path) -> np.ndarray | None:
    try:
        content = held.read_bytes() if isinstance(held, Path) else held
    except OSError:
        return None  # Blender may still hold what the file held
    pixels = decoded(content)
    return None if pixels is None else opaque_rgba(pixels)
