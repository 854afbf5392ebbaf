"""The report: Markdown tables with one row an exemplar, one column a method."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from .trials import TIMED_PX, Outcome


@dataclass(frozen=True)
class Measure:
    """cost: the best value has the smallest; mean: of several exemplars, and what it is called."""

    title: str
    cost: Callable[[float], float]
    digits: int = 3
    mean: Callable[[Sequence[float]], float] = fmean
    mean_title: str = "mean"


def _low(value: float) -> float:
    return value


def _high(value: float) -> float:
    return -value


def _off_one(value: float) -> float:
    return abs(math.log(max(value, _SMALLEST_RATIO)))


def _mean_off_one(values: Sequence[float]) -> float:
    """By which factor they are off 1 in the mean: 0.5 and 2 do not make up for each other."""
    return math.exp(fmean(_off_one(value) for value in values))


def _ratio(title: str) -> Measure:
    return Measure(f"{title} (1 is invisible; the mean is geometric, of factors off 1)", _off_one, 2, _mean_off_one)


def _nature(title: str) -> Measure:
    return Measure(f"{title} (1 is as near as nature)", _low, 2, median, "median")


_SMALLEST_RATIO = 1e-2
_FEATURES = Measure("texture distance, sliced Wasserstein of features (low is good)", _low)
_GRAM = Measure("texture distance, Gram matrices of features (low is good)", _low)
_PATCHES = Measure("texture distance, sliced Wasserstein of patches (low is good)", _low)
MEASURES = {
    "features": _FEATURES,
    "gram": _GRAM,
    "patches": _PATCHES,
    "border": _ratio("visibility of the mask's border"),
    "psnr": Measure("PSNR in dB (high is good)", _high, 2),
    "lpips": Measure("feature distance, position by position (low is good)", _low),
    "seam_rows": _ratio("seam between the last row and the first"),
    "seam_columns": _ratio("seam between the last column and the first"),
    "kept": Measure("part of the photo left untouched (high is good)", _high, 2),
    "edges": Measure("agreement of edges with the content (high is good)", _high),
}
QUALITIES = {  # by the names of benchmarks.yardstick
    "nature": _nature("distance from nature: geometric mean of the eight ratios that follow"),
    "features": _nature("features, sliced Wasserstein"),
    "gram": _nature("features, Gram matrices"),
    "patches": _nature("patches, sliced Wasserstein"),
    "colors": _nature("colors in Oklab, sliced Wasserstein"),
    "spectrum": _nature("power spectrum, log-spectral distance"),
    "autocorrelation": _nature("autocorrelation"),
    "lattice": _nature("autocorrelation at the peaks of the truth's"),
    "joint": _nature("Portilla and Simoncelli's statistics"),
    "seam_rows": MEASURES["seam_rows"],
    "seam_columns": MEASURES["seam_columns"],
    "verbatim": Measure("% of patches of 32 px that are copies of what was learned (low is good)", _low, 1),
    "diversity": Measure("how much seeds differ (1 is as two places in nature)", _off_one, 2, _mean_off_one),
}
_NONE = "-"


def report(outcomes: Sequence[Outcome], measures: Mapping[str, Measure] = MEASURES, apart: Collection[str] = ()) -> str:
    """All tables, by job, case and measure in the order in which they first come; apart: as in `table`."""
    parts = []
    for job in dict.fromkeys(outcome.job for outcome in outcomes):
        parts.append(f"## {job.capitalize()}")
        ours = [outcome for outcome in outcomes if outcome.job == job]
        keys = dict.fromkeys(key for outcome in ours for key in outcome.values)
        for key in keys:
            for case in dict.fromkeys(outcome.case for outcome in ours):
                title = measures[key].title + (f", {case}" if case else "")
                chosen = [outcome for outcome in ours if outcome.case == case]
                parts.append(f"### {title}\n\n{table(chosen, key, measures, apart)}")
    return "\n\n".join(parts)


def table(
    outcomes: Sequence[Outcome], key: str, measures: Mapping[str, Measure] = MEASURES, apart: Collection[str] = ()
) -> str:
    """One measure: a row for each exemplar, then means and counts of wins. References compete for nothing.

    apart: exemplars without which there is one more row of means.
    """
    measure = measures[key]
    methods = {o.method: o.reference for o in outcomes if key in o.values}
    exemplars = list(dict.fromkeys(outcome.exemplar for outcome in outcomes))
    wins = dict.fromkeys(methods, 0)
    lines = []
    for exemplar in exemplars:
        values = {method: _value(outcomes, exemplar, method, key) for method in methods}
        best = _winners({m: value for m, value in values.items() if not methods[m]}, measure)
        for method in best:
            wins[method] += 1
        cells = [_cell(value, measure, method in best) for method, value in values.items()]
        lines.append([exemplar, *cells])
    others = [exemplar for exemplar in exemplars if exemplar not in apart]
    for title, chosen in (("", exemplars), (f" without {', '.join(apart)}", others if apart else [])):
        if chosen:
            means = [_mean([_value(outcomes, one, method, key) for one in chosen], measure.mean) for method in methods]
            lines.append([f"*{measure.mean_title}{title}*", *(_cell(mean, measure, False) for mean in means)])
    lines.append(["*wins*", *(_NONE if methods[method] else str(count) for method, count in wins.items())])
    return markdown(["exemplar", *(f"*{m}*" if methods[m] else m for m in methods)], lines)


def times_table(times: Sequence[tuple[str, str, float]]) -> str:
    lines = []
    for job in dict.fromkeys(job for job, _, _ in times):
        ours = {method: seconds for each, method, seconds in times if each == job}
        fastest = min(ours.values())
        lines += [[job, m, f"**{s:.2f}**" if s == fastest else f"{s:.2f}"] for m, s in ours.items()]
    return markdown(["job", "method", f"seconds for {TIMED_PX} x {TIMED_PX}"], lines)


def _value(outcomes: Sequence[Outcome], exemplar: str, method: str, key: str) -> float:
    """The mean over all contents; not a number where a method has none."""
    return _mean([o.values.get(key, math.nan) for o in outcomes if (o.exemplar, o.method) == (exemplar, method)])


def _mean(values: Sequence[float], mean: Callable[[Sequence[float]], float] = fmean) -> float:
    known = [value for value in values if not math.isnan(value)]
    return mean(known) if known else math.nan


def _winners(values: dict[str, float], measure: Measure) -> set[str]:
    """All whose value, as it is printed, is the best."""
    costs = {m: measure.cost(round(v, measure.digits)) for m, v in values.items() if not math.isnan(v)}
    return {method for method, cost in costs.items() if cost == min(costs.values())}


def _cell(value: float, measure: Measure, best: bool) -> str:
    if math.isnan(value):
        return _NONE
    shown = f"{value:.{measure.digits}f}"
    return f"**{shown}**" if best else shown


def markdown(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table whose first column is of names and whose others are of numbers."""
    rule = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, rule, *lines))
