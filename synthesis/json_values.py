"""Values that JSON of others holds, each of the kind that it should be.

Raises: TypeError, or OverflowError of a whole number that is too large for a float.
"""

from __future__ import annotations

import math
from typing import Any


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r}, which should be str")
    return value


def whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r}, which should be int")
    return value


def number(value: Any) -> float:
    """A finite one: Python's JSON knows others too."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise TypeError(f"{value!r}, which should be a number")
    return float(value)
