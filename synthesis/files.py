"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

from .errors import TextureError

_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)\d", re.IGNORECASE)  # of Windows, whose files can't be called so

_STEM_LETTERS = 40  # of a temporary file: with what makes it one it is longer, and names end at 255 bytes

Place = Callable[[Path], Path]  # target -> the temporary file to be written in its stead


@dataclass(frozen=True)
class Destination:
    """Where a texture goes: its file, or with several maps their common name.

    number: stands last in the names of its files, where Blender looks for it: "_0001" of a frame, ".1001" of a tile.
    """

    common: Path
    number: str = ""

    @classmethod
    def of_frame(cls, common: Path, number: int) -> Destination:
        """NAME_0001.png and so on."""
        return cls(common, f"_{number:04d}")

    @classmethod
    def of_tile(cls, common: Path, number: int | str) -> Destination:
        """NAME.1001.png and so on; with "<UDIM>" what Blender calls a whole set."""
        return cls(common, f".{number}")

    @property
    def file(self) -> Path:
        """The file of a texture of a single map."""
        return self.common.with_name(f"{self.common.stem}{self.number}{self.common.suffix}")

    def of_map(self, name: str) -> Path:
        """The file of one of several maps: NAME_base_color.png, NAME_base_color_0001.png and so on."""
        return self.common.with_name(f"{self.common.stem}_{name}{self.number}{self.common.suffix}")

    def of_maps(self, names: Iterable[str]) -> dict[str, Path]:
        """The file of each map."""
        several = [*names]
        return {several[0]: self.file} if len(several) == 1 else {name: self.of_map(name) for name in several}


@contextmanager
def all_in_place() -> Iterator[Place]:
    """Files that appear together or not at all: gives, for each target, a temporary file beside it to write and close.

    All of them become their targets in the end, if all goes well, or what these link to; folders are made as needed.
    Raises: TextureError where the disk refuses; what was there before is then untouched, unless it refuses in between
    two renames.
    """
    placed: list[tuple[Path, Path]] = []  # target and temporary file
    under_way = Path()

    def place(target: Path) -> Path:
        nonlocal under_way
        under_way = target = Path(os.path.realpath(target)) if target.is_symlink() else target
        if target.exists() and not target.is_file():
            raise TextureError(f"{target} is there already and no file that can be replaced: choose another place")
        target.parent.mkdir(parents=True, exist_ok=True)
        prefix = f".{target.stem[:_STEM_LETTERS]}-"
        handle, name = mkstemp(dir=target.parent, prefix=prefix, suffix=target.suffix)
        os.close(handle)
        placed.append((target, Path(name)))
        return Path(name)

    try:
        yield place
        for under_way, temporary in placed:
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(under_way)
    except OSError as reason:
        why = str(reason.strerror or reason).strip()  # Blender's own ends its line
        raise TextureError(f"{under_way} can't be written ({why}): choose another place") from None
    finally:
        for _, temporary in placed:
            temporary.unlink(missing_ok=True)


@contextmanager
def put_in_place(target: Path) -> Iterator[Path]:
    """A single file, as `all_in_place`: the temporary one that becomes the target."""
    with all_in_place() as place:
        yield place(target)


def safe_name(name: str) -> str:
    """A name of letters of any language, digits, _ and -, for files on any disk; "texture" where nothing is left."""
    safe = re.sub(r"[^\w-]+", "_", name).strip("_") or "texture"
    return f"{safe}_" if _DEVICES.fullmatch(safe) else safe


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
