"""Textures learned from half an exemplar, judged by the other half: Tilewright beside other ways.

python -m benchmarks.quality --exemplars DIR --out DIR
python -m benchmarks.quality --exemplars DIR --out DIR --stability --budgets 2m

Fits and pictures that are finished stay in OUT/cache, so that an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import numpy as np

from synthesis.errors import TextureError
from trainer.config import Budget

from . import rivals
from .jobs import read_halves, write_halves
from .machine import machine
from .makers import ABLATIONS, LEARNING, PATCHING, Answer, Cost, Made, made
from .measures import Pixels
from .sheets import QUALITY, Row, centre, sheet
from .spectra import WINDOW_PX
from .stability import courses, stability_summary, stability_table
from .tables import QUALITIES, markdown, report
from .trials import Exemplar, Outcome
from .yardstick import Yardstick

CROP_PX = 256  # of the contact sheet, at 100 %
TRUTH = "other half"
LARGEST_REPEATED = 5.0  # % of copies


def main() -> int:
    options = _options()
    try:
        for budget in options.budgets:
            Budget.parse(budget)
        names = options.names or sorted(file.stem for file in options.exemplars.glob("*.png"))
        if not names:
            raise TextureError(f"{options.exemplars} holds no PNG: give a folder of exemplars")
        versions = rivals.check_installed(options.methods if options.stability else ["judge", *options.methods])
        exemplars = [_judgeable(read_halves(options.exemplars, name)) for name in names]
        halves = options.out / "halves"
        write_halves(exemplars, halves)
        if options.stability:
            _measure_stability(options, [halves / f"{name}.png" for name in names], versions)
        else:
            _compare(options, exemplars, versions)
    except (TextureError, rivals.MissingRival) as reason:
        print(f"{reason}", file=sys.stderr)
        return 2
    return 0


def _compare(options: argparse.Namespace, exemplars: Sequence[Exemplar], versions: str) -> None:
    """Write OUT/quality.md and OUT/quality.jpg."""
    outcomes: list[Outcome] = []
    rows: list[Row] = []
    costs: dict[str, list[Cost]] = {}
    for exemplar in exemplars:
        yardstick = Yardstick(exemplar.left, exemplar.right)
        row = [(f"{exemplar.name}: learned", _shown([exemplar.left])), (TRUTH, _shown([exemplar.right]))]
        for one in _all_made(options, exemplar):
            values = yardstick.values(one.answers)
            outcomes.append(Outcome("textures", "", exemplar.name, one.method, one.answers[0][0], values))
            row.append((f"{one.method}: {values['nature']:.2f}", _shown(one.answers[0])))
            costs.setdefault(one.method, []).append(one.cost)
        outcomes.append(_nature(exemplar, yardstick))
        rows.append(row)
    heading = _heading(
        "Quality compared",
        versions,
        "Every method sees the left half of each exemplar and is judged by the right half. Distances are divided by "
        "that between the halves: 1.0 is as good as nature. An exemplar repeats itself where more than "
        f"{LARGEST_REPEATED:g} % of the other half are copies of what was learned: there the unit is too small.",
        f"Answers to {options.seeds} seeds each; values are means over them. The best is bold; columns in italics are "
        "no answers. DCGAN's are several pictures of 128 px, measured together. Measures: `benchmarks/yardstick.py`.",
    )
    parts = [heading, report(outcomes, QUALITIES, _repeating(outcomes)), _costs(costs)]
    (options.out / "quality.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    sheet(rows, CROP_PX).save(options.out / "quality.jpg", quality=QUALITY)


def _all_made(options: argparse.Namespace, exemplar: Exemplar) -> Sequence[Made]:
    learned, cache = options.out / "halves" / f"{exemplar.name}.png", options.out / "cache" / exemplar.name
    every = []
    for method in options.methods:
        for budget in options.budgets if method in LEARNING else ("",):
            name = f"{method}-{budget}" if budget else method
            print(f"{exemplar.name}: {name}", file=sys.stderr, flush=True)
            every.append(made(method, budget, learned, options.seeds, cache / name, options.device))
    return every


def _measure_stability(options: argparse.Namespace, learned: Sequence[Path], versions: str) -> None:
    """Write OUT/stability.md."""
    budget = options.budgets[0]
    found = courses(learned, options.seeds, budget, options.out / "cache" / f"stability-{budget}", options.device)
    told = "Tilewright learns the left half of each exemplar, with several seeds."
    heading = _heading("Stability of fits", versions, told)
    parts = [heading, stability_summary(found), stability_table(found)]
    (options.out / "stability.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _nature(exemplar: Exemplar, yardstick: Yardstick) -> Outcome:
    """The half that is judged by, as an answer: its distances are 0, which says nothing."""
    told = yardstick.values([[exemplar.right]])
    values = {key: told[key] for key in ("seam_rows", "seam_columns", "verbatim")}
    return Outcome("textures", "", exemplar.name, TRUTH, exemplar.right, values, reference=True)


def _repeating(outcomes: Sequence[Outcome]) -> list[str]:
    """The exemplars of which one half repeats the other, so that to copy is the best that could be done."""
    return [one.exemplar for one in outcomes if one.method == TRUTH and one.values["verbatim"] > LARGEST_REPEATED]


def _judgeable(exemplar: Exemplar) -> Exemplar:
    height, width = exemplar.left.shape[:2]
    if min(height, width) < WINDOW_PX:
        raise TextureError(
            f"{exemplar.name} has halves of {width} x {height} px: at least {WINDOW_PX} px on each side are judged"
        )
    return exemplar


def _shown(answer: Answer) -> Pixels:
    """The centre at 100 %, or the first four of many small pictures with white lines between."""
    if len(answer) == 1:
        return centre(answer[0], CROP_PX)
    framed = [np.pad(p[1:-1, 1:-1], ((1, 1), (1, 1), (0, 0)), constant_values=1) for p in answer[:4]]
    framed += [np.ones_like(framed[0])] * (len(framed) % 2)
    return np.concatenate([np.concatenate(framed[row : row + 2], axis=1) for row in range(0, len(framed), 2)])


def _heading(title: str, versions: str, *told: str) -> str:
    """How the results came about, and what to know to read them."""
    command = shlex.join(["python", "-m", "benchmarks.quality", *sys.argv[1:]])
    return "\n".join(
        [
            f"# {title}",
            "",
            f"Made by `{command}` on {machine()}. At the end {os.getloadavg()[0]:.1f} processes wanted to run on the "
            "machine.",
            *told,
            "",
            f"With {versions}.",
        ]
    )


def _costs(costs: dict[str, list[Cost]]) -> str:
    """Means over exemplars; - where nothing is learned."""
    lines = []
    for method, every in costs.items():
        mean = {key: fmean(getattr(cost, key) for cost in every) for key in Cost.__dataclass_fields__}
        learned = mean["parameters"] > 0
        told = [
            f"{mean['parameters'] / 1e6:.2f} M",
            f"{mean['model_mb']:.1f} MB",
            f"{mean['memory_mb']:.0f} MB",
            f"{mean['steps']:.0f}",
            f"{mean['steps'] / max(mean['learned_s'], 1e-9):.2f}",
        ]
        lines.append([method, *(told if learned else ["-"] * len(told)), f"{mean['made_s']:.2f}"])
    heads = ["method", "parameters", "model", "peak memory of learning", "steps", "steps a second", "seconds an answer"]
    note = (
        "Rivals' models are counted as their generator's weights in 32 bits. Parameters are the generator's. G'MIC's "
        "seconds include its start and reading and writing PNG."
    )
    return f"## Cost\n\n{note}\n\n{markdown(heads, lines)}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description="Compare learned textures.")
    parser.add_argument("--exemplars", type=Path, required=True, metavar="DIR", help="holds NAME.png")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="receives tables, sheet and cache")
    parser.add_argument("--names", nargs="+", metavar="NAME", help="exemplars (default: all)")
    parser.add_argument("--budgets", nargs="+", default=["2m", "5m", "20m"], metavar="TIME", help="as of trainer.fit")
    methods = [*LEARNING, *PATCHING]
    parser.add_argument(
        "--methods",
        nargs="+",
        choices=methods,
        metavar="METHOD",
        help=f"of {', '.join(methods)} (default: all but those that lack a part of Tilewright, which begin with no_)",
    )
    parser.add_argument(
        "--seeds", type=int, default=3, help="answers of each method; with --stability, fits of each exemplar"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where to learn")
    parser.add_argument("--stability", action="store_true", help="only count what fits of Tilewright had to mend")
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error(f"--seeds is {options.seeds}: give 1 or more")
    if options.stability and len(options.budgets) != 1:
        parser.error("--stability measures at one budget: give --budgets 2m")
    if options.stability and options.methods:
        parser.error("--stability measures Tilewright alone: leave out --methods")
    usual = ["tilewright"] if options.stability else [method for method in methods if method not in ABLATIONS]
    options.methods = options.methods or usual
    return options


if __name__ == "__main__":
    sys.exit(main())
