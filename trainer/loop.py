"""The fit itself: an iterator of progress, which mends what goes wrong on its way."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass

from .checkpoint import Position
from .config import FitConfig
from .learner import Learner, StepNumbers
from .watch import Watch

SNAPSHOT_STEPS = 50
LONGEST_STEP_SECONDS = 60.0  # one that took longer was paused, as by a laptop that slept
MENDING_CAUTION = 0.5  # factor on the learning rates at each mending


@dataclass(frozen=True)
class FitProgress:
    """After one step.

    progress: used part of the budget, 0..1; seconds: learned so far; mended: what went wrong, or None; calm: whether
    no sign of a failure stands, so that it is safe to go on from here.
    """

    step: int
    seconds: float
    progress: float
    seconds_left: float
    image_px: int
    numbers: StepNumbers
    mended: str | None
    calm: bool


def fit(learner: Learner, position: Position) -> Generator[FitProgress, None, None]:
    """Learn until the budget is used up. To stop is to close it: learner and position are then consistent.

    A step that shows a failure is undone: the networks go back to the last good snapshot, and both learning rates
    are halved from there on. Steps are not counted back, so the draws that led astray do not repeat. A fit that ends
    while a failure shows ends as it was before.
    """
    config, watch = learner.config, Watch()
    pace = _Pace(config)
    snapshots = deque([learner.state_dict()], maxlen=2)  # the newer one may already hold the seed of the failure
    try:
        while (progress := config.budget.progress(position.seconds, position.steps)) < 1:
            started = time.perf_counter()
            numbers = learner.step(position.steps, progress)
            failure = watch.failure(numbers)
            if failure:
                learner.load_state_dict(snapshots[0])
                snapshots = deque([snapshots[0]], maxlen=2)
                position.mendings += 1
                learner.caution = MENDING_CAUTION**position.mendings
                watch = Watch()
            elif position.steps % SNAPSHOT_STEPS == SNAPSHOT_STEPS - 1 and watch.calm:
                snapshots.append(learner.state_dict())
            position.steps += 1
            taken = min(time.perf_counter() - started, LONGEST_STEP_SECONDS)
            position.seconds += taken
            progress = config.budget.progress(position.seconds, position.steps)
            image_px = config.stage(progress).image_px
            yield FitProgress(
                position.steps,
                position.seconds,
                min(1.0, progress),
                pace.left(progress, position, taken),
                image_px,
                numbers,
                failure,
                watch.calm,
            )
    finally:
        if not watch.calm:
            learner.load_state_dict(snapshots[0])


class _Pace:
    """The time left: known for a budget of time; for one of steps, from the recent pace and the stages' costs."""

    def __init__(self, config: FitConfig) -> None:
        self._config = config
        self._seconds_per_cost: float | None = None

    def left(self, progress: float, position: Position, taken: float) -> float:
        budget = self._config.budget
        if budget.seconds is not None:
            return max(0.0, budget.seconds - position.seconds)
        pace = taken / self._config.stage(progress).cost
        before = self._seconds_per_cost
        self._seconds_per_cost = pace if before is None else before + 0.1 * (pace - before)
        return self._seconds_per_cost * (budget.steps or 0) * self._cost_left(progress)

    def _cost_left(self, progress: float) -> float:
        """The integral of the stages' costs from `progress` to 1."""
        left, end = 0.0, 0.0
        for stage in self._config.stages:
            start, end = end, end + stage.share
            left += stage.cost * max(0.0, end - max(start, progress))
        return left
