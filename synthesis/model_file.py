"""Reading a model file, which is untrusted input, before anything executes it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from .errors import TextureError
from .info import METADATA_KEY, ModelInfo

LARGEST_FILE_BYTES = 64 * 2**20

# Fields of ONNX's ModelProto and StringStringEntryProto, the way to an input's dimensions, and protobuf's wire types.
_METADATA_FIELD, _KEY_FIELD, _VALUE_FIELD = 14, 1, 2
_TO_INPUT_SHAPES = (7, 11, 2, 1, 2)  # graph, input, type, tensor type, shape
_DIMENSION_FIELD, _NAME_FIELD = 1, 2
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5


def read_model_file(path: Path) -> tuple[ModelInfo, bytes]:
    """The info and the content of a model file; needs no onnxruntime.

    Raises: TextureError where the file is absent, too large, cut off, no ONNX, no model of Tilewright, of another
    schema, would read other files, or takes windows of one size alone, at which onnxruntime may abort the process.
    """
    content = _content(path)
    return _info_in(path, content), content


def read_info(path: Path) -> ModelInfo:
    """The info alone, remembered until the file changes: cheap enough for a list that is drawn often.

    Raises: TextureError as `read_model_file`.
    """
    try:
        stat = path.stat()
    except OSError:
        raise TextureError(f"there is no model file {path}") from None
    found = _remembered_info(path, stat.st_mtime_ns, stat.st_size)
    if isinstance(found, str):
        raise TextureError(found)
    return found


def digest(path: Path) -> str:
    """The SHA-256 of a model file, which tells it from another of the same name; remembered until the file changes.

    Raises: TextureError where there is no such file.
    """
    try:
        stat = path.stat()
        return _remembered_digest(path, stat.st_mtime_ns, stat.st_size)
    except OSError:
        raise TextureError(f"there is no model file {path}") from None


@lru_cache(maxsize=256)
def _remembered_info(path: Path, _changed_ns: int, _size: int) -> ModelInfo | str:
    """Or what is wrong with the file; where it can't be read, that is raised and not remembered."""
    content = _content(path)
    try:
        return _info_in(path, content)
    except TextureError as reason:
        return str(reason)


@lru_cache(maxsize=256)
def _remembered_digest(path: Path, _changed_ns: int, _size: int) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _info_in(path: Path, content: bytes) -> ModelInfo:
    try:
        info_bytes = dict(_metadata(content)).get(METADATA_KEY.encode())
        any_size = _takes_any_size(content)
    except ValueError:
        raise TextureError(f"{path} is cut off or no ONNX file: copy or export it again") from None
    if info_bytes is None:
        raise TextureError(f"{path} is not a Tilewright model: export one with python -m export.to_onnx RUN")
    # ONNX names external data by an entry whose key is the word "location"; our graphs have no other use for it.
    if b"location" in content.replace(info_bytes, b"", 1):
        raise TextureError(f"{path} names external data; a Tilewright model is one file: export it again")
    if not any_size:
        raise TextureError(f"{path} takes windows of one size alone: export it again")
    try:
        return ModelInfo.from_json(info_bytes.decode())
    except (TextureError, UnicodeDecodeError) as reason:
        raise TextureError(f"{path}: {reason}") from None


def _content(path: Path) -> bytes:
    """Raises: TextureError where the file is absent or too large, or can't be read."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size  # 0 of a device, whatever it gives
            content = file.read(LARGEST_FILE_BYTES + 1) if size <= LARGEST_FILE_BYTES else b""
        if max(size, len(content)) > LARGEST_FILE_BYTES:
            raise TextureError(f"{path} is larger than {LARGEST_FILE_BYTES >> 20} MB: that is no Tilewright model")
        return content
    except FileNotFoundError:
        raise TextureError(f"there is no model file {path}") from None
    except OSError as reason:
        raise TextureError(f"{path} can't be read ({reason.strerror}): give a model file") from None


def _metadata(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    entries = [bytes(value) for number, value in _fields(memoryview(content)) if number == _METADATA_FIELD]
    for entry in entries:
        parts = dict(_fields(memoryview(entry)))
        yield bytes(parts.get(_KEY_FIELD, b"")), bytes(parts.get(_VALUE_FIELD, b""))


def _takes_any_size(content: bytes) -> bool:
    """Whether the rows and columns of all inputs have names and no values. Raises: ValueError as `_fields`."""
    messages = [memoryview(content)]
    for number in _TO_INPUT_SHAPES:
        messages = [value for message in messages for field, value in _fields(message) if field == number]
    shapes = [[value for field, value in _fields(shape) if field == _DIMENSION_FIELD] for shape in messages]
    return all(_NAME_FIELD in dict(_fields(dimension)) for shape in shapes for dimension in shape[2:])


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """(number, value) of every length-delimited field, the others skipped.

    Raises: ValueError where the message does not end exactly with a field.
    """
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire = tag >> 3, tag & 7
        if number == 0 or wire not in (_VARINT, _FIXED_64, _BYTES, _FIXED_32):
            raise ValueError(f"tag {tag}")
        if wire == _VARINT:
            _, at = _varint(message, at)
        else:
            length, at = _varint(message, at) if wire == _BYTES else ((8 if wire == _FIXED_64 else 4), at)
            value = message[at : at + length]
            if len(value) < length:
                raise ValueError("cut off")
            at += length
            if wire == _BYTES:
                yield number, value


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            raise ValueError("cut off")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("varint too long")
