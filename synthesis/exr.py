"""Writing OpenEXR files row by row, and reading what they say of themselves: one part of zipped scan lines.

Blender writes such files too, but grey maps as three channels, and nothing about how they were made.
Source: OpenEXR File Layout (https://openexr.com/en/latest/OpenEXRFileLayout.html); how bytes are set in order before
they are zipped is told by OpenEXR's source alone, ImfZip.cpp.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

SUFFIX = ".exr"
MAGIC = b"\x76\x2f\x31\x01\x02\x00\x00\x00"  # and version 2, with no flags: scan lines, short names
CHANNELS = {1: "Y", 3: "RGB", 4: "RGBA"}
_BLOCK_ROWS = 16
_HALF, _FLOAT = 1, 2
_ZIP = 3  # compression of 16 rows at once
_LEVEL = 4  # as OpenEXR's library itself
_HEADER_BYTES = 1 << 16  # in which `text` looks


class ExrWriter:
    """An OpenEXR file that grows downwards; the file must be one that can seek.

    channels: 1, 3 or 4; deep: 32 bits a channel instead of 16; texts: what the file says of itself, name -> ASCII.
    """

    def __init__(
        self,
        file: BinaryIO,
        height: int,
        width: int,
        channels: int,
        deep: bool,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        self._file, self._dtype = file, np.dtype("<f4" if deep else "<f2")
        self._order = sorted(range(channels), key=lambda index: CHANNELS[channels][index])  # by name, as is asked for
        self._waiting = np.empty((0, width, channels), np.float32)
        names = [CHANNELS[channels][index] for index in self._order]
        file.write(MAGIC + _header(height, width, names, _FLOAT if deep else _HALF, texts or {}))
        self._row, self._table, self._offsets = 0, file.tell(), []  # type: int, int, list[int]
        file.write(bytes(8 * -(-height // _BLOCK_ROWS)))

    def write_rows(self, rows: NDArray[np.float32]) -> None:
        """Append (rows, width, channels) values."""
        rows = np.concatenate([self._waiting, rows]) if len(self._waiting) else rows
        whole = len(rows) // _BLOCK_ROWS * _BLOCK_ROWS
        for start in range(0, whole, _BLOCK_ROWS):
            self._write_block(rows[start : start + _BLOCK_ROWS])
        self._waiting = rows[whole:].copy()

    def close(self) -> None:
        """Write the last rows and where all lie; without that the file is no OpenEXR."""
        if len(self._waiting):
            self._write_block(self._waiting)
        self._file.seek(self._table)
        self._file.write(struct.pack(f"<{len(self._offsets)}Q", *self._offsets))

    def _write_block(self, rows: NDArray[np.float32]) -> None:
        raw = rows[..., self._order].transpose(0, 2, 1).astype(self._dtype).tobytes()  # channel by channel in a row
        content = _zipped(raw)
        self._offsets.append(self._file.tell())
        self._file.write(struct.pack("<ii", self._row, len(content)) + content)
        self._row += len(rows)


def is_exr(file: Path) -> bool:
    """By its name."""
    return file.suffix.lower() == SUFFIX


def text(file: BinaryIO, name: str) -> str | None:
    """What an OpenEXR file, opened at its beginning, holds as a text of this name; None where there is none."""
    content = file.read(_HEADER_BYTES)
    at = len(MAGIC)
    while content.startswith(MAGIC) and (found := content[at:].split(b"\0", 2)) and len(found) == 3 and found[0]:
        start = at + len(found[0]) + len(found[1]) + 6
        size = int.from_bytes(content[start - 4 : start], "little")
        if (found[0], found[1]) == (name.encode(), b"string"):
            return content[start : start + size].decode("latin-1")
        at = start + size
    return None


def _header(height: int, width: int, names: list[str], kind: int, texts: Mapping[str, str]) -> bytes:
    channels = b"".join(name.encode() + b"\0" + struct.pack("<iB3xii", kind, 0, 1, 1) for name in names) + b"\0"
    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    attributes = [(name, "string", value.encode("ascii")) for name, value in texts.items()]
    attributes += [
        ("channels", "chlist", channels),
        ("compression", "compression", bytes([_ZIP])),
        ("dataWindow", "box2i", window),
        ("displayWindow", "box2i", window),
        ("lineOrder", "lineOrder", b"\0"),
        ("pixelAspectRatio", "float", struct.pack("<f", 1)),
        ("screenWindowCenter", "v2f", struct.pack("<2f", 0, 0)),
        ("screenWindowWidth", "float", struct.pack("<f", 1)),
    ]
    return b"".join(_attribute(*attribute) for attribute in attributes) + b"\0"


def _attribute(name: str, kind: str, content: bytes) -> bytes:
    return f"{name}\0{kind}\0".encode() + struct.pack("<i", len(content)) + content


def _zipped(raw: bytes) -> bytes:
    """Bytes of even places before those of odd ones, each less the one before it, zipped; as they are if that helps."""
    plain = np.frombuffer(raw, np.uint8)
    ordered = np.concatenate([plain[::2], plain[1::2]])
    ordered[1:] = ordered[1:] - ordered[:-1] + np.uint8(128)
    zipped = zlib.compress(ordered.tobytes(), _LEVEL)
    return zipped if len(zipped) < len(raw) else raw
