"""The base that every fit starts from: one generator that has learned many textures.

Every texture has weights of its own where noise enters and colours leave, and every bias; all others are shared, and
have learned what all textures need: to copy, to continue, to clean and to follow a guide.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.func import functional_call

from .generator import Generator, GeneratorConfig

BASE = Path(__file__).with_name("base.pt")
COLORS = 3  # what a base paints: base color


class Textured(nn.Module):
    """A shared generator with the own weights of one texture, which begin as those of `first`."""

    def __init__(self, shared: Generator, first: Generator) -> None:
        super().__init__()
        self.config = shared.config
        self._shared = [shared]  # in a list, so that its weights are not this module's
        own = {name: value.detach().clone() for name, value in first.named_parameters() if is_own(name)}
        self.own = nn.ParameterDict({name.replace(".", "/"): value for name, value in own.items()})

    def forward(self, *inputs: object) -> Tensor:
        return functional_call(self._shared[0], self.own_state(), inputs)

    def own_state(self) -> dict[str, Tensor]:
        return {name.replace("/", "."): value for name, value in self.own.items()}


def is_own(name: str) -> bool:
    """Whether a weight of the generator belongs to one texture alone."""
    return name.endswith("bias") or "noise." in name or name.startswith("paint.")


def read_base() -> dict:
    """The base that comes with the trainer, see `base_state`."""
    return torch.load(BASE, map_location="cpu", weights_only=True)


@torch.no_grad()
def adopt(generator: Generator, base: dict, texture: str) -> None:
    """Begin with a base's weights and the own ones of one of its textures.

    What the base does not have stays as it was: channels of noise for an exemplar's order, and what paints other maps
    than base color, which is the first. What a guide says of those weighs nothing at first.
    """
    learned = {**base["shared"], **base["own"][texture]}
    for name, weight in generator.named_parameters():
        known = learned[name].to(weight)
        if name.endswith("noise.weight"):
            weight[:, : known.shape[1]] = known
        elif name.endswith("guide.weight"):
            weight.zero_()
            weight[:, _colors_among(weight.shape[1], generator.config)] = known
        else:
            weight[: len(known)] = known
    generator.silence()


def _colors_among(channels: int, config: GeneratorConfig) -> Tensor:
    """Which of a guide's channels, those of every pixel of a cell, are base color and its mask."""
    of_pixels = torch.arange(channels).view(-1, config.guide_channels)
    return of_pixels[:, [*range(COLORS), config.maps_channels]].flatten()


def base_state(shared: Generator, textures: dict[str, Textured]) -> dict:
    """A base's file: the generator's shape, the shared weights, and every texture's own, in 16 bits."""
    common = {name: value for name, value in shared.state_dict().items() if not is_own(name)}
    own = {name: _in_16_bits(texture.own_state()) for name, texture in textures.items()}
    return {"generator_config": dataclasses.asdict(shared.config), "shared": _in_16_bits(common), "own": own}


def _in_16_bits(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().half().cpu() for name, value in state.items()}
