"""What is worked on goes away in the midst of it: no crash, nothing half-written, one clear line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from .conftest import INSIDE, ROOT, Blender
from .test_window import SCREEN, Desk, ended, wait_for

FAKE = ROOT / "tests" / "fake_trainer"
DISPLAY = os.environ.get("TILEWRIGHT_DISPLAY", ":77")


def test_what_goes_away_is_one_line(
    program: Blender, colors_model_path: Path, exemplar_path: Path, tmp_path: Path
) -> None:
    notes, home, temporary = (tmp_path / name for name in ("notes", "home", "temporary"))
    for folder in (notes, home, temporary):
        folder.mkdir()
    model = shutil.copyfile(colors_model_path, tmp_path / "random.onnx")  # a file called as its model is
    given = (notes, home, model, exemplar_path, sys.executable, FAKE)
    desk = Desk(program)
    with ended(desk.start("Xvfb", DISPLAY, "-screen", "0", SCREEN)):
        time.sleep(2)
        start = ("env", f"TMPDIR={temporary}", "blender", "--python", str(INSIDE / "quit_window.py"), "--")
        blender = desk.start(*start, *map(str, given))
        with ended(blender):
            wait_for(notes / "ready", 120)
            exit_code = _left(blender, notes)
    told = json.loads((notes / "told.json").read_text())
    assert exit_code == 0 and told.pop("quit"), told
    for name, removed_images in {"object": 0, "material": 0, "image": 1}.items():
        (line,) = told[name]["refusals"]
        assert " is gone: " in line and "\n" not in line, told[name]
        assert told[name]["more_images"] == -removed_images, told[name]
    assert told["map beside"]["refusals"] == told["other file"]["refusals"] == [], told
    assert not list(temporary.glob("tilewright-*")), "nothing half-written"
    assert not list((home / "textures").glob("*")), "nothing half-written"
    wait_for(home / "blobs" / "model.onnx", 60)  # learning goes on without Blender


def test_a_brush_that_is_held_down_keeps_its_stroke(program: Blender, colors_model_path: Path, tmp_path: Path) -> None:
    told = _held_meanwhile(program, colors_model_path, tmp_path, "SCULPT", press="mousedown 1", release="mouseup 1")
    assert told == {"held": ["SCULPT_OT_brush_stroke", "TILEWRIGHT_OT_generate"], "moved": True, "material": True}, told


def test_what_is_being_moved_is_one_step_of_undo(program: Blender, colors_model_path: Path, tmp_path: Path) -> None:
    told = _held_meanwhile(program, colors_model_path, tmp_path, "OBJECT", press="key g", release="click 1")
    assert told == {
        "held": ["TRANSFORM_OT_translate", "TILEWRIGHT_OT_generate"],
        "moved": True,
        "material": True,
        "undone": {"moved": True, "material": False},
        "twice": {"moved": False},
    }, told


def _held_meanwhile(
    program: Blender, model: Path, notes: Path, mode: str, press: str, release: str
) -> dict[str, object]:
    """What is told of a texture that is finished between press and release, while the mouse moves."""
    desk = Desk(program)
    script = ("--python", INSIDE / "hands_full_window.py", "--", notes, model, mode)
    with ended(desk.start("Xvfb", DISPLAY, "-screen", "0", SCREEN)):
        time.sleep(2)
        blender = desk.start("blender", "--window-geometry", "0", "0", "1600", "1000", *map(str, script))
        with ended(blender):
            wait_for(notes / "ready", 120)
            begin = f"mousemove 700 500 sleep 0.4 {press} sleep 0.3 mousemove 720 520"
            desk.do(*begin.split())
            (notes / "held").touch()
            wait_for(notes / "done", 120)
            desk.do(*f"mousemove 760 560 sleep 0.4 {release} sleep 0.4".split())
            (notes / "released").touch()
            assert _left(blender, notes) == 0
    return json.loads((notes / "told.json").read_text())


def _left(blender: subprocess.Popen[bytes], notes: Path) -> int:
    """Blender's exit code, once it has quit by itself."""
    try:
        return blender.wait(240)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"it did not come to its end: {(notes / 'told.json').read_text()}") from None
