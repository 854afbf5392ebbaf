"""The operator, in real Blenders, on the installed extension."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path

from .conftest import INSIDE, ROOT, Blender


def test_an_artists_steps(blender: Blender, model_path: Path) -> None:
    assert "the artist is content" in blender.check(INSIDE / "artist.py", model_path)


def test_an_open_image_is_made_anew(blender: Blender, model_path: Path) -> None:
    told = blender.check(INSIDE / "retouch.py", model_path)
    assert "retouch: all fine" in told
    assert "left as it was: a channel, rough and height" in told, "images whose channels are several maps"


def test_images_are_read_for_a_worker(blender: Blender, tmp_path: Path) -> None:
    assert "reading: all fine" in blender.check(INSIDE / "reading.py", tmp_path)


def test_zip_holds_the_extension_and_nothing_else(extension_zip: Path) -> None:
    content = zipfile.ZipFile(extension_zip)
    names, manifest = content.namelist(), tomllib.loads(content.read("blender_manifest.toml").decode())
    tops = {name.split("/")[0] for name in names}
    assert tops == {"__init__.py", "blender_manifest.toml", "LICENSE", "addon", "synthesis", "models", "wheels"}
    wheels = [name for name in names if name.startswith("wheels/")]
    assert all(name.startswith("wheels/onnxruntime-") for name in wheels)
    assert {name.split("-")[2] for name in wheels} == {"cp311", "cp313", "cp314"}
    assert len(manifest["platforms"]) == 1 and sorted(manifest["wheels"]) == sorted(f"./{name}" for name in wheels)
    assert {name for name in names if name.startswith("models/")} >= {
        f"models/{path.name}" for path in (ROOT / "models").glob("*.onnx")
    }
