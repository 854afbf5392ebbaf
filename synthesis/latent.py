"""What a texture is made from: seeds, the way from one to another, and the settings of a model's controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from .errors import TextureError
from .info import Control, ModelInfo
from .noise import LARGEST_SEED, noise_field
from .regularity import line_field, wave_field
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


def latent_fields(
    info: ModelInfo, latent: Latent, size: tuple[int, int], rect: Rect, guided: bool = False
) -> list[NDArray[np.float32]]:
    """What one window sees: (channels, rows, columns) per level, wrapped at the texture's (height, width).

    guided: order then comes from the guide, and the model's own channels of order are 0.
    """
    fields = _seed_fields(info, latent.seed, size, rect)
    if latent.other_seed not in (None, latent.seed) and latent.turn:
        others = _seed_fields(info, latent.other_seed, size, rect)
        near, far = (np.float32(part(latent.turn * pi / 2)) for part in (cos, sin))
        fields = [near * one + far * other for one, other in zip(fields, others, strict=True)]
    for control in info.controls:
        value = latent.controls.get(control.name, 0.0)
        fields = controlled(fields, control, value) if value else fields
    waves = [wave_field(info.regularity, *place) for place in _places(info, size, rect)]
    ordered = [np.concatenate(both) for both in zip(fields, waves, strict=True)]
    if guided:
        for level, one_field in zip(info.levels, ordered, strict=True):
            one_field[level.channels :] = 0
    return ordered


def controlled(fields: list[NDArray[np.float32]], control: Control, value: float) -> list[NDArray[np.float32]]:
    """Fields, (channels, rows, columns) per level, as a control at `value` changes their noise; order stays."""
    changed = []
    for one_field, shifts, log_gains in zip(fields, control.shifts, control.log_gains, strict=True):
        shift, log_gain = (np.float32(value) * np.array(one, np.float32)[:, None, None] for one in (shifts, log_gains))
        noise, order = np.split(one_field, [len(shifts)])
        changed.append(np.concatenate([noise * np.exp(log_gain) + shift, order]))
    return changed


def _seed_fields(info: ModelInfo, seed: int, size: tuple[int, int], rect: Rect) -> list[NDArray[np.float32]]:
    """Noise, and behind it that along lines."""
    places = _places(info, size, rect)
    return [
        np.concatenate(
            [noise_field(seed, index, level.channels, *place[1:]), line_field(info.regularity, seed, index, *place)]
        )
        for index, (level, place) in enumerate(zip(info.levels, places, strict=True))
    ]


def _places(
    info: ModelInfo, size: tuple[int, int], rect: Rect
) -> list[tuple[int, Sequence[int], Sequence[int], tuple[int, int]]]:
    """Per level: its cells' size, the rows and columns that a window sees, and where they wrap."""
    return [
        (
            level.cell_px,
            cells(rect.row, rect.height, level.cell_px, level.margin_cells),
            cells(rect.column, rect.width, level.cell_px, level.margin_cells),
            (size[0] // level.cell_px, size[1] // level.cell_px),
        )
        for level in info.levels
    ]
