"""The last touch of a fit: the values of its textures become as frequent as they are in the exemplar."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .quantiles import as_many, in_order

HIDDEN = 8
PIXELS = 65536  # of the textures and of the exemplar that are compared, at most
TURNS = 30  # of the axes along which values are exchanged
STEPS, STEP_PIXELS, RATE = 400, 4096, 1e-2  # of Adam
SMALLEST_SPREAD = 1e-2  # of a channel, in 0..1: one that varies less is one value
SMALLEST_CHANGE = 1e-4


class Tone(nn.Module):
    """A small change of a pixel that depends on its own values alone; none until it is learned.

    Its weights are buffers, which a fit neither learns nor averages.
    """

    enter: Tensor
    shift: Tensor
    leave: Tensor
    offset: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        shapes = {"enter": (HIDDEN, channels), "shift": (HIDDEN,), "leave": (channels, HIDDEN), "offset": (channels,)}
        for name, shape in shapes.items():
            self.register_buffer(name, torch.zeros(shape), persistent=False)
        self.learned = False

    def forward(self, maps: Tensor) -> Tensor:
        """(N, channels, h, w) in 0..1 -> the same."""
        if not self.learned:
            return maps
        hidden = F.leaky_relu(F.conv2d(maps, self.enter[:, :, None, None], self.shift), 0.2)
        return (maps + F.conv2d(hidden, self.leave[:, :, None, None], self.offset)).clamp(0, 1)

    def of_several(self, pixels: int) -> Tone:
        """The same for pixels side by side: channel c of pixel p is channel c * pixels + p."""
        several = copy.deepcopy(self)
        several.enter, several.leave = (torch.kron(matrix, torch.eye(pixels)) for matrix in (self.enter, self.leave))
        several.shift, several.offset = (each.repeat_interleave(pixels) for each in (self.shift, self.offset))
        return several

    def weights(self) -> dict[str, Tensor]:
        """For `restore`; none where nothing was learned."""
        return {name: weight.cpu() for name, weight in self.named_buffers()} if self.learned else {}

    def restore(self, weights: dict[str, Tensor]) -> None:
        for name, weight in self.named_buffers():
            weight.copy_(weights[name])
        self.learned = True

    def learn(self, made: Tensor, real: Tensor) -> None:
        """Change values that were made, (pixels, channels), so that they become as frequent as the real ones.

        The way there is that of the least work (`transported`); what is kept of it is what a small network follows.
        """
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            made, real = (_some(values.cpu()) for values in (made, real))
            middle, spread = made.mean(dim=0), made.std(dim=0).clamp(min=SMALLEST_SPREAD)
            change = transported(made, real) - made
            usual, unit = change.mean(dim=0), change.std(dim=0).clamp(min=SMALLEST_CHANGE)
            first, last = _followed((made - middle) / spread, (change - usual) / unit)
        enter, leave = first.weight / spread, last.weight * unit[:, None]
        shift, offset = first.bias - enter @ middle, last.bias * unit + usual
        self.restore({"enter": enter, "shift": shift, "leave": leave, "offset": offset})


def transported(made: Tensor, real: Tensor) -> Tensor:
    """Made values, (count, channels), moved until they are spread as real ones, (another count, channels).

    Along every axis of a space that is turned at random, the n-th smallest becomes the n-th smallest.
    Source: Pitie, Kokaram and Dahyot 2007 (doi:10.1016/j.cviu.2006.11.011).
    """
    for _ in range(TURNS):
        axes, _ = torch.linalg.qr(torch.randn(made.shape[1], made.shape[1]))
        along = (made @ axes).T
        wanted = as_many(in_order((real @ axes).T), along.shape[1])
        made = torch.zeros_like(along).scatter(1, along.argsort(dim=1, stable=True), wanted).T @ axes.T
    return made


@torch.enable_grad()
def _followed(values: Tensor, change: Tensor) -> tuple[nn.Linear, nn.Linear]:
    """The layers of a network that tells the change of values: both (count, channels), about 0, of unit deviation."""
    first, last = nn.Linear(values.shape[1], HIDDEN), nn.Linear(HIDDEN, values.shape[1])
    network = nn.Sequential(first, nn.LeakyReLU(0.2), last)
    optimiser = torch.optim.Adam(network.parameters(), RATE)
    falling = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, STEPS)
    for _ in range(STEPS):
        some = torch.randint(len(values), (STEP_PIXELS,))
        optimiser.zero_grad()
        F.mse_loss(network(values[some]), change[some]).backward()
        optimiser.step()
        falling.step()
    network.requires_grad_(False)
    return first, last


def _some(values: Tensor) -> Tensor:
    return values[torch.randperm(len(values))[:PIXELS]]
