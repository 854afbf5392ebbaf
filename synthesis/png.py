"""Writing PNG files row by row, so that a texture need not fit into memory.

Blender brings no image library that add-ons may rely on for 16 bits a channel, hence these few lines.
Source: PNG specification, 3rd edition (https://www.w3.org/TR/png-3).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOR_TYPES = {1: 0, 3: 2, 4: 6}  # channels -> grey, true colour, true colour with alpha
TEXT = b"tEXt"
UP = 2  # filter: each byte less the one above
_STRATEGY = zlib.Z_RLE  # looks for runs alone: at textures, which hardly compress, twice as fast as any level
_ROWS = 64  # packed at once, for little memory


class PngWriter:
    """A PNG file that grows downwards.

    channels: 1, 3 or 4; bit_depth: 8 or 16; texts: what the file says of itself, keyword -> ASCII.
    """

    def __init__(
        self,
        file: BinaryIO,
        height: int,
        width: int,
        channels: int,
        bit_depth: int,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        self._file, self._bit_depth = file, bit_depth
        self._above = np.zeros((1, width * channels * bit_depth // 8), np.uint8)
        self._packer = zlib.compressobj(strategy=_STRATEGY, memLevel=9)
        file.write(SIGNATURE)
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bit_depth, COLOR_TYPES[channels], 0, 0, 0))
        for keyword, text in (texts or {}).items():
            self._chunk(TEXT, f"{keyword}\0{text}".encode("ascii"))

    def write_rows(self, rows: NDArray[np.float32]) -> None:
        """Append (rows, width, channels) values in 0..1."""
        for start in range(0, len(rows), _ROWS):
            self._write(rows[start : start + _ROWS])

    def _write(self, rows: NDArray[np.float32]) -> None:
        raw = quantised(rows, self._bit_depth).astype(f">u{self._bit_depth // 8}", copy=False)
        lines = np.ascontiguousarray(raw).view(np.uint8).reshape(len(rows), -1)
        filtered = np.empty((lines.shape[0], lines.shape[1] + 1), np.uint8)
        filtered[:, 0] = UP
        np.subtract(lines, np.concatenate([self._above, lines[:-1]]), out=filtered[:, 1:])
        self._above = lines[-1:].copy()
        self._chunk(b"IDAT", self._packer.compress(filtered.data))

    def close(self) -> None:
        """Write the end; without it the file is no PNG."""
        self._chunk(b"IDAT", self._packer.flush())
        self._chunk(b"IEND", b"")

    def _chunk(self, kind: bytes, content: bytes) -> None:
        check = zlib.crc32(content, zlib.crc32(kind))
        self._file.write(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check))


def encoded(pixels: NDArray[np.float32], bit_depth: int) -> bytes:
    """(height, width, 1, 3 or 4) in 0..1 -> the content of a PNG file."""
    file = io.BytesIO()
    height, width, channels = pixels.shape
    writer = PngWriter(file, height, width, channels, bit_depth)
    writer.write_rows(pixels)
    writer.close()
    return file.getvalue()


def quantised(values: NDArray[np.float32], bit_depth: int) -> NDArray[np.uint8 | np.uint16]:
    """0..1 -> 0..2**bit_depth - 1, rounded to the nearest."""
    scaled = np.clip(values, 0, 1) * np.float32(2**bit_depth - 1) + np.float32(0.5)
    return scaled.astype(np.uint8) if bit_depth == 8 else scaled.astype(np.uint16)
