"""Small textures, a few at a time, by a worker thread; knows nothing of Blender."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...synthesis.latent import Latent
from ...synthesis.texture import whole
from ..job import ready_model

SIDE_PX = 192


class Batch:
    """Thumbnails of some latents of a model, made one after another. error: what ended it early, if anything did."""

    def __init__(self, model: Path, device: str, latents: Sequence[Latent]) -> None:
        self.model = model
        self.error: Exception | None = None
        self._device, self._latents = device, latents
        self._made: deque[tuple[int, np.ndarray]] = deque()  # safe between two threads
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._work, name="Tilewright thumbnails", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        """Stop after the thumbnail under way."""
        self._cancelled.set()

    def wait(self) -> None:
        """Until the worker has ended."""
        self._thread.join()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def taken(self) -> list[tuple[int, np.ndarray]]:
        """What was made since the last call: seeds, each with its (height, width, 3) base color in 0..1."""
        return [self._made.popleft() for _ in range(len(self._made))]

    def _work(self) -> None:
        try:
            model = ready_model(self.model, self._device)
            side = model.info.nearest_size(SIDE_PX)
            for latent in self._latents:
                if self._cancelled.is_set():
                    return
                self._made.append((latent.seed, whole(model, latent, side, side)["base_color"]))
        except Exception as error:  # handed to the main thread, which tells TextureError from a bug
            self.error = error
