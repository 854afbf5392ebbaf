"""Fits that a Python outside Blender works on: start, watch, stop, go on, forget; knows nothing of Blender.

A fit is a folder, RUN. Beside what the trainer writes (`synthesis/run_folder.py`), it holds fit.json, how the fit was
started, and fit.log, what the trainer said; it stays locked as long as the trainer lives, so any later Blender knows
whether it does. RUN/exemplar holds what lay in no file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ...synthesis.errors import TextureError
from ...synthesis.files import safe_name
from ...synthesis.run_folder import CHECKPOINT, MODEL, STATS, STOP
from ..models import held
from . import process
from .pythons import Python

EXEMPLAR = "exemplar"  # a folder
_RECORD, _LOG = "fit.json", "fit.log"
_PROBLEM = re.compile(r"(?:fit|to_onnx|\S*(?:Error|Exception)|.*python[\w.]*): (.*)")  # a line that tells of one
_TAIL_BYTES = 4096


class State(Enum):
    STARTING = "starting"
    LEARNING = "learning"
    STOPPING = "stopping"
    SAVING = "saving"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class Fit:
    """A fit as it stands.

    progress: used part of its time, 0..1; seconds: learned so far; problem: of a failed one, what went wrong.
    """

    run: Path
    name: str
    state: State
    started: float
    step: int = 0
    progress: float = 0.0
    seconds: float = 0.0
    seconds_left: float = 0.0
    problem: str = ""

    @property
    def running(self) -> bool:
        return self.state in {State.STARTING, State.LEARNING, State.STOPPING, State.SAVING}


def found(folders: Iterable[Path]) -> list[Fit]:
    """Every fit in the folders of runs, the one that was started last first."""
    process.reap()
    records = (record for folder in dict.fromkeys(folders) for record in held(folder, f"*/{_RECORD}"))
    fits = [fit for record in records if (fit := read(record.parent))]
    return sorted(fits, key=lambda fit: fit.started, reverse=True)


def read(run: Path) -> Fit | None:
    """The fit in a folder, or None where that holds none."""
    try:
        record = json.loads((run / _RECORD).read_text())
        name, started = str(record["options"].get("name") or run.name), float(record["started"])
        said = _last_stats(run)
        fresh = said and (run / STATS).stat().st_mtime >= started
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    progress = float(said.get("progress", 0))
    state = _state(run, bool(record.get("stopping")), bool(fresh), progress, started)
    problem = _problem(run) if state is State.FAILED else ""
    return Fit(
        run, name, state, started, int(said.get("step", 0)), progress,
        float(said.get("seconds", 0)), float(said.get("seconds_left", 0)), problem,
    )  # fmt: skip


@contextmanager
def new_run(folder: Path, name: str) -> Iterator[Path]:
    """A new folder for a fit, named after it, that goes again where the block fails. Raises: TextureError."""
    stem = safe_name(name)
    run = folder / free_name(stem, (path.name for path in folder.glob("*")))
    try:
        run.mkdir(parents=True)
    except OSError as reason:
        raise _unwritable(run, reason) from None
    try:
        yield run
    except TextureError:
        shutil.rmtree(run, ignore_errors=True)
        raise


def start(
    run: Path, python: Python, exemplar: Path, options: Mapping[str, object], preparation: Sequence[str] = ()
) -> None:
    """Begin to learn an image, or a folder of maps, in a new folder.

    options: those of trainer.fit by name ("width_m" for --width-m); None, False, 0 and "" are left out.
    preparation: what trainer.fit is to do with the exemplar first, as arguments.
    Raises: TextureError where the folder can't be written or the process not be started.
    """
    check_ready(python)
    _launch(run, python, {"exemplar": str(exemplar), "options": dict(options), "preparation": [*preparation]})


def go_on(run: Path, python: Python, budget: str = "") -> None:
    """Let an interrupted or stopped fit go on, or learn longer. budget: its whole time, "" as it was.

    Raises: TextureError.
    """
    try:
        record = json.loads((run / _RECORD).read_text())
    except (OSError, ValueError):
        raise TextureError(f"there is no fit in {run}: learn the image anew") from None
    check_ready(python)
    if process.alive(run / _LOG):
        raise TextureError(f"{run.name} is being learned already")
    if budget:
        record["options"]["budget"] = budget
    _launch(run, python, record)


def stop(run: Path) -> None:
    """Ask the trainer to stop after the step under way, to save, and to make the model. Raises: TextureError."""
    try:
        record = json.loads((run / _RECORD).read_text())
        (run / STOP).touch()
        _write_record(run, record | {"stopping": True})
    except (OSError, ValueError) as reason:
        raise TextureError(f"{run} can't be written ({reason}): the fit goes on") from None


def end(run: Path) -> None:
    """Put an end to the trainer at once; what it has not saved is lost. Raises: TextureError."""
    if not process.alive(run / _LOG):
        return
    try:
        number = int(json.loads((run / _RECORD).read_text())["process"])
    except (OSError, ValueError, KeyError) as reason:
        raise TextureError(f"{run.name} can't be ended ({reason}): wait for it to stop by itself") from None
    process.end(number)


def forget(run: Path) -> None:
    """Remove a fit with all its files. Raises: TextureError where it is running, or the disk refuses."""
    if process.alive(run / _LOG):
        raise TextureError(f"{run.name} is being learned: stop it first")
    try:
        shutil.rmtree(run)
    except OSError as reason:
        raise TextureError(f"{run} can't be removed ({reason.strerror})") from None


def check_ready(python: Python) -> None:
    """Raises: TextureError where that Python can't learn."""
    if not python.ready:
        raise TextureError(f"{python.lack}; Check in Tilewright's preferences tells how to get it")


