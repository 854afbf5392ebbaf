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
from .objective import Objective

BASE = Path(__file__).with_name("base.pt")
COLORS = 3  # what a base paints: base color
EXTREMES = (0, -1)  # the stages at which the nearest of its textures is sought


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
def begin(generator: Generator, objective: Objective, from_base: bool) -> None:
    """Begin at the exemplar's mean colour, or, if it is to and takes a guide, as the base's texture that is nearest."""
    generator.start_at(objective.pictures[1].mean(dim=(0, 2, 3)))
    if not (from_base and generator.config.guided):
        return
    base, stages = read_base(), objective.config.stages
    rngs = [torch.Generator().manual_seed(objective.config.seed) for _ in EXTREMES]
    crops = [objective.crops.draw(stages[extreme], 0, rng) for extreme, rng in zip(EXTREMES, rngs, strict=True)]
    seen = [(crop, objective.real_taps(crop), rng.get_state()) for crop, rng in zip(crops, rngs, strict=True)]
    distances = {}
    for texture in base["own"]:
        adopt(generator, base, texture)
        distances[texture] = sum(
            objective.distance(objective.pair(generator, crop, real), rngs[0].set_state(state)).item()
            for crop, real, state in seen
        )
    adopt(generator, base, min(distances, key=distances.__getitem__))


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
