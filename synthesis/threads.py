"""Threads: how many compute, and the results of several in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def processors() -> int:
    """That this process may use, as the system counts them."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(make: Callable[[Given], Made], given: Collection[Given], at_once: int) -> Generator[Made, None, None]:
    """What `make` makes of each, in their order; so many are made at once, by threads of their own if more than one.

    The first that raises ends it; so does whoever takes no more, after those that were begun.
    """
    at_once = min(at_once, len(given))
    if at_once <= 1:
        yield from map(make, given)
        return
    begun: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(at_once, "tilewright") as pool:  # waits for those that are begun, however it is left
        for one in given:
            begun.append(pool.submit(make, one))
            if len(begun) == at_once:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
