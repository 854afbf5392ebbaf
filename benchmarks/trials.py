"""The jobs on one exemplar: tasks are set, every method answers, every answer is measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from synthesis.png import quantised
from synthesis.session import Model

from . import rivals
from .features import feature_samples, patch_samples
from .machine import best_seconds
from .measures import (
    Mask,
    Pixels,
    Samples,
    border_visibility,
    edge_agreement,
    feature_distance,
    gram_distance,
    psnr,
    seam,
    sliced_wasserstein,
    untouched,
)
from .methods import completions, denoisings, stylings, tilings

SIGMAS = (15, 25, 50)  # steps of 255
STRENGTHS = (0.25, 0.5, 0.75)
CONTENTS = ("astronaut", "camera", "coffee")  # come inside scikit-image
CONTENT_SHORTER_PX = 384
STROKES = 5
TIMED_PX = 1024
REPEATS = 3
TIMED_SIGMA, TIMED_STRENGTH = 25, 0.5


@dataclass(frozen=True)
class Exemplar:
    """left: what the model learned; right: what every method is judged on."""

    name: str
    left: Pixels
    right: Pixels


@dataclass(frozen=True)
class Outcome:
    """One answer. case: the noise or the strength; reference: what the answers are held against, no answer."""

    job: str
    case: str
    exemplar: str
    method: str
    picture: Pixels
    values: Mapping[str, float]
    reference: bool = False


class Texture:
    """A texture that others are held against."""

    def __init__(self, picture: Pixels) -> None:
        self._features, self._patches = feature_samples(picture), patch_samples(picture)

    def distances(self, picture: Pixels, region: Mask | None = None) -> dict[str, float]:
        if region is not None and not region.any():
            return {}
        features: list[Samples] = feature_samples(picture, region)
        return {
            "features": sliced_wasserstein(features, self._features),
            "gram": gram_distance(features, self._features),
            "patches": sliced_wasserstein(patch_samples(picture, region), self._patches),
        }


def complete(model: Model, exemplar: Exemplar) -> Iterator[Outcome]:
    photo, texture = exemplar.right, Texture(exemplar.right)
    hole = brushed_hole(*photo.shape[:2])

    def outcome(method: str, picture: Pixels, reference: bool = False) -> Outcome:
        values = {"border": border_visibility(picture, hole), **texture.distances(picture, hole)}
        return Outcome("complete", "", exemplar.name, method, picture, values, reference)

    hidden = np.where(hole[..., None], np.float32(0.5), photo)
    yield outcome("truth", photo, reference=True)
    yield Outcome("complete", "", exemplar.name, "given", hidden, {}, reference=True)
    for method, answer in completions(model, exemplar.left, hidden, hole).items():
        yield outcome(method, answer())


def denoise(model: Model, exemplar: Exemplar) -> Iterator[Outcome]:
    truth, features = exemplar.right, feature_samples(exemplar.right)
    for sigma in SIGMAS:
        yield Outcome("denoise", f"sigma {sigma}", exemplar.name, "truth", truth, {}, reference=True)

        def outcome(method: str, picture: Pixels, reference: bool = False, sigma: int = sigma) -> Outcome:
            values = {"psnr": psnr(picture, truth), "lpips": feature_distance(feature_samples(picture), features)}
            return Outcome("denoise", f"sigma {sigma}", exemplar.name, method, picture, values, reference)

        noisy = noised(truth, sigma)
        yield outcome("noisy", noisy, reference=True)
        strength = rivals.best_strength(noisy, truth, sigma)
        for method, answer in denoisings(model, noisy, sigma, strength).items():
            yield outcome(method, answer())


def tile(model: Model, exemplar: Exemplar) -> Iterator[Outcome]:
    """Every method gets the photo's middle, of a size that Tilewright makes: it would cut the photo, too."""
    photo, texture = _of_whole_cells(exemplar.right, model.info.size_multiple_px), Texture(exemplar.right)
    seams = {"seam_rows": seam(photo, 0), "seam_columns": seam(photo, 1)}
    yield Outcome("tile", "", exemplar.name, "photo", photo, seams, reference=True)
    for method, answer in tilings(model, photo).items():
        made = answer()
        kept = untouched(made.picture, photo, made.corner)
        values = {
            "seam_rows": seam(made.picture, 0),
            "seam_columns": seam(made.picture, 1),
            "kept": float(kept.sum() / (photo.shape[0] * photo.shape[1])),
            **texture.distances(_centred(made.picture), _centred(~kept)),
        }
        yield Outcome("tile", "", exemplar.name, method, made.picture, values)


