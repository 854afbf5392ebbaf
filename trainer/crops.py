"""What a step is about: a crop of the exemplar, and the fields and the guide of which the generator makes another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from synthesis.regularity import LINE_CHANNELS, Regularity, waves
from synthesis.windows import Rect

from .config import Stage
from .exemplar import Exemplar
from .generator import FIELD_MARGIN_CELLS, GeneratorConfig
from .guides import GuidedCrop, draw_guided_crop


@dataclass(frozen=True)
class DrawnCrop:
    """One crop at a stage's size, and what the generator is given there.

    place: of the real crop in exemplar pixels, and of the made one's waves; real: (1, C, crop, crop);
    fields, guide_fields: of `Generator.forward`, the latter None for a free crop, as `guided` is;
    given: where the guide gives the pixels of maps themselves, (1, C, crop, crop) bool; None where it gives none.
    """

    stage: Stage
    place: Rect
    real: Tensor
    fields: list[Tensor]
    guided: GuidedCrop | None
    guide_fields: list[Tensor] | None
    given: Tensor | None


class Crops:
    """Draws what the steps of a fit are about.

    pictures: the exemplar at every size that a stage needs, (1, C, h, w) by exemplar pixels a pixel.
    """

    def __init__(self, exemplar: Exemplar, pictures: Mapping[int, Tensor], generator: GeneratorConfig) -> None:
        self._exemplar, self._pictures, self._generator = exemplar, pictures, generator

    def draw(self, stage: Stage, guided_share: float, rng: torch.Generator) -> DrawnCrop:
        """A crop that is guided as often as `guided_share`, 0..1."""
        real, place = self.real(stage, rng)
        guided = None
        if guided_share and float(torch.rand((), generator=rng)) < guided_share:
            guided = self._guided(place, rng)
        fields = self._fields(place, stage.image_px, guided is None, rng)
        guide = [torch.from_numpy(field)[None].to(real.device) for field in guided.guide] if guided else None
        return DrawnCrop(stage, place, real, fields, guided, guide, self._given(guided, stage))

    def real(self, stage: Stage, rng: torch.Generator) -> tuple[Tensor, Rect]:
        """A crop of the exemplar at the stage's size, (1, C, crop, crop), and its place at full size."""
        picture, px = self._pictures[stage.image_px], stage.image_px
        step = self._generator.levels[0].cell_px // px
        side = min(stage.crop_px, *picture.shape[2:]) // step * step
        top, left = (int(torch.randint(extent - side + 1, (), generator=rng)) for extent in picture.shape[2:])
        return picture[:, :, top : top + side, left : left + side], Rect(top * px, left * px, side * px, side * px)

    def _guided(self, place: Rect, rng: torch.Generator) -> GuidedCrop:
        exemplar, cells_px = self._exemplar, [level.cell_px for level in self._generator.levels]
        seed = int(torch.randint(2**31, (), generator=rng))
        return draw_guided_crop(
            exemplar.pixels, exemplar.maps, exemplar.palette, cells_px, FIELD_MARGIN_CELLS, place,
            np.random.default_rng(seed),
        )  # fmt: skip

    def _given(self, guided: GuidedCrop | None, stage: Stage) -> Tensor | None:
        if guided is None or guided.kind != "holes":
            return None
        device = self._pictures[stage.image_px].device
        given = torch.from_numpy(guided.given).permute(2, 0, 1)[None].to(device, torch.float32)
        channels = torch.tensor(self._generator.channels_a_map, device=device)
        return (F.avg_pool2d(given, stage.image_px) == 1).repeat_interleave(channels, dim=1)

    def _fields(self, place: Rect, image_px: int, ordered: bool, rng: torch.Generator) -> list[Tensor]:
        """Those of a window of a texture without end, at a place in the exemplar, as which its waves are.

        ordered: False where a guide tells the order.
        """
        config, device, fields = self._generator, self._pictures[image_px].device, []
        for cell_px, channels in config.fields:
            if cell_px >= image_px:
                cells = place.height // cell_px + 2 * FIELD_MARGIN_CELLS
                heard = float(not config.is_silent(cell_px))
                noise = heard * torch.randn(1, channels, cells, cells, generator=rng)
                order = order_seen(config.regularity, cell_px, cells, place, rng)
                fields.append(torch.cat([noise, order * float(ordered)], dim=1).to(device))
        return fields


def order_seen(regularity: Regularity, cell_px: int, cells: int, place: Rect, rng: torch.Generator) -> Tensor:
    """Lines at random and waves of a place in the exemplar, at one level: (1, channels, cells, cells)."""
    lines = [torch.empty(1, 0, cells, cells)]
    for direction in regularity.felt_lines(cell_px):
        side = (cells, 1) if direction == "rows" else (1, cells)
        lines.append(torch.randn(1, LINE_CHANNELS, *side, generator=rng).expand(-1, -1, cells, cells))
    felt = [regularity.every_wave[index] for index in regularity.felt_waves(cell_px)]
    turns = [(down * cell_px, right * cell_px) for down, right in felt]
    phases = [(down * place.row + right * place.column) % 1 for down, right in felt]
    sides = np.arange(-FIELD_MARGIN_CELLS, cells - FIELD_MARGIN_CELLS)
    return torch.cat([*lines, torch.from_numpy(waves(turns, sides, sides, phases))[None]], dim=1)
