"""Tilewright's jobs beside what artists use instead, on the same pictures.

python -m benchmarks.jobs --exemplars DIR --halves OUT
python -m benchmarks.jobs --exemplars DIR --models DIR --out DIR

The models learn what --halves writes to OUT/NAME.png, the left half of each exemplar; all is judged by the right half.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from synthesis.errors import TextureError
from synthesis.png import quantised
from synthesis.session import Model, open_model
from trainer.exemplar import read_exemplar

from . import rivals, trials
from .machine import machine, threads
from .sheets import write_sheets
from .tables import report, times_table
from .trials import Exemplar, Outcome

EXEMPLARS = (
    "skimage_gravel_gray",
    "stone_cells",
    "concrete",
    "cracked_earth",
    "leaves",
    "mossy_rock",
    "wool",
    "planks_green",
    "skimage_grass_gray",
    "pebbles",
)
SHORTER_PX = 512


def main() -> int:
    options = _options()
    try:
        exemplars = [read_halves(options.exemplars, name) for name in options.names]
        if options.halves:
            write_halves(exemplars, options.halves)
        else:
            compare(exemplars, options.models, options.out, options.jobs, options.time)
    except (TextureError, rivals.MissingRival) as reason:
        print(f"{reason}", file=sys.stderr)
        return 2
    return 0


def compare(exemplars: Sequence[Exemplar], models: Path, out: Path, jobs: Sequence[str], timed: bool) -> None:
    """Write OUT/jobs.md and a sheet for each job.

    Raises: MissingRival, and TextureError where a model is missing, unsound or of something else.
    """
    versions = rivals.check_installed(["judge", *jobs])
    opened = [_opened(models / f"{exemplar.name}.onnx", exemplar) for exemplar in exemplars]
    out.mkdir(parents=True, exist_ok=True)
    outcomes: list[Outcome] = []
    for model, exemplar in zip(opened, exemplars, strict=True):
        for job in jobs:
            print(f"{exemplar.name}: {job}", file=sys.stderr, flush=True)
            outcomes += trials.JOBS[job](model, exemplar)
    write_sheets(outcomes, out)
    parts = [_heading(opened, versions), report(outcomes)]
    if timed:
        print("times", file=sys.stderr, flush=True)
        pairs = zip(opened, exemplars, strict=True)
        parts.append(_times(*min(pairs, key=lambda pair: rivals.is_grey(pair[1].right)), jobs))  # the first in colour
    (out / "jobs.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def read_halves(folder: Path, name: str) -> Exemplar:
    """Of FOLDER/NAME.png, as a fit reads it, reduced to SHORTER_PX at its shorter side, in 8 bits.

    Raises: TextureError.
    """
    whole = read_exemplar(folder / f"{name}.png", SHORTER_PX)
    pixels = quantised(whole.pixels, 8) / np.float32(255)
    middle = pixels.shape[1] // 2
    return Exemplar(name, np.ascontiguousarray(pixels[:, :middle]), np.ascontiguousarray(pixels[:, middle:]))


def write_halves(exemplars: Sequence[Exemplar], out: Path) -> None:
    """OUT/NAME.png: what the models are to learn."""
    out.mkdir(parents=True, exist_ok=True)
    for exemplar in exemplars:
        Image.fromarray(quantised(exemplar.left, 8)).save(out / f"{exemplar.name}.png")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.jobs", description="Compare Tilewright's jobs.")
    parser.add_argument("--exemplars", type=Path, required=True, metavar="DIR", help="holds NAME.png")
    parser.add_argument("--halves", type=Path, metavar="OUT", help="only write what the models are to learn")
    parser.add_argument("--models", type=Path, metavar="DIR", help="holds NAME.onnx, learned from the left halves")
    parser.add_argument("--out", type=Path, metavar="DIR", help="receives jobs.md and the sheets")
    parser.add_argument("--names", nargs="+", default=EXEMPLARS, metavar="NAME", help="exemplars (default: ten)")
    parser.add_argument("--jobs", nargs="+", choices=trials.JOBS, default=[*trials.JOBS])
    parser.add_argument("--time", action=argparse.BooleanOptionalAction, default=True, help="also measure times")
    options = parser.parse_args()
    if not options.halves and not (options.models and options.out):
        parser.error("give --models and --out, or --halves")
    return options


def _opened(path: Path, exemplar: Exemplar) -> Model:
    model = open_model(path, "cpu", threads())
    learned, half = model.info.exemplar.size_px, exemplar.left.shape[:2]
    if learned != half:
        raise TextureError(
            f"{path} learned {learned[1]} x {learned[0]} px, the left half of {exemplar.name} has {half[1]} x "
            f"{half[0]} px: let it learn what --halves writes"
        )
    return model


def _heading(models: Sequence[Model], versions: str) -> str:
    command = shlex.join(["python", "-m", "benchmarks.jobs", *sys.argv[1:]])
    minutes = sorted({round(model.info.training.seconds / 60) for model in models})
    learned = " to ".join(map(str, dict.fromkeys((minutes[0], minutes[-1]))))
    return "\n".join(
        [
            "# Jobs compared",
            "",
            f"Made by `{command}` on {machine()}. Models learned the left half of each exemplar for "
            f"{learned} minutes; everything is judged on the right half.",
            "The best answer is bold; columns in italics are no answers. Measures: `benchmarks/measures.py`.",
            "",
            f"With {versions}.",
        ]
    )


def _times(model: Model, exemplar: Exemplar, jobs: Sequence[str]) -> str:
    times = list(trials.seconds(model, exemplar, jobs, threads()))
    note = (
        f"Best of {trials.REPEATS} on {exemplar.name}, repeated to that size. BM3D chooses its threads itself. "
        "G'MIC's times include its start and reading and writing PNG."
    )
    return f"## Time\n\n{note}\n\n{times_table(times)}"


if __name__ == "__main__":
    sys.exit(main())
