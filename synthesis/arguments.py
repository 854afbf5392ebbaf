"""Reading the command line, and telling on it what went wrong."""

from __future__ import annotations

import argparse
import errno
import os
import re
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from .errors import TextureError
from .map_folder import left_out

_MOST_NAMES = 8  # in a line
_UNREAD = {errno.EPIPE, errno.EIO}  # a pipe or a terminal without anybody behind it
if sys.platform == "win32":
    _UNREAD.add(errno.EINVAL)  # as Windows tells of such a pipe at times


def told(reason: TextureError | OSError) -> str:
    """What went wrong, in one line."""
    if isinstance(reason, OSError):
        return f"{reason.filename or 'a file'} can't be read or written ({reason.strerror or reason})"
    return str(reason)


def tell(line: object) -> None:
    """Print a line on stdout, at once; letters that it can't take, as in a log on Windows, by their numbers.

    Where nobody reads on, as after `| head` or in a terminal that was closed, this and all further lines go nowhere.
    """
    try:
        print(line, flush=True)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding
        tell(str(line).encode(encoding, "backslashreplace").decode(encoding))
    except OSError as reason:
        if reason.errno not in _UNREAD:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(line: str, end: str = "\n") -> None:
    """Print a line on stderr, if it can be: what is being made matters more than a terminal that was closed."""
    with suppress(OSError):
        print(line, end=end, file=sys.stderr, flush=True)


def tell_left_out(given: Path) -> None:
    """Name on stderr, in one line, the images of a folder that are not read."""
    names = left_out(given)
    if names:
        listed = ", ".join(names[:_MOST_NAMES])
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        why = "as it is no map that is known" if len(names) == 1 else "as they are no maps that are known"
        note(f"left out, {why}: {listed}{more}")


def heed_signals() -> None:
    """Let whoever ends this program raise KeyboardInterrupt: nothing unfinished is left behind.

    A Ctrl-C that is ignored, as in the background of a shell, stays so; Blender's own answer to it gives way.
    """
    for number in ending_signals():
        signal.signal(number, signal.default_int_handler)
    if signal.getsignal(signal.SIGINT) is None:  # set by Blender rather than by Python
        signal.signal(signal.SIGINT, signal.default_int_handler)


def ending_signals() -> list[signal.Signals]:
    """What asks a program to end beside Ctrl-C: SIGTERM, and a terminal that closes, but under nohup."""
    closes = [signal.SIGHUP] if hasattr(signal, "SIGHUP") else []  # Windows has none
    return [signal.SIGTERM, *(number for number in closes if signal.getsignal(number) != signal.SIG_IGN)]


def file_of(option: str, text: str, suffix: str) -> Path:
    """The file that an option names; its suffix may be left out.

    Raises: argparse.ArgumentTypeError where this is a folder, or a file of another kind.
    """
    path = Path(text)
    if text.endswith(("/", "\\")) or path.is_dir():
        raise argparse.ArgumentTypeError(
            f"{option} is {text!r}, which is a folder: give a file in it, as {path / f'texture{suffix}'}"
        )
    if path.stem.lower() == suffix or path.suffix.lower() not in ("", suffix):
        raise argparse.ArgumentTypeError(f"{option} is {text!r}: give a {suffix} file, as texture{suffix}")
    return path if path.suffix else path.with_suffix(suffix)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are TextureErrors: one line, and told by whoever runs it.

    What begins with minus and a digit, as -10,0,400,300, is a value and no option.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._negative_number_matcher = re.compile(r"-\.?\d")  # argparse's own knows single numbers alone

    def error(self, message: str) -> NoReturn:
        raise TextureError(f"{message} (--help tells more)")
