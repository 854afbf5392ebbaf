"""Running a model: the only file that knows onnxruntime."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import TextureError
from .guide import ABSENT_CELLS, guide_inputs
from .info import ModelInfo
from .model_file import read_model_file
from .threads import processors

DEVICES = ("auto", "cpu", "cuda")
MOST_WINDOWS_AT_ONCE = 4  # of WINDOW_PX; each takes some 100 MB

_OPTIONS = {
    "CUDAExecutionProvider": {"cudnn_conv_algo_search": "HEURISTIC"},
    "CPUExecutionProvider": {},
}


class OutOfMemory(Exception):
    """The device has no room for a window of this size: try a smaller one."""


class Model:
    """A generator that is ready to run.

    info: what the file says; device: "CUDA" or "CPU", the one really in use; fallen_back: whether a GPU was
    given up as it was full, which may pass.
    """

    def __init__(self, info: ModelInfo, content: bytes, device: str, threads: int = 0) -> None:
        self.info, self.fallen_back = info, False
        self._content, self._asked, self._threads = content, device, threads or processors()
        self._session = _session(content, device, self._threads)
        self._check_graph()
        self._check_window()

    @property
    def device(self) -> str:
        # onnxruntime falls back silently: what was asked for proves nothing, the first provider in use does.
        return "CUDA" if self._session.get_providers()[0] == "CUDAExecutionProvider" else "CPU"

    @property
    def windows_at_once(self) -> int:
        """How many windows to run at once, in threads of their own."""
        return _at_once(self._threads) if self.device == "CPU" else 1

    def run(
        self, fields: Sequence[NDArray[np.float32]], guide: Sequence[NDArray[np.float32]] | None = None
    ) -> NDArray[np.float32]:
        """Maps of one window: (height, width, channels) in 0..1.

        fields: (channels, rows, columns) per level; guide: likewise, as `guide_fields` gives it, None for no guide.
        Raises: OutOfMemory, or TextureError where the device fails otherwise.
        """
        names = input_channels(self.info)
        given = [*fields, *(guide or absent(list(names.values())[len(fields) :]))]
        inputs = {name: field[None] for name, field in zip(names, given, strict=True)}
        try:
            (maps,) = self._session.run(["maps"], inputs)
        except Exception as reason:  # onnxruntime's errors have no common base that all its versions export
            if _is_full(str(reason).lower()):
                raise OutOfMemory(str(reason)) from reason
            raise TextureError(
                f"the model {self.info.name!r} can't run on the {self.device} ({_first_line(reason)})"
            ) from None
        pixels: NDArray[np.float32] = maps[0].transpose(1, 2, 0)
        return pixels

    def fall_back_to_cpu(self) -> None:
        """Go on without the GPU, for good; `device` says so. Raises: TextureError where CUDA was insisted on."""
        if self._asked == "cuda":
            raise TextureError("CUDA has no room for a window: free memory of the GPU, or choose auto or cpu")
        self._session, self.fallen_back = _session(self._content, "cpu", self._threads), True

    def _check_graph(self) -> None:
        given = {node.name: node.shape[1] for node in self._session.get_inputs() if len(node.shape) == 4}
        told = input_channels(self.info)
        outputs = [(node.name, len(node.shape), *node.shape[1:2]) for node in self._session.get_outputs()]
        if given != told or outputs != [("maps", 4, self.info.channels)]:
            raise TextureError(
                f"the model {self.info.name!r} has other inputs or outputs than its info says: export it again"
            )

    def _check_window(self) -> None:
        """A window of the smallest size, and a guided one: whether the graph and the info's margins fit together."""
        side, levels = self.info.size_multiple_px, self.info.levels
        inputs = [np.zeros(shape, np.float32) for shape in input_shapes(self.info, side, side)]
        fields, guide = inputs[: len(levels)], inputs[len(levels) :]
        try:
            shapes = {self.run(fields, one).shape for one in ([None, guide] if guide else [None])}
        except OutOfMemory:
            return  # a GPU may be full for now
        except TextureError as reason:
            if self.device == "CPU":
                raise TextureError(f"{reason}: export it again") from None
            if self._asked == "cuda":
                raise TextureError(
                    f"{reason}: check the NVIDIA driver, CUDA and cuDNN, or choose auto or cpu"
                ) from None
            self._session = _session(self._content, "cpu", self._threads)  # this CUDA is not made for the GPU
            self._check_window()
            return
        if shapes != {(side, side, self.info.channels)}:
            raise TextureError(f"the model {self.info.name!r} has other margins than its info says: export it again")


