"""Whether fits ever fail: what had to be mended on the way, and whether contrast is left at the end."""

from __future__ import annotations

import json
import math
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from synthesis.run_folder import STATS

from .makers import digest, finished, fit
from .tables import markdown

LAST_PART = 0.1  # of a fit's steps, over which the final contrast is averaged
SOUND = (0.5, 1.5)  # contrast between these is neither collapse nor divergence


@dataclass(frozen=True)
class Course:
    """How a fit went.

    mended: what went wrong, in words; contrast: of the fakes at the end, 1 is the exemplar's, nan is unknown.
    """

    steps: int
    mended: tuple[str, ...]
    contrast: float

    @property
    def sound(self) -> bool:
        return SOUND[0] < self.contrast < SOUND[1]


def course(run: Path) -> Course:
    """Read from RUN's statistics; only steps without a guide tell of contrast, which may be no number there: null."""
    lines = [json.loads(line) for line in (run / STATS).read_text().splitlines()]
    steps = lines[-1]["step"]
    telling = [line for line in lines if not line["guide"] and not line["mended"]]
    last = [line for line in telling if line["step"] > (1 - LAST_PART) * steps] or telling[-1:]
    contrasts = [line["contrast"] for line in last]
    mended = tuple(line["mended"] for line in lines if line["mended"])
    return Course(steps, mended, fmean(contrasts) if contrasts and None not in contrasts else math.nan)


def courses(learned: Sequence[Path], seeds: int, budget: str, folder: Path, device: str) -> dict[str, list[Course]]:
    """By exemplar, one a seed; a finished fit that FOLDER holds is not learned again.

    Raises: TextureError.
    """
    found: dict[str, list[Course]] = {}
    for exemplar in learned:
        for seed in range(seeds):
            run = folder / f"{exemplar.stem}-{seed}"
            if not finished(run, digest(exemplar)):
                shutil.rmtree(run, ignore_errors=True)
                fit(exemplar, run, budget, device, "--seed", str(seed))
            found.setdefault(exemplar.stem, []).append(course(run))
    return found


def stability_table(found: Mapping[str, Sequence[Course]]) -> str:
    """A row an exemplar, a column a seed: how often it was mended, and the final contrast."""
    seeds = range(max(map(len, found.values())))
    lines = [[name, *(f"{len(c.mended)} / {c.contrast:.2f}" for c in every)] for name, every in found.items()]
    return markdown(["exemplar", *(f"seed {seed}: mended / contrast" for seed in seeds)], lines)


def stability_summary(found: Mapping[str, Sequence[Course]]) -> str:
    every = [course for fits in found.values() for course in fits]
    reasons = Counter(reason for one in every for reason in one.mended)
    told = ", ".join(f"{reason}: {count}" for reason, count in reasons.most_common()) or "nothing"
    known = [one for one in every if not math.isnan(one.contrast)]
    return (
        f"{len(every)} fits. Mended: {told}. Ended with a contrast outside {SOUND[0]} to {SOUND[1]} of the exemplar's: "
        f"{sum(not one.sound for one in known)}, with an unknown one: {len(every) - len(known)}."
    )
