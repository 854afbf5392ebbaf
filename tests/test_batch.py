"""What a batch leaves and says, without any Blender; `blender/test_batch.py` runs it in real ones."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def batch(extension: Callable[[str], ModuleType]) -> ModuleType:
    return extension("addon.batch")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_batch_that_is_ended_leaves_nothing_unfinished(model_path: Path, tmp_path: Path) -> None:
    line = [sys.executable, "addon/batch.py", str(model_path), "--size", "8192", "--out", str(tmp_path)]
    working = subprocess.Popen(line, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 120
        while not any(tmp_path.iterdir()) and time.monotonic() < until:
            time.sleep(0.05)
        working.terminate()
        told = working.communicate(timeout=60)[1]
    finally:
        working.kill()
    assert working.returncode == 1 and told.strip() == "tilewright: stopped: what was finished is there"
    assert not list(tmp_path.iterdir())


def test_ctrl_c_while_models_open_is_one_line(
    batch: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "open_model", interrupted)
    assert batch.main(["rock.onnx", "--out", str(tmp_path)]) == batch.SOME_FAILED
    assert capsys.readouterr().err == "tilewright: stopped: what was finished is there\n"
