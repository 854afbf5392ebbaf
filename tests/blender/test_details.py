"""Panels and small things, in real Blenders, on the installed extension."""

from __future__ import annotations

from pathlib import Path

from .conftest import INSIDE, Blender


def test_panels_draw_what_is_there(blender: Blender, model_path: Path) -> None:
    assert "panels: all fine" in blender.check(INSIDE / "panels.py", model_path)


def test_details(blender: Blender, model_path: Path, tmp_path: Path) -> None:
    told = blender.check(INSIDE / "details.py", model_path, tmp_path)
    assert "details: all fine" in told
    assert told.count("has been learned anew since") == 2, "of a texture gone back to, and of one made again"
