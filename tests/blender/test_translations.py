"""The interface in other languages, in real Blenders; of the bpy package, which has no languages, the words alone."""

from __future__ import annotations

from .conftest import INSIDE, Blender


def test_every_text_is_translated(blender: Blender) -> None:
    assert "every word has its translation" in blender.check(INSIDE / "translations.py")
