"""The commands as a person types them: bad input is one line, exit code 2, and nothing half-written."""

from __future__ import annotations

import dataclasses
import errno
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synthesis import edits
from synthesis.command_line import main
from synthesis.errors import TextureError
from synthesis.image_files import read_mask
from synthesis.info import ModelInfo
from synthesis.latent import Latent, loop
from synthesis.model_file import digest, read_info
from synthesis.session import Model
from synthesis.texture import whole
from synthesis.writing import read_made_by

ROOT = Path(__file__).resolve().parents[1]


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("program, out", [(["-m", "synthesis", "generate"], "t.png"), (["addon/batch.py"], "")])
def test_names_that_stdout_can_not_take_are_told_by_numbers(
    model_path: Path, tmp_path: Path, program: list[str], out: str
) -> None:
    line = [sys.executable, *program, str(model_path), "--size", "32", "--out", str(tmp_path / "石ä" / out)]
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(line, cwd=ROOT, capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"") and r"\u77f3ä" in done.stdout.decode("cp1252")


def _refused(done: subprocess.CompletedProcess[str], told: str) -> None:
    lines = done.stderr.strip().splitlines()
    assert done.returncode == 2 and len(lines) == 1 and told in lines[0], done.stderr


def test_generate_width_by_height(model_path: Path, tmp_path: Path) -> None:
    done = _run("synthesis", "generate", model_path, "--size", "160x96", "--seed", 3, "--out", tmp_path / "t.png")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert len(done.stdout.splitlines()) == 3
    assert Image.open(tmp_path / "t_base_color.png").size == (160, 96)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_what_is_ended_leaves_nothing(
    model_path: Path, tmp_path: Path, terminated: Callable[[list[str], Path], tuple[int, str]]
) -> None:
    line = ["-m", "synthesis", "generate", str(model_path), "--size", "8192", "--out", str(tmp_path / "t.png")]
    assert terminated(line, tmp_path) == (2, "synthesis: stopped, nothing was written")
    assert not list(tmp_path.iterdir())


def test_tile_changes_memory_and_not_pixels(model_path: Path, tmp_path: Path) -> None:
    for tile in (32, 1000):
        out = tmp_path / f"{tile}.png"
        assert main(["generate", str(model_path), "--size", "96x64", "--tile", str(tile), "--out", str(out)]) == 0
    one, other = (np.asarray(Image.open(tmp_path / f"{tile}_base_color.png")).astype(int) for tile in (32, 1000))
    assert np.abs(one - other).max() <= 1


def test_info(model_path: Path) -> None:
    done = _run("synthesis", "info", model_path)
    assert done.returncode == 0
    assert "base_color, normal, height" in done.stdout and "CC0-1.0" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells it otherwise")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_who_reads_may_leave(model_path: Path, options: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    line = [sys.executable, "-m", "synthesis", "info", str(model_path), *options]
    done = subprocess.run(line, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_closed_terminal_stops_no_texture(
    colors_model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed(io.StringIO):
        def isatty(self) -> bool:
            return True

        def write(self, _told: str) -> int:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(sys, "stderr", Closed())
    assert main(["generate", str(colors_model_path), "--size", "32", "--out", str(tmp_path / "t.png")]) == 0
    assert (tmp_path / "t.png").exists()


def test_info_for_programs(model_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(model_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    info = read_info(model_path)
    assert told["maps"] == [*info.maps] and told["exemplar"]["license"] == "CC0-1.0"
    assert ModelInfo.from_json(json.dumps(told)) == dataclasses.replace(info, preview_png="")


def test_without_a_seed_the_best_one_is_taken(
    ranked_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for out, options in {"best": [], "seven": ["--seed", "7"], "zero": ["--seed", "0"]}.items():
        line = ["generate", str(ranked_path), "--size", "96x64", "--out", str(tmp_path / f"{out}.png")]
        assert main([*line, *options]) == 0
    best, seven, zero = ((tmp_path / f"{out}_base_color.png").read_bytes() for out in ("best", "seven", "zero"))
    assert best == seven != zero
    assert main(["info", str(ranked_path)]) == 0
    assert re.search(r"best seeds +7, 2", capsys.readouterr().out)


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["--size", "0"], "try 32"),
        (["--size", "1000"], "try 992 or 1024"),
        (["--size", "1000000000"], "try 32768"),
        (["--size", "big"], "give pixels"),
        (["--seed", "abc"], "invalid int value: 'abc'"),
        (["--seed", "-1"], "allowed is 0"),
        (["--tile", "x"], "invalid int value"),
        (["--device", "abacus"], "invalid choice"),
        (["--out", f"{__file__}/t.png"], "can't be written"),
        (["--nonsense"], "--nonsense"),
        (["--other-seed", "2"], "give --blend or --frames too"),
        (["--frames", "3", "--other-seed", "2", "--blend", "0.5"], "leave one of them out"),
        (["--out", "n" * 300 + ".png"], "File name too long"),
    ],
)
def test_bad_arguments(model_path: Path, tmp_path: Path, arguments: list[str], told: str) -> None:
    done = _run("synthesis", "generate", model_path, "--out", tmp_path / "t.png", *arguments)
    _refused(done, told)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["--blend", "1.5", "--other-seed", "2"], "give 0 to 1"),
        (["--blend", "0.5"], "give its --other-seed too"),
        (["--frames", "1"], "2 frames or more"),
        (["--control", "warmth"], "give a name and a number"),
        (["--control", "speed=0.1"], "no control 'speed'"),
        (["--out", "t.jpg"], "give a .png file"),
        (["--out", ".png"], "give a .png file"),
        (["--out", "."], "is a folder: give a file in it"),
        (["--out", "walls/"], "is a folder: give a file in it, as walls/texture.png"),
        (["--threads", "0"], "give 1 to 1024"),
        (["--threads", "-2"], "give 1 to 1024"),
        (["--tile", "0"], "windows have 32 to 32768"),
        (["--tile", "-5"], "windows have 32 to 32768"),
        (["--tile", "5"], "windows have 32 to 32768"),
        (["--tile", "40000"], "windows have 32 to 32768"),
    ],
)
def test_options_that_can_not_be(
    model_path: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["generate", str(model_path), "--size", "64", "--out", "t.png", *arguments]) == 2
    assert told in capsys.readouterr().err and not list(tmp_path.iterdir())


