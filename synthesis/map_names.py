"""Which map of a material a file holds, by its name."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

GLOSS = "gloss"  # an inverted roughness
PACKED = "packed"  # occlusion, roughness and metallic in red, green and blue, as glTF and Poly Haven have it
PACKED_MAPS = ("ao", "roughness", "metallic")

# The words by which Blender's Node Wrangler recognises a map in a file name, and those of packed maps.
_WORDS = {
    "base_color": {"diffuse", "diff", "albedo", "base", "col", "color", "colour", "basecolor"},
    "normal": {"normal", "nor", "nrm", "nrml", "norm", "normalgl", "normaldx"},
    "roughness": {"roughness", "rough", "rgh"},
    GLOSS: {"gloss", "glossy", "glossiness"},
    "metallic": {"metallic", "metalness", "metal", "mtl"},
    "height": {"displacement", "displace", "disp", "dsp", "height", "heightmap", "bump", "bmp"},
    "ao": {"ao", "ambient", "occlusion", "ambientocclusion"},
    PACKED: {"arm", "orm"},
}
_DIRECTX = {"dx", "directx", "normaldx"}


def map_of_file(stem: str, shared: int = 0) -> str | None:
    """The map that a file name speaks of ("Rock023_1K-NormalGL" -> "normal"), GLOSS, PACKED, or None.

    shared: leading words that say nothing of it, see `shared_words`.
    """
    words = _words(stem)[shared:]
    found = [(words.index(word), name) for name, known in _WORDS.items() for word in words if word in known]
    return max(found)[1] if found else None  # the last word decides: "metal_plate_col" is a colour


def shared_words(stems: Sequence[str]) -> int:
    """With how many words all names begin, as "rough wood" may be the material's own; each has one word left."""
    several = [_words(stem) for stem in stems]
    alike = itertools.takewhile(lambda words: len(set(words)) == 1, zip(*several, strict=False))
    return min(len(list(alike)), *(len(words) - 1 for words in several)) if len(several) > 1 else 0


def is_directx(stem: str) -> bool:
    """Whether a normal map's name says that its Y points down."""
    return bool(_DIRECTX & set(_words(stem)))


def _words(stem: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", stem)  # "BaseColor" -> "Base Color", "NormalGL" stays
    return re.split(r"[^a-z]+", parted.lower())
