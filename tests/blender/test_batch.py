"""Batch export, in real Blenders."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from synthesis.latent import Latent
from synthesis.png import quantised
from synthesis.session import open_model
from synthesis.surface import Surface
from synthesis.texture import whole

from .conftest import INSIDE, ROOT, Blender

BATCH = ROOT / "addon" / "batch.py"


def test_png_files_equal_synthesis_and_are_skipped_the_second_time(
    blender: Blender, model_path: Path, tmp_path: Path
) -> None:
    arguments = (model_path, "--seeds", "3-4", "--size", "96x64", "--out", tmp_path / "out", "--device", "cpu")
    first = blender.check(BATCH, *arguments)
    files = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert files == [
        f"random_{seed}_96x64_{name}.png" for seed in (3, 4) for name in ("base_color", "height", "normal")
    ]
    expected = whole(open_model(model_path, "cpu"), Latent(3), 64, 96)
    seen = np.asarray(Image.open(tmp_path / "out" / "random_3_96x64_base_color.png"))
    assert np.array_equal(seen, quantised(expected["base_color"], 8))
    assert all(name in first for name in files)
    assert blender.check(BATCH, *arguments).count("skipped") == 2


def test_exr_holds_linear_light(blender: Blender, model_path: Path, tmp_path: Path) -> None:
    blender.check(BATCH, model_path, "--size", "64x96", "--out", tmp_path, "--format", "exr", "--device", "cpu")
    assert len(list(tmp_path.glob("random_0_64x96_*.exr"))) == 3
    blender.check(INSIDE / "read_exr.py", tmp_path / "random_0_64x96_base_color.exr", model_path)


def test_maps_that_are_lacking_are_estimated(package: Blender, colors_model_path: Path, tmp_path: Path) -> None:
    asked = (colors_model_path, "--size", "64x96", "--out", tmp_path, "--surface", "--depth", "0.5", "--device", "cpu")
    for form in ("png", "exr"):
        package.check(BATCH, *asked, "--format", form)
        assert sorted(file.name for file in tmp_path.glob(f"*.{form}")) == [
            f"random_0_64x96_{name}.{form}" for name in ("ao", "base_color", "height", "normal", "roughness")
        ]
    expected = whole(open_model(colors_model_path, "cpu"), Latent(0), 96, 64, surface=Surface(0.5))["normal"]
    seen = np.asarray(Image.open(tmp_path / "random_0_64x96_normal.png")).astype(int)
    assert np.abs(seen - quantised(expected, 8)).max() <= 1


def test_blend_and_render(package: Blender, model_path: Path, tmp_path: Path) -> None:
    blend = tmp_path / "all.blend"
    package.check(
        BATCH, model_path, "--size", "64", "--seeds", "0,2", "--out", tmp_path, "--blend", blend, "--render", "--assets"
    )  # fmt: skip
    package.check(INSIDE / "read_blend.py", blend)
    picture = np.asarray(Image.open(tmp_path / "random_0_64x64_render.png").convert("RGB"), float)
    assert picture.std() > 10, "the picture shows something"
    assert not list(tmp_path.glob(".*")), "no temporary file is left"
    before = blend.read_bytes()
    again = package.run(BATCH, model_path, "--size", "64", "--seeds", "3", "--out", tmp_path, "--blend", blend)
    assert again.returncode == 2 and "all.blend is there already" in again.stderr, "it may be the artist's own"
    assert blend.read_bytes() == before and not list(tmp_path.glob("random_3_*")), "nothing was made"


def test_preferences_stay(package: Blender, model_path: Path, tmp_path: Path) -> None:
    assert "preferences: all fine" in package.check(INSIDE / "batch_preferences.py", model_path, tmp_path)


def test_as_a_command_of_blender(program: Blender, model_path: Path, tmp_path: Path) -> None:
    assert program.program
    done = program.call(
        [
            program.program,
            "-c",
            "tilewright",
            str(model_path),
            "--size",
            "64",
            "--out",
            str(tmp_path),
            "--device",
            "cpu",
        ]
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "random_0_64x64_normal.png").exists()


def test_bad_arguments_are_one_line_and_exit_code_2(blender: Blender, model_path: Path, tmp_path: Path) -> None:
    bad = {
        "there is no model file": ("/no/such.onnx", "--out", tmp_path),
        "multiples of 32": (model_path, "--size", "1000", "--out", tmp_path),
        "seeds are": (model_path, "--seeds", "abc", "--out", tmp_path),
        "3 is given twice": (model_path, "--seeds", "3,1-4", "--out", tmp_path),
        "give --blend FILE too": (model_path, "--assets", "--out", tmp_path),
        "--out": (model_path,),
    }
    for told, arguments in bad.items():
        done = blender.run(BATCH, *arguments)
        lines = [line for line in done.stderr.splitlines() if line.startswith("tilewright:")]
        assert done.returncode == 2 and len(lines) == 1 and told in lines[0], done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_texture_that_fails_is_told_and_the_exit_code_is_1(
    package: Blender, model_path: Path, tmp_path: Path
) -> None:
    (tmp_path / "random_0_64x64_normal.png").mkdir()  # in the way
    done = package.run(BATCH, model_path, "--size", "64", "--out", tmp_path)
    assert done.returncode == 1 and "no file that can be replaced" in done.stderr


def test_without_an_installed_extension(model_path: Path, tmp_path: Path) -> None:
    bare = Blender(None, tmp_path / "user")
    done = bare.call([sys.executable, str(BATCH), str(model_path), "--size", "64", "--out", str(tmp_path / "out")])
    assert done.returncode == 0, done.stderr