@pytest.mark.parametrize("out, written", [("T.PNG", "T.PNG"), ("t", "t.png"), ("t.1001.Png", "t.1001.Png")])
def test_a_suffix_of_out_stays_as_it_is_written(
    exemplar_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str, written: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["prepare", str(exemplar_path), "--out", out]) == 0
    assert [file.name for file in tmp_path.iterdir()] == [written]
    assert Image.open(tmp_path / written).format == "PNG"


def test_blends_controls_and_loops_are_those_of_the_latent(model_path: Path, model: Model, tmp_path: Path) -> None:
    control = model.info.controls[0].name
    for name, options, latents in (
        ("blend", ["--other-seed", 9, "--blend", 0.5], [Latent(4, 9, 0.5)]),
        ("control", ["--control", f"{control}=0.7"], [Latent(4, controls={control: 0.7})]),
        ("loop", ["--frames", 3], loop(Latent(4), 3)),
    ):
        line = ["generate", model_path, "--size", "96x64", "--seed", 4, *options, "--out", tmp_path / f"{name}.png"]
        assert main([*map(str, line)]) == 0
        files = sorted(tmp_path.glob(f"{name}_base_color*.png"))
        for file, latent in zip(files, latents, strict=True):
            expected = np.rint(whole(model, latent, 64, 96)["base_color"] * 255)
            assert np.abs(np.asarray(Image.open(file)) - expected).max() <= 1, file.name


def test_what_is_generated_remembers_how(model_path: Path, model: Model, tmp_path: Path) -> None:
    control = model.info.controls[0].name
    origin = {"model": "random", "digest": digest(model_path), "exemplar": "random"}
    origin |= {"author": "nobody", "license": "CC0-1.0", "seed": 4, "size": "64x32"}
    for options, more in (
        (["--control", f"{control}=0.5"], {"controls": {control: 0.5}}),
        (["--surface", "--depth", "0.5"], {"depth": 0.5}),
        (["--other-seed", "9", "--blend", "0.25"], {"other_seed": 9, "blend": 0.25}),
        (["--frames", "2"], {"frames": 2}),
        (["--udim", "2x1"], {"udim": "2x1"}),
    ):
        out = tmp_path / options[0].strip("-")
        line = ["generate", str(model_path), "--size", "64x32", "--seed", "4", *options, "--out", str(out / "t.png")]
        assert main(line) == 0
        for file in out.iterdir():
            assert read_made_by(file) == origin | more, file


