"""What a window's convolutions need is counted as they are really computed."""

from __future__ import annotations

import math
from pathlib import Path

import onnx
import onnxruntime
import pytest

from benchmarks import arithmetic, speed
from synthesis.session import Model, open_model

SHIPPED = Path(__file__).resolve().parents[1] / "models" / "planks.onnx"


@pytest.mark.parametrize("tone_was_learned", [False, True])
def test_multiplications_are_those_of_the_window(model_path: Path, tone_was_learned: bool) -> None:
    path = SHIPPED if tone_was_learned else model_path
    graph = onnx.load(path)
    convolutions = [node for node in graph.graph.node if node.op_type == "Conv"]
    names = [name for node in convolutions for name in (node.output[0], node.input[1])]
    graph.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    model = open_model(path, "cpu")
    told = session.run(names, arithmetic._inputs(model))
    counted = sum(field.size * math.prod(kernel.shape[1:]) for field, kernel in zip(told[::2], told[1::2], strict=True))
    assert arithmetic.multiplications(path, model) == counted > 1e6


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
