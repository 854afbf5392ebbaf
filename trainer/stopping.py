"""How a fit is asked to stop: Ctrl-C, a request to end, a terminal that closes, or the file RUN/stop."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from synthesis.arguments import ending_signals
from synthesis.run_folder import STOP

from . import STARTED


@contextmanager
def stop_requests(run: Path) -> Iterator[Callable[[], bool]]:
    """Gives what tells whether the fit in RUN has been asked to stop. A second Ctrl-C ends the program at once.

    What was ignored before stays so, as Ctrl-C is by a program that a shell's script runs in the background.
    """
    received: list[int] = []

    heard = [one for one in (signal.SIGINT, *ending_signals()) if signal.getsignal(one) != signal.SIG_IGN]

    def remember(number: int, _frame: object) -> None:
        received.append(number)
        if signal.SIGINT in heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def asked() -> bool:
        if not received and (run / STOP).exists():
            received.append(signal.SIGTERM)
            with suppress(OSError):  # where another program holds it, the next fit sees that it is not meant
                (run / STOP).unlink()
        return bool(received)

    forget_stop_before(run, STARTED)
    before = {number: signal.signal(number, remember) for number in heard}
    try:
        yield asked
    finally:
        for number, answer in before.items():
            signal.signal(number, answer)


def forget_stop_before(run: Path, seconds: float) -> None:
    """Remove a request to stop that is older: it was for a fit that had ended already."""
    with suppress(OSError):
        if (run / STOP).stat().st_mtime < seconds:
            (run / STOP).unlink()
