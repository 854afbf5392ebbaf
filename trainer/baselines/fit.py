"""A fit of a baseline: checkpoint.pt, preview.png and stats.jsonl, but no model, as its textures are not tileable."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from synthesis.files import put_in_place
from synthesis.png import quantised
from synthesis.run_folder import PREVIEW

from ..checkpoint import CHECKPOINT_EVERY_SECONDS, Checkpoint, Position
from ..config import FitConfig
from ..exemplar import Exemplar
from ..report import Bar, append_stats, rounded
from .baseline import Baseline, pictures

PREVIEW_PX = 256
_PREVIEW_SEED = 1


def fit_baseline(
    run: Path,
    name: str,
    exemplar: Exemplar,
    config: FitConfig,
    device: torch.device,
    begun: Checkpoint | None,
    stopped: Callable[[], bool],
) -> None:
    """Learn until the budget of `config` is used up or somebody stops it; `begun` is one to go on with.

    Raises: TextureError where the exemplar has other maps than base color.
    """
    baseline, position = Baseline(name, exemplar, config.seed, device), begun.position if begun else Position()
    if begun:
        begun.restore(baseline)
    bar, saved = Bar(exemplar.name), time.monotonic()
    while (progress := config.budget.progress(position.seconds, position.steps)) < 1 and not stopped():
        started = time.perf_counter()
        numbers = baseline.step(position.steps)
        position.steps += 1
        position.seconds += time.perf_counter() - started
        bar.tell(
            min(1.0, progress), f"{name}, step {position.steps}, discriminator loss {numbers.discriminator_loss:.3f}"
        )
        append_stats(run, {"step": position.steps, "seconds": round(position.seconds, 3), **rounded(asdict(numbers))})
        if time.monotonic() - saved > CHECKPOINT_EVERY_SECONDS:
            _save(run, name, exemplar, baseline, position, config)
            saved = time.monotonic()
    bar.close()
    _save(run, name, exemplar, baseline, position, config)


def _save(run: Path, name: str, exemplar: Exemplar, baseline: Baseline, position: Position, config: FitConfig) -> None:
    Checkpoint(name, config.seed, exemplar.digest, position, config.budget, baseline.state_dict()).write(run)
    _write_preview(run, exemplar, baseline)


def _write_preview(run: Path, exemplar: Exemplar, baseline: Baseline) -> None:
    """RUN/preview.png: at the left the exemplar's corner, at the right what was learned, several pictures as a grid."""
    made = pictures(baseline.generator, PREVIEW_PX, PREVIEW_PX, _PREVIEW_SEED)
    side = PREVIEW_PX // made[0].shape[1]
    learned = np.concatenate([np.concatenate(made[row * side :][:side], axis=1) for row in range(side)])
    both = np.ones((PREVIEW_PX, 2 * PREVIEW_PX, 3), np.float32)
    corner = exemplar.pixels[:PREVIEW_PX, :PREVIEW_PX]
    both[: corner.shape[0], : corner.shape[1]] = corner
    both[:, PREVIEW_PX:] = learned
    with put_in_place(run / PREVIEW) as temporary:
        Image.fromarray(quantised(both, 8)).save(temporary)
