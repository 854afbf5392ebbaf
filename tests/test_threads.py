"""Several at once, but in order, and no more of them than asked for."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from synthesis import session
from synthesis.latent import Latent
from synthesis.session import open_model
from synthesis.texture import whole
from synthesis.threads import in_order


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_results_come_in_order_of_what_was_given(at_once: int) -> None:
    running, lock, all_begun = 0, threading.Lock(), threading.Barrier(at_once, timeout=30)

    def make(index: int) -> int:
        nonlocal running
        with lock:
            running += 1
            assert running <= at_once
        if index < at_once:
            all_begun.wait()  # or it fails: so many are made at once
        time.sleep(0.01 * (index % 2))
        with lock:
            running -= 1
        return index

    assert list(in_order(make, range(8), at_once)) == list(range(8))


@pytest.mark.parametrize("at_once", [1, 3])
def test_what_fails_ends_it(at_once: int) -> None:
    begun = []

    def make(index: int) -> int:
        begun.append(index)
        return 6 // (2 - index)

    made = in_order(make, range(100), at_once)
    assert [next(made), next(made)] == [3, 6]
    with pytest.raises(ZeroDivisionError):
        next(made)
    assert max(begun) < 2 + at_once and not list(made)


def test_whoever_takes_no_more_leaves_no_thread() -> None:
    begun: list[int] = []
    made = in_order(lambda index: begun.append(index), range(100), 3)
    next(made)
    made.close()
    assert len(begun) <= 3
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("tilewright_")]


@pytest.mark.parametrize(
    "threads, at_once, helping", [(1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 2, 3), (8, 4, 5), (16, 4, 13)]
)
def test_threads_are_shared_out(threads: int, at_once: int, helping: int, model_path: Path) -> None:
    """onnxruntime's number counts the thread that runs a window, of which there are as many as windows at once."""
    model = open_model(model_path, "cpu", threads)
    assert model.windows_at_once == at_once
    assert model._session.get_session_options().intra_op_num_threads == helping


def test_all_processors_work_where_nothing_else_is_asked(model_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "processors", lambda: 6)
    model = open_model(model_path, "cpu")
    assert (model.windows_at_once, model._session.get_session_options().intra_op_num_threads) == (3, 4)


def test_a_gpu_makes_one_window_at_a_time(model_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it falls back to, where it is full, is not chosen by several threads."""
    model = open_model(model_path, "cpu", 4)
    monkeypatch.setattr(session.Model, "device", "CUDA")
    assert model.windows_at_once == 1


def test_a_texture_is_the_same_by_any_number_of_threads(model_path: Path) -> None:
    made = [whole(open_model(model_path, "cpu", threads), Latent(5), 160, 96, 64) for threads in (1, 4)]
    assert all(np.array_equal(made[0][name], made[1][name]) for name in made[0])
