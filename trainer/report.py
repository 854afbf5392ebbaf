"""What a fit shows while it runs: preview.png, stats.jsonl and a bar."""

from __future__ import annotations

import base64
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from synthesis.arguments import tell
from synthesis.errors import TextureError
from synthesis.files import put_in_place
from synthesis.info import ModelInfo
from synthesis.maps import MapList, split_maps
from synthesis.png import quantised
from synthesis.run_folder import PREVIEW, STATS

from .learner import Learner
from .loop import FitProgress
from .ranking import seed_picture

PREVIEW_PX = 512
THUMBNAIL_PX = 192


class Bar:
    """Progress on the terminal; time left is told by the fit, not extrapolated by the bar."""

    def __init__(self, name: str) -> None:
        self._bar = tqdm(total=100, desc=name, bar_format="{desc} {bar} {n:.0f}% {postfix}", disable=None)

    def show(self, now: FitProgress) -> None:
        minutes, seconds = divmod(round(now.seconds_left), 60)
        told = f"{minutes}:{seconds:02d} left, step {now.step}, distance {now.numbers.distance:.3f}"
        self.tell(now.progress, told)

    def tell(self, progress: float, told: str) -> None:
        """progress: 0..1"""
        self._bar.n = 100 * progress
        self._bar.set_postfix_str(told)

    def say(self, line: str) -> None:
        with suppress(OSError), self._bar.external_write_mode():  # no fit is lost for a terminal that was closed
            tell(line)

    @contextmanager
    def trying(self) -> Iterator[None]:
        """What can't be written for now is said, as where another program holds the former file open."""
        try:
            yield
        except TextureError as reason:
            self.say(str(reason))

    def close(self) -> None:
        self._bar.close()


def begin_stats(run: Path, steps: int) -> None:
    """Of what RUN's statistics tell, keep that of a fit's first steps: what it did beyond them was lost with it.

    Raises: TextureError where the disk refuses.
    """
    file = run / STATS
    with _written(file):
        file.touch()
        lines = file.read_text(errors="replace").splitlines(keepends=True)
        kept = [line for line in lines if 0 < _step(line) <= steps]
        if kept != lines:
            with put_in_place(file) as temporary:
                temporary.write_text("".join(kept))


def append_stats(run: Path, values: Mapping[str, object]) -> None:
    """One JSON object a line; what is no finite number, for which JSON has no word, is null.

    Raises: TextureError where the disk refuses.
    """
    finite = {key: None if isinstance(one, float) and not math.isfinite(one) else one for key, one in values.items()}
    with _written(run / STATS), (run / STATS).open("a") as file:
        file.write(json.dumps(finite, allow_nan=False) + "\n")


def stats(now: FitProgress) -> dict[str, object]:
    """What is told of a step: step, seconds, progress, seconds_left, image_px, mended and the step's numbers."""
    return {
        "step": now.step,
        "seconds": round(now.seconds, 3),
        "progress": round(now.progress, 5),
        "seconds_left": round(now.seconds_left, 1),
        "image_px": now.image_px,
        "mended": now.mended,
        **rounded(asdict(now.numbers)),
    }


def rounded(numbers: Mapping[str, object]) -> dict[str, object]:
    """To five places."""
    return {key: round(value, 5) if isinstance(value, float) else value for key, value in numbers.items()}


@contextmanager
def _written(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as reason:
        raise TextureError(f"{file} can't be written ({reason.strerror}): make room, or choose another --out") from None


def _step(line: str) -> int:
    """Of a line of statistics; 0 where it was cut off."""
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return 0


def write_preview(run: Path, learner: Learner, info: ModelInfo, image_px: int) -> None:
    """RUN/preview.png: above the exemplar's maps side by side, below the texture's, at the size learned at present."""
    made = seed_picture(learner.ema, info, info.first_seed, (PREVIEW_PX, PREVIEW_PX), image_px)
    learned = made[0].permute(1, 2, 0).cpu().numpy().repeat(image_px, 0).repeat(image_px, 1)
    exemplar = learner.objective.pictures[1][0, :, :PREVIEW_PX, :PREVIEW_PX].permute(1, 2, 0).cpu().numpy()
    rows = exemplar.shape[0]
    both = np.zeros((rows + PREVIEW_PX, PREVIEW_PX, exemplar.shape[2]), np.float32)
    both[:rows, : exemplar.shape[1]] = exemplar
    both[rows:] = learned
    with put_in_place(run / PREVIEW) as temporary:
        Image.fromarray(quantised(_side_by_side(both, info.maps), 8)).save(temporary)


def thumbnail(learner: Learner, info: ModelInfo) -> str:
    """A small base color of the texture that the model is to show first: a PNG as base64."""
    side_px = 2 * THUMBNAIL_PX // 64 * 64
    maps = seed_picture(learner.ema, info, info.first_seed, (side_px, side_px))
    pixels = maps[0, :3].permute(1, 2, 0).cpu().numpy()
    image = Image.fromarray(quantised(pixels, 8)).resize((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.quantize(128).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def _side_by_side(pixels: np.ndarray, maps: Sequence[str]) -> np.ndarray:
    parts = split_maps(MapList(tuple(maps)), pixels).values()
    return np.concatenate([part if part.shape[2] == 3 else part.repeat(3, axis=2) for part in parts], axis=1)
