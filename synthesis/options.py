"""Options that several commands share, and their values as people type them."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from .arguments import file_of
from .errors import TextureError
from .session import DEVICES
from .surface import DEEPEST, NO_SURFACE, Surface

MOST_THREADS = 1024


def parse_size(text: str) -> tuple[int, int]:
    """ "1024" or "1024x512" -> (width, height)."""
    match = re.fullmatch(r"(\d{1,12})(?:x(\d{1,12}))?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"size is {text!r}: give pixels as 1024, or width x height as 1024x512")
    return int(match[1]), int(match[2] or match[1])


def parse_udim(text: str) -> tuple[int, int]:
    """ "2x3" -> (columns, rows)."""
    match = re.fullmatch(r"(\d{1,4})x(\d{1,4})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"udim is {text!r}: give columns x rows of tiles, as 2x2")
    return int(match[1]), int(match[2])


def parse_control(text: str) -> tuple[str, float]:
    """ "contrast=0.5" -> ("contrast", 0.5)."""
    name, _, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"control is {text!r}: give a name and a number from -1 to 1") from None


def parse_threads(text: str) -> int:
    """ "4" -> 4."""
    if not re.fullmatch(r"\d{1,4}", text) or not 1 <= int(text) <= MOST_THREADS:
        raise argparse.ArgumentTypeError(f"threads is {text!r}: give 1 to {MOST_THREADS}, or leave it out for all")
    return int(text)


def png_file(text: str) -> Path:
    """A path whose file is written as PNG; .png may be left out."""
    return file_of("out", text, ".png")


def add_surface(command: argparse.ArgumentParser) -> None:
    """The options that `asked_surface` reads."""
    command.add_argument("--surface", action="store_true", help="estimate the maps that the model does not make")
    command.add_argument(
        "--depth", type=float, metavar="FACTOR",
        help=f"with --surface: how deep the relief is, 0 to {DEEPEST:g} (default: 1)",
    )  # fmt: skip


def add_controls(command: argparse.ArgumentParser) -> None:
    """The option `control`, a list of names with values."""
    command.add_argument(
        "--control", type=parse_control, action="append", default=[], metavar="NAME=VALUE",
        help="set a control of the model, -1 to 1; `info` names them",
    )  # fmt: skip


def add_machine(command: argparse.ArgumentParser) -> None:
    """The options by which `open_model` chooses what computes."""
    command.add_argument("--device", choices=DEVICES, default="auto")
    command.add_argument(
        "--threads", type=parse_threads, default=0, metavar="N",
        help="how many of the processor's compute (default: all)",
    )  # fmt: skip


def asked_surface(options: argparse.Namespace) -> Surface:
    """Raises: TextureError where the depth is not allowed."""
    if not options.surface and options.depth is not None:
        raise TextureError("--depth is of estimated maps: give --surface too")
    return Surface(1.0 if options.depth is None else options.depth) if options.surface else NO_SURFACE
