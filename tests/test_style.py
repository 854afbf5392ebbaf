"""Formatting, lint and types."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from synthesis.recipe import ORIGIN

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("tool", ["ruff check", "ruff format --check", "mypy"])
def test_tools_are_content(tool: str) -> None:
    command = [sys.executable, "-m", *tool.split()]
    environment = os.environ | {"MYPYPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_why_a_button_is_grey_is_told_in_one_way() -> None:
    telling = [file.name for file in (ROOT / "addon").rglob("*.py") if "poll_message_set" in file.read_text()]
    assert telling == ["reasons.py"]


def test_what_an_image_remembers_is_read_in_one_way() -> None:
    noted = re.compile(rf"[\"']tilewright_({{|{'|'.join(ORIGIN)}|size|[\"'])")
    reading = [file.name for file in (ROOT / "addon").rglob("*.py") if noted.search(file.read_text())]
    assert reading == ["images.py"]
