"""A model's best seed is what an artist begins with, and a seed that was chosen stays; on the installed extension."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import onnx

from synthesis.model_file import read_info

from .conftest import INSIDE, Blender


def test_a_model_begins_with_its_best_seed(blender: Blender, model_path: Path, tmp_path: Path) -> None:
    model = onnx.load(model_path)
    for name, best in {"first": (7, 2), "second": (11,), "plain": ()}.items():
        model.metadata_props[0].value = dataclasses.replace(read_info(model_path), best_seeds=best).to_json()
        onnx.save(model, tmp_path / f"{name}.onnx")
    assert "best seed: all fine" in blender.check(INSIDE / "best_seed.py", tmp_path)
