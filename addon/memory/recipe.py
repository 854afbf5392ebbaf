"""How a texture was made, and the properties by which it remembers that; knows nothing of Blender."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...synthesis.errors import TextureError
from ...synthesis.info import ModelInfo
from ...synthesis.latent import Latent
from ...synthesis.surface import NO_SURFACE, Surface

LARGEST_SEED = 2**31 - 1  # what Blender's integer properties hold
ORIGIN = ("model", "digest", "exemplar", "author", "license")  # of a recipe's properties: whence the texture comes
GARBLED = "what is noted of how this was made is garbled: generate a texture instead"


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


def properties(made: Recipe) -> dict[str, Any]:
    """A recipe as a flat dictionary that Blender's custom properties and JSON can hold; what is neutral is left out."""
    latent = made.latent
    stored = {
        "model": made.model,
        "seed": latent.seed,
        "size": f"{made.width}x{made.height}",
        "digest": made.digest,
        "exemplar": made.exemplar,
        "author": made.author,
        "license": made.license,
        "controls": dict(latent.controls),
    }
    if latent.other_seed is not None:
        stored |= {"other_seed": latent.other_seed, "blend": latent.turn}
    if made.frames > 1:
        stored["frames"] = made.frames
    if made.depth is not None:
        stored["depth"] = made.depth
    return {key: value for key, value in stored.items() if value not in ("", {})}


def from_properties(stored: Mapping[str, Any]) -> Recipe:
    """The inverse of `properties`; reads also what earlier versions wrote: model, seed and size alone.

    Raises: TextureError where this is no recipe, or one that somebody has garbled.
    """
    if "job" in stored:
        raise TextureError("this was made from a picture, not from a seed: it can't be made again at another size")
    if "udim" in stored:
        raise TextureError("this is a set of UDIM tiles: make it again with Generate UDIM Tiles")
    if not {"model", "seed", "size"} <= set(stored):
        raise TextureError("this image does not say how Tilewright made it: generate a texture instead")
    try:
        width, height = (int(side) for side in re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", stored["size"]).groups())
        return Recipe(
            str(stored["model"]), _latent(stored), height, width, str(stored.get("digest", "")),
            int(stored.get("frames", 1)), *(str(stored.get(key, "")) for key in ("exemplar", "author", "license")),
            depth=None if "depth" not in stored else Surface(float(stored["depth"])).depth,
        )  # fmt: skip
    except (AttributeError, KeyError, TypeError, ValueError, TextureError):
        raise TextureError(GARBLED) from None


def from_json(text: str) -> Recipe:
    """A recipe from its properties as JSON. Raises: TextureError as `from_properties`."""
    try:
        return from_properties(json.loads(text))
    except (TypeError, ValueError, RecursionError):
        raise TextureError(GARBLED) from None


def _latent(stored: Mapping[str, Any]) -> Latent:
    """Raises: one of several errors where a value is not what the panel's settings could hold."""
    seed, other_seed, blend = (stored.get(key, 0) for key in ("seed", "other_seed", "blend"))
    controls = {str(name): float(value) for name, value in stored.get("controls", {}).items()}
    if not all(0 <= int(value) <= LARGEST_SEED for value in (seed, other_seed)):
        raise ValueError("seed")
    if not 0 <= blend <= 1 or not all(-1 <= value <= 1 for value in controls.values()):
        raise ValueError("blend or controls")
    if "other_seed" not in stored:
        return Latent(int(seed), controls=controls)
    return Latent(int(seed), int(other_seed), float(stored["blend"]), controls)
