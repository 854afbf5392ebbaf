"""UDIM tiles as Blender's tiled images."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import bpy

from ...synthesis.files import Destination
from ...synthesis.udim import FIRST
from .. import images


def spread(image: bpy.types.Image, numbers: Iterable[int], packed: bool) -> None:
    """Make the image of the first tile's file that of all tiles, whose files lie beside it.

    packed: keep the files' content in the .blend, so that the files themselves may go.
    """
    first = Path(bpy.path.abspath(image.filepath))
    whole = first.with_stem(first.stem.removesuffix(f".{FIRST}"))
    image.source = "TILED"
    image.filepath = images.beside_blend(Destination.of_tile(whole, "<UDIM>").file)
    known = {one.number for one in image.tiles}
    for number in numbers:
        if number not in known:
            image.tiles.new(number)
    image.reload()
    image.name = whole.stem
    if packed:
        image.pack()
        own = Path(f"{image.name}{whole.suffix}")  # unpacked, each set has files of its own
        for kept in image.packed_files:
            kept.filepath = f"//{Destination.of_tile(own, kept.tile_number).file}"
        image.filepath_raw = f"//{Destination.of_tile(own, '<UDIM>').file}"
