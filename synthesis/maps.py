"""The maps of a material, by the names that Blender's Node Wrangler recognises in file names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class MapKind:
    """One map. color_space: Blender's name of it; bit_depth: of its PNG file."""

    name: str
    label: str
    channels: int
    color_space: str = "Non-Color"
    bit_depth: int = 8


# In the order of the generator's output channels. Normals are OpenGL's (Y up); bright is high.
MAP_KINDS = {
    kind.name: kind
    for kind in (
        MapKind("base_color", "Base Color", 3, color_space="sRGB"),
        MapKind("normal", "Normal", 3),
        MapKind("roughness", "Roughness", 1),
        MapKind("metallic", "Metallic", 1),
        MapKind("height", "Height", 1, bit_depth=16),
        MapKind("ao", "Ambient Occlusion", 1),
    )
}


def channels_of(names: Iterable[str]) -> int:
    """Of all these maps together."""
    return sum(MAP_KINDS[name].channels for name in names)


def unlike_sizes(maps: Mapping[str, NDArray[np.float32]]) -> str:
    """The sizes of maps, for people to read, where they have several; "" where they have one."""
    sizes = {name: pixels.shape[:2] for name, pixels in maps.items()}
    told = ", ".join(f"{name} {width} x {height}" for name, (height, width) in sizes.items())
    return told if len(set(sizes.values())) > 1 else ""


class Maps(Protocol):
    """What says which maps there are: a model's info, or a list of those that are made with it."""

    @property
    def maps(self) -> tuple[str, ...]: ...

    @property
    def channels(self) -> int: ...


@dataclass(frozen=True)
class MapList:
    """maps: names of MAP_KINDS, in the order of their channels."""

    maps: tuple[str, ...]

    @classmethod
    def in_order(cls, names: Iterable[str]) -> MapList:
        """Each name once, ordered as MAP_KINDS."""
        given = set(names)
        return cls(tuple(name for name in MAP_KINDS if name in given))

    @property
    def channels(self) -> int:
        return channels_of(self.maps)

    def first_channel(self, name: str) -> int:
        """The number of a map's first channel, or only one."""
        return MapList(self.maps[: self.maps.index(name)]).channels


def split_maps(made: Maps, pixels: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """(height, width, all channels) -> map name -> (height, width, its channels), as views."""
    ends = np.cumsum([MAP_KINDS[name].channels for name in made.maps])
    return dict(zip(made.maps, np.split(pixels, ends, axis=2), strict=False))  # at last what is beyond them
