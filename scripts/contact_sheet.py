"""A sheet to judge a model by: exemplar, texture at 100 %, and its 2 x 2 repeat at half size.

python scripts/contact_sheet.py MODEL EXEMPLAR --out FILE.jpg [--seed 7] [--exemplar-px 512]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image

from synthesis.latent import Latent
from synthesis.png import quantised
from synthesis.session import open_model
from synthesis.texture import whole

TEXTURE_PX, GAP_PX, QUALITY = 1024, 16, 82


def main() -> None:
    parser = argparse.ArgumentParser(description="Exemplar, texture and its 2 x 2 repeat side by side.")
    parser.add_argument("model", type=Path)
    parser.add_argument("exemplar", type=Path, help="an image, or a folder with base_color.png")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--exemplar-px", type=int, default=512, help="show the exemplar at this longer side at most")
    options = parser.parse_args()
    folder = options.exemplar.is_dir()
    exemplar = Image.open(options.exemplar / "base_color.png" if folder else options.exemplar).convert("RGB")
    exemplar.thumbnail((options.exemplar_px, options.exemplar_px), Image.Resampling.LANCZOS)
    maps = whole(open_model(options.model), Latent(options.seed), TEXTURE_PX, TEXTURE_PX)
    texture = Image.fromarray(quantised(maps["base_color"], 8))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    sheet([exemplar, texture, repeated(texture)]).save(options.out, quality=QUALITY)


def repeated(texture: Image.Image) -> Image.Image:
    """The texture twice across and twice down, at half size."""
    twice = Image.new("RGB", (2 * texture.width, 2 * texture.height))
    for corner in ((0, 0), (texture.width, 0), (0, texture.height), texture.size):
        twice.paste(texture, corner)
    return twice.resize(texture.size, Image.Resampling.LANCZOS)


def sheet(pictures: list[Image.Image]) -> Image.Image:
    """Side by side on white, tops aligned."""
    width = sum(picture.width for picture in pictures) + GAP_PX * (len(pictures) - 1)
    together = Image.new("RGB", (width, max(picture.height for picture in pictures)), "white")
    left = 0
    for picture in pictures:
        together.paste(picture, (left, 0))
        left += picture.width + GAP_PX
    return together


if __name__ == "__main__":
    main()
