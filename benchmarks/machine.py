"""What measures: the machine, the threads it may use, and what calls and programs take of it."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

# Linux lets a new process begin with the peak of the one that starts it, so a small one stands between.
_BETWEEN = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(code)
"""


def machine() -> str:
    """What the measurements were made on, in words."""
    names = [line.split(":")[1].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")]
    cores = f"{os.cpu_count()} cores of {names[0] if names else platform.processor()}, {platform.system()}"
    return f"{cores}, with {threads()} thread{'s' * (threads() != 1)}"


def threads() -> int:
    """That all methods use which can be told."""
    return int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)


def best_seconds(call: Callable[[], object], repeats: int) -> float:
    """The time of the fastest of so many calls."""
    return min(_seconds(call) for _ in range(repeats))


def peak_memory_mb(line: Sequence[str]) -> int:
    """The most memory that a program or one that it starts takes; its output is dropped.

    Raises: CalledProcessError where it fails.
    """
    ended = subprocess.run([sys.executable, "-c", _BETWEEN, *line], stdout=subprocess.PIPE, text=True, check=True)
    return int(ended.stdout)


def own_peak_memory_mb() -> int:
    """The most memory that this process took."""
    (peak_kb,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak_kb) // 1024


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
