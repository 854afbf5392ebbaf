"""A person at a real window: the mouse clicks Generate Texture, and the object wears the texture.

Needs a Blender program and, beside it or on this machine, Xvfb, xdotool and ImageMagick.
TILEWRIGHT_SCREENSHOT names a file that keeps the picture of the window; TILEWRIGHT_SHOWN_MODEL and
TILEWRIGHT_SHOWN_IMAGE, a model of one map and an image, make those of the Image Editor worth looking at.
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
from PIL import Image, ImageDraw

from .conftest import INSIDE, Blender

SCREEN = "1600x1000x24"
DISPLAY = os.environ.get("TILEWRIGHT_DISPLAY", ":77")
TAB, ASIDE = (1306, 298), (700, 880)  # where they are on this screen, at the script's interface scale
BUTTON_WITHOUT_SLIDERS, SLIDER_HEIGHT = (1152, 524), 23
EDITOR_TAB = (1306, 349)
EDITOR_BUTTONS = {
    "filled": (1152, 423),
    "tileable": (1152, 458),
    "clean": (1152, 485),
    "drawn": (1152, 546),
}
BEFORE_AFTER = (1152, 581)
LEFT_ASIDE = (200, 800)
TABS_OF_TWO = ((647, 259), (1447, 259))  # with two windows side by side, at Blender's own interface scale


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

    def start(self, *command: str, log: Path = Path(os.devnull)) -> subprocess.Popen[bytes]:
        """Begin a program; log: where what it prints goes."""
        with log.open("wb") as told:
            return subprocess.Popen([*self._prefix, *command], env=self._environment, stdout=told, stderr=told)

    def click(self, x: int, y: int) -> None:
        """As a hand does it: Blender wants to see the pointer come, and the button held for a moment."""
        near, there = f"mousemove {x} {y - 30} sleep 0.4", f"mousemove {x} {y} sleep 0.6"
        self.start("xdotool", *f"{near} {there} mousedown 1 sleep 0.2 mouseup 1 sleep 1.0".split()).wait(60)

    def do(self, *orders: object) -> None:
        """What xdotool understands."""
        self.start("xdotool", *map(str, orders)).wait(60)

    def point(self, x: int, y: int) -> None:
        self.start("xdotool", "mousemove", str(x), str(y), "sleep", "1.5").wait(60)

    def press(self, key: str, place: tuple[int, int]) -> None:
        self.point(*place)
        self.start("xdotool", "key", key).wait(60)

    def place_windows(self, width: int, height: int) -> None:
        """Blender's windows side by side, in the order in which they were opened."""
        order = (
            f"n=0; for w in $(xdotool search --onlyvisible --class blender); do xdotool windowsize $w {width} {height}"
        )
        order += f" windowmove $w $((n * {width})) 0; n=$((n + 1)); done; sleep 2"
        self.start("sh", "-c", order).wait(60)

    def photograph(self, file: Path) -> None:
        self.start("import", "-window", "root", str(file)).wait(60)


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        subprocess.run(["pkill", "-P", str(process.pid)], check=False)
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(30)


