"""Whether the seeds that a fit ranks first are better, by a yardstick that it did not learn with.

python -m benchmarks.ranking --exemplars DIR --runs DIR [--names NAME ...] [--sizes 256 512] [--seeds 24]

RUNS/NAME is a fit of the left half of EXEMPLARS/NAME.png, as `python -m benchmarks.jobs --halves` writes it; every
texture is judged by the right half.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np
import torch

from synthesis.errors import TextureError
from synthesis.info import ModelInfo
from synthesis.png import quantised
from synthesis.run_folder import CHECKPOINT
from trainer.checkpoint import Checkpoint
from trainer.config import Budget, FitConfig
from trainer.exemplar import Exemplar as Learned
from trainer.learner import Learner
from trainer.ranking import Rating, ranked, ratings, seed_picture

from .jobs import read_halves
from .spectra import WINDOW_PX
from .tables import markdown
from .trials import Exemplar
from .yardstick import Yardstick

WAYS = ("distance", "discriminator", "both", "yardstick itself")
HEADS = ("exemplar", "px", "all seeds", "deviation", *(f"third by {way}" for way in WAYS), "first by both")


def main() -> int:
    options = _options()
    try:
        rows = []
        for name in options.names or _fitted(options.runs):
            exemplar = read_halves(options.exemplars, name)
            learner, info = _read(options.runs / name, exemplar)
            yardstick = Yardstick(exemplar.left, exemplar.right)
            for size_px in options.sizes:
                info.check_size(size_px, size_px)
                print(f"{name}: {size_px} px", file=sys.stderr, flush=True)
                rows.append([name, f"{size_px}", *_row(learner, info, yardstick, range(options.seeds), size_px)])
    except TextureError as reason:
        print(f"{reason}", file=sys.stderr)
        return 2
    print(markdown(HEADS, rows))
    return 0


def orders(rated: Sequence[Rating], natures: Sequence[float]) -> dict[str, list[int]]:
    """The seeds, the best first, by each way to rank them; by the yardstick itself is what could be gained at most."""
    seeds = range(len(rated))
    by_distance = sorted(seeds, key=lambda seed: rated[seed].distance)
    by_logit = sorted(seeds, key=lambda seed: -rated[seed].logit)
    by_yardstick = sorted(seeds, key=natures.__getitem__)
    return dict(zip(WAYS, (by_distance, by_logit, ranked(rated), by_yardstick), strict=True))


def _row(learner: Learner, info: ModelInfo, yardstick: Yardstick, seeds: range, size_px: int) -> list[str]:
    """Distances from nature: the median of all seeds and of the best third by each way."""
    rated = list(ratings(learner, info, seeds, size_px=size_px))
    natures = [_nature(learner, info, yardstick, seed, size_px) for seed in seeds]
    ranks = orders(rated, natures)
    thirds = [median(natures[seed] for seed in order[: max(1, len(seeds) // 3)]) for order in ranks.values()]
    values = (median(natures), float(np.std(natures)), *thirds, natures[ranks["both"][0]])
    return [f"{value:.3f}" for value in values]


def _nature(learner: Learner, info: ModelInfo, yardstick: Yardstick, seed: int, size_px: int) -> float:
    maps = seed_picture(learner.ema, info, seed, (size_px, size_px))
    return yardstick.ratios([np.ascontiguousarray(maps[0, :3].permute(1, 2, 0).numpy())])["nature"]


def _fitted(runs: Path) -> list[str]:
    """Names of the fits that a folder holds. Raises: TextureError where there are none."""
    names = sorted(checkpoint.parent.name for checkpoint in runs.glob(f"*/{CHECKPOINT}"))
    if not names:
        raise TextureError(f"{runs} holds no fits: give a folder that holds a folder NAME for each")
    return names


def _read(run: Path, exemplar: Exemplar) -> tuple[Learner, ModelInfo]:
    """Raises: TextureError where there is no fit, or it is of another architecture or exemplar."""
    stored = Checkpoint.read(run)
    if (info := stored.info) is None:
        what = f"a fit of {stored.architecture}, which ranks no seeds"
        raise TextureError(f"{run} is {what}: learn without --architecture")
    pixels = quantised(exemplar.left, 8) / np.float32(255)
    learned = Learned(exemplar.name, info.maps, pixels)
    if learned.digest != stored.exemplar_digest:
        raise TextureError(f"{run} did not learn the left half of {exemplar.name}: see --halves of benchmarks.jobs")
    learner = Learner(FitConfig(Budget(steps=1), stored.seed), learned, torch.device("cpu"), stored.shape)
    learner.load_state_dict(stored.learner)
    if stored.tone:
        learner.ema.tone.restore(stored.tone)
    return learner, info


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ranking", description="Judge the ranking of seeds.")
    parser.add_argument("--exemplars", type=Path, required=True, metavar="DIR", help="holds NAME.png")
    parser.add_argument("--runs", type=Path, required=True, metavar="DIR", help="holds a folder NAME for each fit")
    parser.add_argument("--names", nargs="+", metavar="NAME", help="exemplars (default: all that have a fit)")
    parser.add_argument("--sizes", nargs="+", type=int, default=[256, 512], metavar="PX", help="of the textures")
    parser.add_argument("--seeds", type=int, default=24, help="that are ranked, and all judged (default: %(default)s)")
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error(f"--seeds is {options.seeds}: give 1 or more")
    if min(options.sizes) < WINDOW_PX:
        parser.error(f"--sizes has {min(options.sizes)}: at least {WINDOW_PX} px are judged")
    return options


if __name__ == "__main__":
    sys.exit(main())
