"""Small files of the user's own, which appear whole or not at all; knows nothing of Blender."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..synthesis.errors import TextureError
from ..synthesis.files import put_in_place


def read(file: Path) -> dict[str, Any]:
    """What was written, {} where nothing was; remembered until the file changes, so that a panel may ask often.

    Raises: TextureError where the file can't be read, so that nothing overwrites what may be mended.
    """
    try:
        stat = file.stat()
    except OSError:
        return {}
    return _remembered(file, stat.st_mtime_ns, stat.st_size)


def write(file: Path, content: dict[str, Any]) -> None:
    """Raises: TextureError where the disk refuses; what was there before is then still there."""
    with put_in_place(file) as temporary:
        temporary.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _remembered.cache_clear()


@lru_cache(maxsize=8)
def _remembered(file: Path, _changed_ns: int, _size: int) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise TextureError(f"{file} can't be read: mend or delete it")
    return content
