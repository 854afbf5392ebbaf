"""Which files of a folder are the maps of a material."""

from __future__ import annotations

from pathlib import Path

from . import exr
from .channels import LAYOUTS
from .errors import TextureError
from .map_names import UNORDERED, Named, named, shared_words
from .maps import MAP_KINDS

FORMATS = {  # that are read beside OpenEXR, by suffix, as Pillow calls them
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF", ".webp": "WEBP", ".bmp": "BMP",
    ".tga": "TGA",
}  # fmt: skip
_OTHER_SUFFIXES = frozenset(  # in which maps come too
    {".avif", ".dds", ".gif", ".hdr", ".heic", ".jp2", ".jxl", ".psd", ".tx"}
)
_ORDER = (*LAYOUTS, UNORDERED)


def map_files(folder: Path) -> dict[Path, Named]:
    """The files that are needed, in the order of LAYOUTS: of two with one map, that which comes first.

    Raises: TextureError where two of one kind have a map, one that is needed can't be read, or there is no base color.
    """
    told = _told(folder)
    files: dict[str, Path] = {}  # by what is taken from each
    for file, name in told.items():
        for one in sorted(_maps(name), key=[*MAP_KINDS].index):
            first = files.setdefault(one, file)
            if first != file and told[first].kind == name.kind and not _is_other(file):
                raise TextureError(f"{folder}: both {first.name} and {file.name} look like the {one} map: keep one")
    for file in files.values():
        if _is_other(file):
            raise TextureError(f"{file} can't be read: convert it to PNG or TIFF, or take it out of the folder")
    if "base_color" not in files:
        raise TextureError(f"{folder} has no base color map: name one like wall_base_color.png (or _albedo, _diffuse)")
    return {file: name for file, name in told.items() if file in files.values()}


def left_out(given: Path) -> list[str]:
    """The names of images in a folder that are no map by their names; none where a single image is given."""
    if not given.is_dir():
        return []
    told = _told(given)
    return [file.name for file in _images(given) if file not in told]


def _told(folder: Path) -> dict[Path, Named]:
    """What the names of its images tell, those first that can be read and whose kind comes first in LAYOUTS."""
    images = _images(folder)
    shared = shared_words([file.stem for file in images if named(file.stem)])  # a preview is called as it likes
    told = {file: name for file in images if (name := named(file.stem, shared))}
    return dict(sorted(told.items(), key=lambda item: (_is_other(item[0]), _ORDER.index(item[1].kind))))


def _images(folder: Path) -> list[Path]:
    files = [file for file in sorted(folder.iterdir()) if not file.name.startswith(".")]
    return [file for file in files if file.suffix.lower() in {*FORMATS, exr.SUFFIX, *_OTHER_SUFFIXES}]


def _maps(name: Named) -> set[str]:
    kind = name.single if name.kind == UNORDERED else name.kind
    return {channel.map for channel in LAYOUTS[kind] if channel}


def _is_other(file: Path) -> bool:
    return file.suffix.lower() in _OTHER_SUFFIXES
