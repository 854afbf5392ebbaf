"""A generator in the shape that onnxruntime computes fastest: without a guide it handles cells of 2 x 2 px.

The four pixels of a cell are channels, in the order of `pixel_shuffle`. So one convolution of the smaller size does
what a doubling one and one over noise do, adds up and activates at once; and the few channels of full size, which leave
most of a processor's vectors empty, are four times as many at half size.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from trainer.generator import Block, DoublingConv, Generator, leaky, trimmed

PIXELS = 4  # of a cell
# Linear interpolation: what a cell's upper pixel and its lower one get of the cell above, their own and the one below
DOUBLING_TAPS = ((0.25, 0.75, 0.0), (0.0, 0.75, 0.25))


class InCells(nn.Module):
    """The same function as a generator, its kernels computed once; with a guide, computed as the generator does."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = copy.deepcopy(generator)
        for index, block in enumerate(generator.blocks):
            if isinstance(block, Block) and block.below is not None:
                self.generator.blocks[index] = _BlockInCells(block, block.below)
        self.generator.full = _Computed(generator.full)
        self.cells, self.between = _Cells(generator.config.pixel_noise), _Between()
        self.doubled = _convolution(interpolation(generator.config.maps_channels))
        self.tone = generator.tone.of_several(PIXELS)

    def forward(self, fields: Sequence[Tensor], guide: Sequence[Tensor] | None = None) -> Tensor:
        """Shapes as of `Generator.forward` at full size."""
        features, image = self.generator.pyramid(fields, guide)
        if guide is not None:
            return self.generator.at_full_size(features, image, fields[-1], guide[-1])
        cells = self.cells(features, fields[-1], self.generator.full, self.generator.full_noise)
        paint = self.generator.paint["1"]
        assert isinstance(paint, nn.Conv2d)
        picture = F.conv2d(cells, self.between(paint), each_pixel(paint.bias)) + self.doubled(image)
        return F.pixel_shuffle(self.tone(torch.sigmoid(trimmed(picture, 1))), 2)


class _BlockInCells(nn.Module):
    def __init__(self, source: Block, doubling: DoublingConv) -> None:
        super().__init__()
        self.block, self.cells = copy.deepcopy(source), _Cells(source.noise.in_channels)
        self.block.below = self.below = _Computed(doubling)

    def forward(self, below: Tensor, noise: Tensor, guide: Tensor | None) -> Tensor:
        """As `Block.forward`."""
        if guide is not None:
            finished: Tensor = self.block(below, noise, guide)
            return finished
        return self.block.finished(F.pixel_shuffle(self.cells(below, noise, self.below, self.block.noise), 2))


class _Computed(DoublingConv):
    """Its kernels are computed once."""

    def __init__(self, source: DoublingConv) -> None:
        nn.Module.__init__(self)
        self.kernels = nn.Parameter(source.phase_kernels().detach())

    def phase_kernels(self) -> Tensor:
        return self.kernels


class _Cells(nn.Module):
    """A DoublingConv and a convolution over noise of the size it makes, added up and activated, in cells."""

    def __init__(self, noise_channels: int) -> None:
        super().__init__()
        channels = PIXELS * noise_channels
        self.cut = _convolution(torch.eye(channels).view(channels, -1, 2, 2), stride=2)
        self.between = _Between()

    def forward(self, below: Tensor, noise: Tensor, doubling: DoublingConv, over_noise: nn.Conv2d) -> Tensor:
        """(N, C, h, w) and (N, ., 2h, 2w) -> (N, O * PIXELS, h - 1, w - 1)."""
        kernel = torch.cat((doubling.phase_kernels(), self.between(over_noise)), 1)
        return leaky(F.conv2d(torch.cat((below, self.cut(noise)), 1), kernel, each_pixel(over_noise.bias)))


class _Between(nn.Module):
    """The kernel of a 3 x 3 convolution of pixels as one from cells to cells.

    Cells that come out lie a pixel further down and right than those that go in: so they see 2 x 2 of them, not 3 x 3.
    It is computed as part of the graph, which need not store it: it has many zeros.
    """

    spread: Tensor

    def __init__(self) -> None:
        super().__init__()
        spread = torch.zeros(3, 3, 2, 2, 4, 4)  # to the pixels of a cell, each of which sees 3 x 3 of the 4 x 4 px near
        for row, column, y, x in itertools.product(range(2), range(2), range(3), range(3)):
            spread[y, x, row, column, row + y, column + x] = 1
        self.register_buffer("spread", spread.view(9, 64), persistent=False)

    def forward(self, pixels: nn.Conv2d) -> Tensor:
        """(O, I, 3, 3) of its weight -> (O * PIXELS, I * PIXELS, 2, 2)."""
        given, made = pixels.in_channels, pixels.out_channels
        kernel = (pixels.weight.reshape(made, given, 9) @ self.spread).reshape(made, given, 2, 2, 2, 2, 2, 2)
        return kernel.permute(0, 2, 3, 1, 5, 7, 4, 6).reshape(made * PIXELS, given * PIXELS, 2, 2)


def interpolation(channels: int) -> Tensor:
    """Linear interpolation of a picture to twice its size, in cells: (channels * PIXELS, channels, 3, 3)."""
    taps = torch.tensor(DOUBLING_TAPS)
    return torch.einsum("pi,qj,oc->opqcij", taps, taps, torch.eye(channels)).flatten(0, 2)


def each_pixel(bias: Tensor | None) -> Tensor | None:
    """(O,) -> (O * PIXELS,)."""
    return None if bias is None else torch.stack([bias] * PIXELS, 1).flatten()


def _convolution(kernel: Tensor, stride: int = 1) -> nn.Conv2d:
    convolution = nn.Conv2d(kernel.shape[1], kernel.shape[0], kernel.shape[2], stride, bias=False)
    convolution.weight = nn.Parameter(kernel)
    return convolution
