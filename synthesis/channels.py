"""What lies in the channels of an image file: of which map each is, inverted or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .maps import MAP_KINDS


@dataclass(frozen=True)
class Channel:
    """One channel of a file: which channel of which map, inverted or not."""

    map: str
    index: int = 0
    inverted: bool = False


Layout = tuple[Channel | None, ...]  # None: a channel that holds nothing


def layout_of(name: str) -> tuple[Channel, ...]:
    """Those of a file that holds one map as it is."""
    return tuple(Channel(name, index) for index in range(MAP_KINDS[name].channels))


OCCLUSION_ROUGHNESS_METALLIC = (Channel("ao"), Channel("roughness"), Channel("metallic"))
METALLIC_SMOOTHNESS = (*(Channel("metallic"),) * 3, Channel("roughness", inverted=True))
DIRECTX_NORMAL = (Channel("normal", 0), Channel("normal", 1, inverted=True), Channel("normal", 2))

_PLAIN: dict[Layout, str] = {layout_of(name): name for name in MAP_KINDS}

# What a file holds, by the kind that its name tells (`map_names`); of two that hold the same map, the first counts.
LAYOUTS: dict[str, Layout] = {
    **{name: layout for layout, name in _PLAIN.items()},
    "directx_normal": DIRECTX_NORMAL,
    "gloss": (Channel("roughness", inverted=True),),
    "bump": layout_of("height"),
    "orm": OCCLUSION_ROUGHNESS_METALLIC,  # also Poly Haven's arm
    "rma": (Channel("roughness"), Channel("metallic"), Channel("ao")),
    "mra": (Channel("metallic"), Channel("roughness"), Channel("ao")),
    "metallic_roughness": (None, Channel("roughness"), Channel("metallic")),  # glTF's, without occlusion
    "metallic_smoothness": METALLIC_SMOOTHNESS,  # Unity's
    "mask_map": (Channel("metallic"), Channel("ao"), None, Channel("roughness", inverted=True)),  # Unity's HDRP
}


def unpacked(pixels: NDArray[np.float32], layout: Layout) -> dict[str, NDArray[np.float32]]:
    """The maps in a file's pixels, name -> (height, width, channels of the map) in 0..1.

    pixels: (height, width, as many channels as the layout or more). In a file of one channel all colors are averaged;
    grey becomes color. Of two channels that hold the same, the first counts.
    """
    if len(layout) == 1:
        pixels = pixels[..., :3].mean(axis=2, keepdims=True)
    elif pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    if layout in _PLAIN:
        return {_PLAIN[layout]: pixels[..., : len(layout)]}
    held: dict[str, dict[int, NDArray[np.float32]]] = {}
    for values, channel in zip(np.moveaxis(pixels, 2, 0), layout, strict=False):
        if channel is not None:
            held.setdefault(channel.map, {}).setdefault(channel.index, 1 - values if channel.inverted else values)
    return {name: np.stack([planes[index] for index in sorted(planes)], axis=2) for name, planes in held.items()}
