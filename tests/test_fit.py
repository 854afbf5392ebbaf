"""Learning: it learns, it resumes exactly, it mends what was provoked."""

from __future__ import annotations

import dataclasses
import errno
import json
import operator
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import trainer.fit
from export import to_onnx
from synthesis import command_line as synthesis
from synthesis.errors import TextureError
from synthesis.model_file import read_info
from synthesis.spectrum import spectra
from trainer.baselines.baseline import Baseline
from trainer.checkpoint import Checkpoint, Position
from trainer.config import Budget, FitConfig
from trainer.device import chosen_device
from trainer.exemplar import Exemplar, read_exemplar
from trainer.fit import main
from trainer.generator import FIELD_MARGIN_CELLS, GeneratorConfig
from trainer.learner import Learner
from trainer.loop import MENDING_CAUTION, fit
from trainer.ranking import seed_picture
from trainer.watch import Watch

ROOT = Path(__file__).resolve().parents[1]
CPU = torch.device("cpu")


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "trainer.fit", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@torch.no_grad()
def _texture(learner: Learner) -> np.ndarray:
    """A texture of the averaged generator, (256, 256, channels)."""
    config, rng = learner.ema.config, torch.Generator().manual_seed(0)
    fields = []
    for cell_px, noise in config.fields:
        cells = 256 // cell_px + 2 * FIELD_MARGIN_CELLS
        channels = noise + config.regularity.channels(cell_px)
        fields.append(torch.randn(1, channels, cells, cells, generator=rng))
    return learner.ema(fields)[0].permute(1, 2, 0).numpy()


def _learner(exemplar_path: Path, steps: int, from_base: bool = True, shape: GeneratorConfig | None = None) -> Learner:
    config = FitConfig(Budget(steps=steps), seed=3, from_base=from_base)
    return Learner(config, read_exemplar(exemplar_path, 512), CPU, shape)


