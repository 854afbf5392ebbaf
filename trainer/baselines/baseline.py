"""GANs in pixel space, to compare Tilewright with: their networks, and the one step that teaches them."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np
import torch
from torch import Tensor, nn

from synthesis.errors import TextureError

from ..checkpoint import Checkpoint
from ..draws import draws
from ..exemplar import Exemplar
from ..losses import discriminator_cross_entropy, generator_cross_entropy
from . import dcgan, psgan

ARCHITECTURES: dict[str, ModuleType] = {"dcgan": dcgan, "psgan": psgan}
CELL_PX = psgan.CELL_PX  # crops and pictures are multiples of it
_BETAS = (0.5, 0.999)


@dataclass(frozen=True)
class BaselineNumbers:
    """What one step measured.

    discriminator_loss: cross-entropy, 2 ln 2 when it knows nothing, 0 when it has won; generator_loss: likewise;
    contrast: deviation of the fake pixels relative to the real ones', by channel mean.
    """

    discriminator_loss: float
    generator_loss: float
    contrast: float


class Baseline:
    """A pair of networks with their optimisers, on one device; every draw of step k comes from (seed, k)."""

    def __init__(self, name: str, exemplar: Exemplar, seed: int, device: torch.device) -> None:
        if exemplar.pixels.shape[2] != 3:
            raise TextureError(f"{name} learns one picture, not {len(exemplar.maps)} maps: give an image")
        self.kind, self.seed, self.device = ARCHITECTURES[name], seed, device
        self.picture = torch.from_numpy(exemplar.pixels).permute(2, 0, 1).to(device) * 2 - 1  # (3, h, w)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.generator: nn.Module = self.kind.Generator().to(device)
            self.discriminator: nn.Module = self.kind.Discriminator().to(device)
        self.optimisers = [
            torch.optim.Adam(network.parameters(), self.kind.RATE, betas=_BETAS)
            for network in (self.generator, self.discriminator)
        ]

    def step(self, index: int) -> BaselineNumbers:
        """One discriminator step, then one generator step."""
        rng = draws(self.seed, index)
        real = self._crops(rng)
        side = real.shape[2]
        fake = self.generator(self.kind.Generator.drawn(self.kind.BATCH, (side, side), rng).to(self.device))
        discriminator_loss = discriminator_cross_entropy(self.discriminator(real), self.discriminator(fake.detach()))
        self._descend(self.optimisers[1], discriminator_loss)
        generator_loss = generator_cross_entropy(self.discriminator(fake))
        self._descend(self.optimisers[0], generator_loss)
        contrast = (fake.detach().std(dim=(0, 2, 3)) / (real.std(dim=(0, 2, 3)) + 1e-3)).mean()
        return BaselineNumbers(discriminator_loss.item(), generator_loss.item(), contrast.item())

    def state_dict(self) -> list[dict]:
        """Everything `load_state_dict` needs to go on."""
        return [copy.deepcopy(part.state_dict()) for part in self._parts()]

    def load_state_dict(self, state: list[dict]) -> None:
        for part, stored in zip(self._parts(), state, strict=True):
            part.load_state_dict(stored)

    def _parts(self) -> list:
        return [self.generator, self.discriminator, *self.optimisers]

    def _crops(self, rng: torch.Generator) -> Tensor:
        """(BATCH, 3, side, side)"""
        side = min(self.kind.CROP_PX, *self.picture.shape[1:]) // CELL_PX * CELL_PX
        crops = []
        for _ in range(self.kind.BATCH):
            top, left = (int(torch.randint(e - side + 1, (), generator=rng)) for e in self.picture.shape[1:])
            crops.append(self.picture[:, top : top + side, left : left + side])
        return torch.stack(crops)

    @staticmethod
    def _descend(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()


def read_generator(checkpoint: Checkpoint) -> nn.Module:
    """A baseline's learned generator, on the CPU."""
    generator: nn.Module = ARCHITECTURES[checkpoint.architecture].Generator()
    generator.load_state_dict(checkpoint.learner[0])
    return generator


def answering(checkpoint: Checkpoint) -> Checkpoint:
    """The same without what only learning needs, most of its size: enough for `read_generator`."""
    return replace(checkpoint, learner=checkpoint.learner[:1])


@torch.no_grad()
def pictures(generator: nn.Module, height_px: int, width_px: int, seed: int) -> list[np.ndarray]:
    """One picture of that size, multiples of CELL_PX, or as many of 128 x 128 px as cover its area.

    Each (height, width, 3) float32 in 0..1. Both normalise batches by what their authors do: DCGAN by averages of
    the fit, PSGAN by the picture itself. PSGAN's is cut out of a larger one, away from the network's padding.
    """
    rng = torch.Generator().manual_seed(seed)
    device = next(generator.parameters()).device
    if isinstance(generator, dcgan.Generator):
        count = -(-height_px * width_px // dcgan.PICTURE_PX**2)
        noise = generator.drawn(count, (dcgan.PICTURE_PX, dcgan.PICTURE_PX), rng)
        made = copy.deepcopy(generator).eval()(noise.to(device))
    else:
        noise = psgan.Generator.drawn(1, (height_px + 2 * CELL_PX, width_px + 2 * CELL_PX), rng)
        made = copy.deepcopy(generator).train()(noise.to(device))[..., CELL_PX:-CELL_PX, CELL_PX:-CELL_PX]
    return [np.ascontiguousarray(one) for one in (made.permute(0, 2, 3, 1) / 2 + 0.5).cpu().numpy()]
