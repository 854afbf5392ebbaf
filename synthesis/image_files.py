"""Reading pictures from image files, for the command line; inside Blender, Blender reads them.

The only file here that knows libraries of images.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .channels import LAYOUTS, unpacked
from .errors import TextureError
from .exr import is_exr
from .map_folder import FORMATS, map_files
from .map_names import UNORDERED, Named, named
from .maps import MAP_KINDS, unlike_sizes
from .picture import Picture, is_opaque
from .png_reader import LARGEST_PIXELS
from .srgb import srgb

if TYPE_CHECKING:
    from PIL.Image import Image

_BEYOND = 0.01  # of 0 or 1, by which the floats of an image may lie
_METAL = 0.15  # above what JPEG leaves where nothing is: up to 0.09
_UNSHADED = 0.99
_ROUNDED = 2  # of 255, by which a conversion of sRGB to sRGB may differ
_GREY = 0.02  # by which the colors of a pixel differ in a file of one map
_ORIENTATION = 0x0112  # the tag of EXIF that tells how a camera was held
_TURNS = {
    2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_270", 7: "TRANSVERSE",
    8: "ROTATE_90",
}  # fmt: skip

Maps = dict[str, NDArray[np.float32]]


def read_picture(path: Path) -> Picture:
    """An image, as base color, or a folder of maps of one material.

    Raises: TextureError where there is no such file, it is no image or cut off, a single one is no base color, or a
    folder's maps do not belong together.
    """
    if not path.exists():
        raise TextureError(f"there is no file or folder {path}: give an image, or a folder of maps of one material")
    if not path.is_dir():
        maps, opaque = _read_maps(path, Named("base_color", "base_color"))
        _check_shows_colors(path, maps["base_color"])
        return Picture(maps, opaque)
    maps, opaque = _read_folder(path)
    return Picture({name: maps[name] for name in MAP_KINDS if name in maps}, opaque)


def read_mask(path: Path) -> NDArray[np.bool_]:
    """(height, width), True where the image is white rather than black or transparent. Raises: TextureError."""
    if not path.is_file():
        raise TextureError(f"there is no mask file {path}: give an image that is white where to fill")
    maps, opaque = _read_maps(path, Named("height", "height"))
    white: NDArray[np.bool_] = maps["height"][..., 0] > 0.5
    return white if opaque is None else white & opaque


def _check_shows_colors(file: Path, colors: NDArray[np.float32]) -> None:
    """Raises: TextureError where a single image is another map by its name, and can be it by its pixels."""
    name = named(file.stem)
    if name is None or name.kind == "base_color":
        return
    if (name.kind == UNORDERED or len(LAYOUTS[name.kind]) == 1) and not _is_grey(colors):
        return  # a photo may be called "rusty metal"
    raise TextureError(
        f"{file} looks like the {name.single.replace('_', ' ')} map of a material: put it into a folder with its base "
        "color and give that, or call it otherwise if it is base color itself"
    )


def _read_folder(folder: Path) -> tuple[Maps, NDArray[np.bool_] | None]:
    """The maps of a folder, and where base color is opaque: other maps may hold anything in their alpha."""
    read: Maps = {}
    opaque = None
    for file, name in map_files(folder).items():
        maps, its_opaque = _read_maps(file, name)
        opaque = its_opaque if name.kind == "base_color" else opaque
        read |= {one: pixels for one, pixels in maps.items() if one not in read}
    if told := unlike_sizes(read):
        raise TextureError(f"{folder}: all maps of a material need one size, these have {told}")
    return read, opaque


def _read_maps(file: Path, name: Named) -> tuple[Maps, NDArray[np.bool_] | None]:
    """The maps in a file, name -> (height, width, channels) in 0..1, normals with Y up; where it is opaque, if it says.

    Raises: TextureError where they are packed in an order that is not known.
    """
    pixels = _decoded_exr(file) if is_exr(file) else _decoded(file, colors=name.kind == "base_color")
    opaque = is_opaque(pixels[..., 3]) if pixels.shape[2] == 4 else None
    if opaque is not None and opaque.all():
        opaque = None
    if name.kind == "mask_map" and (_is_grey(pixels) or pixels.shape[2] < 4):
        lack = "is grey" if _is_grey(pixels) else "has no alpha"
        raise TextureError(
            f"{file} {lack}, and a mask map holds metallic, occlusion and smoothness in red, green and alpha: call it "
            "otherwise, or take it out of the folder"
        )
    kind = name.kind if _can_hold(pixels, name.kind) else name.single
    if kind == UNORDERED:
        raise TextureError(
            f"{file} holds several maps, in channels of an order that is not known: save each map as a file of its "
            "own, or occlusion, roughness and metallic in red, green and blue as wall_orm.png"
        )
    maps = unpacked(pixels, LAYOUTS[kind])
    if len(maps) > 1:
        maps = {one: values for one, values in maps.items() if not _says_nothing(one, values)}
    if is_exr(file) and "base_color" in maps:
        maps["base_color"] = srgb(maps["base_color"])
    return maps, opaque


def _says_nothing(name: str, values: NDArray[np.float32]) -> bool:
    """Of a packed map, whether a material without it is the same: no metal, or no occlusion."""
    if name == "metallic":
        return bool(np.quantile(values, 0.999) <= _METAL)
    return name == "ao" and bool(np.quantile(values, 0.001) >= _UNSHADED)


def _can_hold(pixels: NDArray[np.float32], kind: str) -> bool:
    """Whether pixels can be several maps where the name says so; a material may be called "rough metal" itself."""
    if kind in ("metallic_roughness", "rma", "mra", UNORDERED):
        return not _is_grey(pixels)
    return kind != "metallic_smoothness" or pixels.shape[2] == 4


def _is_grey(pixels: NDArray[np.float32]) -> bool:
    return pixels.shape[2] == 1 or float(np.ptp(pixels[..., :3], axis=2).max()) <= _GREY


def _decoded(file: Path, colors: bool) -> NDArray[np.float32]:
    """(height, width, 1, 3 or 4) float32 in 0..1, upright.

    colors: whether the pixels are seen, so that what a profile tells of them becomes sRGB; data stay as they are.
    """
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise TextureError("Pillow is missing, which reads images: pip install pillow") from None
    try:
        Image.MAX_IMAGE_PIXELS = None  # of which Pillow warns first: LARGEST_PIXELS takes its place
        formats = [*dict.fromkeys(FORMATS.values())]  # of all that Pillow knows, some start other programs
        with warnings.catch_warnings(action="ignore"), Image.open(file, formats=formats) as opened:  # of broken EXIF
            _check_readable(file, *opened.size)
            with _silenced():
                opened.load()
            image = _upright(opened)
    except UnidentifiedImageError:
        raise TextureError(
            f"{file} is not an image that can be read: use PNG, JPEG, TIFF or WebP of 8 or 16 bits a channel, or "
            "OpenEXR"
        ) from None
    except (OSError, RuntimeError, SyntaxError, ValueError) as reason:
        raise TextureError(f"{file} can't be read as an image, it may be cut off ({reason}): save it again") from None
    if image.mode == "F" or image.mode.startswith("I"):
        whole = np.float32(1 if image.mode == "F" else 65535)  # I: 16-bit grey
        return _within_bounds(file, np.asarray(image, np.float32)[..., None] / whole)
    has_alpha = image.has_transparency_data
    grey = image.mode in ("1", "L")
    wanted = "RGBA" if has_alpha else "L" if grey else "RGB"
    if colors and not grey:
        image = _in_srgb(image if image.mode == "CMYK" else image.convert(wanted))
    if image.mode != wanted:
        image = image.convert(wanted)
    pixels: NDArray[np.float32] = np.asarray(image, np.float32) / np.float32(255)
    return pixels[..., None] if grey and not has_alpha else pixels


def _upright(image: Image) -> Image:
    """Turned as its EXIF tells; as it lies where that tells nothing, or is broken."""
    from PIL.Image import Transpose

    try:
        turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # Pillow raises many kinds for broken tags
        turn = None
    return image.transpose(Transpose[turn]) if turn else image


def _in_srgb(image: Image) -> Image:
    """RGB, RGBA or CMYK with sRGB's colors; as it is without a profile, with sRGB's own, and with a broken one."""
    from PIL import ImageCms
    from PIL.Image import frombytes

    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(image.info["icc_profile"]))
        to_srgb = ImageCms.buildTransform(
            profile, ImageCms.createProfile("sRGB"), image.mode, mode,
            ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )  # fmt: skip
        if image.mode == mode:
            levels = frombytes(mode, (64, 64), np.random.default_rng(0).bytes(64 * 64 * len(mode)))
            moved = np.asarray(to_srgb.apply(levels), np.int16) - np.asarray(levels, np.int16)
            if np.abs(moved).max() <= _ROUNDED:
                return image  # exact, which a conversion to what it is already is not
        return to_srgb.apply(image)
    except (KeyError, ImportError, OSError, ValueError, ImageCms.PyCMSError):
        return image


def _decoded_exr(file: Path) -> NDArray[np.float32]:
    """(height, width, 1, 3 or 4) float32 in 0..1, colors in linear light."""
    try:
        import OpenEXR
    except ImportError:
        raise TextureError("OpenEXR is missing, which reads .exr files: pip install openexr") from None
    try:
        with _silenced(), OpenEXR.File(str(file), header_only=True) as opened:
            first, last = opened.header()["dataWindow"]
        _check_readable(file, *(last - first + 1).tolist())
        with _silenced(), OpenEXR.File(str(file), separate_channels=True) as opened:  # as RGB, all would need one type
            channels = {name: channel.pixels for name, channel in opened.channels().items()}
        shown = _shown([*channels])
        if not shown:
            raise TextureError(f"{file} holds the channels {', '.join(channels)}: save one with red, green and blue")
        pixels = np.stack([channels[name] for name in shown], axis=2, dtype=np.float32)
    except (RuntimeError, TypeError, ValueError):
        raise TextureError(f"{file} can't be read as OpenEXR, it may be cut off or deep: save it again, flat") from None
    return _within_bounds(file, pixels)


def _shown(channels: list[str]) -> list[str]:
    """Of the channels of an OpenEXR file red, green, blue and alpha, or its only one; none where that can't be told."""
    if len(channels) == 1:
        return channels
    layers = {name[:-1] for name in channels}  # "view." of view.R; "" of R
    layer = layers.pop() if len(layers) == 1 else ""
    shown = [layer + color for color in "RGBA" if layer + color in channels]
    return shown if shown[:3] == [layer + color for color in "RGB"] else []


@contextmanager
def _silenced() -> Iterator[None]:
    """Without the lines in which libraries tell of a broken file: OpenEXR on stdout too, by Python."""
    stderr = os.dup(2)
    try:
        with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


def _check_readable(file: Path, width: int, height: int) -> None:
    """Raises: TextureError where an image is too large."""
    if width * height > LARGEST_PIXELS:
        side = math.isqrt(LARGEST_PIXELS)
        raise TextureError(
            f"{file} is {width} x {height} px; {side} x {side} px, or as many in another shape, can be read: reduce it"
        )


def _within_bounds(file: Path, levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Floats in 0..1. Raises: TextureError where they lie beyond."""
    if not (levels.min() >= -_BEYOND and levels.max() <= 1 + _BEYOND):  # so written, no number is refused too
        raise TextureError(f"{file} holds values from {levels.min():g} to {levels.max():g}: scale them to 0 to 1")
    return levels.clip(0, 1)