@pytest.mark.usefixtures("full_disk")
def test_a_disk_that_is_full_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(TextureError, match=r"checkpoint\.pt can't be written \(No space left on device\)"):
        Checkpoint("psgan", 0, "", Position(), None, learner=[]).write(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_short_fit_from_scratch_comes_nearer_to_the_exemplar(exemplar_path: Path) -> None:
    learner = _learner(exemplar_path, 60, from_base=False)
    progress = list(fit(learner, Position()))
    assert [now.step for now in progress] == list(range(1, 61))
    assert {now.image_px for now in progress} == {2, 1}, "a small exemplar has no coarser stages"
    coarse = [now.numbers.distance for now in progress if now.image_px == 2]
    assert np.mean(coarse[-3:]) < 0.75 * np.mean(coarse[:3])
    assert all(now.mended is None for now in progress)
    left = [now.seconds_left for now in progress]
    assert left[-1] == 0 and left[4] > left[-5] > 0


def test_a_resumed_fit_equals_an_unbroken_one(exemplar_path: Path, tmp_path: Path) -> None:
    whole = _learner(exemplar_path, 8)
    list(fit(whole, Position()))
    first, position = _learner(exemplar_path, 8), Position()
    for now in fit(first, position):
        if now.step == 5:
            break
    kept = Checkpoint("psgan", 0, "", position, first.config.budget, first.state_dict())
    kept.write(tmp_path)
    second = _learner(exemplar_path, 8, from_base=False, shape=first.generator.config)  # as the command goes on
    begun = Checkpoint.read(tmp_path)
    begun.restore(second)
    list(fit(second, begun.position))
    for one, other in zip(whole.generator.parameters(), second.generator.parameters(), strict=True):
        assert torch.equal(one, other)
    assert np.array_equal(_texture(whole), _texture(second))


def test_coarse_noise_is_not_heard_where_lines_run_through() -> None:
    """Nor after it has learned; what runs along the lines is, and finer noise."""
    boards = np.broadcast_to(np.random.default_rng(0).random((1, 16, 1, 3)), (256, 16, 16, 3)).reshape(256, 256, 3)
    exemplar = Exemplar("boards", ("base_color",), np.ascontiguousarray(boards, np.float32))
    learner = Learner(FitConfig(Budget(steps=2), seed=3), exemplar, CPU)
    list(fit(learner, Position()))
    config = learner.generator.config
    assert config.silent_px == 16 and config.regularity.lines == ("columns",)
    assert GeneratorConfig.from_dict(dataclasses.asdict(config)) == config
    rng = torch.Generator().manual_seed(0)
    sizes = [(noise + config.regularity.channels(px), 64 // px + 2 * FIELD_MARGIN_CELLS) for px, noise in config.fields]
    fields = [torch.randn(1, channels, cells, cells, generator=rng) for channels, cells in sizes]
    with torch.no_grad():
        plain = learner.ema(fields)
        for level, (cell_px, noise) in enumerate(config.fields):
            for channel in {0, sizes[level][0] - 1}:
                changed = [field.clone() for field in fields]
                changed[level][:, channel] += 1
                heard = not torch.equal(learner.ema(changed), plain)
                assert heard == (cell_px < 16 or channel >= noise), (cell_px, channel)


def test_the_command_writes_what_it_promises_and_resumes(exemplar_path: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    done = _run(exemplar_path, "--out", run, "--budget", "12steps", "--author", "me", "--license", "CC0-1.0")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in run.iterdir()} == {"checkpoint.pt", "model.onnx", "preview.png", "stats.jsonl"}
    lines = [json.loads(line) for line in (run / "stats.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [10, 12]
    assert [line["progress"] for line in lines] == [0.83333, 1.0]
    assert lines[0]["seconds_left"] > 0 and lines[1]["seconds_left"] == 0
    info = read_info(run / "model.onnx")
    assert info.spectra == spectra(info.maps, read_exemplar(exemplar_path, 512).pixels)
    assert info.training.steps == 12 and info.exemplar.author == "me" and info.preview_png
    again = _run(exemplar_path, "--out", run, "--budget", "12steps")
    assert again.returncode == 2 and "--resume" in again.stderr
    more = _run(exemplar_path, "--out", run, "--budget", "14steps", "--resume", "--source", "here")
    info = read_info(run / "model.onnx")
    assert more.returncode == 0 and info.training.steps == 14
    assert (info.exemplar.author, info.exemplar.license, info.exemplar.source) == ("me", "CC0-1.0", "here")
    (run / "stop").touch()  # of a fit that had ended already
    assert _run(exemplar_path, "--out", run, "--budget", "15steps", "--resume").returncode == 0
    assert read_info(run / "model.onnx").training.steps == 15
    for other in (["--no-guide"], ["--seed", "3"]):
        refused = _run(exemplar_path, "--out", run, "--budget", "16steps", "--resume", *other)
        assert refused.returncode == 2 and "was begun with" in refused.stderr
    ended = _run(exemplar_path, "--out", run, "--resume")
    assert ended.returncode == 0 and "budget is used up already" in ended.stderr, "that of 15 steps is kept"
    assert read_info(run / "model.onnx").training.steps == 15


def test_a_fit_ends_with_values_as_frequent_as_those_learned_from(
    exemplar_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.fit._export", lambda _run: 0)
    assert main([str(exemplar_path), "--out", str(tmp_path), "--budget", "12steps", "--device", "cpu"]) == 0
    checkpoint, levels = Checkpoint.read(tmp_path), np.linspace(0.01, 0.99, 99)
    info, learned = checkpoint.info, read_exemplar(exemplar_path, 512).pixels
    assert info is not None
    apart = []
    for stored in (checkpoint, dataclasses.replace(checkpoint, tone={})):
        texture = seed_picture(stored.generator(), info, 9, (512, 512))[0].permute(1, 2, 0).numpy()
        quantiles = [np.quantile(pixels, levels, axis=(0, 1)) for pixels in (texture, learned)]
        apart.append(np.abs(quantiles[0] - quantiles[1]).mean())
    assert apart[0] < 0.7 * apart[1], "also where tone was not learned"


@pytest.mark.parametrize("what", ["append_stats", "write_preview", "Checkpoint.write"])
def test_what_can_not_be_written_for_now_does_not_end_a_fit(
    exemplar_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    write, refused = operator.attrgetter(what)(trainer.fit), iter([True])

    def written(*given: object) -> None:
        if next(refused, False):
            raise TextureError("it can't be written (Permission denied)")
        write(*given)

    monkeypatch.setattr(f"trainer.fit.{what}", written)
    for every in ("PREVIEW_EVERY_SECONDS", "CHECKPOINT_EVERY_SECONDS"):
        monkeypatch.setattr(f"trainer.fit.{every}", 0.0)
    monkeypatch.setattr("trainer.fit.STATS_EVERY_STEPS", 1)
    monkeypatch.setattr("trainer.fit._export", lambda _run: 0)
    assert main([str(exemplar_path), "--out", str(tmp_path), "--budget", "3steps", "--device", "cpu"]) == 0
    assert "Permission denied" in capsys.readouterr().out
    assert Checkpoint.read(tmp_path).position.steps == 3


@pytest.mark.parametrize("refused", [1, 2, 3])
def test_a_last_save_that_is_refused_for_a_moment_loses_nothing(
    exemplar_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    """Of the first, of what was learned, of the second, with tone, or the third, with ranked seeds."""
    write, calls, exported = Checkpoint.write, iter(range(1, 9)), []

    def written(checkpoint: Checkpoint, run: Path) -> None:
        if next(calls) == refused:
            raise TextureError("it can't be written (Permission denied)")
        write(checkpoint, run)

    monkeypatch.setattr(Checkpoint, "write", written)
    monkeypatch.setattr("trainer.fit.SAVED_AGAIN_AFTER_SECONDS", (0.0,))
    monkeypatch.setattr("trainer.fit._export", lambda run: exported.append(run) or 0)
    assert main([str(exemplar_path), "--out", str(tmp_path), "--budget", "1steps", "--device", "cpu"]) == 0
    assert exported == [tmp_path] and Checkpoint.read(tmp_path).position.steps == 1


def test_nothing_opens_a_network_connection(
    exemplar_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connected(_socket: socket.socket, address: object) -> None:
        raise AssertionError(f"it asks {address}")

    monkeypatch.setattr(socket.socket, "connect", connected)
    monkeypatch.setattr("trainer.fit._export", lambda run: to_onnx.main([str(run)]))
    assert main([str(exemplar_path), "--out", str(tmp_path), "--budget", "1steps", "--device", "cpu"]) == 0
    given = ["generate", str(tmp_path / "model.onnx"), "--size", "64", "--out", str(tmp_path / "out.png")]
    assert synthesis.main(given) == 0


def test_a_fit_on_the_cpu_begins_no_gpu(exemplar_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that fails to begin, or has no room, is why a fit may have been put on the CPU."""

    def begun(*_: object) -> None:
        raise AssertionError("the GPU was begun")

    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "_lazy_init", begun)
    exemplar, cpu = read_exemplar(exemplar_path, 128), torch.device("cpu")
    Learner(FitConfig(), exemplar, cpu)
    Baseline("psgan", exemplar, 0, cpu)


def test_what_a_fit_can_not_go_on_with_is_one_line(
    exemplar_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A checkpoint that may not be read is no broken one, and a full GPU no fault of the fit."""
    (tmp_path / "checkpoint.pt").touch()

    def denied(path: Path, **_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(torch, "load", denied)
    given = [str(exemplar_path), "--out", str(tmp_path), "--resume", "--device", "cpu"]
    assert main(given) == 2
    assert capsys.readouterr().err.endswith("checkpoint.pt can't be read or written (Permission denied)\n")

    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.\nGPU 0 has none.")

    monkeypatch.setattr("trainer.fit.learn", full)
    assert main(given) == 2
    told = capsys.readouterr().err
    assert "no more room" in told and told.count("\n") == 1


def test_a_cuda_device_that_fails_is_told_and_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def too_old(*_: object, **_also: object) -> None:
        raise RuntimeError("CUDA error: no kernel image is available\nCompile with TORCH_USE_CUDA_DSA")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch, "ones", too_old)
    assert chosen_device("cpu") == chosen_device("auto") == CPU
    assert capsys.readouterr().err.count("no kernel image is available") == 1
    with pytest.raises(TextureError, match="^CUDA was asked for, but .*no kernel image is available.: choose"):
        chosen_device("cuda")


def _poison(learner: Learner) -> None:
    with torch.no_grad():
        next(learner.generator.parameters()).fill_(float("nan"))


def _saturate(learner: Learner) -> None:
    with torch.no_grad():
        for convolution in learner.generator.paint.values():
            convolution.weight.zero_()
            convolution.bias.fill_(40.0)  # beyond it the sigmoid has no gradient


@pytest.mark.parametrize("harm, told", [(_poison, "not a number"), (_saturate, "collapsed|saturated")])
def test_a_provoked_failure_is_mended(exemplar_path: Path, harm: object, told: str) -> None:
    learner = _learner(exemplar_path, 120)
    position, mended = Position(), []
    for now in fit(learner, position):
        if now.step == 3:
            harm(learner)
        if now.mended:
            mended.append((now.step, now.mended))
            break
    assert mended and any(word in mended[0][1] for word in told.split("|"))
    assert position.mendings == 1 and learner.caution == MENDING_CAUTION
    numbers = learner.step(position.steps, 0.1)
    assert Watch().failure(numbers) is None and np.isfinite(_texture(learner)).all()


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["/no/such.png"], "no file or folder"),
        (["--budget", "soon"], "budget is 'soon'"),
        (["--device", "cuda"], "CUDA was asked for"),
        (["--seed", "-1"], "seed is -1"),
        (["--seed", "one"], "invalid int value: 'one'"),
        (["--width-m", "nan"], "width is 'nan'"),
        (["--width-m", "2,5"], "width is '2,5': give metres above 0, as 1.5"),
        (["--exemplar-px", "20"], "--exemplar-px is 20"),
        (["--resume"], "there is no"),
        (["--out", f"{__file__}/run"], "can't be written"),
    ],
)
def test_bad_arguments_are_one_line(exemplar_path: Path, tmp_path: Path, arguments: list[str], told: str) -> None:
    if "cuda" in arguments and torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    given = arguments if arguments[0].startswith("/") else [exemplar_path, *arguments]
    done = _run(*given, *([] if "--out" in arguments else ["--out", tmp_path / "run"]))
    lines = done.stderr.strip().splitlines()
    assert done.returncode == 2 and len(lines) == 1 and told in lines[0], done.stderr
    assert not (tmp_path / "run" / "model.onnx").exists()


@pytest.mark.parametrize("seed", [0, 1])
def test_a_folder_of_maps_is_learned_jointly(tmp_path: Path, seed: int) -> None:
    """Two maps that are each other's negative stay so, pixel by pixel, though smooth ones tempt to paint one colour."""
    rng = np.random.default_rng(0)
    base = Image.fromarray(rng.integers(0, 256, (16, 18), dtype=np.uint8)).resize((144, 128), Image.Resampling.BICUBIC)
    Image.merge("RGB", [base] * 3).save(tmp_path / "a_color.png")
    Image.fromarray(255 - np.asarray(base)).save(tmp_path / "a_height.png")
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "height")
    learner = Learner(FitConfig(Budget(steps=150), seed=seed), exemplar, CPU)
    list(fit(learner, Position()))
    made = _texture(learner)
    assert np.corrcoef(made[..., 0].ravel(), made[..., 3].ravel())[0, 1] < -0.8


def test_a_fit_tells_which_images_it_leaves_out(
    exemplar_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("trainer.fit._export", lambda _run: 0)
    (tmp_path / "wall").mkdir()
    for name in ("albedo", "opacity", "emission"):
        shutil.copy(exemplar_path, tmp_path / "wall" / f"wall_{name}.png")
    assert main([str(tmp_path / "wall"), "--out", str(tmp_path / "run"), "--budget", "1steps", "--device", "cpu"]) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if "left out" in line]
    assert told == ["left out, as they are no maps that are known: wall_emission.png, wall_opacity.png"]
