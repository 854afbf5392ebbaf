"""What a window's convolutions need is counted as they are really computed."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks import arithmetic, speed
from export.cells import InCells
from synthesis.session import Model
from trainer.checkpoint import Checkpoint


def test_multiplications_are_those_of_the_window(run_folder: Path, model_path: Path, model: Model) -> None:
    inputs = [torch.from_numpy(field) for field in arithmetic._inputs(model).values()]
    generator = InCells(Checkpoint.read(run_folder).generator())
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        generator(inputs[: len(model.info.levels)])
    counted = counter.get_flop_counts()["Global"][torch.ops.aten.convolution] / 2  # each with its addition
    assert arithmetic.multiplications(model_path, model) == counted > 1e6


def test_time_is_told_by_operation(model_path: Path, model: Model) -> None:
    spent = arithmetic.seconds_by_operation(model_path, model)
    assert next(iter(spent)) == "Conv", "what takes longest comes first"
    assert list(spent.values()) == sorted(spent.values(), reverse=True)


@pytest.mark.parametrize("has_gmic, told", [(True, "there is no file"), (False, "gmic is missing")])
def test_what_is_missing_is_told_before_anything_is_measured(
    model_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], has_gmic: bool, told: str
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name if has_gmic else None)
    monkeypatch.setattr("benchmarks.rivals._gmic_version", lambda: "G'MIC")
    monkeypatch.setattr("sys.argv", ["speed", str(model_path), "--device", "cpu", "--photo", "nowhere.png"])
    assert speed.main() == 2
    seen = capsys.readouterr()
    assert told in seen.err and len(seen.err.splitlines()) == 1 and not seen.out


def test_a_product_of_matrices_tells_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """In multiplications, each with its addition: one a row, a column and a place on the way."""
    monkeypatch.setattr(arithmetic, "MATRIX", 100)
    monkeypatch.setattr(arithmetic, "best_seconds", lambda product, _repeats: (product(), 0.5)[1])
    assert arithmetic.machine_rate() == 2e6
