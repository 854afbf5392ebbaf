"""The ONNX graph of a generator: where it takes a guide, a branch without and one with it, with the same weights."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from synthesis.guide import ABSENT_CELLS
from synthesis.info import ModelInfo
from synthesis.session import input_channels, input_shapes
from trainer.generator import Generator

from .cells import InCells

OPSET = 18  # read by every onnxruntime since 1.14


def graph_of(generator: Generator, info: ModelInfo) -> onnx.ModelProto:
    """A model with 32-bit weights and without metadata."""
    module, inputs, names = InCells(generator).eval(), random_inputs(info), list(input_channels(info))
    fields, guide = inputs[: len(info.levels)], inputs[len(info.levels) :]
    graph = _traced(module, names[: len(fields)], fields)
    if guide:
        graph = _joined(graph, _traced(module, names, fields, guide), names[-1])
    graph.graph.output[0].type.tensor_type.shape.dim[1].dim_value = info.channels
    return graph


def random_inputs(info: ModelInfo) -> list[np.ndarray]:
    """(channels, rows, columns) for every input of the graph, for a non-square window."""
    rng, cell_px = np.random.default_rng(0), info.size_multiple_px
    return [rng.standard_normal(shape, dtype=np.float32) for shape in input_shapes(info, 2 * cell_px, 3 * cell_px)]


def tensors(fields: Sequence[np.ndarray]) -> list[Tensor]:
    """Each with an axis for a batch of one."""
    return [torch.from_numpy(field)[None] for field in fields]


def _traced(module: InCells, names: list[str], *parts: list[np.ndarray]) -> onnx.ModelProto:
    axes = {name: {2: f"rows_{name}", 3: f"columns_{name}"} for name in names}
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that tracing is the older way, and that it fixes the generator's loop
        torch.onnx.export(
            module,
            tuple(tensors(part) for part in parts),
            buffer,  # type: ignore[arg-type]  # the older exporter also takes a file in memory
            dynamo=False,  # tracing: the graph is plain and needs no further package
            do_constant_folding=False,  # or branches would not share weights; onnxruntime folds at load
            opset_version=OPSET,
            input_names=names,
            output_names=["maps"],
            dynamic_axes=axes | {"maps": {2: "height", 3: "width"}},
        )
    return onnx.load_from_string(buffer.getvalue())


def _joined(free: onnx.ModelProto, guided: onnx.ModelProto, guide: str) -> onnx.ModelProto:
    """`guided`, which does what `free` does where the input `guide` has the size of one that tells nothing."""
    joined = onnx.ModelProto()
    joined.CopyFrom(guided)
    weights = {weight.name: weight for one in (free, guided) for weight in one.graph.initializer}
    branches = [helper.make_graph(one.graph.node, "branch", [], one.graph.output) for one in (free, guided)]
    absent = numpy_helper.from_array(np.array([ABSENT_CELLS]), "rows_if_nothing_is_known")
    del joined.graph.node[:], joined.graph.initializer[:]
    joined.graph.initializer.extend([*weights.values(), absent])
    joined.graph.node.extend(
        [
            helper.make_node("Shape", [guide], ["rows"], start=2, end=3),
            helper.make_node("Equal", ["rows", absent.name], ["nothing_is_known"]),
            helper.make_node("If", ["nothing_is_known"], ["maps"], then_branch=branches[0], else_branch=branches[1]),
        ]
    )
    return joined


def with_half_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same with its weights stored as float16, which onnxruntime casts to float32 once, at load.

    Every branch casts its own: onnxruntime rearranges weights for speed only where they are the branch's.
    """
    halved = onnx.ModelProto()
    halved.CopyFrom(model)
    weights = [weight for weight in halved.graph.initializer if weight.data_type == TensorProto.FLOAT]
    stored = {weight.name: f"{weight.name}_16" for weight in weights}
    for weight in weights:
        weight.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), stored[weight.name]))
    for graph in (halved.graph, *_branches(halved)):
        for name in dict.fromkeys(name for node in graph.node for name in node.input if name in stored):
            graph.node.insert(0, helper.make_node("Cast", [stored[name]], [name], to=TensorProto.FLOAT))
    return halved


def _branches(model: onnx.ModelProto) -> list[onnx.GraphProto]:
    """Both of a model that takes a guide, none of others."""
    return [attribute.g for node in model.graph.node if node.op_type == "If" for attribute in node.attribute]
