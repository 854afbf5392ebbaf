"""Whatever the add-on refuses has its template in Chinese, and every template its refusal."""

from __future__ import annotations

import ast
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMAND_LINES = {"batch.py", "command_line.py", "arguments.py", "__main__.py"}  # that tell what is refused themselves
OF_THE_TRAINER = {ROOT / "synthesis" / "image_files.py"}  # what it refuses stands in the panel Learn
TELLING = {"lack", "_problem"}  # functions that give what is shown like a refusal
PART = re.compile(r"{\w+}")

Words = dict[str, str]


@pytest.fixture(scope="module")
def tables() -> tuple[Words, Words]:
    """The sentences and the phrases, English -> Chinese."""
    folder = ROOT / "addon" / "translations"
    read = [runpy.run_path(str(folder / name)) for name in ("refusals.py", "refusals_of_synthesis.py")]
    sentences, phrases = ([table for one in read for table in one[name].items()] for name in ("SENTENCES", "PHRASES"))
    assert len({*dict(sentences)}) == len(sentences) and len({*dict(phrases)}) == len(phrases)
    return dict(sentences), dict(phrases)


@pytest.fixture(scope="module")
def sources() -> list[ast.Module]:
    """The modules of the add-on, less its tables, and those of synthesis that they import."""
    addon = {path for path in (ROOT / "addon").rglob("*.py") if path.parent.name != "translations"}
    waiting = {path for path in addon if path.name not in COMMAND_LINES} | OF_THE_TRAINER
    found: dict[Path, ast.Module] = {}
    while waiting:
        path = waiting.pop()
        found[path] = ast.parse(path.read_text("utf-8"))
        waiting |= {one for one in imported(path, found[path]) if one.name not in COMMAND_LINES} - found.keys()
    return [*found.values()]


def imported(path: Path, source: ast.Module) -> Iterator[Path]:
    for node in (node for node in ast.walk(source) if isinstance(node, ast.ImportFrom) and node.level):
        package = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
        for place in (package, *(package / name.name for name in node.names)):
            if (file := place.parent / f"{place.name}.py").is_file() and file.is_relative_to(ROOT / "synthesis"):
                yield file


def pieces(template: str) -> tuple[str, ...]:
    """What stands between its parts."""
    return tuple(PART.split(template))


def worded(node: ast.AST, names: dict[str, set[str]]) -> Iterator[tuple[str, ...]]:
    """The pieces of the texts that an expression may give; names: what constants may hold."""
    if isinstance(node, ast.IfExp):
        yield from (*worded(node.body, names), *worded(node.orelse, names))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield (node.value,)
    elif isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "{part}" for part in node.values]
        yield pieces("".join(map(str, parts)))
    elif (name := getattr(node, "id", getattr(node, "attr", ""))) in names:
        yield from map(pieces, names[name])
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        yield from worded(node.func.value, names)


def constants(sources: list[ast.Module]) -> dict[str, set[str]]:
    """The texts that a name stands for, in whatever module or class."""
    found: dict[str, set[str]] = {}
    for node in (node for source in sources for node in ast.walk(source) if isinstance(node, ast.Assign)):
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for target in (target for target in node.targets if isinstance(target, ast.Name)):
                found.setdefault(target.id, set()).add(node.value.value)
    return found


def refused(sources: list[ast.Module]) -> set[tuple[str, ...]]:
    """The pieces of every refusal that has words of its own."""
    found: set[tuple[str, ...]] = set()
    names = constants(sources)
    for source in sources:
        for node in ast.walk(source):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"TextureError", "Cancelled"}:
                found |= {*worded(node.args[0], names)}
            elif isinstance(node, ast.FunctionDef) and node.name in TELLING:
                returns = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
                found |= {one for value in returns for one in worded(value, {})}
    return {one for one in found if "".join(one)}


def test_every_refusal_has_its_template(tables: tuple[Words, Words], sources: list[ast.Module]) -> None:
    known, needed = {pieces(template) for template in tables[0]}, refused(sources)
    assert len(needed) > 100
    assert not {"{}".join(one) for one in needed - known}, "not translated"
    assert not {"{}".join(one) for one in known - needed}, "refused nowhere"


def test_every_phrase_stands_in_the_sources(tables: tuple[Words, Words], sources: list[ast.Module]) -> None:
    said = {one for source in sources for node in ast.walk(source) for one in worded(node, {})}
    said |= {tuple(piece.lower() for piece in one) for one in said if len(one) == 1}  # Blender's names of sources
    assert not {phrase for phrase in tables[1] if pieces(phrase) not in said}


def test_both_sides_name_the_same_parts(tables: tuple[Words, Words]) -> None:
    for english, chinese in (pair for table in tables for pair in table.items()):
        parts = PART.findall(english)
        assert len(parts) == len(set(parts)) and sorted(parts) == sorted(PART.findall(chinese)), english
        assert re.search("[\u4e00-\u9fff]", chinese) or chinese == english, english


@pytest.fixture(scope="module")
def translated(extension: Callable[[str], ModuleType], tables: tuple[Words, Words]) -> Callable[[str], str]:
    sentences, phrases = tables
    run = extension("addon.templates").translated
    return lambda line: run(line, tuple(sentences), tuple(phrases), {**sentences, **phrases}.__getitem__)


@pytest.mark.parametrize(("english", "chinese"), [
    ("no image is open: open one in the Image Editor", "没有打开的图像：请在图像编辑器中打开"),
    ("a {b}.png is linked from another file: make it local first", "a {b}.png 关联自其他文件：请先转为本地项"),
    (
        "size is 1000 px; this model makes multiples of 32 up to 8192: try 992 or 1024",
        "尺寸为 1000 像素；该模型生成 32 的倍数，最大 8192：请尝试 992 或 1024",
    ),
    ("size is 9 px; this model makes multiples of 32 up to 8192: try 32",
     "尺寸为 9 像素；该模型生成 32 的倍数，最大 8192：请尝试 32"),
    # a sentence in a sentence, and that which says more than the same words around something unknown
    ("C:\\a: b.onnx: the model 'a' has other margins than its info says: export it again",
     "C:\\a: b.onnx: 模型 'a' 的边距与其信息不符：请重新导出"),
    ("m.onnx: the model 'a' can't run on the CPU (no: op): export it again",
     "m.onnx: 模型 'a' 无法在 CPU 上运行 (no: op)：请重新导出"),
    ("python3 lacks torch; Check in Tilewright's preferences tells how to get it",
     "python3 缺少 torch；Tilewright 偏好设置中的“检查”会说明如何获取"),
    ("x is a movie: open one frame of it as a single image", "x 是影片：请将其中一帧作为单张图像打开"),
])  # fmt: skip
def test_a_refusal_is_told_in_chinese(translated: Callable[[str], str], english: str, chinese: str) -> None:
    assert translated(english) == chinese


@pytest.mark.parametrize("line", ["", "movie", "from 1 to 2", "this or that", "x: what nobody knows", "已取消"])
def test_what_fits_no_template_stays(translated: Callable[[str], str], line: str) -> None:
    assert translated(line) == line


def test_no_refusal_is_reported_untranslated() -> None:
    for path in (ROOT / "addon").rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)):
            if getattr(call.func, "attr", "") in {"report", "poll_message_set"}:
                assert "str" not in {getattr(one.func, "id", "") for one in call.args if isinstance(one, ast.Call)}, (
                    path
                )
