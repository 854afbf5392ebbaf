"""The preparation on a command line: its options, and an option list from a preparation."""

from __future__ import annotations

import argparse
from typing import Any

from .preparation import Preparation


def add_preparation_options(parser: argparse.ArgumentParser) -> Any:
    """Gives the group of --scale, to which a parser may add what excludes it."""
    parser.add_argument(
        "--corners", type=parse_corner, nargs=4, metavar="X,Y",
        help="straighten the perspective: the corners, in pixels, of what is a rectangle in reality, clockwise from "
        "the top left",
    )  # fmt: skip
    parser.add_argument(
        "--crop", type=parse_crop, metavar="X,Y,WIDTH,HEIGHT", help="take a part, in pixels of the straightened image"
    )
    parser.add_argument(
        "--even-light", type=float, nargs="?", const=1.0, default=0.0, metavar="STRENGTH",
        help="take away shadows and light that change slowly over the image, 0 to 1 (default: 1 if given)",
    )  # fmt: skip
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--scale", type=float, metavar="FACTOR",
        help="reduce to this part of its size, so that the elements have up to about 100 px",
    )  # fmt: skip
    return group


def chosen_preparation(options: argparse.Namespace) -> Preparation:
    """Raises: TextureError where a value is not allowed."""
    corners = None if options.corners is None else tuple(options.corners)
    return Preparation(corners, options.crop, options.even_light, options.scale)


def preparation_arguments(preparation: Preparation) -> list[str]:
    """The options that mean this preparation, for `trainer.fit` and `synthesis prepare`."""
    arguments = []
    if preparation.corners is not None:
        arguments += ["--corners", *(f"{x!r},{y!r}" for x, y in preparation.corners)]
    if preparation.crop is not None:
        arguments += ["--crop", ",".join(map(str, preparation.crop))]
    if preparation.even_light:
        arguments += ["--even-light", repr(preparation.even_light)]
    if preparation.scale is not None:
        arguments += ["--scale", repr(preparation.scale)]
    return arguments


def parse_corner(text: str) -> tuple[float, float]:
    """ "12.5,30" -> (12.5, 30.0)."""
    try:
        x, y = map(float, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"corner is {text!r}: give pixels from the top left, as 12,30") from None
    return x, y


def parse_crop(text: str) -> tuple[int, int, int, int]:
    """ "12,30,400,300" -> (12, 30, 400, 300)."""
    try:
        x, y, width, height = map(int, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"crop is {text!r}: give whole pixels, x,y,width,height from the top left, as 12,30,400,300"
        ) from None
    return x, y, width, height
