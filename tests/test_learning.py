"""Fits that are started from outside, with a trainer that only pretends; and what is told of a Python."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from synthesis.run_folder import PREVIEW
from trainer.request import _parser

ROOT = Path(__file__).resolve().parents[1]
FAKE = ROOT / "tests" / "fake_trainer"


def _inside_the_extension(name: str) -> ModuleType:
    """A module of the add-on that knows no bpy, imported as Blender does: as part of a package of the root."""
    if "tilewright_tested" not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            "tilewright_tested", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
        )
        sys.modules["tilewright_tested"] = importlib.util.module_from_spec(spec)
    return importlib.import_module(f"tilewright_tested.{name}")


learning, pythons, models = (
    _inside_the_extension(f"addon.{name}") for name in ("learn.learning", "learn.pythons", "models")
)
State = learning.State
TextureError = _inside_the_extension("synthesis.errors").TextureError
PYTHON = pythons.Python(Path(sys.executable), FAKE)


def _until(run: Path, wanted: Callable[[object], bool]) -> object:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        fit = learning.read(run)
        if wanted(fit):
            return fit
        time.sleep(0.02)
    raise AssertionError(f"it never came to that: {fit}")


def _started(folder: Path, exemplar: Path, *preparation: str, **options: object) -> Path:
    with learning.new_run(folder, exemplar.stem) as run:
        learning.start(run, PYTHON, exemplar, {"budget": "1m", "name": exemplar.stem, **options}, preparation)
    return run


def test_a_fit_is_started_seen_and_finished(exemplar_path: Path, tmp_path: Path) -> None:
    run = _started(tmp_path, exemplar_path, author="A B", license="", width_m=1.5, resume=False, no_guide=True)
    (run / "hold").touch()
    assert learning.read(run).state in {State.STARTING, State.LEARNING}
    fit = _until(run, lambda fit: fit.progress > 0.3)
    assert fit.state is State.LEARNING and fit.running and fit.name == "blobs"
    assert fit.progress + fit.seconds_left == pytest.approx(1) and fit.step > 0
    assert (run / PREVIEW).exists()
    _until(run, lambda fit: fit.state is State.SAVING)
    (run / "hold").unlink()
    fit = _until(run, lambda fit: not fit.running)
    assert fit.state is State.FINISHED and fit.progress == 1 and fit.problem == ""
    called = json.loads((run / "called.json").read_text())
    assert called[:3] == [str(exemplar_path), "--out", str(run)]
    options = ["--budget=1m", "--name=blobs", "--author=A B", "--width-m=1.5", "--no-guide"]
    assert called[3:] == options


def test_a_name_that_looks_like_an_option_reaches_the_trainer(tmp_path: Path) -> None:
    told = {"name": "-wood", "author": "--seed", "license": "CC0-1.0", "no_guide": True}
    options = _parser().parse_args(learning.arguments(tmp_path, "wood.png", told, resume=True))
    assert (options.name, options.author, options.license) == ("-wood", "--seed", "CC0-1.0")
    assert options.no_guide and options.resume and options.seed is None


def test_what_the_trainer_could_not_tell_is_null(tmp_path: Path) -> None:
    (tmp_path / "fit.json").write_text(json.dumps({"options": {}, "started": 0.0}))
    (tmp_path / "stats.jsonl").write_text('{"step": 7, "progress": 0.5, "seconds_left": null, "distance": null}\n')
    fit = learning.read(tmp_path)
    assert fit is not None and (fit.step, fit.progress, fit.seconds_left) == (7, 0.5, 0.0)


def test_a_preparation_goes_to_the_trainer(exemplar_path: Path, tmp_path: Path) -> None:
    run = _started(tmp_path, exemplar_path, "--crop", "0,0,150,140", budget="0.05m")
    _until(run, lambda fit: not fit.running)
    assert json.loads((run / "called.json").read_text())[-2:] == ["--crop", "0,0,150,140"]


def test_a_fit_stops_and_goes_on(exemplar_path: Path, tmp_path: Path) -> None:
    run = _started(tmp_path, exemplar_path)
    _until(run, lambda fit: fit.progress > 0.2)
    (run / "hold").touch()
    learning.stop(run)
    assert learning.read(run).state is State.STOPPING
    (run / "hold").unlink()
    fit = _until(run, lambda fit: not fit.running)
    assert fit.state is State.STOPPED and 0.2 < fit.progress < 1
    learning.go_on(run, PYTHON)
    assert learning.read(run).state is State.STARTING and learning.read(run).progress == fit.progress
    with pytest.raises(TextureError, match="already"):
        learning.go_on(run, PYTHON)
    assert _until(run, lambda fit: not fit.running).state is State.FINISHED
    assert json.loads((run / "called.json").read_text())[-1] == "--resume"
    learning.go_on(run, PYTHON, "1.2m")
    assert _until(run, lambda fit: not fit.running).seconds == pytest.approx(1.2)
    assert json.loads((run / "called.json").read_text()).count("--resume") == 1


def test_what_ends_at_once_is_interrupted_and_begins_anew(exemplar_path: Path, tmp_path: Path) -> None:
    run = _started(tmp_path, exemplar_path)
    _until(run, lambda fit: fit.progress > 0.1)
    with pytest.raises(TextureError, match="stop it first"):
        learning.forget(run)
    learning.end(run)
    fit = _until(run, lambda fit: not fit.running)
    assert fit.state is State.FAILED and "interrupted" in fit.problem
    learning.go_on(run, PYTHON)
    assert _until(run, lambda fit: not fit.running).state is State.FINISHED
    assert "--resume" not in json.loads((run / "called.json").read_text()), "nothing was saved to go on from"
    learning.forget(run)
    assert not run.exists() and learning.found([tmp_path]) == []


@pytest.mark.parametrize("name, told", [("small", "is 10 x 10 px: at least 128 px"), ("broken", "No module named")])
def test_a_fit_that_fails_tells_the_trainers_last_line(tmp_path: Path, name: str, told: str) -> None:
    run = _started(tmp_path, tmp_path / f"{name}.png")
    fit = _until(run, lambda fit: not fit.running)
    assert fit.state is State.FAILED and told in fit.problem
    assert not fit.problem.startswith(("fit:", "ModuleNotFoundError"))
    with (run / "fit.log").open("a") as log:
        log.write("mended at step 30: collapsed\n")
    assert learning.read(run).problem == "the learning was interrupted"


def test_a_fit_outlives_its_parent_and_is_found_again(exemplar_path: Path, tmp_path: Path) -> None:
    """What another Blender, long closed, has started."""
    script = tmp_path / "blender.py"
    script.write_text(
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "import test_learning as test\n"
        "print(test._started(Path(sys.argv[2]), Path(sys.argv[3]), budget='10m'))\n"
    )
    command = [sys.executable, script, ROOT / "tests", tmp_path / "runs", exemplar_path]
    run = Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())
    older = _started(tmp_path / "more", exemplar_path)
    assert [fit.run for fit in learning.found([tmp_path / "runs", tmp_path / "more"])] == [older, run]
    (first,) = learning.found([tmp_path / "runs", tmp_path / "nowhere"])
    assert first.run == run and first.running
    with pytest.raises(TextureError, match="blobs is being learned"):
        learning.check_idle([first])
    learning.stop(run)
    assert _until(run, lambda fit: not fit.running).state is State.STOPPED
    learning.check_idle(learning.found([tmp_path / "runs"]))


def test_folders_that_cannot_be_written_and_pythons_that_cannot_start(exemplar_path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder, python, told in (
        (tmp_path / "file", PYTHON, "can't be written.*another Model Folder"),
        (tmp_path, pythons.Python(tmp_path / "none", FAKE), "can't be started"),
        (tmp_path, pythons.Python(Path("python3"), FAKE, missing=("torch", "onnx")), "lacks torch, onnx; Check"),
    ):
        with pytest.raises(TextureError, match=told), learning.new_run(folder, "stone") as run:
            learning.start(run, python, exemplar_path, {})
    assert not (tmp_path / "stone").exists(), "nothing half-begun stays"


def test_names_of_runs(tmp_path: Path) -> None:
    for name, expected in (("Old Wall!", "Old_Wall"), ("old wall", "old_wall_2"), ("墙", "墙"), ("//", "texture")):
        with learning.new_run(tmp_path, name) as run:
            assert run == tmp_path / expected and run.is_dir()
    assert learning.free_name("mossy rock", ["Mossy_Rock", "mossy_rock_2"]) == "mossy rock_3"


def test_models_of_runs_come_after_the_shipped_ones(tmp_path: Path) -> None:
    for name in ("stone", "not_yet"):
        with learning.new_run(tmp_path, name):
            pass
    run = tmp_path / "stone"
    (run / "model.onnx").write_bytes(next((ROOT / "models").glob("*.onnx")).read_bytes())
    found = [path for path, _ in models.found(None, [tmp_path, tmp_path, tmp_path / "nowhere"])]
    assert found[-1] == run / "model.onnx" and found.count(run / "model.onnx") == 1 and len(found) > 1


def test_this_python_can_learn(tmp_path: Path) -> None:
    search = pythons.Search(Path(sys.executable), ROOT)
    found = search.result()
    assert found.ready and found.lack == "" and found.command == "" and not search.running
    assert found.folder == ROOT


def test_what_is_missing_is_told_with_the_command_that_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pythons._PACKAGES, "not-there", "not_there")
    found = pythons.found(Path(sys.executable), ROOT)
    assert not found.ready and found.lack == f"{sys.executable} lacks not-there"
    assert found.command == f'{sys.executable} -m pip install -e "{ROOT}[train]"'
    managed = pythons.Python(Path("/usr/bin/python3"), Path("/a b"), missing=("torch",), managed=True)
    inside = pythons._program_of(Path("/a b/.venv"))
    assert managed.command == f'/usr/bin/python3 -m venv "/a b/.venv" && "{inside}" -m pip install -e "/a b[train]"'
    assert "3.9: 3.11 or later" in pythons.Python(Path("python"), version=(3, 9)).lack
    assert "choose the folder" in pythons.Python(Path("python"), trainer=False).lack
    assert "no Python was found" in pythons.Python(None).lack and pythons.Python(None).command == ""


def test_pythons_are_looked_for_where_they_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    monkeypatch.setattr(pythons, "SOURCE", tmp_path / "nowhere")
    assert not pythons.found(None, None).ready
    program = pythons._program_of(tmp_path / ".venv")
    program.parent.mkdir(parents=True)
    program.symlink_to(sys.executable)
    (tmp_path / "source").mkdir()
    assert list(pythons.candidates(tmp_path / "source")) == [program]
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / ".venv"))
    assert list(pythons.candidates(None)) == [program]


def test_pythons_that_are_not_on_path_are_found_where_installers_put_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As from a program that a desktop has started, and without what only offers to install one."""
    monkeypatch.setattr(pythons, "SOURCE", tmp_path / "nowhere")
    homebrew, offers = tmp_path / "homebrew", tmp_path / "usr" / "python3"
    for folder, names in ((homebrew, ("python3.11", "python3.13", "python3.13-config")), (offers.parent, ("python3",))):
        folder.mkdir()
        for name in names:
            (folder / name).write_text("")
            (folder / name).chmod(0o755)
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(offers.parent))
    monkeypatch.setattr(pythons, "_OFFERS", offers)
    monkeypatch.setitem(pythons._INSTALLED, "darwin", (f"{homebrew}/python3.??", f"{tmp_path}/none/python3"))
    monkeypatch.setattr(sys, "platform", "darwin")
    assert list(pythons.candidates(None)) == [homebrew / "python3.13", homebrew / "python3.11"]


