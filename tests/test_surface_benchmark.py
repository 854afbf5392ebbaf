"""The judge of estimated maps, on materials whose answer is known. Nothing here is square."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.surface import Material, fitted_gains, fitted_roughness, read_materials, report, sobel
from synthesis.errors import TextureError
from synthesis.png import quantised
from synthesis.surface import normals, relief_causes, roughness_causes

KNOWN_GAINS = np.array([0.3, 0.1, 0.2, 0.5])
KNOWN_ROUGHNESS = np.array([0.1, 0.3, 0.4])


def _material(seed: int) -> Material:
    """Noise with the normals and the roughness that known values give it."""
    colors = np.random.default_rng(seed).random((64, 96, 3), dtype=np.float32)
    around = np.pad(colors, ((32, 32), (32, 32), (0, 0)), mode="wrap")
    rough = roughness_causes(around) @ KNOWN_ROUGHNESS.astype(np.float32)
    relief = relief_causes(around) @ KNOWN_GAINS.astype(np.float32)
    return Material(str(seed), {"base_color": colors, "normal": normals(relief), "roughness": rough[..., None]})


def test_known_values_are_found() -> None:
    materials = [_material(1), _material(2)]
    assert np.abs(fitted_gains(materials) - KNOWN_GAINS).max() < 0.01
    assert np.abs(fitted_roughness(materials) - KNOWN_ROUGHNESS).max() < 0.01
    assert materials[0].angle_of_relief(KNOWN_GAINS) < 0.1 < materials[0].angle(sobel(materials[0], 0.0))


def test_sobel_sees_bright_as_high() -> None:
    rows, columns = np.mgrid[:64, :96]
    bump = 0.3 + 0.4 * np.exp(-((rows - 30) ** 2 + (columns - 50) ** 2) / 50)
    material = Material("bump", {"base_color": np.repeat(bump[..., None], 3, axis=2).astype(np.float32)})
    normal = sobel(material, 1.0) * 2 - 1
    assert normal[30, 55, 0] > 0.1 > -0.1 > normal[30, 45, 0], "x goes right"
    assert normal[25, 50, 1] > 0.1 > -0.1 > normal[35, 50, 1], "y goes up"
    assert np.allclose(sobel(material, 0.0), (0.5, 0.5, 1))


def test_sets_are_read_and_reported(tmp_path: Path) -> None:
    for seed in (1, 2):
        (tmp_path / f"set{seed}").mkdir()
        for name, values in _material(seed).maps.items():
            Image.fromarray(quantised(values, 8).squeeze()).save(tmp_path / f"set{seed}" / f"{name}.png")
    told = report(read_materials(tmp_path))
    assert "| set1 |" in told and "| *mean* |" in told and "mean error of roughness" in told
    flat = Material("flat", {**_material(3).maps, "normal": np.full((64, 96, 3), (0.5, 0.5, 1), np.float32)})
    told_with_flat = report([*read_materials(tmp_path), flat])
    assert told_with_flat == f"{told}\n\nLeft out, as their normals are flat: flat."
    with pytest.raises(TextureError, match="at least 2"):
        read_materials(tmp_path / "set1")
