"""How a texture was made, what it is called, and the properties by which it remembers, in its file as in Blender."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .files import safe_name
from .info import ModelInfo
from .latent import Latent
from .surface import NO_SURFACE, Surface

ORIGIN = ("model", "digest", "exemplar", "author", "license")  # of a recipe's properties: whence the texture comes


@dataclass(frozen=True)
class Recipe:
    """All that it takes to make a texture again.

    model: the name in its file; digest: of that file's content, "" where it was not noted; sizes in pixels;
    frames: 1 for a still; depth: of the estimated maps, None where none are; exemplar, author, license: what the model
    was learned from, for whoever gets the texture.
    """

    model: str
    latent: Latent
    height: int
    width: int
    digest: str = ""
    frames: int = 1
    exemplar: str = ""
    author: str = ""
    license: str = ""
    depth: float | None = None

    @property
    def surface(self) -> Surface:
        return NO_SURFACE if self.depth is None else Surface(self.depth)


def recipe(
    info: ModelInfo, digest: str, latent: Latent, size: tuple[int, int], surface: Surface, frames: int = 1
) -> Recipe:
    """The recipe of what a model makes; size: (height, width) in pixels."""
    learned, depth = info.exemplar, surface.depth if surface.maps else None
    return Recipe(info.name, latent, *size, digest, frames, learned.name, learned.author, learned.license, depth)


def origin(info: ModelInfo, digest: str) -> dict[str, str]:
    """The properties ORIGIN of what a model makes."""
    learned = info.exemplar
    values = (info.name, digest, learned.name, learned.author, learned.license)
    return {key: value for key, value in zip(ORIGIN, values, strict=True) if value}


def texture_name(info: ModelInfo, seed: int, height_px: int, width_px: int) -> str:
    """What a texture's images are called, and the files of a batch. Safe as a file name."""
    return f"{safe_name(info.name)}_{seed}_{width_px}x{height_px}"


def properties(made: Recipe) -> dict[str, Any]:
    """A recipe as a dictionary that Blender's custom properties and JSON can hold; what is neutral is left out."""
    latent = made.latent
    stored = {key: getattr(made, key) for key in ORIGIN}
    stored |= {"seed": latent.seed, "size": f"{made.width}x{made.height}", "controls": dict(latent.controls)}
    if latent.other_seed is not None:
        stored |= {"other_seed": latent.other_seed, "blend": latent.turn}
    if made.frames > 1:
        stored["frames"] = made.frames
    if made.depth is not None:
        stored["depth"] = made.depth
    return {key: value for key, value in stored.items() if value not in ("", {})}


def height_and_width(text: str) -> tuple[int, int] | None:
    """(height, width) in pixels of a size as `properties` tells it, None where it is none."""
    sides = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", text)
    return (int(sides[2]), int(sides[1])) if sides else None


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """In which properties two recipes differ."""
    return [key for key in {**one, **other} if one.get(key) != other.get(key)]
