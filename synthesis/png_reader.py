"""Reading back what `png` has written, where Blender would decode it on its main thread.

Source: PNG specification, 3rd edition (https://www.w3.org/TR/png-3). Only what PngWriter writes: no palette, no
interlacing, no filter but "up"; whoever meets another file leaves it to a library.
"""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from .png import COLOR_TYPES, SIGNATURE, TEXT, UP

HEADER_BYTES = 33  # all that `size` asks for
LARGEST_PIXELS = 1 << 28  # of a picture that is read, here and by libraries: 16384 x 16384
_AT_ONCE = 1 << 16
_LARGEST_TEXT = 1 << 16


def size(content: bytes) -> tuple[int, int] | None:
    """(height, width) by the first HEADER_BYTES of a PNG file, or None where it is none."""
    if len(content) < HEADER_BYTES or not content.startswith(SIGNATURE) or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return height, width


def decoded(content: bytes) -> NDArray[np.float32] | None:
    """(height, width, 1 or 3) in 0..1, or None where the file is not written as ours are, or not opaque."""
    measured = size(content)
    channels = {COLOR_TYPES[count]: count for count in (1, 3)}.get(content[25] if measured else -1)
    if measured is None or channels is None or content[24] not in (8, 16) or any(content[26:29]):
        return None
    if not 0 < measured[0] * measured[1] <= LARGEST_PIXELS:
        return None
    (height, width), bytes_each = measured, content[24] // 8
    lines = _lines(content, height, 1 + width * channels * bytes_each)
    if lines is None or (lines[:, 0] != UP).any():
        return None
    for above, line in pairwise(lines[:, 1:]):
        line += above
    raw = np.ascontiguousarray(lines[:, 1:]).view(f">u{bytes_each}")
    return raw.reshape(height, width, channels) / np.float32(256**bytes_each - 1)


def text(file: BinaryIO, keyword: str) -> str | None:
    """What a PNG file, opened at its beginning, says by this keyword before its pixels; None where it does not."""
    if size(file.read(HEADER_BYTES)) is None:
        return None
    while len(head := file.read(8)) == 8 and (kind := head[4:]) != b"IDAT":
        (length,) = struct.unpack(">I", head[:4])
        if kind == TEXT and length <= _LARGEST_TEXT:
            content = file.read(length)
            if content.startswith(start := f"{keyword}\0".encode("ascii")):
                return content.removeprefix(start).decode("latin-1")
            file.seek(4, 1)
        else:
            file.seek(length + 4, 1)
    return None


def _lines(content: bytes, height: int, line_bytes: int) -> NDArray[np.uint8] | None:
    """(height, line_bytes): filter and bytes of every row; None where the file ends early or holds other chunks."""
    whole, filled = np.zeros(height * line_bytes, np.uint8), 0
    unpacker, view, place = zlib.decompressobj(), memoryview(content), HEADER_BYTES
    while place + 12 <= len(content):
        (length,) = struct.unpack(">I", view[place : place + 4])
        kind, data = bytes(view[place + 4 : place + 8]), view[place + 8 : place + 8 + length]
        if kind == b"IEND":
            return whole.reshape(height, line_bytes) if filled == len(whole) else None
        if kind == TEXT:
            place += 12 + length
            continue
        if kind != b"IDAT":
            return None
        try:
            for start in range(0, length, _AT_ONCE):
                part = np.frombuffer(unpacker.decompress(data[start : start + _AT_ONCE]), np.uint8)
                whole[filled : filled + len(part)] = part
                filled += len(part)
        except (zlib.error, ValueError):
            return None
        place += 12 + length
    return None
