"""A job leaves all of its files, or those that were there before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def job(extension: Callable[[str], ModuleType]) -> Any:
    return extension("addon.job")


@pytest.fixture
def made(job: Any, extension: Callable[[str], ModuleType], model_path: Path, tmp_path: Path) -> Any:
    """A job that makes a loop of two frames."""
    latent = extension("synthesis.latent").Latent(3)
    return job.Job(job.TextureRequest(model_path, "cpu", latent, tmp_path / "a.png", 32, 64, frames=2))


def test_all_frames_of_a_loop_are_made(made: Any, tmp_path: Path) -> None:
    made.start()
    files = made.finish()
    assert files["base_color"] == tmp_path / "a_base_color_0001.png"
    assert len(list(tmp_path.iterdir())) == 2 * len(files)


def test_what_is_cancelled_leaves_former_frames(
    job: Any, made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "a_base_color_0001.png"
    first.write_bytes(b"former")
    write = job.write_texture

    def written(*given: Any) -> Iterator[Any]:
        """The second frame meets a cancel."""
        if given[4].number == "_0002":
            made.cancel()
        return write(*given)

    monkeypatch.setattr(job, "write_texture", written)
    made.start()
    with pytest.raises(job.Cancelled, match="nothing was changed"):
        made.finish()
    assert first.read_bytes() == b"former" and list(tmp_path.iterdir()) == [first]


def test_what_is_cancelled_between_windows_leaves_no_thread(
    job: Any, extension: Callable[[str], ModuleType], model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extension("synthesis.session"), "processors", lambda: 4)
    job.detach()
    latent = extension("synthesis.latent").Latent(3)
    made = job.Job(job.TextureRequest(model_path, "cpu", latent, tmp_path / "a.png", 1024, 1024))
    check = made._check_cancelled
    monkeypatch.setattr(made, "_check_cancelled", lambda: (made.cancel(), check()))
    made.start()
    with pytest.raises(job.Cancelled):
        made.finish()
    assert made.progress == 0.25 and not list(tmp_path.iterdir())
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("tilewright_")]
    job.detach()


def test_progress_goes_from_nothing_to_all(made: Any) -> None:
    assert made.progress == 0
    made.start()
    made.finish()
    assert made.progress == 1


def test_the_first_reason_to_end_counts(job: Any, made: Any, extension: Callable[[str], ModuleType]) -> None:
    made.cancel()
    made.refuse(extension("synthesis.errors").TextureError("gone"))
    made.start()
    with pytest.raises(job.Cancelled):
        made.finish()


def test_a_model_whose_gpu_was_full_is_opened_again(job: Any, model_path: Path) -> None:
    job.detach()
    first = job.ready_model(model_path, "cpu")
    assert job.ready_model(model_path, "cpu") is first
    first.fallen_back = True
    assert job.ready_model(model_path, "cpu") is not first
    job.detach()


def test_a_preparation_awaits_its_maps_and_writes_them(
    job: Any, extension: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    preparation = extension("synthesis.preparation").Preparation(crop=(10, 20, 60, 40))
    made = extension("addon.prepare.prepare_job").PrepareJob(("base_color", "height"), preparation, tmp_path / "a.png")
    assert not isinstance(made, job.Job), "it has no request, and needs no model"
    made.start()
    values = np.random.default_rng(0).integers(0, 256, (80, 100, 3)).astype(np.float32) / 255
    for name in ("height", "base_color"):
        made.inbox.give(name, extension("addon.pixels").Pixels(values[::-1].ravel(), 80, 100))
    files = made.finish()
    assert {name: file.name for name, file in files.items()} == {
        "base_color": "a_base_color.png",
        "height": "a_height.png",
    }
    assert extension("synthesis.png_reader").size(files["base_color"].read_bytes()) == (40, 60)
    assert (made.progress, made.device) == (0.5, "CPU")