def open_model(path: Path, device: str = "auto", threads: int = 0) -> Model:
    """Read and prepare a model.

    device: "auto" takes CUDA where it works and the CPU elsewhere; "cuda" insists. threads: of the CPU, 0 for all.
    Raises: TextureError where the file is no sound model (see `read_model_file`) or CUDA was asked for in vain.
    """
    info, content = read_model_file(Path(path))
    try:
        return Model(info, content, device, threads)
    except TextureError as reason:
        raise TextureError(f"{path}: {reason}") from None


def input_channels(info: ModelInfo) -> dict[str, int]:
    """The graph's inputs with their channels: fields coarsest first, then the guide likewise, down to single pixels."""
    names = {
        f"noise_{level.cell_px}": level.channels + info.regularity.channels(level.cell_px) for level in info.levels
    }
    if info.guide is not None:
        seen = guide_inputs(info.maps, [level.cell_px for level in info.levels])
        names |= {f"guide_{cell_px}": channels for cell_px, channels in seen.items()}
    return names


def input_shapes(info: ModelInfo, height_px: int, width_px: int) -> list[tuple[int, int, int]]:
    """(channels, rows, columns) of each of these inputs for a window of this size."""
    margin, shapes = 2 * info.levels[0].margin_cells, []
    for name, channels in input_channels(info).items():
        cell_px = int(name.rsplit("_")[-1])
        shapes.append((channels, height_px // cell_px + margin, width_px // cell_px + margin))
    return shapes


def absent(guide_channels: Sequence[int]) -> list[NDArray[np.float32]]:
    """The guide that knows nothing."""
    return [np.zeros((channels, ABSENT_CELLS, ABSENT_CELLS), np.float32) for channels in guide_channels]


def _session(content: bytes, device: str, threads: int) -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise TextureError("onnxruntime is missing: pip install onnxruntime (or onnxruntime-gpu)") from None
    _quieten(onnxruntime)
    wanted = _providers(onnxruntime, device)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads - _at_once(threads) + 1  # those beside the threads that run windows, and one
    options.add_session_config_entry(
        "session.intra_op.allow_spinning", "0"
    )  # they would slow all else down, Blender too
    try:
        session = onnxruntime.InferenceSession(
            content, options, providers=[(name, _OPTIONS[name]) for name in wanted], enable_fallback=0
        )  # its own fallback prints on stdout
    except Exception as reason:  # whatever onnxruntime finds wrong with a file, or with CUDA
        if len(wanted) == 1:
            raise TextureError(
                f"not a model that onnxruntime can run ({_first_line(reason)}): export it again"
            ) from None
        session = _session(content, "cpu", threads)
    if device == "cuda" and session.get_providers()[0] != "CUDAExecutionProvider":
        raise TextureError("CUDA does not start here: check the NVIDIA driver, CUDA and cuDNN, or choose auto or cpu")
    return session


def _at_once(threads: int) -> int:
    """Of so many threads of a CPU, those that run a window each; the others help them."""
    return min(threads, max(2, threads // 2), MOST_WINDOWS_AT_ONCE)


def _providers(onnxruntime: Any, device: str) -> list[str]:
    if device not in DEVICES:
        raise TextureError(f"device is {device!r}: choose auto, cpu or cuda")
    has_cuda = "CUDAExecutionProvider" in onnxruntime.get_available_providers()
    if device == "cuda" and not has_cuda:
        raise TextureError(
            "CUDA was asked for, but this onnxruntime is built without it: install onnxruntime-gpu, or choose cpu"
        )
    if device == "cpu" or not has_cuda:
        return ["CPUExecutionProvider"]
    if hasattr(onnxruntime, "preload_dlls"):
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):  # it prints what it does not find
            onnxruntime.preload_dlls()  # finds CUDA and cuDNN where pip put them
    return ["CUDAExecutionProvider", "CPUExecutionProvider"]


def _quieten(onnxruntime: Any) -> None:
    onnxruntime.set_default_logger_severity(4)
    onnxruntime.disable_telemetry_events()


def _is_full(reason: str) -> bool:
    """Whether an error's words, in small letters, tell of memory that is used up, and not of an access to others'."""
    return "alloc" in reason or ("memory" in reason and "illegal memory access" not in reason)


def _first_line(reason: Exception) -> str:
    return str(reason).strip().splitlines()[0][:120] if str(reason).strip() else type(reason).__name__
