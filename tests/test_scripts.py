"""The scripts: what is missing is told in a line, and what can be made is made."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
NO_WHEEL = "ERROR: Could not find a version (from versions: none)\nERROR: No matching distribution found"


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.mark.parametrize(
    "pythons, told, ends",
    [
        (["3.13", "3.14"], NO_WHEEL, None),
        (["3.14"], NO_WHEEL, "there is no onnxruntime for macos-x64"),
        (["3.13", "3.14"], "WARNING: slow\nERROR: No space left on device", "can't fetch onnxruntime: ERROR: No space"),
    ],
)
def test_a_python_without_a_wheel_is_left_out_of_a_zip(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    pythons: list[str],
    told: str,
    ends: str | None,
) -> None:
    script, built, out = _script("build_zip"), [], tmp_path / "a.zip"

    def pip(command: list[str], **_how: object) -> subprocess.CompletedProcess[str]:
        if "3.14" in command:
            return subprocess.CompletedProcess(command, 1, stderr=told)
        (tmp_path / "wheels" / "onnxruntime-1.0.0-cp313-cp313-macosx_13_0_x86_64.whl").touch()
        return subprocess.CompletedProcess(command, 0, stderr="")

    (tmp_path / "wheels").mkdir()
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(subprocess, "run", pip)
    monkeypatch.setattr(script, "build", lambda wheels, *_: out.touch() or built.extend(wheels))
    line = ["build_zip", "--out", str(out), "--platform", "macos-x64", "--python", *pythons]
    monkeypatch.setattr(sys, "argv", line)
    if ends is not None:
        with pytest.raises(SystemExit, match=ends):
            script.main()
        assert not built
        return
    assert script.main() == 0
    assert "Python 3.14 is left out: there is no onnxruntime for it on macos-x64\n" in capsys.readouterr().out
    assert [wheel.name[:24] for wheel in built] == ["onnxruntime-1.0.0-cp313-"]


@pytest.fixture
def wall(tmp_path: Path) -> Path:
    Image.new("RGB", (192, 160), (200, 20, 20)).save(tmp_path / "wall_diff.png")
    return tmp_path


def test_a_contact_sheet_shows_the_exemplar_first(
    colors_model_path: Path, wall: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = _script("contact_sheet")
    monkeypatch.setattr(script, "TEXTURE_PX", 64)
    line = [str(colors_model_path), str(wall), "--out", str(wall / "out" / "sheet.png"), "--exemplar-px", "96"]
    monkeypatch.setattr(sys, "argv", ["contact_sheet", *line])
    script.main()
    sheet = Image.open(wall / "out" / "sheet.png")
    assert sheet.size == (96 + 64 + 64 + 2 * script.GAP_PX, 80) and sheet.getpixel((40, 40)) == (200, 20, 20)


def test_a_contact_sheet_without_a_model_is_told_in_a_line(wall: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = [str(wall / "none.onnx"), str(wall), "--out", str(wall / "sheet.png")]
    monkeypatch.setattr(sys, "argv", ["contact_sheet", *line])
    with pytest.raises(SystemExit, match="contact_sheet: there is no model file"):
        _script("contact_sheet").main()
