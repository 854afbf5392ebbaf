"""Reading the command line."""

from __future__ import annotations

import argparse
from typing import NoReturn

from .errors import TextureError


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are TextureErrors: one line, and told by whoever runs it."""

    def error(self, message: str) -> NoReturn:
        raise TextureError(f"{message} (--help tells more)")
