"""The file in which an asset library lists its catalogues.

Source: Blender's manual, Asset Catalogs: lines of UUID:PATH:SIMPLE NAME after a line VERSION 1.
"""

from __future__ import annotations

from pathlib import Path

from ...synthesis.errors import TextureError
from ...synthesis.files import put_in_place

FILE = "blender_assets.cats.txt"
UUID = "0cf8f4de-2f31-42d4-a56f-f60034378771"  # for good: assets name their catalogue by it
NONE = "00000000-0000-0000-0000-000000000000"  # of an asset in no catalogue
NAME = "Tilewright"
_HEADER = """# This is an Asset Catalog Definition file for Blender.
#
# Empty lines and lines starting with `#` will be ignored.
# The first non-ignored line should be the version indicator.
# Other lines are of the format "UUID:catalog/path/for/assets:simple catalog name"

VERSION 1

"""


def add_catalog(folder: Path) -> None:
    """List our catalogue in a library's folder, beside those that are there.

    Raises: TextureError where the file can't be read or written, or is of another version.
    """
    file = folder / FILE
    try:
        content = file.read_text(encoding="utf-8") if file.exists() else _HEADER
    except (OSError, UnicodeDecodeError) as reason:
        raise TextureError(f"{file} can't be read ({reason}): repair it, or choose another library") from None
    if "VERSION 1" not in content.splitlines():
        raise TextureError(f"{file} has another version than 1: save its catalogues with this Blender first")
    if any(line.startswith(UUID) for line in content.splitlines()):
        return
    with put_in_place(file) as temporary:
        ended = content if content.endswith("\n") else content + "\n"
        temporary.write_text(f"{ended}{UUID}:{NAME}:{NAME}\n", encoding="utf-8")
