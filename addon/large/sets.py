"""Requests for several textures that belong together; knows nothing of Blender."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...synthesis.files import texture_name
from ...synthesis.info import ModelInfo
from ...synthesis.latent import Latent
from ...synthesis.session import Model
from ...synthesis.texture import generate
from ...synthesis.udim import UdimSet, tile_file
from ..job import Awaited, Piece, Request, TextureRequest


@dataclass(frozen=True)
class UdimRequest(Request):
    """One large texture as UDIM tiles, in files numbered from 1001."""

    udim: UdimSet

    def pieces(self, model: Model, awaited: Awaited) -> list[Piece]:
        self.udim.check(model.info)
        return [
            Piece(
                tile_file(self.out, number), rect.height, rect.width,
                generate(model, self.latent, *self.udim.size, surface=self.surface, part=rect),
            )
            for number, rect in self.udim.tiles().items()
        ]  # fmt: skip


@dataclass(frozen=True)
class VariationsRequest(TextureRequest):
    """A texture and others of the same kind and size."""

    others: tuple[Latent, ...] = ()

    def pieces(self, model: Model, awaited: Awaited) -> list[Piece]:
        latents = (self.latent, *self.others)
        return [self._piece(model, latent, self.file(model.info, latent.seed)) for latent in latents]

    def file(self, info: ModelInfo, seed: int) -> Path:
        """Where the texture of a seed goes."""
        return self.out.with_stem(texture_name(info, seed, self.height, self.width))
