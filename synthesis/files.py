"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkstemp

import numpy as np

from .errors import TextureError
from .info import ModelInfo
from .maps import MAP_KINDS, Maps
from .picture import Picture
from .png import PngWriter
from .texture import Window, split_maps


@contextmanager
def put_in_place(target: Path) -> Iterator[Path]:
    """A temporary file beside the target, which becomes the target if all goes well; folders are made as needed.

    Raises: TextureError where the disk refuses; the target is then untouched.
    """
    temporary = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(dir=target.parent, prefix=f".{target.stem}-", suffix=target.suffix)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
    except OSError as reason:
        raise TextureError(f"{target} can't be written ({reason.strerror or reason}): choose another place") from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def texture_name(info: ModelInfo, seed: int, height_px: int, width_px: int) -> str:
    """What a texture's files and images are called: it tells how to make it again. Safe as a file name."""
    return f"{re.sub(r'[^A-Za-z0-9-]+', '_', info.name).strip('_')}_{seed}_{width_px}x{height_px}"


def texture_files(made: Maps, out: Path) -> dict[str, Path]:
    """Where the maps of a texture go: `out` itself for a single one, else NAME_base_color.png and so on."""
    return _map_files(made.maps, out)


def frame_file(out: Path, number: int) -> Path:
    """Where a frame of a loop goes: NAME_0001.png and so on."""
    return out.with_name(f"{out.stem}_{number:04d}{out.suffix}")


def write_texture(made: Maps, windows: Iterator[Window], height_px: int, width_px: int, out: Path) -> Iterator[Window]:
    """Write a texture as PNG files while its windows come in, handing each on; all maps appear, or none.

    Holds one row of windows in memory. To cancel is to stop asking (and close the iterator).
    Raises: TextureError where a file can't be written.
    """
    targets = texture_files(made, out)
    with ExitStack() as stack:
        writers = []
        for name, target in targets.items():
            file = stack.enter_context(stack.enter_context(put_in_place(target)).open("wb"))
            writers.append(PngWriter(file, height_px, width_px, MAP_KINDS[name].channels, MAP_KINDS[name].bit_depth))
        band = np.empty((0, width_px, made.channels), np.float32)
        for window in windows:
            rect = window.rect
            if rect.column == 0:
                band = np.empty((rect.height, width_px, made.channels), np.float32)
            band[:, rect.column : rect.column + rect.width] = window.pixels
            if rect.column + rect.width == width_px:
                for writer, pixels in zip(writers, split_maps(made, band).values(), strict=True):
                    writer.write_rows(pixels)
            yield window
        for writer in writers:
            writer.close()


def write_picture(picture: Picture, out: Path) -> dict[str, Path]:
    """Write every map of a picture as a PNG file, named as a texture's; all of them appear, or none.

    What is not opaque is transparent in base color.
    Raises: TextureError where a file can't be written.
    """
    targets = _map_files(tuple(picture.maps), out)
    height, width = picture.size
    with ExitStack() as stack:
        for name, target in targets.items():
            pixels = picture.maps[name]
            if name == "base_color" and picture.opaque is not None:
                pixels = np.concatenate([pixels, picture.opaque[..., None].astype(np.float32)], axis=2)
            file = stack.enter_context(stack.enter_context(put_in_place(target)).open("wb"))
            writer = PngWriter(file, height, width, pixels.shape[2], MAP_KINDS[name].bit_depth)
            writer.write_rows(pixels)
            writer.close()
    return targets


def _map_files(maps: tuple[str, ...], out: Path) -> dict[str, Path]:
    """The number of a UDIM tile stays last, where Blender looks for it: NAME_base_color.1001.png."""
    if len(maps) == 1:
        return {maps[0]: out}
    stem, tile = (out.stem[:-5], out.stem[-5:]) if re.search(r"\.\d{4}$", out.stem) else (out.stem, "")
    return {name: out.with_name(f"{stem}_{name}{tile}{out.suffix}") for name in maps}


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
