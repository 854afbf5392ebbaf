"""What all tests share: a small model with random weights, and small exemplars."""

from __future__ import annotations

import dataclasses
import errno
import importlib.util
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import pytest
import torch
from PIL import Image

from export import to_onnx
from export.to_onnx import export
from synthesis.info import ExemplarInfo, GuideInfo, Level, ModelInfo, TrainingInfo
from synthesis.maps import MAP_KINDS
from synthesis.model_file import read_info
from synthesis.regularity import Regularity
from synthesis.session import Model, open_model
from trainer.checkpoint import TILEWRIGHT, Checkpoint, Position
from trainer.config import Budget
from trainer.generator import FIELD_MARGIN_CELLS, Generator, GeneratorConfig, LevelConfig

MAPS = ("base_color", "normal", "height")


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the checkpoint of a generator that learned nothing: its textures are busy, which tests like."""
    return _untaught(tmp_path_factory.mktemp("run"), MAPS)


@pytest.fixture(scope="session")
def model_path(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "random.onnx"
    export(run_folder, path)
    return path


@pytest.fixture(scope="session")
def ranked_path(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Like `model_path`, with 7 and 2 as its best seeds."""
    model = onnx.load(model_path)
    info = dataclasses.replace(read_info(model_path), best_seeds=(7, 2))
    model.metadata_props[0].value = info.to_json()
    path = tmp_path_factory.mktemp("ranked") / "ranked.onnx"
    onnx.save(model, path)
    return path


@pytest.fixture(scope="session")
def colors_model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Like `model_path`, for base color alone."""
    folder = tmp_path_factory.mktemp("colors")
    export(_untaught(folder, MAPS[:1]), folder / "colors.onnx")
    return folder / "colors.onnx"


@pytest.fixture(scope="session")
def colors_model(colors_model_path: Path) -> Model:
    return open_model(colors_model_path, "cpu")


@pytest.fixture(scope="session", params=[16, 64])
def model_of_other_cells(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Like `colors_model`, with the finest and the coarsest cells that there may be, and without controls."""
    folder = tmp_path_factory.mktemp("cells")
    levels = tuple(LevelConfig(px, 2, 16) for px in (64, 32, 16, 8, 4, 2) if px <= request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(to_onnx, "find_controls", lambda _model: ())
        export(_untaught(folder, MAPS[:1], levels), folder / "cells.onnx")
    return open_model(folder / "cells.onnx", "cpu")


def _untaught(folder: Path, maps: tuple[str, ...], levels: tuple[LevelConfig, ...] = GeneratorConfig().levels) -> Path:
    torch.manual_seed(0)
    order = Regularity(waves=((1 / 40, 0.0), (1 / 40, -1 / 50)), lines=("rows",))
    channels = tuple(MAP_KINDS[name].channels for name in maps)
    generator = Generator(GeneratorConfig(channels, guided=True, levels=levels, regularity=order))
    info = ModelInfo(
        name="random",
        maps=maps,
        levels=tuple(Level(*field, FIELD_MARGIN_CELLS) for field in generator.config.fields),
        exemplar=ExemplarInfo("random", (96, 128), author="nobody", license="CC0-1.0"),
        training=TrainingInfo(steps=0, seconds=0.0, seed=0, device="cpu", version="0"),
        regularity=order,
        guide=GuideInfo(((0.1, 0.1, 0.2), (0.4, 0.5, 0.4), (0.9, 0.8, 0.7))),
    )
    learner = {"ema": generator.state_dict()}
    Checkpoint(TILEWRIGHT, 0, "random", Position(), Budget(steps=1), learner, shape=generator.config, info=info).write(
        folder
    )
    return folder


@pytest.fixture(scope="session")
def model(model_path: Path) -> Model:
    return open_model(model_path, "cpu")


@pytest.fixture(scope="session")
def exemplar_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A non-square exemplar with structure: soft random blobs in colour, 160 x 192 px."""
    rng = np.random.default_rng(1)
    coarse = Image.fromarray(rng.integers(0, 256, (20, 24, 3), dtype=np.uint8))
    path = tmp_path_factory.mktemp("exemplar") / "blobs.png"
    coarse.resize((192, 160), Image.Resampling.BICUBIC).save(path)
    return path


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyTorch saves to; it tells so in words of its own."""

    def full(_content: object, _file: object) -> None:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError:
            raise RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos") from None

    monkeypatch.setattr(torch, "save", full)


@pytest.fixture(scope="session")
def extension() -> Callable[[str], ModuleType]:
    """Modules by name, as "addon.recipes", of the repository as one package, as Blender loads it."""
    root = Path(__file__).resolve().parents[1]
    spec = importlib.util.spec_from_file_location(
        "tilewright_extension", root / "__init__.py", submodule_search_locations=[str(root)]
    )
    assert spec is not None
    sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    return lambda name: importlib.import_module(f"{spec.name}.{name}")


@pytest.fixture(scope="session")
def terminated() -> Callable[[list[str], Path], tuple[int, str]]:
    """Run a command of Python, ask it to end once something is in a folder: its exit code, and what it told."""

    def run(arguments: list[str], folder: Path) -> tuple[int, str]:
        root = Path(__file__).resolve().parents[1]
        working = subprocess.Popen([sys.executable, *arguments], cwd=root, stderr=subprocess.PIPE, text=True)
        try:
            until = time.monotonic() + 120
            while not any(folder.iterdir()) and time.monotonic() < until:
                time.sleep(0.05)
            working.terminate()
            told = working.communicate(timeout=60)[1].strip()
        finally:
            working.kill()
        return working.returncode, told

    return run


@pytest.fixture
def asks_to_end() -> Iterator[Callable[..., None]]:
    """What sends this process SIGTERM, which a program that does not heed it ignores."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield lambda *_given: signal.raise_signal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def save() -> Callable[..., np.ndarray]:
    """Write an image of random pixels to a path, and return them."""
    rng = np.random.default_rng(0)

    def run(path: Path, mode: str = "RGB", size: tuple[int, int] = (192, 160), **options: object) -> np.ndarray:
        channels = len(Image.new(mode, (1, 1)).getbands())
        pixels = rng.integers(0, 256, (size[1], size[0], channels), dtype=np.uint8).squeeze()
        Image.fromarray(pixels, mode if mode != "RGBA" else None).save(path, **options)
        return pixels

    return run