def test_the_python_that_lacks_least_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "old": pythons.Python(Path("old"), version=(3, 9)),
        "bare": pythons.Python(Path("bare"), version=(3, 11), missing=("torch", "onnx")),
        "nearly": pythons.Python(Path("nearly"), version=(3, 12), missing=("onnx",)),
    }
    monkeypatch.setattr(pythons, "candidates", lambda _folder: map(Path, answers))
    monkeypatch.setattr(pythons, "ask", lambda program, _folder: answers[str(program)])
    assert pythons.found(None, None) == answers["nearly"]


@pytest.mark.skipif(os.name != "posix", reason="this system runs no scripts by their first line")
def test_what_is_no_python_is_told(tmp_path: Path) -> None:
    liar = tmp_path / "python"
    liar.write_text("#!/bin/sh\necho hello\n")
    liar.chmod(0o755)
    for program in (liar, tmp_path / "none", tmp_path):
        with pytest.raises(TextureError, match="is no Python that answers"):
            pythons.found(program, None)
    with pytest.raises(TextureError, match="holds no trainer"):
        pythons.found(None, tmp_path)


def test_all_that_the_project_asks_for_is_looked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["train"]]
    names = {line.split(";")[0].split("=")[0].split(">")[0].strip().removesuffix("-gpu") for line in asked}
    assert names == set(pythons._PACKAGES)


def test_blenders_own_settings_are_kept_from_the_other_python(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONHOME", "PYTHONPATH"):
        monkeypatch.setenv(name, "/blender/python")
        assert name not in pythons.environment()
    assert pythons.environment()["PATH"] == os.environ["PATH"]
