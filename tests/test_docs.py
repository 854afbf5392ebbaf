"""What README and docs promise a reader: links lead somewhere, and commands have the options that they show."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), target
        assert not anchor or anchor in _anchors(there), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_are_there(page: Path) -> None:
    for file in re.findall(
        r"`((?:synthesis|trainer|export|addon|benchmarks|scripts|tests)/[\w/]+\.\w+)`", page.read_text("utf-8")
    ):
        assert (ROOT / file).is_file(), file


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_have_the_options_that_are_shown(page: Path) -> None:
    shown = _commands(page.read_text(encoding="utf-8"))
    for module, options in shown:
        known = _help(*module)
        for option in options:
            assert re.search(rf"{option}\b", known), (module, option)


def _commands(text: str) -> list[tuple[tuple[str, ...], list[str]]]:
    """Module, with a subcommand where it has some, and options of every `python -m` in blocks of code and in lines."""
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.S)).replace("\\\n", " ")
    lines = [*blocks.splitlines(), *(code.replace("\n", " ") for code in re.findall(r"(?<!`)`([^`]+)`(?!`)", text))]
    found = []
    for line in lines:
        for module, given in re.findall(r"python -m ([\w.]+)([^&|#]*)", line):
            words = re.sub(r"[\[\]]", " ", given).split()
            sub = [word for word in words[:1] if module == "synthesis" and word.isalpha()]
            found.append(((module, *sub), re.findall(r"(?<![\w-])--[a-z][a-z-]*", given)))
    return [(module, options) for module, options in found if module[0].split(".")[0] in _OWN and options]


_OWN = {"trainer", "export", "synthesis", "benchmarks"}


def _anchors(page: Path) -> set[str]:
    """Of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def _help(module: str, *sub: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *sub, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, shlex.join([module, *sub]) + done.stderr
    return done.stdout