def check_idle(fits: Sequence[Fit]) -> None:
    """Raises: TextureError where one is running: two would fight over the processor."""
    for fit in fits:
        if fit.running:
            raise TextureError(f"{fit.name} is being learned: wait, or stop it first")


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or with the first number that is not taken: planks, planks_2, planks_3."""

    def same(text: str) -> str:
        return text.lower().replace(" ", "_")

    used = {same(other) for other in taken}
    number, free = 1, name
    while same(free) in used:
        number += 1
        free = f"{name}_{number}"
    return free


def arguments(run: Path, exemplar: str, options: Mapping[str, object], resume: bool) -> list[str]:
    """What trainer.fit is called with."""
    given = [exemplar, "--out", str(run)]
    for name, value in options.items():
        if value:
            option = f"--{name.replace('_', '-')}"
            given.append(option if value is True else f"{option}={value}")  # in one word: a value may begin with "-"
    return [*given, *(["--resume"] if resume else [])]


def _unwritable(run: Path, reason: OSError) -> TextureError:
    """The disk refuses: what is told."""
    return TextureError(f"{run} can't be written ({reason.strerror}): choose another Model Folder in the preferences")


def _launch(run: Path, python: Python, record: Mapping[str, object]) -> None:
    given = arguments(run, record["exemplar"], record["options"], resume=(run / CHECKPOINT).exists())
    command = [str(python.program), "-m", "trainer.fit", *given, *record["preparation"]]
    kept = {key: record[key] for key in ("exemplar", "options", "preparation")}
    kept |= {"command": command, "started": time.time()}
    try:
        (run / STOP).unlink(missing_ok=True)
        _write_record(run, kept)
        number = process.start(command, python.folder or run, run / _LOG)
        _write_record(run, kept | {"process": number})
    except OSError as reason:
        raise _unwritable(run, reason) from None


def _state(run: Path, stopping: bool, fresh: bool, progress: float, started: float) -> State:
    if process.alive(run / _LOG):
        if stopping:
            return State.STOPPING
        if not fresh:
            return State.STARTING
        return State.SAVING if progress >= 1 else State.LEARNING
    try:
        exported = (run / MODEL).stat().st_mtime >= started
    except OSError:
        exported = False
    if not exported:
        return State.FAILED
    return State.FINISHED if progress >= 1 else State.STOPPED


def _last_stats(run: Path) -> dict[str, object]:
    """What the trainer told last, less what was no number: null."""
    lines = _tail(run / STATS)
    while lines:
        try:
            return {key: value for key, value in dict(json.loads(lines.pop())).items() if value is not None}
        except ValueError:
            continue  # being written just now
    return {}


def _problem(run: Path) -> str:
    """What the trainer said last, if it ended by a problem, without the name of its program or of its error."""
    lines = [line for line in _tail(run / _LOG) if line.strip()]
    told = _PROBLEM.fullmatch(lines[-1].strip()) if lines else None
    return told[1] if told else "the learning was interrupted"


def _tail(file: Path) -> list[str]:
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, os.path.getsize(file) - _TAIL_BYTES))
            return opened.read().decode(errors="replace").splitlines()
    except OSError:
        return []


def _write_record(run: Path, record: Mapping[str, object]) -> None:
    temporary = run / f".{_RECORD}"
    temporary.write_text(json.dumps(record, indent=1))
    temporary.replace(run / _RECORD)
