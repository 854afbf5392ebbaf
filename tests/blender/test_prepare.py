"""Preparing photos in real Blenders, on the installed extension; and the frame that the mouse drags."""

from __future__ import annotations

from .conftest import INSIDE, Blender


def test_a_photo_is_prepared(blender: Blender) -> None:
    assert "prepare: all fine" in blender.check(INSIDE / "prepare.py")
