"""Which files of a folder are the maps of a material."""

from __future__ import annotations

from pathlib import Path

from .channels import LAYOUTS
from .errors import TextureError
from .map_names import UNORDERED, Named, named, shared_words

_IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".tga", ".exr"})
_OTHER_SUFFIXES = frozenset({".hdr", ".psd"})  # in which maps come too


def map_files(folder: Path) -> dict[Path, Named]:
    """The file of each kind, in the order of LAYOUTS: what comes first counts."""
    files: dict[str, Path] = {}
    told: dict[Path, Named] = {}
    images = [file for file in sorted(folder.iterdir()) if not file.name.startswith(".")]
    images = [file for file in images if file.suffix.lower() in _IMAGE_SUFFIXES | _OTHER_SUFFIXES]
    shared = shared_words([file.stem for file in images if named(file.stem)])  # a preview is called as it likes
    for file in sorted(images, key=_is_other):
        name = named(file.stem, shared)
        if name is None or (name.kind in files and _is_other(file)):
            continue
        if _is_other(file):
            raise TextureError(f"{file} can't be read: convert it to PNG or TIFF, or take it out of the folder")
        if name.kind in files:
            former = files[name.kind].name
            raise TextureError(f"{folder}: both {former} and {file.name} look like the {name.kind} map: keep one")
        files[name.kind], told[file] = file, name
    if "base_color" not in files:
        raise TextureError(f"{folder} has no base color map: name one like wall_base_color.png (or _albedo, _diffuse)")
    if "gloss" in files and "roughness" in files:
        raise TextureError(f"{folder} has a roughness map and a gloss map, its inverse: keep one")
    order = [*LAYOUTS, UNORDERED]
    return dict(sorted(told.items(), key=lambda item: order.index(item[1].kind)))


def _is_other(file: Path) -> bool:
    return file.suffix.lower() in _OTHER_SUFFIXES
