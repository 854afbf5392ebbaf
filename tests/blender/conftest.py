"""Real Blenders with the built and installed extension.

Two kinds: the bpy package in this Python, and a Blender program named by TILEWRIGHT_BLENDER.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSIDE = Path(__file__).parent / "inside"


@dataclass(frozen=True)
class Blender:
    """One Blender with a user folder of its own. `program` is None for the bpy package."""

    program: str | None
    user: Path

    def run(self, script: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a script in it, without a window."""
        given = [str(argument) for argument in arguments]
        start = [sys.executable, str(script)] if self.program is None else [
            self.program, "-b", "--python-exit-code", "1", "--python", str(script)
        ]  # fmt: skip
        return self.call([*start, "--", *given])

    def call(self, command: list[str], timeout: float = 300) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, timeout=timeout, check=False
        )

    def environment(self) -> dict[str, str]:
        return os.environ | {"BLENDER_USER_RESOURCES": str(self.user)}

    def check(self, script: Path, *arguments: object) -> str:
        """Run a script that must end well; gives what it printed."""
        done = self.run(script, *arguments)
        assert done.returncode == 0 and "Traceback" not in done.stderr, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def extension_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("zip") / "tilewright.zip"
    if importlib.util.find_spec("bpy") is None:
        pytest.skip("the bpy package is not installed: no extension can be built")
    subprocess.run([sys.executable, str(ROOT / "scripts" / "build_zip.py"), "--out", str(path)], check=True)
    return path


def _installed(program: str | None, extension_zip: Path, folder: Path) -> Blender:
    blender = Blender(program, folder)
    blender.check(INSIDE / "install.py", extension_zip)
    return blender


@pytest.fixture(scope="session")
def package(extension_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> Blender:
    return _installed(None, extension_zip, tmp_path_factory.mktemp("package-user"))


@pytest.fixture(scope="session")
def program(extension_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> Blender:
    name = os.environ.get("TILEWRIGHT_BLENDER")
    if not name:
        pytest.skip("TILEWRIGHT_BLENDER names no Blender program")
    return _installed(name, extension_zip, tmp_path_factory.mktemp("program-user"))


@pytest.fixture(params=["package", "program"])
def blender(request: pytest.FixtureRequest) -> Blender:
    """Each of the two Blenders in turn."""
    found: Callable[[str], Blender] = request.getfixturevalue
    return found(request.param)
