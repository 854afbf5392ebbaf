"""Reading what is to be learned: one image, or a folder of maps of one material."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from synthesis.errors import TextureError
from synthesis.maps import MAP_KINDS

SMALLEST_PX = 128
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".tga"})

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
_DIRECTX = {"dx", "directx", "normaldx"}


@dataclass(frozen=True)
class Exemplar:
    """What one fit learns.

    maps: names, in the order of MAP_KINDS; pixels: (height, width, channels of all maps) float32 in 0..1;
    original_px: (height, width) before it was reduced.
    """

    name: str
    maps: tuple[str, ...]
    pixels: np.ndarray
    original_px: tuple[int, int]


def read_exemplar(path: Path, shorter_px: int) -> Exemplar:
    """The exemplar at `path`, reduced so that its shorter side has at most `shorter_px` pixels.

    Of an image with transparent pixels the largest opaque rectangle is learned.
    Raises: TextureError where there is no such file, it is no image or cut off, it is too small, or a folder's
    maps do not belong together.
    """
    if not path.exists():
        raise TextureError(f"there is no file or folder {path}: give an image, or a folder of maps of one material")
    images = _read_folder(path) if path.is_dir() else {"base_color": _read_map(path, "base_color")}
    _check_sizes(path, images)
    maps = tuple(name for name in MAP_KINDS if name in images)
    pixels = np.concatenate([images[name] for name in maps], axis=2)
    height, width = pixels.shape[:2]
    if min(height, width) < SMALLEST_PX:
        raise TextureError(
            f"{path} is {width} x {height} px: at least {SMALLEST_PX} px on each side are needed to learn"
        )
    return Exemplar(
        path.stem if path.is_file() else path.resolve().name, maps, _reduced(pixels, shorter_px), (height, width)
    )


def map_of_file(stem: str) -> str | None:
    """The map that a file name speaks of ("Rock023_1K-NormalGL" -> "normal"), or None; "gloss" is told apart."""
    words = _words(stem)
    found = [(words.index(word), name) for name, known in _WORDS.items() for word in words if word in known]
    return max(found)[1] if found else None  # the last word decides: "metal_plate_col" is a colour


def _words(stem: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", stem)  # "BaseColor" -> "Base Color", "NormalGL" stays
    return re.split(r"[^a-z]+", parted.lower())


def _read_folder(folder: Path) -> dict[str, np.ndarray]:
    files: dict[str, Path] = {}
    for file in sorted(folder.iterdir()):
        name = map_of_file(file.stem) if file.suffix.lower() in IMAGE_SUFFIXES else None
        if name is None:
            continue
        if name in files:
            raise TextureError(f"{folder}: both {files[name].name} and {file.name} look like the {name} map: keep one")
        files[name] = file
    if "base_color" not in files:
        raise TextureError(f"{folder} has no base color map: name one like wall_base_color.png (or _albedo, _diffuse)")
    if "gloss" in files and "roughness" in files:
        raise TextureError(f"{folder} has a roughness map and a gloss map, its inverse: keep one")
    images = {name: _read_map(file, name) for name, file in files.items()}
    if "gloss" in images:
        images["roughness"] = 1 - images.pop("gloss")
    return images


def _check_sizes(path: Path, images: dict[str, np.ndarray]) -> None:
    sizes = {name: image.shape[:2] for name, image in images.items()}
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{name} {width} x {height}" for name, (height, width) in sizes.items())
        raise TextureError(f"{path}: all maps of a material need one size, these have {told}")


def _read_map(file: Path, name: str) -> np.ndarray:
    """(height, width, channels of the map) float32 in 0..1, normals with Y up."""
    pixels = _opaque(_decoded(file))
    channels = 1 if name == "gloss" else MAP_KINDS[name].channels
    if channels == 1:
        return pixels.mean(axis=2, keepdims=True) if pixels.shape[2] == 3 else pixels
    pixels = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    if name == "normal" and _DIRECTX & set(_words(file.stem)):
        pixels = np.stack([pixels[..., 0], 1 - pixels[..., 1], pixels[..., 2]], axis=2)
    return pixels


def _decoded(file: Path) -> np.ndarray:
    """(height, width, 1, 3 or 4) float32 in 0..1, upright."""
    try:
        with Image.open(file) as opened:
            image = ImageOps.exif_transpose(opened)
    except UnidentifiedImageError:
        raise TextureError(f"{file} is not an image that can be read: use PNG, JPEG, TIFF or WebP") from None
    except Image.DecompressionBombError:
        raise TextureError(f"{file} is too large to read: reduce it below 8192 x 8192 px") from None
    except (OSError, SyntaxError, ValueError) as reason:
        raise TextureError(f"{file} can't be read as an image, it may be cut off ({reason}): save it again") from None
    if image.mode.startswith("I"):  # 16-bit grey
        return np.asarray(image, np.float32)[..., None].clip(0, 65535) / 65535
    if image.mode == "F":
        return np.asarray(image, np.float32)[..., None].clip(0, 1)
    has_alpha = image.has_transparency_data
    grey = image.mode in ("1", "L")
    image = image.convert("RGBA" if has_alpha else "L" if grey else "RGB")
    pixels = np.asarray(image, np.float32) / 255
    return pixels[..., None] if grey and not has_alpha else pixels


def _opaque(pixels: np.ndarray) -> np.ndarray:
    """Without alpha: the largest rectangle that has no transparent pixel."""
    if pixels.shape[2] != 4:
        return pixels
    top, bottom, left, right = _largest_rectangle(pixels[..., 3] > 0.99)
    return pixels[top:bottom, left:right, :3]


def _largest_rectangle(inside: np.ndarray) -> tuple[int, int, int, int]:
    """(top, bottom, left, right) of the largest all-true rectangle: the largest under a histogram, row by row."""
    best, found = 0, (0, 0, 0, 0)
    heights = np.zeros(inside.shape[1] + 1, np.int64)  # a last column of 0 closes every open rectangle
    for row, line in enumerate(inside):
        heights[:-1] = np.where(line, heights[:-1] + 1, 0)
        open_columns: list[tuple[int, int]] = []  # (left, height), rising heights
        for column, height in enumerate(heights.tolist()):
            left = column
            while open_columns and open_columns[-1][1] >= height:
                left, tall = open_columns.pop()
                if tall * (column - left) > best:
                    best, found = tall * (column - left), (row + 1 - tall, row + 1, left, column)
            open_columns.append((left, height))
    return found


def _reduced(pixels: np.ndarray, shorter_px: int) -> np.ndarray:
    height, width = pixels.shape[:2]
    scale = shorter_px / min(height, width)
    if scale >= 1:
        return np.ascontiguousarray(pixels, np.float32)
    size = (round(width * scale), round(height * scale))
    channels = [
        Image.fromarray(channel).resize(size, Image.Resampling.LANCZOS) for channel in np.moveaxis(pixels, 2, 0)
    ]
    return np.stack([np.asarray(channel, np.float32) for channel in channels], axis=2).clip(0, 1)