@pytest.mark.parametrize(
    "command, options",
    [
        ("tile", ["--band", "20"]),
        ("tile", ["--seed", "5"]),
        ("stylize", ["--strength", "0.9"]),
        ("stylize", ["--seed", "5"]),
    ],
)
def test_an_edit_s_options_are_heard(colors_model_path: Path, tmp_path: Path, command: str, options: list[str]) -> None:
    photo = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)).save(photo)
    line = [command, str(colors_model_path), str(photo), "--out"]
    assert main([*line, str(tmp_path / "plain.png")]) == main([*line, str(tmp_path / "other.png"), *options]) == 0
    plain, other = (np.asarray(Image.open(tmp_path / f"{name}.png")) for name in ("plain", "other"))
    assert not np.array_equal(plain, other)


def test_maps_that_would_be_lost_are_refused(colors_model_path: Path, tmp_path: Path) -> None:
    (tmp_path / "wall").mkdir()
    for name in ("base_color", "normal"):
        Image.new("RGB", (64, 64), (128, 128, 255)).save(tmp_path / "wall" / f"wall_{name}.png")
    done = _run("synthesis", "denoise", colors_model_path, tmp_path / "wall", "--surface", "--out", tmp_path / "t.png")
    _refused(done, "has normal, which the model")
    assert [path.name for path in tmp_path.iterdir()] == ["wall"]


@pytest.mark.parametrize("command", ["tile", "complete", "denoise", "stylize", "prepare"])
def test_images_that_are_no_maps_are_told_in_a_line(
    colors_model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    folder = tmp_path / "wall"
    folder.mkdir()
    picture = Image.new("RGBA", (64, 96), (90, 80, 70, 255))
    picture.paste((0, 0, 0, 0), (8, 8, 16, 16))
    picture.save(folder / "wall_albedo.png")
    line = [command, *([] if command == "prepare" else [str(colors_model_path)]), str(folder)]
    line += ["--out", str(tmp_path / "out.png")]
    assert main([*line]) == 0 and capsys.readouterr().err == ""
    (folder / "notes.txt").write_text("no image")
    for name in ("wall_opacity.png", ".wall_hidden.png"):
        picture.save(folder / name)
    assert main([*line]) == 0
    assert capsys.readouterr().err == "left out, as it is no map that is known: wall_opacity.png\n"
    for number in range(9):
        picture.save(folder / f"wall_emission{number}.png")
    assert main([*line]) == 0
    told = capsys.readouterr().err
    assert "they are no maps that are known: wall_emission0.png, " in told and told.endswith(" and 2 more\n")


def test_a_mask_s_transparent_pixels_hide_nothing(colors_model_path: Path, tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), (90, 80, 70)).save(tmp_path / "photo.png")
    mask = Image.new("RGBA", (64, 64), (255, 255, 255, 0))
    mask.paste((255, 255, 255, 255), (20, 20, 40, 40))
    mask.save(tmp_path / "mask.png")
    line = ["complete", str(colors_model_path), str(tmp_path / "photo.png"), "--mask", str(tmp_path / "mask.png")]
    assert main([*line, "--out", str(tmp_path / "filled")]) == 0, ".png may be left out"
    filled = np.asarray(Image.open(tmp_path / "filled.png"))
    changed = (filled != (90, 80, 70)).any(axis=2)
    assert changed.any() and not changed[:20].any() and not changed[40:].any()


@pytest.mark.parametrize("name", [".", "none.png"])
def test_a_mask_is_a_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(TextureError, match="there is no mask file .*: give an image that is white where to fill"):
        read_mask(tmp_path / name)


def test_a_picture_that_memory_can_not_hold(
    colors_model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise MemoryError

    Image.new("RGB", (64, 64)).save(tmp_path / "photo.png")
    monkeypatch.setattr(edits, "denoise", full)
    line = ["denoise", str(colors_model_path), str(tmp_path / "photo.png"), "--out", str(tmp_path / "t.png")]
    assert main(line) == 2
    told = "synthesis: there is not enough memory for a picture of this size: take a smaller one\n"
    assert capsys.readouterr() == ("", told) and not (tmp_path / "t.png").exists()


def test_cuda_where_there_is_none(model_path: Path, tmp_path: Path) -> None:
    if Path("/proc/driver/nvidia").exists():
        pytest.skip("this machine has CUDA")
    done = _run("synthesis", "generate", model_path, "--device", "cuda", "--out", tmp_path / "t.png")
    _refused(done, "CUDA")
    assert not list(tmp_path.iterdir())


def test_no_model_and_no_command(tmp_path: Path) -> None:
    _refused(_run("synthesis", "generate", tmp_path / "none.onnx", "--out", tmp_path / "t.png"), "no model file")
    _refused(_run("synthesis", "info", tmp_path / "none.onnx"), "no model file")
    _refused(_run("synthesis"), "COMMAND")
