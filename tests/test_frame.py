"""The frame that the mouse drags over a picture, without a mouse."""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def frames() -> types.ModuleType:
    """`addon/prepare/frame.py`, which imports nothing of Blender, as part of a package that is no add-on."""
    for name, folder in (("frame_test", ROOT), ("frame_test.addon", ROOT / "addon")):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    return importlib.import_module("frame_test.addon.prepare.frame")


SIZE = (200, 300)
SEEN = (0.0, 0.0, 300.0, 200.0)


def test_a_new_frame_lies_where_it_is_seen(frames: types.ModuleType) -> None:
    assert frames.Frame.new(SIZE, SEEN, True).rectangle() == (36, 24, 228, 152)
    assert frames.Frame.new(SIZE, (100.0, 0.0, 200.0, 200.0), True).rectangle() == (112, 24, 76, 152)
    assert frames.Frame.new(SIZE, (290.0, 0.0, 300.0, 200.0), True).rectangle() == (36, 24, 228, 152)


def test_corners_move_alone_and_stay_in_the_picture(frames: types.ModuleType) -> None:
    frame = frames.Frame.new(SIZE, SEEN, False)
    moved = frame.moved((1,), 10, -7)
    assert moved.corners == (frame.corners[0], (274, 17), *frame.corners[2:])
    assert frame.moved((1,), 900, -900).corners[1] == (300, 0)
    assert frame.moved((0, 1, 2, 3), -900, 5).corners[0] == (0, 29)
    assert frame.moved((2,), -200, -130) is None, "it would fold"


def test_an_upright_frame_stays_a_rectangle(frames: types.ModuleType) -> None:
    frame = frames.Frame.new(SIZE, SEEN, True)
    assert frame.moved((0,), 4, 6).rectangle() == (40, 30, 224, 146)
    assert frame.moved((2,), 4.4, 6).rectangle() == (36, 24, 232, 158)
    assert frame.moved((1, 2), -28, 50).rectangle() == (36, 24, 200, 152), "a side moves across itself alone"
    assert frame.moved((0, 1), 50, -4).rectangle() == (36, 20, 228, 156)
    assert frame.moved((0, 1, 2, 3), 900, 900).rectangle() == (72, 48, 228, 152)
    assert frame.moved((1, 2), -220, 0) is None, "it would be too narrow"


def test_what_a_hand_takes_hold_of(frames: types.ModuleType) -> None:
    corners = [(10, 190), (110, 180), (120, 20), (0, 10)]  # on a screen, whose rows count upwards
    for hand, expected in {
        (15, 185): (0,), (118, 26): (2,), (60, 186): (0, 1), (60, 100): (0, 1, 2, 3), (200, 100): (), (4, 60): (3, 0),
        (60, 181): (0, 1), (60, 176): (0, 1, 2, 3),  # a side is held from half as far as a corner
    }.items():  # fmt: skip
        assert frames.grabbed(corners, hand, 12) == expected, hand
    assert frames.grabbed([(x, 200 - y) for x, y in corners], (60, 100), 12) == (0, 1, 2, 3)
