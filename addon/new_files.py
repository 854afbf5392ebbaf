"""Names for files that are not there yet; knows nothing of Blender."""

from __future__ import annotations

import glob
from pathlib import Path

from ..synthesis.files import safe_name

LONGEST_NAME = 32  # letters of an image's name, so that Blender 4 shows all of what follows in its 63


def free_file(file: Path) -> Path:
    """The file, or one with a number where it, or maps of its name, are there already: an image may still show them."""
    number, free = 1, file
    while any(free.parent.glob(f"{glob.escape(free.stem)}*")):
        number += 1
        free = file.with_stem(f"{file.stem}_{number}")
    return free


def file_made_from(image: str, what: str, folder: Path) -> Path:
    """A file of its own for what is made from an image, called after its name, but not longer with every edit."""
    return free_file(folder / f"{safe_name(Path(image).stem)[:LONGEST_NAME]}_{what}.png")
