"""Devices: what was asked for, what is in use, and what happens where a GPU fails."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnxruntime
import pytest

from synthesis import session
from synthesis.errors import TextureError
from synthesis.latent import Latent, latent_fields
from synthesis.windows import Rect


class BrokenGpu:
    """A session on a GPU that onnxruntime's CUDA build has no code for."""

    def __init__(self, sound: Any) -> None:
        self.get_inputs, self.get_outputs = sound.get_inputs, sound.get_outputs

    def get_providers(self) -> list[str]:
        return ["CUDAExecutionProvider", "CPUExecutionProvider"]

    def run(self, _outputs: Sequence[str], _inputs: object) -> None:
        raise RuntimeError("CUDA failure 209: no kernel image is available for execution on the device")


@pytest.fixture
def broken_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    real = session._session

    def made(content: bytes, device: str, threads: int) -> Any:
        sound = real(content, "cpu", threads)
        return sound if device == "cpu" else BrokenGpu(sound)

    monkeypatch.setattr(session, "_session", made)


@pytest.mark.usefixtures("broken_gpu")
def test_a_gpu_that_can_not_run_a_model_is_given_up(model_path: Path) -> None:
    model = session.open_model(model_path, "auto")
    assert model.device == "CPU" and not model.fallen_back, "it will not get better"


@pytest.mark.usefixtures("broken_gpu")
def test_unless_it_was_insisted_on(model_path: Path) -> None:
    with pytest.raises(TextureError, match="no kernel image.*check the NVIDIA driver"):
        session.open_model(model_path, "cuda")


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_cuda_that_does_not_start_is_told_in_our_words_alone(
    model_path: Path, device: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """onnxruntime's own, on stdout, would stand among the names of the files that were made."""
    create, providers = onnxruntime.InferenceSession._create_inference_session, onnxruntime.get_available_providers

    def without_cuda(made: Any, wanted: Sequence[Any], *more: Any) -> None:
        if "CUDAExecutionProvider" in [name for name, _ in wanted]:
            raise RuntimeError("CUDA failure 100: no CUDA-capable device is detected")
        create(made, wanted, *more)

    monkeypatch.setattr(onnxruntime.InferenceSession, "_create_inference_session", without_cuda)
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider", *providers()])
    if device == "auto":
        assert session.open_model(model_path, device).device == "CPU"
    else:
        with pytest.raises(TextureError, match="CUDA does not start here"):
            session.open_model(model_path, device)
    assert capsys.readouterr() == ("", "")


def test_threads_are_those_asked_for(model_path: Path) -> None:
    model = session.open_model(model_path, "cpu", threads=1)
    assert model._session.get_session_options().intra_op_num_threads == 1


def test_a_full_gpu_is_not_left_where_it_was_insisted_on(model_path: Path) -> None:
    model = session.open_model(model_path, "cpu")
    model._asked = "cuda"
    with pytest.raises(TextureError, match="CUDA has no room"):
        model.fall_back_to_cpu()
    assert not model.fallen_back


class Failing:
    """A session on the CPU that says why it can't run."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def get_providers(self) -> list[str]:
        return ["CPUExecutionProvider"]

    def run(self, _outputs: Sequence[str], _inputs: object) -> None:
        raise RuntimeError(self.reason)


def test_a_device_without_room_is_told_from_one_that_fails(model_path: Path) -> None:
    model = session.open_model(model_path, "cpu")
    fields = latent_fields(model.info, Latent(1), (32, 64), Rect(0, 0, 32, 64))
    model._session = Failing("Failed to allocate memory for requested buffer of size 99")
    with pytest.raises(session.OutOfMemory):
        model.run(fields)
    for reason in ("no such kernel", "CUDA failure 700: an illegal memory access was encountered"):
        model._session = Failing(reason)
        with pytest.raises(TextureError, match="can't run on the CPU"):
            model.run(fields)
    model._asked = "auto"
    model.fall_back_to_cpu()
    assert model.fallen_back and model.run(fields).shape == (32, 64, model.info.channels)
