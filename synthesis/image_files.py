"""Reading pictures from image files, for the command line; inside Blender, Blender reads them.

The only file here that knows an image library.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import TextureError
from .maps import MAP_KINDS
from .picture import Picture

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".tga"})
_OTHER_SUFFIXES = frozenset({".exr", ".hdr", ".psd"})  # in which maps come too

# The words by which Blender's Node Wrangler recognises a map in a file name, and a glossy map as an inverted roughness.
_WORDS = {
    "base_color": {"diffuse", "diff", "albedo", "base", "col", "color", "colour", "basecolor"},
    "normal": {"normal", "nor", "nrm", "nrml", "norm", "normalgl", "normaldx"},
    "roughness": {"roughness", "rough", "rgh"},
    "gloss": {"gloss", "glossy", "glossiness"},
    "metallic": {"metallic", "metalness", "metal", "mtl"},
    "height": {"displacement", "displace", "disp", "dsp", "height", "heightmap", "bump", "bmp"},
    "ao": {"ao", "ambient", "occlusion", "ambientocclusion"},
}
_BEYOND = 0.01  # of 0 or 1, by which the floats of an image may lie
_OPAQUE = 0.99
_DIRECTX = {"dx", "directx", "normaldx"}


def read_picture(path: Path) -> Picture:
    """An image, as base color, or a folder of maps of one material.

    Raises: TextureError where there is no such file, it is no image or cut off, or a folder's maps do not belong
    together.
    """
    if not path.exists():
        raise TextureError(f"there is no file or folder {path}: give an image, or a folder of maps of one material")
    if not path.is_dir():
        pixels, opaque = _read_map(path, "base_color")
        return Picture({"base_color": pixels}, opaque)
    files = _files(path)
    read = {name: _read_map(file, name) for name, file in files.items()}
    images = {name: pixels for name, (pixels, _) in read.items()}
    _check_sizes(path, images)
    if "gloss" in images:
        images["roughness"] = 1 - images.pop("gloss")
    in_order = {name: images[name] for name in MAP_KINDS if name in images}
    return Picture(in_order, read["base_color"][1])  # other maps may hold anything in their alpha


def read_mask(path: Path) -> NDArray[np.bool_]:
    """(height, width), True where the image is white rather than black or transparent. Raises: TextureError."""
    pixels, opaque = _read_map(path, "height")
    white: NDArray[np.bool_] = pixels[..., 0] > 0.5
    return white if opaque is None else white & opaque


def map_of_file(stem: str, shared: int = 0) -> str | None:
    """The map that a file name speaks of ("Rock023_1K-NormalGL" -> "normal"), or None; "gloss" is told apart.

    shared: leading words that say nothing of it, as all files of a material begin with them.
    """
    words = _words(stem)[shared:]
    found = [(words.index(word), name) for name, known in _WORDS.items() for word in words if word in known]
    return max(found)[1] if found else None  # the last word decides: "metal_plate_col" is a colour


def _words(stem: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", stem)  # "BaseColor" -> "Base Color", "NormalGL" stays
    return re.split(r"[^a-z]+", parted.lower())


def _shared_words(stems: Sequence[str]) -> int:
    """With how many words all names begin, as "rough wood" may be the material's own; each has one word left."""
    several = [_words(stem) for stem in stems]
    alike = itertools.takewhile(lambda words: len(set(words)) == 1, zip(*several, strict=False))
    return min(len(list(alike)), *(len(words) - 1 for words in several)) if len(several) > 1 else 0


def _files(folder: Path) -> dict[str, Path]:
    files: dict[str, Path] = {}
    images = [file for file in sorted(folder.iterdir()) if not file.name.startswith(".")]
    images = [file for file in images if file.suffix.lower() in IMAGE_SUFFIXES | _OTHER_SUFFIXES]
    shared = _shared_words([file.stem for file in images])
    for file in sorted(images, key=_is_other):
        name = map_of_file(file.stem, shared)
        if name is None or (name in files and _is_other(file)):
            continue
        if _is_other(file):
            raise TextureError(f"{file} can't be read: convert it to PNG or TIFF, or take it out of the folder")
        if name in files:
            raise TextureError(f"{folder}: both {files[name].name} and {file.name} look like the {name} map: keep one")
        files[name] = file
    if "base_color" not in files:
        raise TextureError(f"{folder} has no base color map: name one like wall_base_color.png (or _albedo, _diffuse)")
    if "gloss" in files and "roughness" in files:
        raise TextureError(f"{folder} has a roughness map and a gloss map, its inverse: keep one")
    return files


def _is_other(file: Path) -> bool:
    return file.suffix.lower() in _OTHER_SUFFIXES


def _check_sizes(path: Path, images: dict[str, NDArray[np.float32]]) -> None:
    sizes = {name: image.shape[:2] for name, image in images.items()}
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{name} {width} x {height}" for name, (height, width) in sizes.items())
        raise TextureError(f"{path}: all maps of a material need one size, these have {told}")


def _read_map(file: Path, name: str) -> tuple[NDArray[np.float32], NDArray[np.bool_] | None]:
    """(height, width, channels of the map) in 0..1, normals with Y up; and where it is opaque, if it says."""
    pixels = _decoded(file)
    opaque = pixels[..., 3] > _OPAQUE if pixels.shape[2] == 4 else None
    pixels = pixels[..., :3]
    channels = 1 if name == "gloss" else MAP_KINDS[name].channels
    if channels == 1:
        return pixels.mean(axis=2, keepdims=True), opaque
    pixels = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    if name == "normal" and _DIRECTX & set(_words(file.stem)):
        pixels = np.stack([pixels[..., 0], 1 - pixels[..., 1], pixels[..., 2]], axis=2)
    return pixels, opaque


def _decoded(file: Path) -> NDArray[np.float32]:
    """(height, width, 1, 3 or 4) float32 in 0..1, upright."""
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError
    except ImportError:
        raise TextureError("Pillow is missing, which reads images: pip install pillow") from None
    try:
        with Image.open(file) as opened:
            image = ImageOps.exif_transpose(opened)
    except UnidentifiedImageError:
        raise TextureError(f"{file} is not an image that can be read: use PNG, JPEG, TIFF or WebP") from None
    except Image.DecompressionBombError:
        raise TextureError(f"{file} is too large to read: reduce it below 8192 x 8192 px") from None
    except (OSError, SyntaxError, ValueError) as reason:
        raise TextureError(f"{file} can't be read as an image, it may be cut off ({reason}): save it again") from None
    if image.mode == "F" or image.mode.startswith("I"):
        whole = np.float32(1 if image.mode == "F" else 65535)  # I: 16-bit grey
        levels: NDArray[np.float32] = np.asarray(image, np.float32)[..., None] / whole
        if not (levels.min() >= -_BEYOND and levels.max() <= 1 + _BEYOND):  # so written, no number is refused too
            raise TextureError(f"{file} holds values from {levels.min():g} to {levels.max():g}: scale them to 0 to 1")
        return levels.clip(0, 1)
    has_alpha = image.has_transparency_data
    grey = image.mode in ("1", "L")
    image = image.convert("RGBA" if has_alpha else "L" if grey else "RGB")
    pixels: NDArray[np.float32] = np.asarray(image, np.float32) / np.float32(255)
    return pixels[..., None] if grey and not has_alpha else pixels