def stylize(model: Model, exemplar: Exemplar) -> Iterator[Outcome]:
    texture = Texture(exemplar.right)
    for strength in STRENGTHS:
        for name in CONTENTS:
            content = content_picture(name)
            values = {"edges": 1.0, **texture.distances(content)}
            case = f"strength {strength}"
            yield Outcome("stylize", case, exemplar.name, "content", content, values, reference=True)
            for method, answer in stylings(model, content, exemplar.left, strength).items():
                picture = answer()
                values = {"edges": edge_agreement(picture, content), **texture.distances(picture)}
                yield Outcome("stylize", case, exemplar.name, method, picture, values)


JOBS: dict[str, Callable[[Model, Exemplar], Iterator[Outcome]]] = {
    "complete": complete,
    "denoise": denoise,
    "tile": tile,
    "stylize": stylize,
}


def seconds(model: Model, exemplar: Exemplar, jobs: Sequence[str], threads: int) -> Iterator[tuple[str, str, float]]:
    """(job, method, seconds) for TIMED_PX x TIMED_PX, the best of REPEATS, of which all but the first are warm."""
    repeats = [-(-TIMED_PX // side) for side in exemplar.right.shape[:2]]
    photo = np.tile(exemplar.right, (*repeats, 1))[:TIMED_PX, :TIMED_PX]
    noisy = noised(photo, TIMED_SIGMA)
    calls: dict[str, Mapping[str, Callable[[], object]]] = {
        "complete": completions(model, photo, photo, brushed_hole(TIMED_PX, TIMED_PX), threads),
        "denoise": denoisings(model, noisy, TIMED_SIGMA, TIMED_SIGMA),
        "tile": tilings(model, photo, threads),
        "stylize": stylings(model, photo, exemplar.left, TIMED_STRENGTH, threads),
    }
    for job in jobs:
        for method, call in calls[job].items():
            yield job, method, best_seconds(call, REPEATS)


def brushed_hole(height: int, width: int, seed: int = 0) -> Mask:
    """The central quarter of the area, and a few straight strokes with round ends anywhere."""
    image = Image.new("1", (width, height))
    draw, rng = ImageDraw.Draw(image), np.random.default_rng(seed)
    draw.rectangle((width // 4, height // 4, width * 3 // 4 - 1, height * 3 // 4 - 1), fill=1)
    radius = min(height, width) // 32
    for _ in range(STROKES):
        ends = rng.uniform((0, 0), (width, height), (2, 2))
        draw.line([*ends.ravel()], fill=1, width=2 * radius)
        for x, y in ends:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)
    return np.asarray(image).copy()


def noised(truth: Pixels, sigma: float, seed: int = 0) -> Pixels:
    """With Gaussian noise, sigma in steps of 255, in 8 bits; a grey picture stays grey."""
    channels = 1 if rivals.is_grey(truth) else 3
    noise = np.random.default_rng(seed).normal(0, sigma / 255, (*truth.shape[:2], channels))
    return (quantised((truth + noise).astype(np.float32), 8) / np.float32(255)).astype(np.float32)


@cache
def content_picture(name: str) -> Pixels:
    import skimage.data

    image = Image.fromarray(getattr(skimage.data, name)()).convert("RGB")
    return reduced(image, CONTENT_SHORTER_PX)


def reduced(image: Image.Image, shorter_px: int) -> Pixels:
    """(height, width, 3); never enlarged."""
    scale = min(1.0, shorter_px / min(image.size))
    if scale < 1:
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    return np.asarray(image.convert("RGB"), np.float32) / np.float32(255)


def _of_whole_cells(picture: Pixels, cell_px: int) -> Pixels:
    """Its middle, both sides multiples of `cell_px`."""
    top, left = (side % cell_px // 2 for side in picture.shape[:2])
    height, width = (side // cell_px * cell_px for side in picture.shape[:2])
    return np.ascontiguousarray(picture[top : top + height, left : left + width])


def _centred(pixels: np.ndarray) -> np.ndarray:
    """Rolled by half, so that the seam runs through the middle."""
    return np.roll(pixels, (pixels.shape[0] // 2, pixels.shape[1] // 2), (0, 1))
