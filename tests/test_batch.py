"""What a batch leaves and says, without any Blender; `blender/test_batch.py` runs it in real ones."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from synthesis.latent import Latent
from synthesis.png import quantised
from synthesis.session import Model
from synthesis.surface import Surface
from synthesis.texture import whole

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def batch(extension: Callable[[str], ModuleType]) -> ModuleType:
    return extension("addon.batch")


def test_the_best_seeds_are_the_models_own(
    batch: ModuleType, model_path: Path, ranked_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["--seeds", "best", "--size", "64x32", "--out", str(tmp_path / "out")]
    assert batch.main([str(model_path), *line]) == batch.BAD_ARGUMENTS
    assert f"{model_path} has no ranked seeds: give numbers" in capsys.readouterr().err
    assert batch.main([str(ranked_path), *line]) == batch.ALL_FINE
    assert {file.name.split("_")[1] for file in (tmp_path / "out").iterdir()} == {"7", "2"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_batch_that_is_ended_leaves_nothing_unfinished(
    model_path: Path, tmp_path: Path, terminated: Callable[[list[str], Path], tuple[int, str]]
) -> None:
    code, told = terminated(["addon/batch.py", str(model_path), "--size", "8192", "--out", str(tmp_path)], tmp_path)
    assert code == 1 and told == "tilewright: stopped: what was finished is there"
    assert not list(tmp_path.iterdir())


def test_ctrl_c_while_models_open_is_one_line(
    batch: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "open_model", interrupted)
    assert batch.main(["rock.onnx", "--out", str(tmp_path)]) == batch.SOME_FAILED
    assert capsys.readouterr().err == "tilewright: stopped: what was finished is there\n"


def test_the_device_is_told_where_something_was_computed(
    batch: ModuleType, model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [str(model_path), "--size", "64x32", "--out", str(tmp_path), "--device", "cpu"]
    assert batch.main(line) == batch.ALL_FINE and "computed on the CPU" in capsys.readouterr().out
    assert batch.main(line) == batch.ALL_FINE and "computed" not in capsys.readouterr().out


def test_one_model_is_open_at_a_time(
    batch: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    models = [str(ROOT / "models" / f"{name}.onnx") for name in ("rock", "wool")]
    line = [*models, "--seeds", "0-1", "--size", "64x32", "--out", str(tmp_path), "--device", "cpu"]
    opened, open_model = [], batch.open_model

    def seen(*given: object) -> object:
        assert not any(model() for model in opened)
        model = open_model(*given)
        opened.append(weakref.ref(model))
        return model

    monkeypatch.setattr(batch, "open_model", seen)
    assert batch.main(line) == batch.ALL_FINE and len(opened) == 4, "each to be checked, and for both its textures"
    assert batch.main(line) == batch.ALL_FINE and len(opened) == 6, "nothing is made again"


def test_models_that_clash_are_named(
    batch: ModuleType, model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.onnx"
    other.write_bytes(model_path.read_bytes())
    out = ["--size", "64", "--out", str(tmp_path / "out")]
    assert batch.main([str(model_path), str(other), *out]) == batch.BAD_ARGUMENTS
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and f"{model_path} and {other} are both models called 'random'" in told
    assert batch.main([str(other), str(other), *out]) == batch.BAD_ARGUMENTS
    assert f"{other} is given twice" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_nothing_is_made_where_a_file_stands_for_the_folder(
    batch: ModuleType, model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    (tmp_path / "file").touch()
    for places in (["--out", place], ["--out", "out", "--blend", f"{place}/all"]):
        given = [str(tmp_path / value) if not value.startswith("--") else value for value in places]
        assert batch.main([str(model_path), *given]) == batch.BAD_ARGUMENTS
        assert f"{tmp_path / 'file'} is a file" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_blend_s_suffix_may_be_left_out(
    batch: ModuleType, model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "all.blend").touch()
    for name, told in {"all": "all.blend is there already", "all.txt": "give a .blend file", ".": "a folder"}.items():
        line = [str(model_path), "--out", str(tmp_path), "--blend", f"{tmp_path}/{name}"]
        assert batch.main(line) == batch.BAD_ARGUMENTS and told in capsys.readouterr().err


@pytest.mark.parametrize("form", ["png", "exr"])
def test_only_what_was_made_so_is_skipped(
    batch: ModuleType, colors_model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    out = tmp_path / "out"

    def told(*options: str, code: int = batch.ALL_FINE) -> str:
        line = [str(tmp_path / "rock.onnx"), "--size", "64x32", "--format", form, "--device", "cpu", "--surface"]
        assert batch.main([*line, "--out", str(out), *options]) == code
        said = capsys.readouterr()
        assert code == batch.ALL_FINE or "--overwrite makes it again" in said.err, said.err
        return str(said.out + said.err)

    (tmp_path / "rock.onnx").write_bytes(colors_model_path.read_bytes())
    first = out / f"random_0_64x32_normal.{form}"
    told()
    before = first.read_bytes()
    assert "skipped" in told() and first.read_bytes() == before
    (out / f"random_0_64x32_ao.{form}").unlink()
    assert "computed" in told(), "what was broken off goes on"
    assert "made otherwise (depth)" in told("--depth", "0.5", code=batch.SOME_FAILED) and first.read_bytes() == before
    learned_anew = colors_model_path.read_bytes().replace(b'"nobody"', b'"person"')
    (tmp_path / "rock.onnx").write_bytes(learned_anew)
    assert "made otherwise (digest, author)" in told(code=batch.SOME_FAILED)
    told("--overwrite")
    assert "skipped" in told()
    first.write_bytes(before[:20])
    assert "does not tell how it was made" in told(code=batch.SOME_FAILED)


def test_controls_and_threads_are_heard(
    batch: ModuleType,
    extension: Callable[[str], ModuleType],
    model: Model,
    model_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked, control = [], model.info.controls[0].name

    def opened(path: Path, device: str, threads: int) -> object:
        asked.append(threads)
        return extension("synthesis.session").open_model(path, device, threads)

    monkeypatch.setattr(batch, "open_model", opened)
    line = [str(model_path), "--size", "64x32", "--out", str(tmp_path), "--device", "cpu", "--threads", "1"]
    assert batch.main([*line, "--control", "speed=0.1"]) == batch.BAD_ARGUMENTS
    assert "no control 'speed'" in capsys.readouterr().err and not list(tmp_path.iterdir())
    assert batch.main([*line, "--control", f"{control}=0.7"]) == batch.ALL_FINE and set(asked) == {1}
    expected = quantised(whole(model, Latent(0, controls={control: 0.7}), 32, 64)["base_color"], 8).astype(int)
    seen = np.asarray(Image.open(tmp_path / "random_0_64x32_base_color.png"))
    assert np.abs(seen - expected).max() <= 1
    assert batch.main(line) == batch.SOME_FAILED and "made otherwise (controls)" in capsys.readouterr().err


def test_maps_are_named_and_packed_for_an_engine(
    batch: ModuleType, colors_model: Model, colors_model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [str(colors_model_path), "--size", "64x32", "--out", str(tmp_path), "--device", "cpu", "--surface"]
    assert batch.main([*line, "--naming", "unreal"]) == batch.ALL_FINE
    name = "random_0_64x32"
    assert {file.name for file in tmp_path.iterdir()} == {f"T_{name}_{end}.png" for end in ("BC", "N", "ORM", "H")}
    maps = whole(colors_model, Latent(0), 32, 64, surface=Surface())
    orm = np.concatenate([maps["ao"], maps["roughness"], np.zeros_like(maps["ao"])], axis=2)
    normal = np.concatenate([maps["normal"][..., :1], 1 - maps["normal"][..., 1:2], maps["normal"][..., 2:]], axis=2)
    for end, expected in {"ORM": orm, "N": normal}.items():
        seen = np.asarray(Image.open(tmp_path / f"T_{name}_{end}.png")).astype(int)
        assert np.abs(seen - quantised(expected, 8)).max() <= 1, end
    assert batch.main([*line, "--naming", "unreal"]) == batch.ALL_FINE and "skipped" in capsys.readouterr().out
    assert batch.main([*line, "--naming", "unity", "--render"]) == batch.BAD_ARGUMENTS
    assert "in two batches" in capsys.readouterr().err


@pytest.mark.parametrize("text, seeds", [("7", [7]), ("0-3,8", [0, 1, 2, 3, 8]), (" 5 , 2-2", [5, 2])])
def test_seeds_are_numbers_and_ranges(batch: ModuleType, text: str, seeds: list[int]) -> None:
    assert batch.parse_seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "5-3", "-1", "1,,2", "4294967296", "0-100000", "0-99999,7", "3,1-4"])
def test_seeds_that_no_batch_has(extension: Callable[[str], ModuleType], text: str) -> None:
    with pytest.raises(extension("synthesis.errors").TextureError):
        extension("addon.batch").parse_seeds(text)
