"""Small textures, a few at a time, by a worker thread; knows nothing of Blender."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from ...synthesis.latent import Latent
from ...synthesis.texture import whole
from ...synthesis.threads import in_order
from ..job import Worker, ready_model

SIDE_PX = 192


class Batch(Worker):
    """Thumbnails of some latents of a model, handed on one after another."""

    def __init__(self, model: Path, device: str, latents: Sequence[Latent]) -> None:
        super().__init__()
        self.model = model
        self._device, self._latents = device, latents
        self._made: deque[tuple[int, np.ndarray]] = deque()  # safe between two threads

    def taken(self) -> list[tuple[int, np.ndarray]]:
        """What was made since the last call: seeds, each with its (height, width, 3) base color in 0..1."""
        return [self._made.popleft() for _ in range(len(self._made))]

    def _make(self) -> None:
        model = ready_model(self.model, self._device)
        side = model.info.nearest_size(SIDE_PX)
        with closing(in_order(lambda one: whole(model, one, side, side), self._latents, model.windows_at_once)) as made:
            for latent, maps in zip(self._latents, made, strict=True):
                self._made.append((latent.seed, maps["base_color"]))
                if self._cancelled.is_set():
                    return
