"""What the generator learns to be guided by: pictures with holes, worn ones, coarse ones and foreign ones."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from synthesis.guide import EXACT, ROUGH, UNKNOWN, Guide, guide_fields
from synthesis.palette import painted
from synthesis.png import quantised
from synthesis.windows import Rect

KINDS = {"holes": 0.5, "worn": 0.2, "coarse": 0.1, "foreign": 0.2}  # how often each is drawn
REPRODUCING = ("worn", "coarse")  # those that ask for the very crop, and not for any of the texture
LARGEST_NOISE = 60 / 255
GREY_GRAIN = 0.4  # how often noise is the same in all channels, as film's
COARSEST_PX = 32
DISCOUNT_PX = 6.0  # blur of the known mask by which holes count
GIVEN_WEIGHT = 0.3


@dataclass(frozen=True)
class GuidedCrop:
    """One guided crop.

    guide: a field per level and one for single pixels, (channels, rows, columns); target: (height, width, channels)
    in 0..1 at full size, what the picture should agree with, at cells of `target_px`; weight: (height, width) in
    0..1, how much; given: (height, width, maps), whether a map's pixel itself is given, exactly.
    """

    kind: str
    guide: list[np.ndarray]
    target: np.ndarray
    weight: np.ndarray
    given: np.ndarray
    target_px: int


def draw_guided_crop(
    pixels: np.ndarray, maps: tuple[str, ...], palette: np.ndarray, cells_px: list[int], margin_cells: int, rect: Rect,
    rng: np.random.Generator,
) -> GuidedCrop:  # fmt: skip
    """A guide for the crop `rect` of an exemplar, drawn at random.

    pixels: (height, width, channels); palette: of its base color, see `synthesis.palette`.
    """
    reach = margin_cells * cells_px[0]
    region, inside = _surroundings(pixels, rect, reach)
    middle = np.s_[reach:-reach, reach:-reach]
    kind = str(rng.choice(list(KINDS), p=list(KINDS.values())))
    values, trust, finest_px = region, np.where(inside, ROUGH, UNKNOWN), 1.0
    if kind == "holes":
        while not (holes := _holes(inside.shape[0], inside.shape[1], rng))[middle].any():
            pass  # around the crop alone: there is nothing to fill
        trust = np.where(inside & ~holes, EXACT, UNKNOWN)
    elif kind == "worn":
        values = _worn(region, rng)
    else:
        finest_px = 2 ** rng.uniform(1 if kind == "coarse" else 0, np.log2(COARSEST_PX))
    if kind == "foreign":
        values, trust = _foreign(region, palette, rng), np.full(inside.shape, ROUGH)
    known = np.repeat(trust[..., None], len(maps), axis=2).astype(np.float32)
    if kind == "foreign" or rng.random() < 0.5:
        known[..., 1:] = UNKNOWN
    guide = Guide(maps, values, known, finest_px)
    window = Rect(reach, reach, rect.height, rect.width)
    return GuidedCrop(
        kind,
        guide_fields(guide, cells_px, margin_cells, window),
        values[middle] if kind == "foreign" else region[middle],
        _weight(trust, inside)[middle],
        known[middle] == EXACT,
        2 ** int(np.ceil(np.log2(finest_px))),
    )


def _weight(trust: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Where a picture should agree with its target: known pixels, and holes the more the nearer to a known pixel.

    Source: spatially discounted reconstruction (Yu et al. 2018, arXiv:1801.07892); given pixels count less, since what
    is given of them is put back anyway.
    """
    known = trust > UNKNOWN
    mask = Image.fromarray((known * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(DISCOUNT_PX))
    near = np.asarray(mask, np.float32).clip(0, 127) / 127
    return np.where(trust == EXACT, np.float32(GIVEN_WEIGHT), np.where(known, np.float32(1), near * inside))


def _surroundings(pixels: np.ndarray, rect: Rect, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """The crop with `reach` px around it, and where that lies inside the exemplar."""
    rows = np.arange(rect.row - reach, rect.row + rect.height + reach)
    columns = np.arange(rect.column - reach, rect.column + rect.width + reach)
    inside = [(axis >= 0) & (axis < extent) for axis, extent in zip((rows, columns), pixels.shape, strict=False)]
    region = pixels.take(rows, 0, mode="clip").take(columns, 1, mode="clip")
    return region, inside[0][:, None] & inside[1]


def _holes(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Boxes, brush strokes and a border that is missing, in one (height, width) mask."""
    mask = Image.new("1", (width, height))
    pen = ImageDraw.Draw(mask)
    for _ in range(rng.integers(1, 4)):
        size = rng.integers(24, 200, 2)
        corner = rng.integers(0, (width, height))
        pen.rectangle([*corner, *(corner + size)], fill=1)
    for _ in range(rng.integers(0, 4)):
        steps = rng.normal(0, 60, (6, 2))
        stroke = rng.integers(0, (width, height)) + np.cumsum(steps, axis=0)
        pen.line([tuple(point) for point in stroke], fill=1, width=int(rng.integers(6, 40)), joint="curve")
    if rng.random() < 0.3:
        edge = rng.uniform(0.3, 0.7) * height
        beyond = [0, 0, width, edge] if rng.random() < 0.5 else [0, edge, width, height]
        pen.rectangle(beyond, fill=1)
    holes = np.array(mask)
    return holes.T if height == width and rng.random() < 0.5 else holes


def _worn(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Blurred, noisy, stored as JPEG, or several of these."""
    chosen = rng.random(3) < (0.3, 0.7, 0.3)
    chosen[1] |= not chosen.any()
    if chosen[0]:
        pixels = _blurred(pixels, rng.uniform(0.5, 2.5))
    if chosen[1]:
        grain = (*pixels.shape[:2], 1) if rng.random() < GREY_GRAIN else pixels.shape
        noise = rng.standard_normal(grain, dtype=np.float32)
        pixels = (pixels + noise * np.float32(rng.uniform(0.01, LARGEST_NOISE))).clip(0, 1)
    if chosen[2]:
        pixels = np.concatenate([_jpeg(pixels[..., :3], int(rng.integers(8, 60))), pixels[..., 3:]], axis=2)
    return pixels


def _blurred(pixels: np.ndarray, radius_px: float) -> np.ndarray:
    channels = [
        Image.fromarray(quantised(channel, 8)).filter(ImageFilter.GaussianBlur(radius_px))
        for channel in np.moveaxis(pixels, 2, 0)
    ]
    return np.stack([np.asarray(channel, np.float32) / 255 for channel in channels], axis=2)


def _jpeg(colors: np.ndarray, quality: int) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(quantised(colors, 8)).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file), np.float32) / 255


def _foreign(region: np.ndarray, palette: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another picture in the exemplar's colours: overlapping leaves of all sizes over a slope of brightness.

    Source: dead leaves (Lee, Mumford and Huang 2001, doi:10.1023/A:1011109015675), which have the statistics of
    photographs.
    """
    height, width = region.shape[:2]
    grey = Image.new("L", (width, height), int(rng.integers(256)))
    pen = ImageDraw.Draw(grey)
    for radius in np.sort(8 * rng.random(int(rng.integers(10, 80))) ** -0.7)[::-1]:
        x, y, stretch = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.5, 2)
        shape = pen.ellipse if rng.random() < 0.6 else pen.rectangle
        shape([x - radius * stretch, y - radius, x + radius * stretch, y + radius], fill=int(rng.integers(256)))
    smooth = np.asarray(grey.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 6))), np.float32) / 255
    slope = np.add.outer(np.linspace(0, rng.uniform(-1, 1), height), np.linspace(0, rng.uniform(-1, 1), width))
    levels = (smooth + rng.uniform(0, 0.6) * (slope - slope.mean())).clip(0, 1)
    colors = painted(levels, palette)
    return np.concatenate([colors, region[..., 3:]], axis=2)
