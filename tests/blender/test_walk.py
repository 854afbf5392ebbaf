"""A person's walk at a real window, from a photo to a material in a library, each step seen and checked.

The photo is dropped as Blender itself does it once a file manager has let go of it (`wm.drop_import_file`): no tool
here drags from another program. Everything else is done by mouse and keyboard. Needs what test_window.py needs.
TILEWRIGHT_WALK_BUDGET is the time to learn, as 20s or 2m; TILEWRIGHT_WALK_PICTURES, a folder that keeps a picture of
every step.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .conftest import INSIDE, ROOT, Blender
from .test_browse_window import seeds_shown
from .test_window import ASIDE, TAB, Desk, at_a_window

PHOTO = ROOT / "docs" / "exemplars" / "planks.png"
PATIENCE_SECONDS = 240.0
MENU_SECONDS, MENU_ATTEMPTS = 20.0, 3
OVER_THE_BALL = (600, 400)
PLACES = {  # on a screen of 1600 x 1000, at the script's interface scale, each sub-panel alone
    "learn from image": (500, 391),
    "learn": (437, 738),
    "the fifth seed": (1127, 400),
    "true displacement": (1150, 343),
    "library": (1197, 176),
    "the walk's library": (1160, 229),
    "save to asset library": (1150, 227),
    "file": (53, 15),
    "revert": (95, 114),
    "revert, really": (912, 533),
    "2K": (1102, 201),
}
MAPS = ["ao", "base_color", "height", "normal", "roughness"]


class Walk:
    """A person at the desk, who does the next step once the one before is seen to have worked."""

    def __init__(self, desk: Desk, notes: Path) -> None:
        self._desk, self._notes = desk, notes
        self._pictures = Path(os.environ.get("TILEWRIGHT_WALK_PICTURES", notes / "pictures"))
        self._pictures.mkdir(parents=True, exist_ok=True)

    def drop(self, photo: Path) -> None:
        self._desk.point(*OVER_THE_BALL)
        self._order("drop", str(photo))
        self.until(lambda told: told["dropped"])

    def open(self, panel: str) -> None:
        """Show one sub-panel alone, or "" for the main panel, and wait until it is drawn."""
        self._order("panel", panel)
        self.until(lambda told: told["panel"] == panel)

    def click(self, place: str) -> None:
        self._settle()
        self._desk.click(*PLACES[place])

    def press(self, key: str) -> None:
        self._desk.press(key, ASIDE)

    def point_aside(self) -> None:
        self._desk.point(*ASIDE)

    def photograph(self, step: str) -> Path:
        self._settle()
        file = self._pictures / f"{step}.png"
        self._desk.photograph(file)
        assert file.stat().st_size > 50_000
        return file

    def choose(self, *places: str, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Click through a menu; a busy window may let one go by, and then a person begins again."""
        for _ in range(MENU_ATTEMPTS):
            for place in places:
                self.click(place)
            told = self._told(wanted, MENU_SECONDS)
            if told:
                return told
            self.press("Escape")
        return self.until(wanted)

    def until(self, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """What the window tells of itself, once it is as wanted."""
        told = self._told(wanted, PATIENCE_SECONDS)
        if told:
            return told
        told = (self._notes / "state.json").read_text()
        self._desk.photograph(self._pictures / "stuck.png")
        raise AssertionError(f"the window told only {told}, as {self._pictures / 'stuck.png'} shows")

    def _told(self, wanted: Callable[[dict[str, Any]], object], seconds: float) -> dict[str, Any] | None:
        end, file = time.monotonic() + seconds, self._notes / "state.json"
        while time.monotonic() < end:
            told = json.loads(file.read_text()) if file.exists() else None
            if told and wanted(told):
                return told
            time.sleep(0.2)
        return None

    def _settle(self) -> None:
        """Nobody clicks on what is still being drawn."""
        self.until(lambda told: told["still"] and not told["compiling"])

    def _order(self, name: str, text: str) -> None:
        (self._notes / "order").write_text(text)
        (self._notes / "order").replace(self._notes / name)


def test_from_a_photo_to_a_kept_material(program: Blender, tmp_path: Path) -> None:
    notes, home = tmp_path / "notes", tmp_path / "home"
    for folder in (notes, home / "models", home / "library"):
        folder.mkdir(parents=True)
    budget = os.environ.get("TILEWRIGHT_WALK_BUDGET", "20s")
    given = (home, sys.executable, ROOT, budget)
    with at_a_window(program, "walk_window.py", notes, *given) as desk:
        walk = Walk(desk, notes)
        desk.click(*TAB)
        _learn(walk)
        seed = seeds_shown(home / "models" / "planks_2" / "model.onnx")[4]
        _choose_a_seed(walk, seed)
        _displace(walk)
        _keep(walk, home)
        _save_and_reload(walk, home / "walk.blend")
        _regenerate(walk, seed)
    read = INSIDE / "read_asset.py"
    assert "asset: all fine" in program.check(read, home / "library" / "planks_2.blend", *MAPS)


def _learn(walk: Walk) -> None:
    walk.open("learn_view_3d")
    walk.drop(PHOTO)
    walk.photograph("1_drop")
    walk.click("learn from image")
    walk.photograph("2_dialog")
    walk.click("learn")
    walk.until(lambda told: told["fit"] and told["preview"] and told["fit"]["tenths"] >= 5)
    walk.photograph("3_learning")
    fit = walk.until(lambda told: told["fit"]["state"] not in {"STARTING", "LEARNING", "SAVING"})["fit"]
    assert (fit["state"], fit["problem"]) == ("FINISHED", "")
    walk.until(lambda told: told["model"] == "planks_2")  # beside the planks that come with Tilewright
    walk.photograph("4_learned")
    walk.open("")
    walk.photograph("5_chosen")


def _choose_a_seed(walk: Walk, seed: int) -> None:
    walk.open("browse")
    before = walk.until(lambda told: told["thumbnails"] == 9 and not told["looking"])
    assert before["image"] == ""
    walk.photograph("6_browse")
    walk.click("the fifth seed")
    walk.point_aside()
    made = walk.until(lambda told: told["image"] and not told["busy"])
    assert made["image"] == f"planks_2_{seed}_1024x1024_base_color" and made["size"] == [1024, 1024]
    assert made["maps"] == MAPS and made["displacement"] == "BUMP"
    walk.photograph("7_textured")


def _displace(walk: Walk) -> None:
    walk.open("material")
    walk.photograph("8_material")
    walk.click("true displacement")
    walk.until(lambda told: told["displacement"] == "BOTH" and told["modifiers"] == ["SUBSURF"])
    walk.point_aside()
    walk.photograph("9_displaced")


def _keep(walk: Walk, home: Path) -> None:
    walk.open("keep")
    walk.choose("library", "the walk's library", wanted=lambda told: told["library"] == "library")
    walk.photograph("10_keep")
    walk.click("save to asset library")
    walk.until(lambda _told: (home / "library" / "planks_2.blend").exists())
    assert sorted(file.name for file in (home / "library").iterdir()) == ["blender_assets.cats.txt", "planks_2.blend"]


def _save_and_reload(walk: Walk, blend: Path) -> None:
    empty = blend.stat().st_size
    assert walk.until(lambda told: told["unsaved"])["loads"] == 0
    walk.press("ctrl+s")
    before = walk.until(lambda told: not told["unsaved"])
    assert blend.stat().st_size > empty + 1_000_000, "the images are packed"
    walk.photograph("11_saved")
    after = walk.choose("file", "revert", "revert, really", wanted=lambda told: told["loads"] == 1)
    told = ("image", "size", "maps", "displacement", "modifiers", "model")
    assert {name: after[name] for name in told} == {name: before[name] for name in told}


def _regenerate(walk: Walk, seed: int) -> None:
    walk.open("regenerate")
    walk.photograph("12_regenerate")
    walk.click("2K")
    walk.point_aside()
    made = walk.until(lambda told: told["size"] == [2048, 2048] and not told["busy"])
    assert made["image"] == f"planks_2_{seed}_2048x2048_base_color" and made["maps"] == MAPS
    assert made["displacement"] == "BOTH" and made["modifiers"] == ["SUBSURF"]
    walk.photograph("13_larger")
