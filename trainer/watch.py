"""Noticing that a fit goes wrong."""

from __future__ import annotations

import math
from collections.abc import Callable

from .learner import StepNumbers

PATIENCE_STEPS = 40  # a passing bad step is no failure


class Watch:
    """Looks at every step's numbers and names the failure, if there is one."""

    def __init__(self) -> None:
        self._bad_steps = dict.fromkeys(_SIGNS, 0)

    def failure(self, numbers: StepNumbers) -> str | None:
        """What went wrong, in words, or None; "not a number" at once, the others after PATIENCE_STEPS in a row.

        Of those only steps without a guide speak: a guide's pixels lend a picture what the generator may have lost.
        """
        if not all(
            math.isfinite(value) for value in (numbers.distance, numbers.discriminator_loss, numbers.gradient_norm)
        ):
            return "a loss is not a number"
        if numbers.guide:
            return None
        for name, is_bad in _SIGNS.items():
            self._bad_steps[name] = self._bad_steps[name] + 1 if is_bad(numbers) else 0
            if self._bad_steps[name] >= PATIENCE_STEPS:
                return name
        return None

    @property
    def calm(self) -> bool:
        """Whether no sign of any failure stands at present."""
        return not any(self._bad_steps.values())


_SIGNS: dict[str, Callable[[StepNumbers], bool]] = {
    "the generator collapsed to one colour": lambda numbers: numbers.contrast < 0.15,
    "the output is saturated": lambda numbers: numbers.saturated > 0.3,
    "the discriminator has won for good": lambda numbers: numbers.discriminator_loss < 0.02,
}
