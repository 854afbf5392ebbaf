"""What is a failure of a fit, and where the fit goes back to; `test_fit.py` provokes failures of a real one."""

from __future__ import annotations

import dataclasses
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from trainer.checkpoint import Position
from trainer.config import Budget, FitConfig
from trainer.learner import StepNumbers
from trainer.loop import LONGEST_STEP_SECONDS, SNAPSHOT_STEPS, FitProgress, fit
from trainer.report import append_stats, begin_stats, stats
from trainer.watch import PATIENCE_STEPS, Watch

FINE = StepNumbers(distance=0.1, discriminator_loss=1.5, contrast=1.0, saturated=0.0, gradient_norm=1.0)


@pytest.mark.parametrize(
    "numbers, told",
    [
        ({"contrast": 0.01}, "collapsed"),
        ({"saturated": 0.9}, "saturated"),
        ({"discriminator_loss": 0.0}, "discriminator has won"),
    ],
)
def test_the_watch_names_each_failure_but_is_patient(numbers: dict[str, float], told: str) -> None:
    watch, bad = Watch(), dataclasses.replace(FINE, **numbers)
    assert [watch.failure(bad) for _ in range(PATIENCE_STEPS - 1)] == [None] * (PATIENCE_STEPS - 1)
    assert not watch.calm
    assert watch.failure(dataclasses.replace(FINE, guide="worn")) is None and not watch.calm, (
        "a guided step is no proof"
    )
    assert watch.failure(FINE) is None and watch.calm, "one good step, and it waits anew"
    for _ in range(PATIENCE_STEPS - 1):
        watch.failure(bad)
    assert told in (watch.failure(bad) or "")


@pytest.mark.parametrize(
    "numbers, calm",
    [
        ({"contrast": 0.14}, False),
        ({"contrast": 0.16}, True),
        ({"saturated": 0.31}, False),
        ({"saturated": 0.29}, True),
        ({"discriminator_loss": 0.019}, False),
        ({"discriminator_loss": 0.021}, True),
    ],
)
def test_from_where_on_the_watch_worries(numbers: dict[str, float], calm: bool) -> None:
    watch = Watch()
    watch.failure(dataclasses.replace(FINE, **numbers))
    assert watch.calm == calm


def test_the_watch_does_not_wait_for_numbers_that_are_none() -> None:
    assert Watch().failure(dataclasses.replace(FINE, distance=float("nan"))) == "a loss is not a number"
    assert Watch().failure(dataclasses.replace(FINE, gradient_norm=float("inf"))) == "a loss is not a number"


class _FailingLearner:
    """Fails at the steps it is told; its state is how many steps it has done."""

    def __init__(self, failing_steps: tuple[int, ...]) -> None:
        self.config, self.caution = FitConfig(Budget(steps=max(failing_steps) + 1)), 1.0
        self.state, self.restored, self._failing_steps = 0, [], failing_steps

    def step(self, step: int, progress: float) -> StepNumbers:
        self.state = step + 1
        return dataclasses.replace(FINE, distance=float("nan")) if step in self._failing_steps else FINE

    def state_dict(self) -> dict[str, Any]:
        return {"state": self.state}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.state = state["state"]
        self.restored.append(self.state)


def test_a_second_failure_goes_back_no_further_than_to_what_was_good() -> None:
    """The snapshot after the good one may hold the seed of the first failure: it is never gone back to."""
    good, suspect = SNAPSHOT_STEPS, 2 * SNAPSHOT_STEPS
    learner = _FailingLearner((suspect + 10, 3 * SNAPSHOT_STEPS + 10))
    list(fit(learner, Position()))
    assert learner.restored == [good, good]


@pytest.mark.parametrize("steps, ends_at", [(230, 200), (260, 200)])
def test_a_fit_that_ends_while_a_failure_shows_ends_as_it_was_before(steps: int, ends_at: int) -> None:
    """At its budget or stopped: what is saved is what one can go on from."""

    class Collapsing(_FailingLearner):
        def step(self, step: int, progress: float) -> StepNumbers:
            self.state = step + 1
            return FINE if step < 225 else dataclasses.replace(FINE, contrast=0.0)

    learner = Collapsing((steps,))
    with closing(fit(learner, Position())) as course:
        calm = [now.calm for _, now in zip(range(steps), course, strict=False)]
    assert calm == [True] * 225 + [False] * (steps - 225)
    assert learner.state == ends_at - SNAPSHOT_STEPS, "the snapshot before the last: that may hold the failure's seed"


def test_a_pause_is_not_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a laptop sleeps during a step."""
    seconds = iter([0.0, 0.5, 1.0, 7201.0, 7202.0, 7202.5])
    monkeypatch.setattr("trainer.loop.time.perf_counter", lambda: next(seconds))
    learner = _FailingLearner((10,))
    learner.config = FitConfig(Budget(seconds=300.0))
    course = [now.seconds for _, now in zip(range(3), fit(learner, Position()), strict=False)]
    assert course == [0.5, 0.5 + LONGEST_STEP_SECONDS, 1.0 + LONGEST_STEP_SECONDS]


def test_statistics_of_a_failure_are_json(tmp_path: Path) -> None:
    """Which has no word for what is no number."""
    numbers = dataclasses.replace(FINE, distance=float("nan"), gradient_norm=float("inf"))
    append_stats(tmp_path, stats(FitProgress(7, 1.0, 0.5, 1.0, 2, numbers, "a loss is not a number", True)))
    append_stats(tmp_path, stats(FitProgress(8, 1.0, 0.5, 1.0, 2, FINE, None, True)))

    def refused(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    lines = (tmp_path / "stats.jsonl").read_text().splitlines()
    failed, fine = (json.loads(line, parse_constant=refused) for line in lines)
    assert failed["distance"] is None and failed["gradient_norm"] is None and failed["discriminator_loss"] == 1.5
    assert (fine["distance"], fine["mended"]) == (0.1, None)


def test_statistics_tell_every_step_once(tmp_path: Path) -> None:
    """Also where a fit was killed after it was saved last, and goes on from there; or begins anew."""
    begin_stats(tmp_path, 0)
    for step in (10, 20, 30):
        append_stats(tmp_path, stats(FitProgress(step, 1.0, 0.5, 1.0, 2, FINE, None, True)))
    file = tmp_path / "stats.jsonl"
    file.write_text(file.read_text() + '{"step": 4')
    begin_stats(tmp_path, 20)
    append_stats(tmp_path, {"step": 30})
    assert [json.loads(line)["step"] for line in file.read_text().splitlines()] == [10, 20, 30]
    begin_stats(tmp_path, 0)
    assert not file.read_text()
