"""What an artist does with a texture once it is there, in real Blenders, on the installed extension."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest

from .conftest import INSIDE, Blender


@pytest.fixture(scope="session")
def retold(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, dict[str, object]], Path]:
    """The small model under another name, with other facts told of its exemplar."""

    def made(name: str, exemplar: dict[str, object]) -> Path:
        model = onnx.load(str(model_path))
        entry = next(entry for entry in model.metadata_props if entry.key == "tilewright")
        told = json.loads(entry.value)
        entry.value = json.dumps(told | {"name": name, "exemplar": told["exemplar"] | exemplar})
        path = tmp_path_factory.mktemp("retold") / f"{name}.onnx"
        onnx.save(model, str(path))
        return path

    return made


def test_a_material_is_tuned(
    blender: Blender, model_path: Path, retold: Callable[[str, dict[str, object]], Path]
) -> None:
    known = retold("known", {"width_m": 0.32})
    assert "material: all fine" in blender.check(INSIDE / "material.py", known, model_path)


def test_what_lies_between_our_nodes_stays(blender: Blender, colors_model_path: Path) -> None:
    told = blender.check(INSIDE / "wires.py", colors_model_path)
    assert "wires: all fine" in told
    assert told.count("Plane has no UV map") == 2, "the last two textures, and no other"


def test_maps_and_assets_are_kept(
    blender: Blender, retold: Callable[[str, dict[str, object]], Path], tmp_path: Path
) -> None:
    told = blender.check(INSIDE / "keep.py", retold("known", {"width_m": 0.32}), tmp_path)
    assert "keep: all fine" in told
    assert told.count("not what your own nodes make: Metallic") == 1


def test_what_files_share(blender: Blender, model_path: Path, tmp_path: Path) -> None:
    assert "shared: all fine" in blender.check(INSIDE / "shared.py", model_path, tmp_path)


def test_large_surfaces(blender: Blender, model_path: Path, tmp_path: Path) -> None:
    assert "large: all fine" in blender.check(INSIDE / "large.py", model_path, tmp_path)
