"""A person looks through seeds at a real window: thumbnails come in, a star stays, and a click makes the texture.

Needs what test_window.py needs. TILEWRIGHT_SCREENSHOT_BROWSE names a file that keeps the picture of the window.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

from PIL import Image, ImageStat

from synthesis.model_file import read_info

from .conftest import Blender
from .test_window import ASIDE, TAB, at_a_window

COLUMNS, ROWS, SIDE = (1012, 1106, 1201), (200, 312, 424), 62  # of the nine thumbnails, each a little inside
FIFTH, STAR_OF_SIXTH = (1127, 400), (1264, 400)
PLANKS = Path(__file__).parents[2] / "models" / "planks.onnx"


def seeds_shown(model: Path) -> list[int]:
    """The first nine of the grid: the model's best, then all others."""
    best = read_info(model).best_seeds
    return [*best, *(seed for seed in range(9) if seed not in best)]


def test_browsing_seeds_by_mouse(program: Blender, tmp_path: Path) -> None:
    fifth, sixth = seeds_shown(PLANKS)[4:6]
    picture = Path(os.environ.get("TILEWRIGHT_SCREENSHOT_BROWSE", tmp_path / "browse.png"))
    with at_a_window(program, "browse_window.py", tmp_path, "planks") as desk:
        desk.click(*TAB)
        desk.point(*ASIDE)
        _wait(tmp_path, lambda told: told["thumbnails"] == {"planks": 9} and not told["timer"])
        desk.photograph(picture)
        desk.click(*STAR_OF_SIXTH)
        desk.click(*FIFTH)
        desk.point(*ASIDE)
        _wait(tmp_path, lambda told: told["image"] == f"planks_{fifth}_512x512_base_color")
    shown = Image.open(picture).convert("RGB")
    for left, top in product(COLUMNS, ROWS):
        red, green, blue = ImageStat.Stat(shown.crop((left, top, left + SIDE, top + SIDE))).mean
        assert red > green > blue + 20, f"no planks at {left}, {top}"
    (favorites,) = program.user.rglob("favorites.json")
    assert {"model": "planks", "seeds": [sixth]} in json.loads(favorites.read_text()).values()


def _wait(notes: Path, wanted: Callable[[dict[str, Any]], bool]) -> None:
    """Until what the window tells of itself is as wanted."""
    end, file = time.monotonic() + 120, notes / "browse.json"
    told = None
    while time.monotonic() < end:
        told = json.loads(file.read_text()) if file.exists() else None
        if told and wanted(told):
            return
        time.sleep(0.2)
    raise AssertionError(f"the window told only {told}")
