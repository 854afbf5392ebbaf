"""A sheet to judge a model by: exemplar, texture at 100 %, and its 2 x 2 repeat at half size.

python scripts/contact_sheet.py MODEL EXEMPLAR --out FILE.jpg [--seed 7] [--exemplar-px 512]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from synthesis.errors import TextureError
from synthesis.image_files import read_picture
from synthesis.latent import Latent
from synthesis.png import quantised
from synthesis.session import open_model
from synthesis.texture import whole

TEXTURE_PX, GAP_PX, QUALITY = 1024, 16, 82


def main() -> None:
    parser = argparse.ArgumentParser(description="Exemplar, texture and its 2 x 2 repeat side by side.")
    parser.add_argument("model", type=Path)
    parser.add_argument("exemplar", type=Path, help="an image, or a folder of maps of one material")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--exemplar-px", type=int, default=512, help="show the exemplar at this longer side at most")
    options = parser.parse_args()
    try:
        exemplar = _image(read_picture(options.exemplar).maps)
        texture = _image(whole(open_model(options.model), Latent(options.seed), TEXTURE_PX, TEXTURE_PX))
    except TextureError as reason:
        sys.exit(f"contact_sheet: {reason}")
    exemplar.thumbnail((options.exemplar_px, options.exemplar_px), Image.Resampling.LANCZOS)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    sheet([exemplar, texture, repeated(texture)]).save(options.out, quality=QUALITY)


def _image(maps: Mapping[str, NDArray[np.float32]]) -> Image.Image:
    """A material's base color."""
    return Image.fromarray(quantised(maps["base_color"], 8))


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
