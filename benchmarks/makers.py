"""Every way to make new textures from an exemplar, and what it costs; all that is finished is kept on disk."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from PIL import Image

from synthesis.errors import TextureError
from synthesis.files import put_in_place
from synthesis.image_files import read_picture
from synthesis.latent import Latent
from synthesis.png import quantised
from synthesis.run_folder import MODEL
from synthesis.session import open_model
from synthesis.texture import whole
from trainer.baselines.baseline import ARCHITECTURES, CELL_PX, answering, pictures, read_generator
from trainer.checkpoint import Checkpoint
from trainer.device import chosen_device
from trainer.exemplar import USUAL_PX, read_exemplar

from .ablation import PARTS
from .machine import peak_memory_mb, threads
from .measures import Pixels
from .quilting import quilted
from .rivals import resynthesised

ABLATIONS = {part: f"Tilewright {lack}" for part, (lack, _) in PARTS.items()}
LEARNING = {"tilewright": "Tilewright", "dcgan": "DCGAN", "psgan": "PSGAN", **ABLATIONS}
PATCHING = {"gmic": "G'MIC matchpatch", "quilting": "image quilting"}
KEPT = "kept.json"

Answer = list[Pixels]  # what one seed gives: one picture, or several small ones


@dataclass(frozen=True)
class Cost:
    """parameters: of the generator; model_mb: of its file; memory_mb: at most, of the learning process; steps and
    learned_s: of learning; made_s: the seconds for one answer. Nothing is learned where parameters is 0."""

    made_s: float
    parameters: int = 0
    model_mb: float = 0.0
    memory_mb: int = 0
    steps: int = 0
    learned_s: float = 0.0


@dataclass(frozen=True)
class Made:
    """The answers of one method on one exemplar, one a seed."""

    method: str
    answers: list[Answer]
    cost: Cost


def made(method: str, budget: str, learned: Path, seeds: int, folder: Path, device: str) -> Made:
    """The answers, read from FOLDER where they are complete; a finished fit that it holds is not learned again.

    learned: a PNG of what the method may see; every answer has about its size.
    Raises: TextureError where learning fails, and MissingRival.
    """
    run, seen = folder / "run", digest(learned)
    origin = {"learned": seen, "device": chosen_device(device).type, "threads": threads()}
    kept = _read_kept(folder, origin)
    if kept is None or kept.seeds < seeds:
        if kept is None or not finished(run, seen):
            shutil.rmtree(folder, ignore_errors=True)
            kept = _Kept(origin, 0, _fitted(method, budget, learned, run, device) if method in LEARNING else Cost(0.0))
            _write_kept(folder, kept)
        made_s = _answered(_maker(method, learned, run), seeds, folder)
        kept = _Kept(origin, seeds, replace(kept.cost, made_s=made_s))
        _write_kept(folder, kept)
        if method in ARCHITECTURES:
            answering(Checkpoint.read(run)).write(run)
    title = f"{LEARNING[method]} {budget}" if method in LEARNING else PATCHING[method]
    return Made(title, [_read(folder, seed) for seed in range(seeds)], kept.cost)


def digest(learned: Path) -> str:
    """Of the pixels that a fit sees."""
    return read_exemplar(learned, USUAL_PX).digest


def finished(run: Path, learned: str) -> bool:
    """Whether RUN holds a fit that used up its budget; learned: the digest of its exemplar."""
    try:
        stored = Checkpoint.read(run)
    except TextureError:
        return False
    return stored.exemplar_digest == learned and stored.has_ended


def fit(exemplar: Path, run: Path, budget: str, device: str, *options: str, part: str = "") -> int:
    """Learn by the command line, without a part of Tilewright if one is named; the peak memory in MB.

    Raises: TextureError.
    """
    module = ["benchmarks.ablation", part] if part else ["trainer.fit"]
    line = [sys.executable, "-m", *module, str(exemplar), "--out", str(run), "--budget", budget]
    try:
        return peak_memory_mb([*line, "--device", device, *options])
    except subprocess.CalledProcessError as reason:
        raise TextureError(f"the fit in {run} ended with exit code {reason.returncode}: see above") from None


@dataclass(frozen=True)
class _Kept:
    """What FOLDER/kept.json tells. origin: what was learned, where and by how many threads; seeds: of the answers."""

    origin: dict[str, object]
    seeds: int
    cost: Cost


def _read_kept(folder: Path, origin: dict[str, object]) -> _Kept | None:
    """None where nothing is kept, it can't be read, or it is of another origin; no seeds where pictures are missing."""
    try:
        told = json.loads((folder / KEPT).read_text())
        kept = _Kept(told["origin"], told["seeds"], Cost(**told["cost"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not all(_read(folder, seed) for seed in range(kept.seeds)):
        kept = replace(kept, seeds=0)
    return kept if kept.origin == origin else None


def _write_kept(folder: Path, kept: _Kept) -> None:
    with put_in_place(folder / KEPT) as temporary:
        temporary.write_text(json.dumps(asdict(kept)))


def _fitted(method: str, budget: str, learned: Path, run: Path, device: str) -> Cost:
    """What it took to learn; nothing is made yet."""
    baseline = method in ARCHITECTURES
    options = ("--architecture", method) if baseline else ()
    memory_mb = fit(learned, run, budget, device, *options, part=method if method in ABLATIONS else "")
    checkpoint = Checkpoint.read(run)
    generator = read_generator(checkpoint) if baseline else checkpoint.generator()
    count = sum(weights.numel() for weights in generator.parameters())
    model_mb = count * 4 / 1e6 if baseline else (run / MODEL).stat().st_size / 1e6
    position = checkpoint.position
    return Cost(0.0, count, model_mb, memory_mb, position.steps, position.seconds)


def _maker(method: str, learned: Path, run: Path) -> Callable[[int], Answer]:
    """Seed -> answer."""
    exemplar = _pixels(learned)
    if method == "gmic":
        return lambda seed: [resynthesised(exemplar, threads(), seed).picture]
    if method == "quilting":
        return lambda seed: [quilted(exemplar, exemplar.shape[0], exemplar.shape[1], seed)]
    height, width = (side // CELL_PX * CELL_PX for side in exemplar.shape[:2])
    if method in ARCHITECTURES:
        generator = read_generator(Checkpoint.read(run))
        return lambda seed: pictures(generator, height, width, seed)
    model = open_model(run / MODEL, "cpu", threads())
    return lambda seed: [whole(model, Latent(seed), height, width)["base_color"]]


def _answered(make: Callable[[int], Answer], seeds: int, folder: Path) -> float:
    """Write FOLDER/SEED-INDEX.png; the seconds that the fastest answer took."""
    seconds = []
    for seed in range(seeds):
        started = time.perf_counter()
        answer = make(seed)
        seconds.append(time.perf_counter() - started)
        for index, picture in enumerate(answer):
            Image.fromarray(quantised(picture, 8)).save(folder / f"{seed}-{index}.png")
    return min(seconds)


def _read(folder: Path, seed: int) -> Answer:
    files = sorted(folder.glob(f"{seed}-*.png"), key=lambda file: int(file.stem.split("-")[1]))
    return [_pixels(file) for file in files]


def _pixels(file: Path) -> Pixels:
    return read_picture(file).maps["base_color"]
