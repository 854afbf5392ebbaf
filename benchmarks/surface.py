"""How well maps are estimated from base color, on materials whose other maps are known.

python -m benchmarks.surface --exemplars DIR

Prints Markdown. Every set is judged by what was fitted to the other sets (leave one out). At last come the values
fitted to all sets, which are those in `synthesis/surface.py`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from synthesis.errors import TextureError
from synthesis.image_files import read_picture
from synthesis.palette import luma
from synthesis.surface import REACH_PX, normals, relief_causes, roughness_causes

from .tables import markdown

Array = NDArray[np.float64]

USUAL_STRENGTHS = (1.0, 2.0)  # what generators of normal maps that work so begin with
STRENGTHS = (0.0, *np.geomspace(0.02, 10, 50))
DEPTHS = (0.0, *np.geomspace(0.1, 10, 50))
SCALES = (1.0, 1.2, 1.4, 1.7, 2.0)
_STEEPEST = 0.2  # of normals' z, against division by nearly 0
_RIDGE = 1e-3


@dataclass(frozen=True)
class Material:
    """A PBR set. maps: as of a Picture, base color and normal at least."""

    name: str
    maps: Mapping[str, NDArray[np.float32]]

    @cached_property
    def normal(self) -> Array:
        """(height, width, 3), of unit length, Y up."""
        normal = self.maps["normal"].astype(np.float64) * 2 - 1
        return normal / np.linalg.norm(normal, axis=2, keepdims=True)

    @property
    def flat(self) -> bool:
        """Whether its normals tell of no relief: they differ by less than a step of 8 bits."""
        return bool(self.maps["normal"].std(axis=(0, 1)).max() < 1 / 255)

    @cached_property
    def wrapped(self) -> NDArray[np.float32]:
        """Base color with what lies around it on the torus."""
        return np.pad(self.maps["base_color"], ((REACH_PX, REACH_PX), (REACH_PX, REACH_PX), (0, 0)), mode="wrap")

    @cached_property
    def bands(self) -> NDArray[np.float32]:
        return relief_causes(self.wrapped)

    @cached_property
    def system(self) -> tuple[Array, Array]:
        """Least squares for gains whose slopes are the normals': (bands, bands) and (bands,), of equal weight a set.

        Steep slopes weigh less, as an angle there changes less.
        """
        up = np.maximum(self.normal[..., 2], _STEEPEST)
        slopes = np.concatenate([(-self.normal[..., 0] / up).ravel(), (self.normal[..., 1] / up).ravel()])
        across = (self.bands[1:-1, 2:] - self.bands[1:-1, :-2]) / 2
        down = (self.bands[2:, 1:-1] - self.bands[:-2, 1:-1]) / 2
        given = np.concatenate([part.reshape(-1, part.shape[2]) for part in (across, down)]).astype(np.float64)
        weights = np.tile((up**2).ravel(), 2)
        weights /= (weights * slopes**2).sum()
        weighted = given * weights[:, None]
        return weighted.T @ given, weighted.T @ slopes

    def angle(self, encoded: NDArray[np.float32]) -> float:
        """The mean angle between the true normals and others, (height, width, 3) in 0..1, in degrees."""
        cosines = (self.normal * (encoded.astype(np.float64) * 2 - 1)).sum(axis=2)
        return float(np.degrees(np.arccos(cosines.clip(-1, 1))).mean())

    def angle_of_relief(self, gains: Array) -> float:
        return self.angle(normals(self.bands @ gains.astype(np.float32)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.surface", description="Measure estimated maps.")
    parser.add_argument("--exemplars", type=Path, required=True, metavar="DIR", help="a folder of maps a material")
    options = parser.parse_args()
    try:
        print(report(read_materials(options.exemplars)))
    except TextureError as reason:
        print(reason, file=sys.stderr)
        return 2
    return 0


def read_materials(folder: Path) -> list[Material]:
    """All sets with normals.

    Raises: TextureError where a set can't be read, or there are not two to compare that are not flat.
    """
    sets = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    materials = [Material(path.name, read_picture(path).maps) for path in sets]
    with_normals = [material for material in materials if "normal" in material.maps]
    if (count := sum(not material.flat for material in with_normals)) < 2:
        raise TextureError(f"{folder} holds {count} sets of maps with normals that are not flat; at least 2 are needed")
    return with_normals


def report(read: Sequence[Material]) -> str:
    """Sets with flat normals are left out, and named."""
    materials = [material for material in read if not material.flat]
    parts = [_normals_table(materials), _heights_table(materials)]
    rough = [material for material in materials if "roughness" in material.maps]
    if len(rough) > 1:
        parts.append(_roughness_table(rough))
    gains, weights = fitted_gains(materials), fitted_roughness(rough) if rough else np.zeros(0)
    parts.append(f"Fitted to all: gains {_listed(gains)}; roughness {_listed(weights)}.")
    if left_out := [material.name for material in read if material.flat]:
        parts.append(f"Left out, as their normals are flat: {', '.join(left_out)}.")
    return "\n\n".join(parts)


def sobel(material: Material, strength: float) -> NDArray[np.float32]:
    """Normals by the plain method: the Sobel operator on luminance, with 1 / strength upwards; in 0..1."""
    padded = np.pad(luma(material.maps["base_color"]), 1, mode="wrap")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    columns = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    across, down = rows[:, 2:] - rows[:, :-2], columns[2:] - columns[:-2]
    normal = np.stack([-strength * across, strength * down, np.ones_like(across)], axis=2)
    encoded: NDArray[np.float32] = normal / np.linalg.norm(normal, axis=2, keepdims=True) / 2 + 0.5
    return encoded


def fitted_gains(materials: Sequence[Material]) -> Array:
    """By least squares on slopes, which are too cautious for a mean angle; hence scaled to the smallest one."""
    systems = [material.system for material in materials]
    bands_squared, onto_slopes = (sum(parts) for parts in zip(*systems, strict=True))
    gains = np.linalg.solve(bands_squared + _RIDGE * np.diag(np.diag(bands_squared)), onto_slopes)
    means = [fmean(material.angle_of_relief(scale * gains) for material in materials) for scale in SCALES]
    return _best(SCALES, means)[0] * gains


def fitted_roughness(materials: Sequence[Material]) -> Array:
    causes = np.concatenate([roughness_causes(material.wrapped).reshape(-1, 3) for material in materials])
    known = np.concatenate([material.maps["roughness"].ravel() for material in materials])
    return np.linalg.lstsq(causes.astype(np.float64), known.astype(np.float64), rcond=None)[0]


def _normals_table(materials: Sequence[Material]) -> str:
    lines = []
    for material in materials:
        gains = fitted_gains([other for other in materials if other is not material])
        strength, of_strength = _best(STRENGTHS, [material.angle(sobel(material, strength)) for strength in STRENGTHS])
        depth, of_depth = _best(DEPTHS, [material.angle_of_relief(depth * gains) for depth in DEPTHS])
        plain = [material.angle(sobel(material, strength)) for strength in (0.0, *USUAL_STRENGTHS)]
        angles = [*plain, material.angle_of_relief(gains), of_strength, of_depth]
        lines.append((material.name, angles, (strength, depth)))
    means = [f"{fmean(column):.1f}" for column in zip(*(angles for _, angles, _ in lines), strict=True)]
    cells = [[name, *(f"{a:.1f}" for a in angles), *(f"{b:.2f}" for b in best)] for name, angles, best in lines]
    heads = ["mean angle in degrees", "flat", *(f"Sobel, strength {strength:g}" for strength in USUAL_STRENGTHS)]
    heads += ["estimated", "Sobel, best strength", "estimated, best depth", "that strength", "that depth"]
    return markdown(heads, [*cells, ["*mean*", *means, "", ""]])


def _heights_table(materials: Sequence[Material]) -> str:
    lines = []
    for material in (material for material in materials if "height" in material.maps):
        gains = fitted_gains([other for other in materials if other is not material])
        relief = (material.bands @ gains.astype(np.float32))[1:-1, 1:-1]
        known = material.maps["height"][..., 0]
        bright = luma(material.maps["base_color"])
        lines.append([material.name, *(f"{_correlation(known, guess):.2f}" for guess in (bright, relief))])
    return markdown(["correlation with the true height", "brightness", "estimated"], lines)


def _roughness_table(materials: Sequence[Material]) -> str:
    lines = []
    for material in materials:
        others = [other for other in materials if other is not material]
        known = material.maps["roughness"][..., 0]
        constant = fmean(float(other.maps["roughness"].mean()) for other in others)
        guess = roughness_causes(material.wrapped) @ fitted_roughness(others)
        lines.append((material.name, [float(np.abs(known - value).mean()) for value in (constant, guess)]))
    lines.append(("*mean*", [fmean(column) for column in zip(*(errors for _, errors in lines), strict=True)]))
    cells = [[name, *(f"{error:.3f}" for error in errors)] for name, errors in lines]
    return markdown(["mean error of roughness", "the others' mean", "estimated"], cells)


def _best(values: Sequence[float], costs: Sequence[float]) -> tuple[float, float]:
    """The value of the smallest cost, and that cost."""
    index = int(np.argmin(costs))
    return values[index], costs[index]


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def _listed(values: Array) -> str:
    return ", ".join(f"{value:.3f}" for value in values)


if __name__ == "__main__":
    sys.exit(main())
