"""The command line: `python -m synthesis generate` and `info`."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import NoReturn

from .errors import TextureError
from .files import texture_files, write_texture
from .info import ModelInfo
from .model_file import read_info
from .session import DEVICES, open_model
from .texture import WINDOW_PX, generate

FAILED = 2


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are TextureErrors: one line, and told by whoever runs it."""

    def error(self, message: str) -> NoReturn:
        raise TextureError(f"{message} (--help tells more)")


def main(arguments: list[str]) -> int:
    """Returns the exit code; an error is one line on stderr."""
    try:
        options = _parser().parse_args(arguments)
        options.run(options)
    except TextureError as reason:
        print(f"synthesis: {reason}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("synthesis: stopped, nothing was written", file=sys.stderr)
        return FAILED
    return 0


def parse_size(text: str) -> tuple[int, int]:
    """ "1024" or "1024x512" -> (width, height)."""
    match = re.fullmatch(r"(\d{1,12})(?:x(\d{1,12}))?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"size is {text!r}: give pixels as 1024, or width x height as 1024x512")
    return int(match[1]), int(match[2] or match[1])


def _generate(options: argparse.Namespace) -> None:
    width, height = options.size
    model = open_model(options.model, options.device)
    windows = generate(model, options.seed, height, width, options.tile)
    for window in write_texture(model.info, windows, height, width, options.out):
        if sys.stderr.isatty():
            print(f"\r{window.number / window.count:4.0%}", end="\r", file=sys.stderr)
    for file in texture_files(model.info, options.out).values():
        print(file)


def _info(options: argparse.Namespace) -> None:
    print(told(read_info(options.model)))


def told(info: ModelInfo) -> str:
    """A model's info for people to read."""
    exemplar, training = info.exemplar, info.training
    rows = {
        "name": info.name,
        "maps": ", ".join(info.maps),
        "sizes": f"multiples of {info.size_multiple_px} px",
        "exemplar": f"{exemplar.name}, {exemplar.size_px[1]} x {exemplar.size_px[0]} px",
        "author": exemplar.author,
        "license": exemplar.license,
        "source": exemplar.source,
        "real width": f"{exemplar.width_m} m" if exemplar.width_m else "",
        "learned": f"{training.steps} steps in {training.seconds:.0f} s on {training.device}, seed {training.seed}, "
        f"by Tilewright {training.version}",
        "16-bit weights": f"change a value in 0..1 by at most {training.half_precision_error:.4f}",
    }
    return "\n".join(f"{key:15} {value}" for key, value in rows.items() if value)


def _parser() -> Parser:
    parser = Parser(prog="python -m synthesis", description="Make tileable textures with a learned model.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    generating = commands.add_parser("generate", help="make a tileable texture")
    generating.add_argument("model", type=Path, metavar="MODEL")
    generating.add_argument(
        "--size", type=parse_size, default=(1024, 1024), help="in pixels, as 1024 or 1024x512 (width x height)"
    )
    generating.add_argument("--seed", type=int, default=0, help="every seed is another texture (default: %(default)s)")
    generating.add_argument(
        "--out", type=Path, required=True, metavar="FILE.png", help="with several maps: their common name"
    )
    generating.add_argument(
        "--tile", type=int, default=WINDOW_PX, metavar="PX", help="window computed at once; changes memory, not pixels"
    )
    generating.add_argument("--device", choices=DEVICES, default="auto")
    generating.set_defaults(run=_generate)
    telling = commands.add_parser("info", help="tell what a model is")
    telling.add_argument("model", type=Path, metavar="MODEL")
    telling.set_defaults(run=_info)
    return parser
