"""Reading pictures from image files, for the command line; inside Blender, Blender reads them.

The only file here that knows libraries of images.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import TextureError
from .map_names import GLOSS, PACKED, PACKED_MAPS, is_directx, map_of_file, shared_words
from .maps import MAP_KINDS
from .picture import Picture
from .srgb import srgb

EXR = ".exr"
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".tga", EXR})
_OTHER_SUFFIXES = frozenset({".hdr", ".psd"})  # in which maps come too
_BEYOND = 0.01  # of 0 or 1, by which the floats of an image may lie
_OPAQUE = 0.99
_METAL = 0.15  # above what JPEG leaves where nothing is: up to 0.09


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
    read = {name: _read_map(file, name) for name, file in _files(path).items()}
    images = {name: pixels for name, (pixels, _) in read.items()}
    _check_sizes(path, images)
    if GLOSS in images:
        images["roughness"] = 1 - images.pop(GLOSS)
    if PACKED in images:
        images = _unpacked(images.pop(PACKED)) | images
    in_order = {name: images[name] for name in MAP_KINDS if name in images}
    return Picture(in_order, read["base_color"][1])  # other maps may hold anything in their alpha


def read_mask(path: Path) -> NDArray[np.bool_]:
    """(height, width), True where the image is white rather than black or transparent. Raises: TextureError."""
    if not path.exists():
        raise TextureError(f"there is no mask {path}: give an image that is white where to fill")
    pixels, opaque = _read_map(path, "height")
    white: NDArray[np.bool_] = pixels[..., 0] > 0.5
    return white if opaque is None else white & opaque


def _files(folder: Path) -> dict[str, Path]:
    """The file of each map, of GLOSS and of PACKED."""
    files: dict[str, Path] = {}
    images = [file for file in sorted(folder.iterdir()) if not file.name.startswith(".")]
    images = [file for file in images if file.suffix.lower() in IMAGE_SUFFIXES | _OTHER_SUFFIXES]
    shared = shared_words([file.stem for file in images if map_of_file(file.stem)])  # a preview is called as it likes
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
    if GLOSS in files and "roughness" in files:
        raise TextureError(f"{folder} has a roughness map and a gloss map, its inverse: keep one")
    return files


def _is_other(file: Path) -> bool:
    return file.suffix.lower() in _OTHER_SUFFIXES


def _check_sizes(path: Path, images: dict[str, NDArray[np.float32]]) -> None:
    sizes = {name: image.shape[:2] for name, image in images.items()}
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{name} {width} x {height}" for name, (height, width) in sizes.items())
        raise TextureError(f"{path}: all maps of a material need one size, these have {told}")


def _unpacked(channels: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """The maps of PACKED_MAPS, but for a metallic of 0, which a material without that map has too."""
    maps = dict(zip(PACKED_MAPS, np.split(channels, 3, axis=2), strict=True))
    is_metal = np.quantile(maps["metallic"], 0.999) > _METAL
    return {name: pixels for name, pixels in maps.items() if name != "metallic" or is_metal}


def _read_map(file: Path, name: str) -> tuple[NDArray[np.float32], NDArray[np.bool_] | None]:
    """(height, width, channels of the map) in 0..1, normals with Y up; and where it is opaque, if it says."""
    exr = file.suffix.lower() == EXR
    pixels = _decoded_exr(file) if exr else _decoded(file)
    opaque = pixels[..., 3] > _OPAQUE if pixels.shape[2] == 4 else None
    pixels = pixels[..., :3]
    channels = {GLOSS: 1, PACKED: 3}.get(name) or MAP_KINDS[name].channels
    if channels == 1:
        return pixels.mean(axis=2, keepdims=True), opaque
    pixels = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    if name == "normal" and is_directx(file.stem):
        pixels = np.stack([pixels[..., 0], 1 - pixels[..., 1], pixels[..., 2]], axis=2)
    return srgb(pixels) if exr and name == "base_color" else pixels, opaque


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
        return _within_bounds(file, np.asarray(image, np.float32)[..., None] / whole)
    has_alpha = image.has_transparency_data
    grey = image.mode in ("1", "L")
    image = image.convert("RGBA" if has_alpha else "L" if grey else "RGB")
    pixels: NDArray[np.float32] = np.asarray(image, np.float32) / np.float32(255)
    return pixels[..., None] if grey and not has_alpha else pixels


def _decoded_exr(file: Path) -> NDArray[np.float32]:
    """(height, width, 1, 3 or 4) float32 in 0..1, colors in linear light."""
    try:
        import OpenEXR
    except ImportError:
        raise TextureError("OpenEXR is missing, which reads .exr files: pip install openexr") from None
    try:
        with OpenEXR.File(str(file)) as opened:
            layers = {name: layer.pixels for name, layer in opened.channels().items()}
    except (RuntimeError, ValueError):
        raise TextureError(f"{file} can't be read as OpenEXR, it may be cut off: save it again") from None
    shown = [name for name in ("RGBA", "RGB") if name in layers] or ([*layers] if len(layers) == 1 else [])
    if not shown:
        raise TextureError(f"{file} holds the layers {', '.join(layers)}: save one with red, green and blue")
    pixels = layers[shown[0]].astype(np.float32)
    return _within_bounds(file, pixels if pixels.ndim == 3 else pixels[..., None])


def _within_bounds(file: Path, levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Floats in 0..1. Raises: TextureError where they lie beyond."""
    if not (levels.min() >= -_BEYOND and levels.max() <= 1 + _BEYOND):  # so written, no number is refused too
        raise TextureError(f"{file} holds values from {levels.min():g} to {levels.max():g}: scale them to 0 to 1")
    return levels.clip(0, 1)
