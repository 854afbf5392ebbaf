"""How fast a model makes textures here, and in how much memory.

python -m benchmarks.speed MODEL [--device auto|cpu|cuda]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from synthesis.files import write_texture
from synthesis.latent import Latent
from synthesis.session import DEVICES, Model, open_model
from synthesis.texture import generate

REPEATS = 3
LARGE_PX = 8192


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description="Measure synthesis.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--device", choices=DEVICES, default="auto")
    parser.add_argument("--memory-of", type=int, metavar="PX", help="make one texture and print the memory it took")
    options = parser.parse_args()
    model = open_model(options.model, options.device)
    if options.memory_of:
        written(model, options.memory_of)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return 0
    print(f"{options.model.name} on the {model.device}, {os.cpu_count()} cores; best of {REPEATS}, warm, in seconds\n")
    print(f"{'size':>12} {'in memory':>10} {'as PNG':>10}")
    written(model, 512)
    for size in (1024, 2048, 4096):
        in_memory = min(timed(computed, model, size) for _ in range(REPEATS))
        as_png = min(timed(written, model, size) for _ in range(REPEATS))
        print(f"{size:>6}x{size:<5} {in_memory:>10.2f} {as_png:>10.2f}")
    command = [sys.executable, "-m", "benchmarks.speed", str(options.model), "--device", options.device]
    memory = subprocess.run([*command, "--memory-of", str(LARGE_PX)], capture_output=True, text=True, check=True).stdout
    print(f"\n{LARGE_PX}x{LARGE_PX} as PNG: at most {memory.strip()} MB in the whole process")
    return 0


def computed(model: Model, size: int) -> None:
    for _ in generate(model, Latent(1), size, size):
        pass


def written(model: Model, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for _ in write_texture(model.info, generate(model, Latent(1), size, size), size, size, Path(folder) / "t.png"):
            pass


def timed(make: Callable[[Model, int], None], model: Model, size: int) -> float:
    started = time.perf_counter()
    make(model, size)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
