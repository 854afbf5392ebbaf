"""Learning from inside Blender: with a trainer that pretends in every Blender, with the real one in the package."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from .conftest import INSIDE, ROOT, Blender

FAKE = ROOT / "tests" / "fake_trainer"


def test_an_artist_lets_a_texture_be_learned(blender: Blender, exemplar_path: Path, tmp_path: Path) -> None:
    for name in ("blobs", "small", "unreadable", "deaf"):
        shutil.copyfile(exemplar_path, tmp_path / f"{name}.png")
    (tmp_path / "runs").mkdir()
    real = ROOT if blender.program is None else ""
    given = (tmp_path / "blobs.png", sys.executable, FAKE, tmp_path / "runs", real)
    assert "learn: all fine" in blender.check(INSIDE / "learn.py", *given)
