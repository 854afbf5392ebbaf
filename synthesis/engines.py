"""How game engines want a material's maps: names of files, and what lies in their channels.

Sources: Epic's naming of assets (T_, _BC, _N, _ORM; DirectX normals); Unity's manual, Lit shader (metallic in red,
smoothness in alpha) and HDRP's mask map, and Substance's templates for both; glTF 2.0, 3.9.2, and Godot's
ORMMaterial3D (occlusion in red, roughness in green, metallic in blue; OpenGL normals).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .channels import DIRECTX_NORMAL, LAYOUTS, METALLIC_SMOOTHNESS, OCCLUSION_ROUGHNESS_METALLIC, Layout, layout_of
from .errors import TextureError
from .files import safe_name
from .maps import MAP_KINDS, unlike_sizes

ABSENT = {"ao": 1.0, "roughness": 0.5, "metallic": 0.0}  # what stands for a map that a material lacks


@dataclass(frozen=True)
class EngineFile:
    """One file. pattern: its name, {name} being the material's; channels: 1, 3 or 4, white where they hold nothing."""

    pattern: str
    channels: Layout

    @property
    def maps(self) -> frozenset[str]:
        return frozenset(channel.map for channel in self.channels if channel)

    @property
    def bit_depth(self) -> int:
        """As many as the deepest map has."""
        return max(MAP_KINDS[name].bit_depth for name in self.maps)

    @property
    def is_color(self) -> bool:
        """Whether its values are encoded as sRGB rather than data."""
        return any(MAP_KINDS[name].color_space == "sRGB" for name in self.maps)

    def name(self, material: str) -> str:
        """The file's name without its suffix, safe on every disk."""
        return self.pattern.format(name=safe_name(material))


def plain(name: str, pattern: str = "") -> EngineFile:
    """A file of a single map as it is."""
    return EngineFile(pattern or f"{{name}}_{name}", layout_of(name))


ORM = EngineFile("{name}_orm", OCCLUSION_ROUGHNESS_METALLIC)
CONVENTIONS: dict[str, tuple[EngineFile, ...]] = {
    "blender": tuple(plain(name) for name in MAP_KINDS),
    "unreal": (
        plain("base_color", "T_{name}_BC"),
        EngineFile("T_{name}_N", DIRECTX_NORMAL),
        EngineFile("T_{name}_ORM", OCCLUSION_ROUGHNESS_METALLIC),
        plain("height", "T_{name}_H"),
    ),
    "unity": (
        plain("base_color", "{name}_AlbedoTransparency"),
        plain("normal", "{name}_Normal"),
        EngineFile("{name}_MetallicSmoothness", METALLIC_SMOOTHNESS),
        plain("height", "{name}_Height"),
        plain("ao", "{name}_Occlusion"),
    ),
    "unity_hdrp": (
        plain("base_color", "{name}_BaseMap"),
        plain("normal", "{name}_Normal"),
        EngineFile("{name}_MaskMap", LAYOUTS["mask_map"]),
        plain("height", "{name}_Height"),
    ),
    "gltf": (
        plain("base_color", "{name}_albedo"),
        plain("normal", "{name}_normal"),
        ORM,
        plain("height", "{name}_height"),
    ),
}


def files(convention: str, maps: Mapping[str, object]) -> list[EngineFile]:
    """What is written for a material with these maps: the files of one map where it is there, packed ones always."""
    return [file for file in CONVENTIONS[convention] if len(file.maps) > 1 or file.maps <= maps.keys()]


def packed(
    file: EngineFile, maps: Mapping[str, NDArray[np.float32]], absent: Mapping[str, float]
) -> NDArray[np.float32]:
    """The file's pixels: (height, width, channels) in 0..1.

    maps: name -> (height, width, channels of the map) in 0..1; absent: what stands for a map that is not there.
    Raises: TextureError where those that it holds have several sizes; where it holds none, it is as large as any.
    """
    used = {name: maps[name] for name in maps if name in file.maps}
    if told := unlike_sizes(used):
        raise TextureError(f"the maps have several sizes ({told}): generate them again, or scale them to one")
    height, width = next(iter((used or maps).values())).shape[:2]
    pixels = np.ones((height, width, len(file.channels)), np.float32)
    for at, channel in ((at, channel) for at, channel in enumerate(file.channels) if channel):
        values = maps[channel.map][..., channel.index] if channel.map in maps else np.float32(absent[channel.map])
        pixels[..., at] = 1 - values if channel.inverted else values
    return pixels
