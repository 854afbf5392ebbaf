"""Requests for several textures that belong together; knows nothing of Blender."""

from __future__ import annotations

from dataclasses import dataclass

from ...synthesis.files import Destination
from ...synthesis.session import Model
from ...synthesis.texture import generate
from ...synthesis.udim import UdimSet
from ..job import Awaited, Piece, Request, TextureRequest


@dataclass(frozen=True)
class UdimRequest(Request):
    """One large texture as UDIM tiles, in files numbered from 1001."""

    udim: UdimSet

    def pieces(self, model: Model, awaited: Awaited) -> list[Piece]:
        self.udim.check(model.info)
        made = self.surface.made(model.info)
        return [
            Piece(
                Destination.of_tile(self.out, number), made, rect.height, rect.width,
                generate(model, self.latent, *self.udim.size, surface=self.surface, part=rect),
            )
            for number, rect in self.udim.tiles().items()
        ]  # fmt: skip


@dataclass(frozen=True)
class VariationsRequest(TextureRequest):
    """A texture and others of the same kind and size."""

    others: tuple[TextureRequest, ...] = ()

    def pieces(self, model: Model, awaited: Awaited) -> list[Piece]:
        return [self._piece(model, one.latent, Destination(one.out)) for one in (self, *self.others)]
