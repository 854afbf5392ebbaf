"""How fast a model makes textures here, in how much memory, and how much faster than patch matching.

python -m benchmarks.speed MODEL [--device auto|cpu|cuda] [--photo EXEMPLAR]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from synthesis.errors import TextureError
from synthesis.files import Destination, all_in_place
from synthesis.image_files import read_picture
from synthesis.latent import Latent
from synthesis.session import DEVICES, Model, open_model
from synthesis.texture import WINDOW_PX, generate
from synthesis.writing import write_texture

from .arithmetic import machine_rate, multiplications, seconds_by_operation
from .machine import best_seconds, machine, own_peak_memory_mb, threads
from .measures import Pixels
from .rivals import MissingRival, check_installed, resynthesised

REPEATS = 3
LARGE_PX = 8192
COMPARED_PX = (1024, 2048)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description="Measure synthesis.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--device", choices=DEVICES, default="auto")
    parser.add_argument("--photo", type=Path, help="an exemplar from which G'MIC makes textures of the same sizes")
    parser.add_argument("--memory-of", type=int, metavar="PX", help="make one texture and print the memory it took")
    options = parser.parse_args()
    try:
        model = open_model(options.model, options.device, threads())
        if options.memory_of:
            written(model, options.memory_of)
            print(own_peak_memory_mb())
        else:
            measure(model, options)
    except (TextureError, MissingRival) as reason:
        print(f"speed: {reason}", file=sys.stderr)
        return 2
    return 0


def measure(model: Model, options: argparse.Namespace) -> None:
    photo = _photo(options.photo) if options.photo else None
    print(f"{options.model.name} on the {model.device}, {machine()}; best of {REPEATS}, warm, in seconds\n")
    print(f"{'size':>12} {'in memory':>10} {'as PNG':>10}")
    written(model, 512)
    for size in (1024, 2048, 4096):
        in_memory = best_seconds(partial(computed, model, size), REPEATS)
        as_png = best_seconds(partial(written, model, size), REPEATS)
        print(f"{size:>6}x{size:<5} {in_memory:>10.2f} {as_png:>10.2f}")
    command = [sys.executable, "-m", "benchmarks.speed", str(options.model), "--device", options.device]
    memory = subprocess.run([*command, "--memory-of", str(LARGE_PX)], capture_output=True, text=True, check=True).stdout
    print(f"\n{LARGE_PX}x{LARGE_PX} as PNG: at most {memory.strip()} MB in the whole process")
    if model.device == "CPU":
        tell_arithmetic(options.model, model)
    if photo is not None:
        compare(model, photo)


def tell_arithmetic(path: Path, model: Model) -> None:
    """How near the convolutions are to the rate of plain products of matrices, and what else takes time."""
    work, rate, spent = multiplications(path, model), machine_rate(), seconds_by_operation(path, model, threads())
    total = sum(spent.values())
    print(f"\none window of {WINDOW_PX} px: {work / 1e9:.2f} billion multiplications in {1000 * total:.0f} ms")
    print(
        f"products of matrices: {rate / 1e9:.1f} billion a second; the whole window at {work / total / rate:.0%} of it"
    )
    shares = ", ".join(f"{name} {seconds / total:.0%}" for name, seconds in spent.items() if seconds > total / 100)
    print(f"time by operation: {shares}")


def compare(model: Model, photo: Pixels) -> None:
    """Beside G'MIC's patch matching, of the same sizes; its time is that of the whole program."""
    for size in COMPARED_PX:
        ours = best_seconds(partial(computed, model, size), REPEATS)
        theirs = best_seconds(partial(resynthesised, photo, threads(), size_px=size), REPEATS)
        print(
            f"{size}x{size} {ours:.2f} s in memory; the program gmic {theirs:.1f} s, {theirs / ours:.1f} times as long"
        )


def computed(model: Model, size: int) -> None:
    for _ in generate(model, Latent(1), size, size):
        pass


def written(model: Model, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder, all_in_place() as place:
        windows = generate(model, Latent(1), size, size)
        for _ in write_texture(model.info, windows, size, size, Destination(Path(folder) / "t.png"), place):
            pass


def _photo(path: Path) -> Pixels:
    """Raises: TextureError, and MissingRival where there is no gmic for it."""
    check_installed(["gmic"])
    return read_picture(path).maps["base_color"]


if __name__ == "__main__":
    sys.exit(main())
