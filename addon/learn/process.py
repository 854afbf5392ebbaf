"""A process that outlives Blender, known by its log, which stays locked as long as it lives; knows nothing of Blender.

A process's number alone would not do: numbers are given anew, and a later Blender is not its parent.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from ...synthesis.errors import TextureError
from .pythons import environment

KINDNESS = 10  # it gives way to Blender and its renders
_HELD_BY_ANOTHER = 32  # Windows' ERROR_SHARING_VIOLATION; a folder that may not be changed is another error

_children: list[subprocess.Popen[bytes]] = []  # kept until they end, so that none stays behind as a zombie


def start(command: list[str], folder: Path, log: Path) -> int:
    """Start a program in a folder, all that it says going into `log`, and give its number.

    Raises: TextureError where there is no such program, OSError where the log can't be written.
    """
    with log.open("wb") as opened:
        _lock(opened.fileno())
        try:
            child = subprocess.Popen(
                command, cwd=folder, env=environment() | {"PYTHONUNBUFFERED": "1"}, stdin=subprocess.DEVNULL,
                stdout=opened, stderr=subprocess.STDOUT, **_detached(),
            )  # fmt: skip
        except OSError as reason:
            raise TextureError(f"{command[0]} can't be started ({reason.strerror}): choose another Python") from None
    if os.name != "nt":
        os.setpriority(os.PRIO_PROCESS, child.pid, KINDNESS)
    _children.append(child)
    return child.pid


def alive(log: Path) -> bool:
    """Whether the process lives: then its log can't be locked, or on Windows not be renamed."""
    try:
        if os.name == "nt":
            log.rename(log)
        else:
            import fcntl

            with log.open("rb") as opened:
                fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as reason:
        return isinstance(reason, BlockingIOError) or getattr(reason, "winerror", 0) == _HELD_BY_ANOTHER
    return False


def end(number: int) -> None:
    """Kill a process, and those that it has started."""
    with suppress(ProcessLookupError):  # it has ended by itself
        if os.name == "nt":
            os.kill(number, signal.SIGTERM)
        else:
            os.killpg(number, signal.SIGKILL)


def reap() -> None:
    """Take notice of those that have ended."""
    _children[:] = [child for child in _children if child.poll() is None]


def _lock(file: int) -> None:
    """Hold a file for as long as any process has it open by this handle; Windows does so by itself."""
    if os.name != "nt":
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _detached() -> dict[str, object]:
    if os.name != "nt":
        return {"start_new_session": True}
    flags = ("CREATE_NO_WINDOW", "CREATE_NEW_PROCESS_GROUP", "BELOW_NORMAL_PRIORITY_CLASS")
    return {"creationflags": sum(getattr(subprocess, flag) for flag in flags)}
