"""What a model's convolutions need at the machine's own rate of multiplications, and where the time really goes."""

from __future__ import annotations

import json
import math
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import shape_inference

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
    graph = onnx.load(path)
    sizes = {name: field.shape for name, field in _inputs(model).items()}
    for given in graph.graph.input:
        for dimension, size in zip(given.type.tensor_type.shape.dim, sizes[given.name], strict=True):
            dimension.dim_value = size
    inferred = shape_inference.infer_shapes(graph, data_prop=True).graph
    shapes = {
        value.name: [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
        for value in (*inferred.value_info, *inferred.output)
    }
    weights = {weight.name: weight.dims for weight in inferred.initializer}
    weights |= {node.output[0]: node.attribute[0].t.dims for node in inferred.node if node.op_type == "Constant"}
    weights |= {
        node.output[0]: weights[node.input[0]] for node in inferred.node if node.input[:1] and node.input[0] in weights
    }
    convolutions = [node for node in inferred.node if node.op_type == "Conv"]
    return sum(math.prod(shapes[node.output[0]]) * math.prod(weights[node.input[1]][1:]) for node in convolutions)


def seconds_by_operation(path: Path, model: Model, threads: int = 0) -> Mapping[str, float]:
    """Of one window of WINDOW_PX, warm, the longest first; as onnxruntime fuses them. threads: 0 for all."""
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.enable_profiling, options.profile_file_prefix = True, str(Path(folder) / "profile")
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        inputs = _inputs(model)
        for _ in range(1 + REPEATS):
            session.run(["maps"], inputs)
        events = json.loads(Path(session.end_profiling()).read_text())
    runs = [event["ts"] for event in events if event["name"] == "model_run"]
    total: dict[str, float] = defaultdict(float)
    for event in events:
        if event.get("cat") == "Node" and event["ts"] >= sorted(runs)[1] and "op_name" in event["args"]:
            total[event["args"]["op_name"]] += event["dur"] / 1e6 / REPEATS
    return dict(sorted(total.items(), key=lambda item: -item[1]))


def _inputs(model: Model) -> dict[str, np.ndarray]:
    size = (_WINDOW.height, _WINDOW.width)
    fields = latent_fields(model.info, Latent(1), size, _WINDOW)
    names = input_channels(model.info)
    guide = absent(list(names.values())[len(fields) :])
    return {name: field[None] for name, field in zip(names, [*fields, *guide], strict=True)}
