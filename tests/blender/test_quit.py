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
    desk = Desk(program)
    script = ("--python", INSIDE / "stroke_window.py", "--", tmp_path, colors_model_path)
    with ended(desk.start("Xvfb", DISPLAY, "-screen", "0", SCREEN)):
        time.sleep(2)
        blender = desk.start("blender", "--window-geometry", "0", "0", "1600", "1000", *map(str, script))
        with ended(blender):
            wait_for(tmp_path / "ready", 120)
            desk.do("mousemove", 700, 500, "sleep", 0.4, "mousedown", 1, "sleep", 0.3, "mousemove", 720, 520)
            (tmp_path / "held").touch()
            wait_for(tmp_path / "done", 120)
            desk.do("mousemove", 760, 560, "sleep", 0.4, "mouseup", 1, "sleep", 0.4)
            (tmp_path / "released").touch()
            exit_code = _left(blender, tmp_path)
    told = json.loads((tmp_path / "told.json").read_text())
    assert told == {"held": ["SCULPT_OT_brush_stroke", "TILEWRIGHT_OT_generate"], "moved": True, "material": True}, told
    assert exit_code == 0


def _left(blender: subprocess.Popen[bytes], notes: Path) -> int:
    """Blender's exit code, once it has quit by itself."""
    try:
        return blender.wait(240)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"it did not come to its end: {(notes / 'told.json').read_text()}") from None
