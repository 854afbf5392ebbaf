"""Every way to make new textures from an exemplar, and what it costs; all that is finished is kept on disk."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from synthesis.errors import TextureError
from synthesis.latent import Latent
from synthesis.session import open_model
from synthesis.texture import whole
from trainer.checkpoint import CHECKPOINT, read_checkpoint
from trainer.generator import Generator
from trainer.rivals import ARCHITECTURES, pictures, read_generator

from .ablation import PARTS
from .measures import Pixels
from .quilting import quilted
from .rivals import as_bytes, resynthesised

ABLATIONS = {part: f"Tilewright {lack}" for part, (lack, _) in PARTS.items()}
LEARNING = {"tilewright": "Tilewright", "dcgan": "DCGAN", "psgan": "PSGAN", **ABLATIONS}
PATCHING = {"gmic": "G'MIC matchpatch", "quilting": "image quilting"}
MULTIPLE_PX = 32
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
    """The answers, read from FOLDER where they are complete.

    learned: a PNG of what the method may see; every answer has about its size.
    Raises: TextureError where learning fails, and MissingRival.
    """
    digest = hashlib.sha256(learned.read_bytes()).hexdigest()
    if _count(folder, digest) < seeds:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make = _learn(method, budget, learned, folder, device) if method in LEARNING else _patch(method, learned)
        _keep(make, seeds, digest, folder)
    title = f"{LEARNING[method]} {budget}" if method in LEARNING else PATCHING[method]
    cost = Cost(**json.loads((folder / KEPT).read_text())["cost"])
    return Made(title, [_read(folder, seed) for seed in range(seeds)], cost)


@dataclass(frozen=True)
class _Maker:
    make: Callable[[int], Answer]
    cost: Callable[[float], Cost]


def fit(exemplar: Path, run: Path, budget: str, device: str, *options: str, part: str = "") -> int:
    """Learn by the command line, without a part of Tilewright if one is named; the peak memory in MB.

    Raises: TextureError.
    """
    module = ["benchmarks.ablation", part] if part else ["trainer.fit"]
    line = [sys.executable, "-m", *module, str(exemplar), "--out", str(run), "--budget", budget]
    child = subprocess.Popen([*line, "--device", device, *options], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise TextureError(f"the fit in {run} ended with exit code {code}: see above")
    return usage.ru_maxrss // 1024


def _learn(method: str, budget: str, learned: Path, folder: Path, device: str) -> _Maker:
    run = folder / "run"
    options = ("--architecture", method) if method in ARCHITECTURES else ()
    memory_mb = fit(learned, run, budget, device, *options, part=method if method in ABLATIONS else "")
    checkpoint = read_checkpoint(run)
    size = _size(learned)
    if method in ARCHITECTURES:
        generator = read_generator(checkpoint)
        make = lambda seed: pictures(generator, *size, seed)  # noqa: E731
        count = sum(weights.numel() for weights in generator.parameters())
        model_mb = count * 4 / 1e6
        (run / CHECKPOINT).unlink()  # 100 to 200 MB, mostly of the optimisers
    else:
        model = open_model(run / "model.onnx", "cpu")
        make = lambda seed: [whole(model, Latent(seed), *size)["base_color"]]  # noqa: E731
        count = sum(weights.numel() for weights in Generator.from_checkpoint(checkpoint).parameters())
        model_mb = (run / "model.onnx").stat().st_size / 1e6
    position = checkpoint["position"]
    return _Maker(make, lambda made_s: Cost(made_s, count, model_mb, memory_mb, position["steps"], position["seconds"]))


def _patch(method: str, learned: Path) -> _Maker:
    exemplar = _pixels(learned)
    if method == "gmic":
        return _Maker(lambda seed: [resynthesised(exemplar, _threads(), seed).picture], Cost)
    return _Maker(lambda seed: [quilted(exemplar, *exemplar.shape[:2], seed)], Cost)


def _keep(maker: _Maker, seeds: int, digest: str, folder: Path) -> None:
    """FOLDER/SEED-INDEX.png, and the cost last: where it stands, all stands. digest: of what was learned."""
    seconds = []
    for seed in range(seeds):
        started = time.perf_counter()
        answer = maker.make(seed)
        seconds.append(time.perf_counter() - started)
        for index, picture in enumerate(answer):
            Image.fromarray(as_bytes(picture)).save(folder / f"{seed}-{index}.png")
    kept = {"learned": digest, "seeds": seeds, "cost": asdict(maker.cost(min(seconds)))}
    (folder / KEPT).write_text(json.dumps(kept))


def _count(folder: Path, digest: str) -> int:
    """Of the seeds whose answers are kept, from the same exemplar."""
    if not (folder / KEPT).exists():
        return 0
    kept = json.loads((folder / KEPT).read_text())
    return kept["seeds"] if kept["learned"] == digest else 0


def _read(folder: Path, seed: int) -> Answer:
    files = sorted(folder.glob(f"{seed}-*.png"), key=lambda file: int(file.stem.split("-")[1]))
    return [_pixels(file) for file in files]


def _pixels(file: Path) -> Pixels:
    return np.asarray(Image.open(file).convert("RGB"), np.float32) / np.float32(255)


def _size(learned: Path) -> tuple[int, int]:
    """(height, width) of the answers: what was learned, in the multiples that generators make."""
    width, height = Image.open(learned).size
    return height // MULTIPLE_PX * MULTIPLE_PX, width // MULTIPLE_PX * MULTIPLE_PX


def _threads() -> int:
    return int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)
