"""What a texture is made from: seeds, the way from one to another, and the settings of a model's controls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from .errors import TextureError
from .info import Control, ModelInfo
from .noise import LARGEST_SEED, noise_field
from .windows import Rect, cells


@dataclass(frozen=True)
class Latent:
    """One texture of a model.

    seed, other_seed: 0..LARGEST_SEED; turn: how far from the first towards the second, in quarter turns: 0 is the
    first, 1 the second, and 4 the first again, so that turns 0..4 are a loop without a seam.
    controls: name -> -1..1, 0 is neutral.
    """

    seed: int
    other_seed: int | None = None
    turn: float = 0.0
    controls: Mapping[str, float] = field(default_factory=dict)

    def check(self, info: ModelInfo) -> None:
        """Raises: TextureError where a seed or control is not allowed for this model."""
        check_seed(self.seed)
        check_seed(self.other_seed or 0)
        known = {control.name for control in info.controls}
        for name, value in self.controls.items():
            if name not in known:
                has = ", ".join(sorted(known)) or "none"
                raise TextureError(f"the model {info.name!r} has no control {name!r}; it has {has}")
            if not -1 <= value <= 1:
                raise TextureError(f"control {name!r} is {value:g}; allowed is -1 to 1, 0 is neutral")


def check_seed(seed: int) -> None:
    """Raises: TextureError where the seed is not allowed."""
    if not 0 <= seed <= LARGEST_SEED:
        raise TextureError(f"seed is {seed}; allowed is 0 to {LARGEST_SEED}")


def loop(latent: Latent, frames: int) -> list[Latent]:
    """The latents of an animation that ends where it began: a full turn through the seed and another one."""
    other = latent.other_seed if latent.other_seed is not None else (latent.seed + 1) % (LARGEST_SEED + 1)
    return [replace(latent, other_seed=other, turn=4 * frame / frames) for frame in range(frames)]


def latent_fields(info: ModelInfo, latent: Latent, size: tuple[int, int], rect: Rect) -> list[NDArray[np.float32]]:
    """The noise that one window sees: (channels, rows, columns) per level, wrapped at the texture's (height, width)."""
    fields = _seed_fields(info, latent.seed, size, rect)
    if latent.other_seed is not None and latent.turn:
        others = _seed_fields(info, latent.other_seed, size, rect)
        near, far = (np.float32(part(latent.turn * pi / 2)) for part in (cos, sin))
        fields = [near * one + far * other for one, other in zip(fields, others, strict=True)]
    for control in info.controls:
        value = latent.controls.get(control.name, 0.0)
        fields = controlled(fields, control, value) if value else fields
    return fields


def controlled(fields: list[NDArray[np.float32]], control: Control, value: float) -> list[NDArray[np.float32]]:
    """Noise fields, (channels, rows, columns) per level, as a control at `value` changes them."""
    changed = []
    for one_field, shifts, log_gains in zip(fields, control.shifts, control.log_gains, strict=True):
        shift, log_gain = (np.float32(value) * np.array(one, np.float32)[:, None, None] for one in (shifts, log_gains))
        changed.append(one_field * np.exp(log_gain) + shift)
    return changed


def _seed_fields(info: ModelInfo, seed: int, size: tuple[int, int], rect: Rect) -> list[NDArray[np.float32]]:
    return [
        noise_field(
            seed,
            index,
            level.channels,
            cells(rect.row, rect.height, level.cell_px, level.margin_cells),
            cells(rect.column, rect.width, level.cell_px, level.margin_cells),
            (size[0] // level.cell_px, size[1] // level.cell_px),
        )
        for index, level in enumerate(info.levels)
    ]