def wait_for(file: Path, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not file.exists():
        assert time.monotonic() < end, f"{file.name} did not come within {seconds:.0f} s"
        time.sleep(0.2)


@contextmanager
def at_the_panel(program: Blender, notes: Path, size_px: int, shading: str) -> Iterator[Desk]:
    """A Blender window with a ball and a floor, its sidebar open on the tab Tilewright."""
    with at_a_window(program, "window.py", notes, size_px, size_px, shading) as desk:
        desk.click(*TAB)
        yield desk


def generate_button(notes: Path) -> tuple[int, int]:
    """Where Generate Texture is: below the sliders, of which some models have more."""
    x, y = BUTTON_WITHOUT_SLIDERS
    return x, y + SLIDER_HEIGHT * int((notes / "ready").read_text())


@contextmanager
def at_a_window(program: Blender, script: str, notes: Path, *arguments: object) -> Iterator[Desk]:
    """A Blender window that a script of ours has prepared; nothing may go wrong in it unseen."""
    desk, log = Desk(program), notes / "blender.log"
    with ended(desk.start("Xvfb", DISPLAY, "-screen", "0", SCREEN)):
        time.sleep(2)
        given = ["--python", str(INSIDE / script), "--", str(notes), *map(str, arguments)]
        with ended(desk.start("blender", "--window-geometry", "0", "0", "1600", "1000", *given, log=log)):
            wait_for(notes / "ready", 120)
            yield desk
    told = log.read_text(errors="replace")
    assert "Traceback" not in told, told


def test_a_click_on_generate_texture_changes_the_material(program: Blender, tmp_path: Path) -> None:
    with at_the_panel(program, tmp_path, 1024, "MATERIAL") as desk:
        desk.click(*generate_button(tmp_path))
        desk.point(*ASIDE)
        wait_for(tmp_path / "done.json", 180)
        picture = Path(os.environ.get("TILEWRIGHT_SCREENSHOT", tmp_path / "window.png"))
        desk.photograph(picture)
    done = json.loads((tmp_path / "done.json").read_text())
    assert done["images"]["base_color"].endswith("_7_1024x1024_base_color")
    assert set(done["images"]) == {"base_color", "normal", "roughness", "height", "ao"}
    assert picture.stat().st_size > 100_000


def test_the_window_stays_alive_while_five_large_maps_are_made(program: Blender, tmp_path: Path) -> None:
    """In solid shading: what this machine takes to draw the window, in software maybe, is no work of ours."""
    with at_the_panel(program, tmp_path, 4096, "SOLID") as desk:
        desk.click(*generate_button(tmp_path))
        desk.point(*ASIDE)
        wait_for(tmp_path / "done.json", 180)
    done = json.loads((tmp_path / "done.json").read_text())
    assert len(done["images"]) == 5
    assert 0 < done["longest_gap_seconds"] < done["drawing_seconds"] + 0.2, done
    assert 0 < done["showing_seconds"] < 0.2, done


def test_escape_cancels_and_changes_nothing(program: Blender, tmp_path: Path) -> None:
    with at_the_panel(program, tmp_path, 4096, "SOLID") as desk:
        desk.click(*generate_button(tmp_path))
        desk.press("Escape", ASIDE)
        wait_for(tmp_path / "done.json", 60)
    assert json.loads((tmp_path / "done.json").read_text())["images"] == {}


def test_two_windows(program: Blender, tmp_path: Path, colors_model_path: Path) -> None:
    """Both show the progress, Esc in one stops the other's work, and what one does meanwhile spoils nothing."""
    model = Path(os.environ.get("TILEWRIGHT_SHOWN_MODEL", colors_model_path))
    with at_a_window(program, "two_windows.py", tmp_path, model) as desk:
        desk.place_windows(800, 1000)
        for tab in TABS_OF_TWO:
            desk.click(*tab)
        desk.photograph(Path(os.environ.get("TILEWRIGHT_SCREENSHOT", tmp_path / "two_windows.png")))
        desk.press("Escape", LEFT_ASIDE)
        wait_for(tmp_path / "left", 240)
    told = json.loads((tmp_path / "told.json").read_text())
    stopped = told.pop("escape")
    assert (stopped["refusals"], stopped["image"]) == (["cancelled: nothing was changed"], ""), stopped
    assert all(act["image"] and not act["refusals"] for act in told.values()), told
    remembered = {name: act["history"] for name, act in told.items()}
    assert remembered.pop("scene removed") == [], "it has gone with its scene"
    assert remembered == {name: [f"{name} left"] for name in remembered}, "the scene in which each was begun"
    assert len(told) == 6 and told["busy closed"]["windows"] == 1


def test_the_image_editor_by_mouse(
    program: Blender, tmp_path: Path, colors_model_path: Path, exemplar_path: Path
) -> None:
    """Every button once, and Before / After to come back to the original."""
    model = Path(os.environ.get("TILEWRIGHT_SHOWN_MODEL", colors_model_path))
    picture = Path(os.environ.get("TILEWRIGHT_SHOWN_IMAGE", exemplar_path))
    mask = tmp_path / "mask.png"
    _mask_for(picture).save(mask)
    screenshots = Path(os.environ.get("TILEWRIGHT_SCREENSHOT", tmp_path / "editor.png"))
    with at_a_window(program, "retouch_window.py", tmp_path, model, picture, mask) as desk:
        desk.click(*EDITOR_TAB)
        for number, (job, button) in enumerate(EDITOR_BUTTONS.items()):
            desk.click(*button)
            desk.point(*ASIDE)
            made = _shown(tmp_path, 2 * number + 2)
            assert f"_{job}_3" in made[-1], made
            desk.photograph(screenshots.with_stem(f"{screenshots.stem}_{job}"))
            desk.click(*BEFORE_AFTER)
            assert _shown(tmp_path, 2 * number + 3)[-1] == made[0], "the original comes back"
    assert screenshots.with_stem(f"{screenshots.stem}_drawn").stat().st_size > 100_000


def _mask_for(picture: Path) -> Image.Image:
    size = Image.open(picture).size
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).rectangle([size[0] // 4, size[1] // 3, size[0] // 2, 2 * size[1] // 3], fill=255)
    return mask


def _shown(notes: Path, count: int) -> list[str]:
    """The names of the images that the editor has shown, once there are so many."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        names = json.loads((notes / "shown.json").read_text()) if (notes / "shown.json").exists() else []
        if len(names) >= count:
            return names
        time.sleep(0.2)
    raise AssertionError(f"the editor has shown only {names}")
