"""Every way to do each job, Tilewright's first: name -> a call that gives the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from synthesis import edits
from synthesis.guide import Guide
from synthesis.picture import Picture
from synthesis.session import Model

from . import rivals
from .measures import Mask, Pixels
from .rivals import Tile

OURS = "Tilewright"
SEED = 0


def completions(
    model: Model, learned: Pixels, picture: Pixels, hole: Mask, threads: int = 1
) -> dict[str, Callable[[], Pixels]]:
    """learned: what Tilewright has seen, as high as the picture; patches are searched without and with it beside."""
    return {
        OURS: lambda: _made(model, edits.complete(model.info, _picture(picture), hole)),
        "OpenCV Telea": partial(rivals.telea, picture, hole),
        "OpenCV Navier-Stokes": partial(rivals.navier_stokes, picture, hole),
        "G'MIC matchpatch": partial(rivals.matchpatch, picture, hole, threads),
        "G'MIC matchpatch, both halves": partial(rivals.matchpatch_beside, learned, picture, hole, threads),
    }


def denoisings(model: Model, noisy: Pixels, sigma: float, strength: float) -> dict[str, Callable[[], Pixels]]:
    """sigma, and the strength of non-local means, in steps of 255; Tilewright is told neither."""
    return {
        OURS: lambda: _made(model, edits.denoise(model.info, _picture(noisy))),
        "OpenCV non-local means": partial(rivals.nlmeans, noisy, strength),
        "BM3D": partial(rivals.block_matching, noisy, sigma),
    }


def tilings(model: Model, photo: Pixels, threads: int = 1) -> dict[str, Callable[[], Tile]]:
    return {
        OURS: lambda: Tile(_made(model, edits.tile(model.info, _picture(photo), seed=SEED))),
        "img2texture": partial(rivals.crossfaded, photo),
        "G'MIC frame": partial(rivals.framed, photo, threads),
        "G'MIC resynthesis": partial(rivals.resynthesised, photo, threads),
    }


def stylings(
    model: Model, content: Pixels, style: Pixels, strength: float, threads: int = 1
) -> dict[str, Callable[[], Pixels]]:
    """style: what G'MIC takes its patches from; Tilewright has learned it."""
    return {
        OURS: lambda: _made(model, edits.stylize(model.info, _picture(content), strength)),
        "G'MIC stylize": partial(rivals.stylized, content, style, strength, threads),
    }


def _picture(pixels: Pixels) -> Picture:
    return Picture({"base_color": pixels})


def _made(model: Model, guide: Guide) -> Pixels:
    return edits.applied(model, guide, SEED)["base_color"]
