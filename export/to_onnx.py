"""Convert a fit's averaged generator to a model file, prove that it is the same function, and find its controls.

python -m export.to_onnx RUN [--out FILE.onnx]
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper
from torch import Tensor

from synthesis import arguments
from synthesis.arguments import Parser, heed_signals
from synthesis.errors import TextureError
from synthesis.files import put_in_place
from synthesis.info import METADATA_KEY, ModelInfo
from synthesis.run_folder import CHECKPOINT, MODEL
from synthesis.session import Model
from trainer.checkpoint import Checkpoint
from trainer.generator import Generator

from .controls import find_controls
from .graph import graph_of, random_inputs, tensors, with_half_weights

LARGEST_EXPORT_ERROR = 1e-4  # ONNX against torch, both in float32, of values in 0..1
LARGEST_HALF_PRECISION_ERROR = 0.02  # of values in 0..1, by rounding the weights to 16 bits


def convert(checkpoint: Checkpoint) -> bytes:
    """The content of the model file of a checkpoint.

    Raises: TextureError as `Checkpoint.generator`, or where the converted graph is not the same function.
    """
    generator, info = checkpoint.generator().eval().requires_grad_(False), checkpoint.info
    assert info is not None, "a generator has one"
    tries = _tries(generator, info)
    exact = _with_info(graph_of(generator, info), info)
    _check(_difference(exact, info, tries), LARGEST_EXPORT_ERROR, "exported graph")
    halved = with_half_weights(exact)
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


@dataclasses.dataclass(frozen=True)
class _Try:
    """Inputs for a non-square window, and what the generator makes of them."""

    fields: list[np.ndarray]
    guide: list[np.ndarray] | None
    expected: np.ndarray


def _tries(generator: Generator, info: ModelInfo) -> list[_Try]:
    """Random fields without a guide and, where the generator has one, with a random one."""
    inputs = random_inputs(info)
    fields, guide = inputs[: len(info.levels)], inputs[len(info.levels) :]
    given = [(fields, None), (fields, guide)] if guide else [(fields, None)]
    with torch.no_grad():
        return [_Try(*one, _picture(generator, *one)) for one in given]


def _picture(generator: Generator, fields: list[np.ndarray], guide: list[np.ndarray] | None) -> np.ndarray:
    picture: Tensor = generator(tensors(fields), None if guide is None else tensors(guide))
    return picture[0].permute(1, 2, 0).numpy()


def _with_info(graph: onnx.ModelProto, info: ModelInfo) -> onnx.ModelProto:
    del graph.metadata_props[:]
    helper.set_model_props(graph, {METADATA_KEY: info.to_json()})
    onnx.checker.check_model(graph, full_check=True)
    return graph


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
