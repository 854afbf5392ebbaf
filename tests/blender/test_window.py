"""A person at a real window: the mouse clicks Generate Texture, and the object wears the texture.

Needs a Blender program and, beside it or on this machine, Xvfb, xdotool and ImageMagick.
TILEWRIGHT_SCREENSHOT names a file that keeps the picture of the window.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import INSIDE, Blender

SCREEN = "1600x1000x24"
DISPLAY = ":77"
TAB, BUTTON, ASIDE = (
    (1306, 298),
    (1152, 494),
    (700, 880),
)  # where they are on this screen, at the script's interface scale


class Desk:
    """A screen with a mouse."""

    def __init__(self, blender: Blender) -> None:
        assert blender.program
        inside = Path(blender.program).with_name(
            "in-root"
        )  # Blender in a root folder of its own, and its tools with it
        self._prefix = [str(inside)] if inside.exists() else []
        self._environment = blender.environment() | {"DISPLAY": DISPLAY}
        if not self._prefix and not all(map(shutil.which, ("Xvfb", "xdotool", "import"))):
            pytest.skip("a window needs Xvfb, xdotool and ImageMagick")

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen([*self._prefix, *command], env=self._environment, stdout=quiet, stderr=quiet)

    def click(self, x: int, y: int) -> None:
        """As a hand does it: Blender wants to see the pointer come, and the button held for a moment."""
        near, there = f"mousemove {x} {y - 30} sleep 0.4", f"mousemove {x} {y} sleep 0.6"
        self.start("xdotool", *f"{near} {there} mousedown 1 sleep 0.2 mouseup 1 sleep 1.0".split()).wait(60)

    def point(self, x: int, y: int) -> None:
        self.start("xdotool", "mousemove", str(x), str(y), "sleep", "1.5").wait(60)

    def press(self, key: str, place: tuple[int, int]) -> None:
        self.point(*place)
        self.start("xdotool", "key", key).wait(60)

    def photograph(self, file: Path) -> None:
        self.start("import", "-window", "root", str(file)).wait(60)


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        subprocess.run(["pkill", "-P", str(process.pid)], check=False)
        process.terminate()
        process.wait(30)


def wait_for(file: Path, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not file.exists():
        assert time.monotonic() < end, f"{file.name} did not come within {seconds:.0f} s"
        time.sleep(0.2)


@contextmanager
def at_the_panel(program: Blender, notes: Path, size_px: int, shading: str) -> Iterator[Desk]:
    """A Blender window with a ball and a floor, its sidebar open on the tab Tilewright."""
    desk = Desk(program)
    with ended(desk.start("Xvfb", DISPLAY, "-screen", "0", SCREEN)):
        time.sleep(2)
        script = ["--python", str(INSIDE / "window.py"), "--", str(notes), str(size_px), str(size_px), shading]
        with ended(desk.start("blender", "--window-geometry", "0", "0", "1600", "1000", *script)):
            wait_for(notes / "ready", 120)
            desk.click(*TAB)
            yield desk


def test_a_click_on_generate_texture_changes_the_material(program: Blender, tmp_path: Path) -> None:
    with at_the_panel(program, tmp_path, 1024, "MATERIAL") as desk:
        desk.click(*BUTTON)
        desk.point(*ASIDE)
        wait_for(tmp_path / "done.json", 180)
        picture = Path(os.environ.get("TILEWRIGHT_SCREENSHOT", tmp_path / "window.png"))
        desk.photograph(picture)
    done = json.loads((tmp_path / "done.json").read_text())
    assert done["images"]["base_color"].endswith("_7_1024x1024")
    assert picture.stat().st_size > 100_000


def test_escape_cancels_and_changes_nothing(program: Blender, tmp_path: Path) -> None:
    with at_the_panel(program, tmp_path, 4096, "SOLID") as desk:
        desk.click(*BUTTON)
        desk.press("Escape", ASIDE)
        wait_for(tmp_path / "done.json", 60)
    assert json.loads((tmp_path / "done.json").read_text())["images"] == {}
