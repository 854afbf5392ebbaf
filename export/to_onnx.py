"""Convert a fit's averaged generator to a model file, prove that it is the same function, and find its controls.

python -m export.to_onnx RUN [--out FILE.onnx]
"""

from __future__ import annotations

import copy
import dataclasses
import io
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from synthesis import arguments
from synthesis.arguments import Parser, heed_signals
from synthesis.errors import TextureError
from synthesis.files import put_in_place
from synthesis.info import METADATA_KEY, ModelInfo
from synthesis.run_folder import CHECKPOINT, MODEL
from synthesis.session import Model, input_channels, input_shapes
from trainer.checkpoint import Checkpoint
from trainer.generator import DoublingConv, Generator

from .controls import find_controls

OPSET = 18  # read by every onnxruntime since 1.14
LARGEST_EXPORT_ERROR = 1e-4  # ONNX against torch, both in float32, of values in 0..1
LARGEST_HALF_PRECISION_ERROR = 0.02  # of values in 0..1, by rounding the weights to 16 bits


def convert(checkpoint: Checkpoint) -> bytes:
    """The content of the model file of a checkpoint.

    Raises: TextureError as `Checkpoint.generator`, or where the converted graph is not the same function.
    """
    generator, info = checkpoint.generator().eval().requires_grad_(False), checkpoint.info
    assert info is not None, "a generator has one"
    tries = _tries(generator, info)
    exact = _graph(_baked(generator), info)
    _check(_difference(exact, info, tries), LARGEST_EXPORT_ERROR, "exported graph")
    halved = _with_half_weights(exact)
    error = _difference(halved, info, tries)
    _check(error, LARGEST_HALF_PRECISION_ERROR, "graph with 16-bit weights")
    controls = find_controls(Model(info, halved.SerializeToString(), "cpu"))
    training = dataclasses.replace(info.training, half_precision_error=error)
    told = dataclasses.replace(info, training=training, controls=controls)
    return _with_info(halved, told).SerializeToString()


def export(run: Path, out: Path) -> None:
    """Write the model of the fit in folder `run` to `out`, whole or not at all."""
    content = convert(Checkpoint.read(run))
    with put_in_place(out) as temporary:
        temporary.write_bytes(content)


def main(given: list[str] | None = None) -> int:
    heed_signals()
    parser = Parser(prog="python -m export.to_onnx", description="Convert a checkpoint to a model file.")
    parser.add_argument("run", type=Path, help=f"folder of a fit, with its {CHECKPOINT}")
    parser.add_argument("--out", type=Path, help=f"model file to write (default: RUN/{MODEL})")
    try:
        options = parser.parse_args(given)
        out = options.out or options.run / MODEL
        export(options.run, out)
    except (TextureError, OSError) as reason:
        arguments.note(f"to_onnx: {arguments.told(reason)}")
        return 2
    except KeyboardInterrupt:
        arguments.note("to_onnx: stopped, nothing was written")
        return 2
    arguments.tell(f"{out}: {out.stat().st_size / 1e6:.2f} MB")
    return 0


class _BakedDoubling(nn.Module):
    """A DoublingConv with its phase kernels computed once: a convolution and a depth-to-space."""

    def __init__(self, source: DoublingConv) -> None:
        super().__init__()
        kernels = source.phase_kernels().detach()
        self.convolution = nn.Conv2d(kernels.shape[1], kernels.shape[0], 2, bias=False)
        self.convolution.weight = nn.Parameter(kernels)
        self.shuffle = nn.PixelShuffle(2)

    def forward(self, x: Tensor) -> Tensor:
        shuffled: Tensor = self.shuffle(self.convolution(x))
        return shuffled


def _baked(generator: Generator) -> Generator:
    """A copy without computed kernels."""
    baked = copy.deepcopy(generator)
    for parent in list(baked.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, DoublingConv):
                setattr(parent, name, _BakedDoubling(child))
    return baked


@dataclasses.dataclass(frozen=True)
class _Try:
    """Inputs for a non-square window, and what the generator makes of them."""

    fields: list[np.ndarray]
    guide: list[np.ndarray] | None
    expected: np.ndarray


def _tries(generator: Generator, info: ModelInfo) -> list[_Try]:
    """Random fields without a guide and, where the generator has one, with a random one."""
    inputs = _random_inputs(info)
    fields, guide = inputs[: len(info.levels)], inputs[len(info.levels) :]
    given = [(fields, None), (fields, guide)] if guide else [(fields, None)]
    with torch.no_grad():
        return [_Try(*one, generator(*_tensors(*one))[0].permute(1, 2, 0).numpy()) for one in given]


def _tensors(fields: list[np.ndarray], guide: list[np.ndarray] | None) -> list[list[Tensor] | None]:
    return [None if part is None else [torch.from_numpy(field)[None] for field in part] for part in (fields, guide)]


def _random_inputs(info: ModelInfo) -> list[np.ndarray]:
    """(channels, rows, columns) for every input of the graph, for a non-square window."""
    rng, cell_px = np.random.default_rng(0), info.size_multiple_px
    return [rng.standard_normal(shape, dtype=np.float32) for shape in input_shapes(info, 2 * cell_px, 3 * cell_px)]


def _graph(generator: Generator, info: ModelInfo) -> onnx.ModelProto:
    inputs = _random_inputs(info)
    given = _tensors(inputs[: len(info.levels)], inputs[len(info.levels) :] or None)
    names = list(input_channels(info))
    axes = {name: {2: f"rows_{name}", 3: f"columns_{name}"} for name in names}
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that tracing is the older way, and that it fixes the generator's loop
        torch.onnx.export(
            generator,
            tuple(part for part in given if part is not None),
            buffer,  # type: ignore[arg-type]  # the older exporter also takes a file in memory
            dynamo=False,  # tracing: the graph is plain and needs no further package
            opset_version=OPSET,
            input_names=names,
            output_names=["maps"],
            dynamic_axes=axes | {"maps": {2: "height", 3: "width"}},
        )
    graph = onnx.load_from_string(buffer.getvalue())
    graph.graph.output[0].type.tensor_type.shape.dim[1].dim_value = info.channels
    return _with_info(graph, info)


def _with_info(graph: onnx.ModelProto, info: ModelInfo) -> onnx.ModelProto:
    del graph.metadata_props[:]
    helper.set_model_props(graph, {METADATA_KEY: info.to_json()})
    onnx.checker.check_model(graph, full_check=True)
    return graph


def _with_half_weights(graph: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with its weights stored as float16 and cast to float32, which onnxruntime does once, at load."""
    halved = onnx.ModelProto()
    halved.CopyFrom(graph)
    casts = []
    for weight in halved.graph.initializer:
        if weight.data_type != TensorProto.FLOAT:
            continue
        name, values = weight.name, numpy_helper.to_array(weight)
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_16"))
        casts.append(helper.make_node("Cast", [weight.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *halved.graph.node]
    del halved.graph.node[:]
    halved.graph.node.extend(nodes)
    return halved


def _difference(graph: onnx.ModelProto, info: ModelInfo, tries: list[_Try]) -> float:
    model = Model(info, graph.SerializeToString(), "cpu")
    return max(float(np.abs(model.run(one.fields, one.guide) - one.expected).max()) for one in tries)


def _check(difference: float, allowed: float, what: str) -> None:
    if not difference <= allowed:  # also when it is not a number
        raise TextureError(
            f"the {what} differs from the generator by {difference:.2g}, allowed is {allowed:g}: nothing was written"
        )


if __name__ == "__main__":
    sys.exit(main())
