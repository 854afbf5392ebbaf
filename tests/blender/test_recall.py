"""What is remembered: history, favorites, presets, and how a texture was made; on the installed extension."""

from __future__ import annotations

from pathlib import Path

from .conftest import INSIDE, Blender


def test_what_is_remembered_outlives_blender(blender: Blender, model_path: Path, tmp_path: Path) -> None:
    first, later = (blender.check(INSIDE / "recall.py", model_path, tmp_path, stage) for stage in ("first", "later"))
    assert "recall: all fine" in first and "recall: all fine" in later


def test_a_texture_is_made_again_larger(blender: Blender, model_path: Path, tmp_path: Path) -> None:
    told = blender.check(INSIDE / "regenerate.py", model_path, tmp_path)
    assert "regenerate: all fine" in told
    assert "has been learned anew since" in told, "a warning"


def test_redo_and_repeat_last(blender: Blender, model_path: Path, tmp_path: Path) -> None:
    assert "redo: all fine" in blender.check(INSIDE / "redo.py", model_path, tmp_path)
