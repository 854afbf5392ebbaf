"""A texture's recipe from the properties by which an image in Blender remembers it; knows nothing of Blender."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..synthesis.errors import TextureError
from ..synthesis.latent import Latent
from ..synthesis.noise import LARGEST_SEED
from ..synthesis.recipe import Recipe, height_and_width
from ..synthesis.surface import Surface

GARBLED = "what is noted of how this was made is garbled: generate a texture instead"


def from_properties(stored: Mapping[str, Any]) -> Recipe:
    """The inverse of `synthesis.recipe.properties`; reads also what earlier versions wrote: model, seed and size alone.

    Raises: TextureError where this is no recipe, or one that somebody has garbled.
    """
    if "job" in stored:
        raise TextureError("this was made from a picture, not from a seed: it can't be made again at another size")
    if "udim" in stored:
        raise TextureError("this is a set of UDIM tiles: make it again with Generate UDIM Tiles")
    if not {"model", "seed", "size"} <= set(stored):
        raise TextureError("this image does not say how Tilewright made it: generate a texture instead")
    try:
        height, width = height_and_width(str(stored["size"]))
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
