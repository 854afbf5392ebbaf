"""What a model's convolutions need at the machine's own rate of multiplications, and where the time really goes."""

from __future__ import annotations

import json
import math
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime

from synthesis.latent import Latent, latent_fields
from synthesis.session import Model, absent, input_channels
from synthesis.texture import WINDOW_PX
from synthesis.windows import Rect

from .machine import best_seconds

MATRIX = 2048  # side of the matrices whose product tells the machine's rate
REPEATS = 5
_WINDOW = Rect(0, 0, WINDOW_PX, WINDOW_PX)


def machine_rate() -> float:
    """Multiplications with addition a second, of matrices in float32 by NumPy's BLAS: the best of REPEATS."""
    rng = np.random.default_rng(0)
    one, other = rng.standard_normal((2, MATRIX, MATRIX), dtype=np.float32)
    return MATRIX**3 / best_seconds(lambda: one @ other, REPEATS)


def multiplications(path: Path, model: Model) -> int:
    """Of all convolutions of one window of WINDOW_PX, which knows no guide."""
    plainly = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # its own arrangements pad channels
    total = 0
    for event in _events(path, model, plainly):
        if event["args"]["op_name"] == "Conv":
            (made,), (_, kernel, *_) = (_shapes(event, end) for end in ("output", "input"))
            total += math.prod(made) * math.prod(kernel[1:])
    return total


def seconds_by_operation(path: Path, model: Model, threads: int = 0) -> Mapping[str, float]:
    """Of one window of WINDOW_PX, warm, the longest first; as onnxruntime fuses them. threads: 0 for all."""
    total: dict[str, float] = defaultdict(float)
    fused = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    for event in _events(path, model, fused, threads, REPEATS):
        total[event["args"]["op_name"]] += event["dur"] / 1e6 / REPEATS
    return dict(sorted(total.items(), key=lambda item: -item[1]))


def _events(
    path: Path, model: Model, level: onnxruntime.GraphOptimizationLevel, threads: int = 0, repeats: int = 1
) -> list[dict]:
    """What onnxruntime tells of each operation that a window takes, after a first window."""
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.graph_optimization_level = threads, level
        options.enable_profiling, options.profile_file_prefix = True, str(Path(folder) / "profile")
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        inputs = _inputs(model)
        for _ in range(1 + repeats):
            session.run(["maps"], inputs)
        events = json.loads(Path(session.end_profiling()).read_text())
    second = sorted(event["ts"] for event in events if event["name"] == "model_run")[1]
    operations = [event for event in events if event.get("cat") == "Node" and "op_name" in event["args"]]
    # An If's time is that of its branch, whose operations are told, too.
    return [event for event in operations if event["ts"] >= second and event["args"]["op_name"] != "If"]


def _shapes(event: dict, end: str) -> list[list[int]]:
    """Of an operation's inputs or outputs."""
    return [shape for tensor in event["args"][f"{end}_type_shape"] for shape in tensor.values()]


def _inputs(model: Model) -> dict[str, np.ndarray]:
    size = (_WINDOW.height, _WINDOW.width)
    fields = latent_fields(model.info, Latent(1), size, _WINDOW)
    names = input_channels(model.info)
    guide = absent(list(names.values())[len(fields) :])
    return {name: field[None] for name, field in zip(names, [*fields, *guide], strict=True)}
