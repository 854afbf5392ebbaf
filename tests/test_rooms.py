"""Who may know whom: every import is read, and a wrong arrow fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("trainer", "export", "synthesis", "addon")
FORBIDDEN = {
    "trainer": {"bpy", "onnxruntime", "export", "addon", "benchmarks"},
    "export": {"bpy", "onnxruntime", "addon", "benchmarks"},
    "synthesis": {"bpy", "torch", "trainer", "export", "addon", "benchmarks"},
    "addon": {"torch", "onnxruntime", "PIL", "trainer", "export", "benchmarks"},
}
FEATURES = {path.parent.name for path in (ROOT / "addon").glob("*/__init__.py")} - {"translations"}
MAY_KNOW_FEATURES = {"__init__.py", "batch.py", "preferences.py"}  # of the add-on's core
ONLY_HERE = {  # room -> package -> its only files
    "synthesis": {
        "onnxruntime": {"synthesis/session.py"},
        "PIL": {"synthesis/image_files.py"},
        "OpenEXR": {"synthesis/image_files.py"},
    },
}


def imported(source: str, room: str) -> Iterator[str]:
    """The top packages that a file of a room imports, relative ones by the room they lead to."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.level == 1:
            yield room
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            yield from (name.name for name in node.names)


def wrong_arrows(room: str, file: str, source: str) -> set[str]:
    names = set(imported(source, room))
    misplaced = {name for name, files in ONLY_HERE.get(room, {}).items() if name in names and file not in files}
    return (names & FORBIDDEN[room]) | misplaced


def test_every_arrow_points_the_right_way() -> None:
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            file = path.relative_to(ROOT).as_posix()
            if wrong := wrong_arrows(room, file, path.read_text()):
                found[file] = wrong
    assert not found


def test_a_planted_wrong_arrow_is_found() -> None:
    assert wrong_arrows("synthesis", "synthesis/x.py", "import torch") == {"torch"}
    assert wrong_arrows("synthesis", "synthesis/x.py", "def f():\n    import onnxruntime") == {"onnxruntime"}
    assert wrong_arrows("synthesis", "synthesis/session.py", "import onnxruntime") == set()
    assert wrong_arrows("addon", "addon/x.py", "from ..trainer.loop import fit") == {"trainer"}
    assert wrong_arrows("addon", "addon/x.py", "from .. import trainer") == {"trainer"}
    assert wrong_arrows("trainer", "trainer/x.py", "from export import to_onnx") == {"export"}
    assert wrong_arrows("synthesis", "synthesis/x.py", "import benchmarks.speed") == {"benchmarks"}


def test_shipped_rooms_import_one_another_relatively() -> None:
    for room in ("synthesis", "addon"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and node.level == 0:
                    assert (node.module or "").split(".")[0] not in ROOMS, path
                elif isinstance(node, ast.Import):
                    assert not {name.name.split(".")[0] for name in node.names} & set(ROOMS), path


def features_known(source: str) -> set[str]:
    """Which of the add-on's features a file of its core imports."""
    froms = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom) and node.level == 1]
    named = {(node.module or "").split(".")[0] for node in froms} | {name.name for node in froms for name in node.names}
    return named & FEATURES


def test_the_addons_core_knows_none_of_its_features() -> None:
    core = [path for path in (ROOT / "addon").glob("*.py") if path.name not in MAY_KNOW_FEATURES]
    found = {path.name: known for path in core if (known := features_known(path.read_text()))}
    assert core and not found
    assert features_known("from .memory import recall") == features_known("from . import memory") == {"memory"}
