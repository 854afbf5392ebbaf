"""What an image file holds, by its name."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from .channels import LAYOUTS

UNORDERED = "unordered"  # several maps, in channels of which the name does not tell the order

# The words by which Blender's Node Wrangler recognises a map in a file name, and those of other kinds.
_WORDS = {
    "base_color": {"diffuse", "diff", "albedo", "base", "col", "color", "colour", "basecolor"},
    "normal": {"normal", "nor", "nrm", "nrml", "norm", "normalgl", "normaldx"},
    "roughness": {"roughness", "rough", "rgh"},
    "gloss": {"gloss", "glossy", "glossiness"},
    "metallic": {"metallic", "metalness", "metal", "mtl"},
    "height": {"displacement", "displace", "disp", "dsp", "height", "heightmap"},
    "bump": {"bump", "bmp"},
    "ao": {"ao", "ambient", "occlusion", "ambientocclusion"},
    "smoothness": {"smoothness"},  # known beside metallic only: alone, nobody knows in which channel it lies
    "orm": {"arm", "orm", "occlusionroughnessmetallic"},
    "rma": {"rma"},
    "mra": {"mra"},
    "metallic_roughness": {"metallicroughness", "metalroughness", "metalrough"},
    "metallic_smoothness": {"metallicsmoothness"},
    "mask_map": {"maskmap"},
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words}
_UNREAL = re.compile(r"T_.+_([A-Z]+)(?:_\d+[kK]?)?")  # single letters mean a map there only
_UNREAL_KINDS = {
    "BC": "base_color", "D": "base_color", "N": "directx_normal", "ORM": "orm", "H": "height", "R": "roughness",
}  # fmt: skip
_DIRECTX = {"dx", "directx", "normaldx"}
_PACKINGS = {  # the kind of a file whose name ends with these, one after the other
    ("ao", "roughness", "metallic"): "orm",
    ("roughness", "metallic", "ao"): "rma",
    ("metallic", "roughness", "ao"): "mra",
    ("metallic", "roughness"): "metallic_roughness",
    ("metallic", "smoothness"): "metallic_smoothness",
    ("metallic", "gloss"): "metallic_smoothness",
}
_PACKED = {part for packing in _PACKINGS for part in packing}
_INVERSE = {"gloss": "roughness", "smoothness": "roughness"}
_SINGLE = {"metallic_roughness": "roughness", "metallic_smoothness": "metallic", "smoothness": "metallic"}


@dataclass(frozen=True)
class Named:
    """What a file's name tells. kind: of LAYOUTS, or UNORDERED; single: what it is where its pixels are one map."""

    kind: str
    single: str


def named(stem: str, shared: int = 0) -> Named | None:
    """What a file name tells: "Rock023_1K-NormalGL" and "T_Rock_N", as Unreal has it, a normal map, "holiday" nothing.

    shared: leading words that say nothing of it, see `shared_words`.
    """
    if (unreal := _UNREAL.fullmatch(stem)) and unreal[1] in _UNREAL_KINDS:
        return Named(_UNREAL_KINDS[unreal[1]], _UNREAL_KINDS[unreal[1]])
    words = _words(stem)[shared:]
    told = [_KINDS[word] for word in words if word in _KINDS]
    if not told:
        return None
    last = told[-1]  # decides: "metal_plate_col" is a color
    single = _SINGLE.get(last, last)
    run = [*itertools.takewhile(lambda kind: kind in _PACKED, reversed(told))][::-1]
    run = [kind for kind, _ in itertools.groupby(run)]  # "ambient occlusion" is one
    for packing, kind in _PACKINGS.items():
        if tuple(run[-len(packing) :]) == packing:
            return Named(kind, single)
    if len({_INVERSE.get(kind, kind) for kind in run}) > 1:
        return Named(UNORDERED, single)
    if last == "normal" and _DIRECTX & {*words}:
        return Named("directx_normal", "directx_normal")
    return Named(last, single) if last in LAYOUTS else None


def shared_words(stems: Sequence[str]) -> int:
    """With how many words all names begin, as "rough wood" may be the material's own; each has one word left."""
    several = [_words(stem) for stem in stems]
    alike = itertools.takewhile(lambda words: len(set(words)) == 1, zip(*several, strict=False))
    return min(len(list(alike)), *(len(words) - 1 for words in several)) if len(several) > 1 else 0


def _words(stem: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", stem)  # "BaseColor" -> "Base Color", "NormalGL" stays
    return re.split(r"[^a-z]+", re.sub(r"mask[ _-]map", "maskmap", parted.lower()))
