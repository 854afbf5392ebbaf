"""Preparing photos in real Blenders, on the installed extension; and the frame that the mouse drags."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .conftest import INSIDE, Blender
from .test_window import Desk, at_a_window

ON_PICTURE = (500, 500)


def test_a_photo_is_prepared(blender: Blender) -> None:
    assert "prepare: all fine" in blender.check(INSIDE / "prepare.py")


def test_a_frame_is_dragged_by_the_mouse(program: Blender, tmp_path: Path, exemplar_path: Path) -> None:
    """Keys start what the buttons do: where a button lies is the panel's own affair."""
    picture = Path(os.environ.get("TILEWRIGHT_SHOWN_IMAGE", exemplar_path))
    screenshots = Path(os.environ.get("TILEWRIGHT_SCREENSHOT", tmp_path / "prepare.png"))
    with at_a_window(program, "prepare_window.py", tmp_path, picture) as desk:
        desk.press("F5", ON_PICTURE)
        frame = _state(tmp_path, lambda state: state["corners"])["corners"]
        _drag(desk, tmp_path, [0], frame[0], (70, 40))
        there = (frame[0][0] + 70, frame[0][1] + 40)
        assert _state(tmp_path, lambda state: _near(state["corners"][0], there))["corners"][1:] == frame[1:]
        desk.photograph(screenshots.with_stem(f"{screenshots.stem}_straighten"))
        desk.press("Return", ON_PICTURE)
        straight = _state(tmp_path, lambda state: len(state["shown"]) == 2)
        corners = straight["prepared"]["corners"]
        assert straight["shown"][-1].endswith("_straightened") and not straight["dragged"]
        wide, moved_wide = corners[1][0] - corners[3][0], frame[1][0] - frame[3][0]  # what was not moved is the measure
        assert abs((corners[0][0] - corners[3][0]) / wide - 70 / moved_wide) < 0.02

        desk.press("F6", ON_PICTURE)
        frame = _state(tmp_path, lambda state: state["corners"])["corners"]
        middle = ((frame[0][0] + frame[2][0]) // 2, (frame[0][1] + frame[2][1]) // 2)
        _drag(desk, tmp_path, [0, 1, 2, 3], middle, (-12, 9))
        desk.press("Escape", ON_PICTURE)
        left = _state(tmp_path, lambda state: not state["dragged"])
        assert left["shown"] == straight["shown"], "Esc changes nothing"

        desk.press("F6", ON_PICTURE)
        frame = _state(tmp_path, lambda state: state["corners"])["corners"]
        _drag(desk, tmp_path, [3, 0], (frame[0][0], middle[1]), (30, 25))
        _state(tmp_path, lambda state: _near(state["corners"][3], (frame[3][0] + 30, frame[3][1])))
        desk.photograph(screenshots.with_stem(f"{screenshots.stem}_crop"))
        desk.press("Return", ON_PICTURE)
        cropped = _state(tmp_path, lambda state: len(state["shown"]) == 3)["prepared"]
        assert cropped["corners"] == corners and cropped["crop"]
        desk.press("F7", ON_PICTURE)
        assert _state(tmp_path, lambda state: len(state["shown"]) == 4)["prepared"] == cropped | {"even_light": 1.0}
        for number, (key, job) in enumerate((("ctrl+z", "cropped"), ("ctrl+shift+z", "even"), ("F8", "")), 5):
            desk.press(key, ON_PICTURE)
            shown = _state(tmp_path, lambda state, number=number: len(state["shown"]) == number)["shown"]
            assert shown[-1].endswith(job)
        assert shown[-1] == shown[0], "the photo, as it was before all steps"


def test_a_frame_does_not_outlive_its_picture(program: Blender, tmp_path: Path, exemplar_path: Path) -> None:
    """Disabled or another file loaded in the midst of dragging: nothing is drawn any more, and nothing breaks."""
    with at_a_window(program, "prepare_window.py", tmp_path, exemplar_path) as desk:
        for interruption in ("disable", "load"):
            desk.press("F6", ON_PICTURE)
            frame = _state(tmp_path, lambda state: state["corners"])["corners"]
            desk.point(*frame[0])
            (tmp_path / interruption).touch()
            _state(tmp_path, lambda state: not state["dragged"])
            desk.point(*ON_PICTURE)
        desk.photograph(tmp_path / "after.png")
        assert (tmp_path / "after.png").stat().st_size > 10_000


def _drag(desk: Desk, notes: Path, held: list[int], start: tuple[int, int], by: tuple[int, int]) -> None:
    """As a hand does it: it takes the next step once it sees that the one before was understood."""

    def step(command: str, wanted: Callable[[dict[str, Any]], object]) -> None:
        desk.start("xdotool", *command.split()).wait(60)
        _state(notes, wanted)

    (x, y), (right, down) = start, by
    step(f"mousemove {x} {y - 30} sleep 0.2 mousemove {x} {y}", lambda state: state["held"] == held)
    step("mousedown 1", lambda state: state["gripped"])
    corner, place = held[0], _state(notes, lambda state: state["corners"])["corners"][held[0]]
    there = f"mousemove {x + right // 2} {y + down // 2} sleep 0.2 mousemove {x + right} {y + down}"
    step(there, lambda state: _moved_enough(place, state["corners"][corner], by))
    step("mouseup 1", lambda state: not state["gripped"])


def _moved_enough(before: list[int], after: list[int], by: tuple[int, int]) -> bool:
    """Along one axis at least, by what the hand has moved."""
    return any(abs(after[axis] - before[axis] - by[axis]) <= 2 for axis in (0, 1))


def _near(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= 2


def _state(notes: Path, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """What the window's script has written, once it is as wanted."""
    end, state = time.monotonic() + 60, {}
    while time.monotonic() < end:
        if (notes / "state.json").exists():
            state = json.loads((notes / "state.json").read_text())
            if wanted(state):
                return state
        time.sleep(0.2)
    raise AssertionError(f"the window is at {state}")
