"""Stopping a fit: who may ask for it, and that what was learned is saved and exported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthesis.model_file import read_info
from trainer.checkpoint import Checkpoint
from trainer.stopping import forget_stop_before, stop_requests

ROOT = Path(__file__).resolve().parents[1]


def test_a_request_to_stop_holds_from_the_start_of_the_program(tmp_path: Path) -> None:
    stop, began = tmp_path / "stop", time.time()
    forget_stop_before(tmp_path, began)  # there is none
    for asked, holds in ((began - 1, False), (began + 1, True)):
        stop.touch()
        os.utime(stop, (asked, asked))
        forget_stop_before(tmp_path, began)
        assert stop.exists() == holds


def test_a_request_that_can_not_be_taken_away_is_heard_nevertheless(tmp_path: Path) -> None:
    """As where another program holds the file."""
    with stop_requests(tmp_path) as stopped:
        assert not stopped()
        (tmp_path / "stop").mkdir()
        assert stopped() and stopped()


@pytest.fixture(autouse=True)
def in_a_terminal() -> Iterator[None]:
    """Also where the tests run under nohup, or in the background of a script, what a terminal sends is heard."""
    heard = {"SIGINT": signal.default_int_handler, "SIGHUP": signal.SIG_DFL}
    numbers = {getattr(signal, name): answer for name, answer in heard.items() if hasattr(signal, name)}
    before = {number: signal.signal(number, answer) for number, answer in numbers.items()}
    yield
    for number, answer in before.items():
        signal.signal(number, answer)


def test_what_was_ignored_stays_so(tmp_path: Path) -> None:
    """As Ctrl-C is by what a shell's script runs in the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stop_requests(tmp_path) as stopped:
            signal.raise_signal(signal.SIGINT)
            assert not stopped()
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
            assert stopped()
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_who_ends_programs_is_heard_as_before_once_a_fit_has_ended(tmp_path: Path, name: str) -> None:
    if not hasattr(signal, name):
        pytest.skip("this system has none")
    before = {number: signal.getsignal(number) for number in signal.valid_signals()}
    with stop_requests(tmp_path) as stopped:
        assert not stopped()
        signal.raise_signal(signal.Signals[name])
        assert stopped()
    assert {number: signal.getsignal(number) for number in signal.valid_signals()} == before


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no terminal that hangs up")
def test_a_fit_under_nohup_outlives_its_terminal(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_requests(tmp_path) as stopped:
            signal.raise_signal(signal.SIGHUP)
            assert not stopped()
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, None])
def test_stopping_saves_and_exports(exemplar_path: Path, tmp_path: Path, number: signal.Signals | None) -> None:
    """By a signal, or by the file RUN/stop."""
    if os.name != "posix" and number is not None:
        pytest.skip("this system sends no such signals to one process")
    command = [
        sys.executable,
        "-m",
        "trainer.fit",
        str(exemplar_path),
        "--out",
        str(tmp_path / "run"),
        "--budget",
        "1h",
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        _wait_until_it_learns(tmp_path / "run")
        if number is None:
            (tmp_path / "run" / "stop").touch()
        else:
            process.send_signal(number)
        told, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 0, told
    assert "stopped at step" in told and "Traceback" not in told
    assert not (tmp_path / "run" / "stop").exists(), "a request holds once"
    steps = Checkpoint.read(tmp_path / "run").position.steps
    assert steps >= 10 and read_info(tmp_path / "run" / "model.onnx").training.steps == steps


@pytest.mark.skipif(os.name != "posix", reason="this system has no terminals of this kind")
@pytest.mark.parametrize("reader", ["terminal", "pipe"])
def test_a_fit_is_kept_where_nobody_can_read_what_it_says(exemplar_path: Path, tmp_path: Path, reader: str) -> None:
    """A terminal that is closed hangs up; Ctrl-C also ends what reads a pipe."""
    ours, theirs = os.openpty() if reader == "terminal" else os.pipe()
    command = [sys.executable, "-m", "trainer.fit", exemplar_path, "--out", tmp_path / "run", "--budget", "1h"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    try:
        _wait_until_it_learns(tmp_path / "run")
        os.close(ours)
        process.send_signal(signal.SIGHUP if reader == "terminal" else signal.SIGINT)
        assert process.wait(timeout=120) == 0
    finally:
        process.kill()
    assert read_info(tmp_path / "run" / "model.onnx").training.steps >= 10


@pytest.mark.skipif(os.name != "posix", reason="a terminal sends Ctrl-C to a group of processes")
def test_ctrl_c_does_not_stop_the_export(exemplar_path: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "trainer.fit", exemplar_path, "--out", tmp_path / "run", "--budget", "3steps"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stderr is not None
    try:
        told = next(line for line in process.stderr if line == "exporting\n")
        time.sleep(1)
        os.killpg(process.pid, signal.SIGINT)
        told += process.communicate(timeout=120)[1]
    finally:
        process.kill()
    assert process.returncode == 0 and (tmp_path / "run" / "model.onnx").exists(), told


def _wait_until_it_learns(run: Path) -> None:
    stats, end = run / "stats.jsonl", time.monotonic() + 180
    while not (stats.exists() and stats.read_text()):
        assert time.monotonic() < end, "it has not begun to learn"
        time.sleep(0.2)
