"""Reading the command line, and telling on it what went wrong."""

from __future__ import annotations

import argparse
from typing import NoReturn

from .errors import TextureError


def told(reason: TextureError | OSError) -> str:
    """What went wrong, in one line."""
    if isinstance(reason, OSError):
        return f"{reason.filename or 'a file'} can't be read or written ({reason.strerror or reason})"
    return str(reason)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are TextureErrors: one line, and told by whoever runs it."""

    def error(self, message: str) -> NoReturn:
        raise TextureError(f"{message} (--help tells more)")
