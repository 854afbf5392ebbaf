"""Contact sheets: one row an exemplar, a caption over each picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from synthesis.png import quantised

from .measures import Pixels
from .trials import CONTENTS, SIGMAS, Outcome

CELL_PX = 192  # width of a picture
CAPTION_PX, GAP_PX = 18, 6  # height of a line of a caption
QUALITY = 88

Row = list[tuple[str, Pixels]]


def write_sheets(outcomes: Sequence[Outcome], folder: Path) -> None:
    """FOLDER/complete.jpg and so on, for each job that has outcomes."""
    for job in dict.fromkeys(outcome.job for outcome in outcomes):
        ours = [outcome for outcome in outcomes if outcome.job == job]
        names = list(dict.fromkeys(outcome.exemplar for outcome in ours))
        rows = [_row(job, [o for o in ours if o.exemplar == name], index) for index, name in enumerate(names)]
        sheet(rows).save(folder / f"{job}.jpg", quality=QUALITY)


def sheet(rows: Sequence[Row], cell_px: int = CELL_PX) -> Image.Image:
    """Each picture is reduced to the cell's width, and its caption wrapped."""
    font = ImageFont.load_default(size=12)
    captions = [[_wrapped(caption, font, cell_px) for caption, _ in row] for row in rows]
    cells = [[_fitted(picture, cell_px) for _, picture in row] for row in rows]
    above = CAPTION_PX * max(caption.count("\n") + 1 for row in captions for caption in row)
    heights = [above + GAP_PX + max(cell.height for cell in row) for row in cells]
    columns = max(len(row) for row in cells)
    page = Image.new("RGB", (columns * (cell_px + GAP_PX), sum(heights)), "white")
    draw, top = ImageDraw.Draw(page), 0
    for texts, row, height in zip(captions, cells, heights, strict=True):
        for column, (caption, cell) in enumerate(zip(texts, row, strict=True)):
            draw.text((column * (cell_px + GAP_PX), top + 2), caption, "black", font)
            page.paste(cell, (column * (cell_px + GAP_PX), top + above))
        top += height
    return page


def centre(picture: Pixels, side_px: int = CELL_PX) -> Pixels:
    top, left = (max(0, (side - side_px) // 2) for side in picture.shape[:2])
    return picture[top : top + side_px, left : left + side_px]


def _row(job: str, outcomes: Sequence[Outcome], index: int) -> Row:
    """What the sheet of a job shows of one exemplar."""
    if job == "denoise":  # the centre as large as it is, with the middle noise
        chosen = [o for o in outcomes if o.case == f"sigma {SIGMAS[1]}"]
        return _captioned(chosen, [centre(o.picture) for o in chosen])
    if job == "tile":
        height, width = (2 * side for side in outcomes[0].picture.shape[:2])  # all at one scale
        return _captioned(outcomes, [np.tile(o.picture, (4, 4, 1))[:height, :width] for o in outcomes])
    if job == "stylize":
        return _strengths(outcomes, index % len(CONTENTS))
    return _captioned(outcomes, [o.picture for o in outcomes])


def _captioned(outcomes: Sequence[Outcome], pictures: Sequence[Pixels]) -> Row:
    captions = [o.exemplar if o.reference and not at else o.method for at, o in enumerate(outcomes)]
    return list(zip(captions, pictures, strict=True))


def _strengths(outcomes: Sequence[Outcome], content: int) -> Row:
    """One content with all strengths: the content, then each method from weak to strong."""
    methods = dict.fromkeys(o.method for o in outcomes if not o.reference)
    shown = [o for o in outcomes if o.reference][content]
    row = [(shown.exemplar, shown.picture)]
    for method in methods:
        for case in dict.fromkeys(o.case for o in outcomes):
            of_case = [o for o in outcomes if (o.method, o.case) == (method, case)]
            row.append((f"{method} {case.split()[-1]}", of_case[content].picture))
    return row


def _wrapped(caption: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width_px: int) -> str:
    """In lines of whole words that fit into the width, where each word does."""
    first, *words = caption.split(" ")
    lines = [first]
    for word in words:
        longer = f"{lines[-1]} {word}"
        lines[-1:] = [longer] if font.getlength(longer) <= width_px else [lines[-1], word]
    return "\n".join(lines)


def _fitted(picture: Pixels, cell_px: int) -> Image.Image:
    image = Image.fromarray(quantised(picture, 8))
    if image.width <= cell_px:
        return image
    return image.resize((cell_px, round(image.height * cell_px / image.width)), Image.Resampling.LANCZOS)
