"""A generator in the shape that onnxruntime computes fastest: it handles cells of 2 x 2 px.

The four pixels of a cell are channels, in the order of `pixel_shuffle`. So one convolution of the smaller size does
what a doubling one and those over noise and guide do, adds up and activates at once; and the few channels of full size,
which leave most of a processor's vectors empty, are four times as many at half size.
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
    """The same function as a generator's, its kernels computed once."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator, self.to_cells = copy.deepcopy(generator), _ToCells()
        for index, block in enumerate(generator.blocks):
            if isinstance(block, Block) and block.below is not None:
                self.generator.blocks[index] = _BlockInCells(block, block.below, self.to_cells)
        self.below = _Computed(generator.full)
        self.interpolation = nn.Parameter(_interpolation(generator.config.maps_channels))
        self.tone = generator.tone.of_several(PIXELS)

    def forward(self, fields: Sequence[Tensor], guide: Sequence[Tensor] | None = None) -> Tensor:
        """Shapes as of `Generator.forward`."""
        source, seen = self.generator, None if guide is None else guide[-1]
        features, image = source.pyramid(fields, guide)
        cells = self.to_cells(features, self.below, (fields[-1], source.full_noise), (seen, source.full_guide))
        picture = self.to_cells.convolved(cells, source.paint["1"]) + F.conv2d(image, self.interpolation)
        expected = self.tone(torch.sigmoid(trimmed(picture, 1)))
        if source.gain is None or seen is None:
            return F.pixel_shuffle(expected, 2)
        gain = torch.sigmoid(trimmed(self.to_cells.convolved(cells, source.gain), 1))
        return source.corrected(F.pixel_shuffle(expected, 2), F.pixel_shuffle(gain, 2), seen)


class _BlockInCells(nn.Module):
    def __init__(self, source: Block, doubling: DoublingConv, to_cells: _ToCells) -> None:
        super().__init__()
        self.block = copy.deepcopy(source)
        self.block.below = None
        self.below, self.to_cells = _Computed(doubling), to_cells

    def forward(self, below: Tensor, noise: Tensor, guide: Tensor | None) -> Tensor:
        """As `Block.forward`."""
        cells = self.to_cells(below, self.below, (noise, self.block.noise), (guide, self.block.guide))
        return self.block.finished(F.pixel_shuffle(cells, 2))


class _Computed(DoublingConv):
    """Its kernels are computed once."""

    def __init__(self, source: DoublingConv) -> None:
        nn.Module.__init__(self)
        self.kernels = nn.Parameter(source.phase_kernels().detach())

    def phase_kernels(self) -> Tensor:
        return self.kernels


class _ToCells(nn.Module):
    """From pixels to cells. One module serves all convolutions of a graph, which so stores its constants once."""

    spread: Tensor
    corners: Tensor

    def __init__(self) -> None:
        super().__init__()
        spread = torch.zeros(3, 3, 2, 2, 4, 4)  # to a cell's pixels, each of which sees 3 x 3 of the 4 x 4 px of cells
        for row, column, y, x in itertools.product(range(2), range(2), range(3), range(3)):
            spread[y, x, row, column, row + y, column + x] = 1
        self.register_buffer("spread", spread.view(9, 64))
        self.register_buffer("corners", torch.eye(PIXELS).view(1, PIXELS, 1, 2, 2))

    def forward(self, below: Tensor, doubling: DoublingConv, *over: tuple[Tensor | None, nn.Conv2d | None]) -> Tensor:
        """What a DoublingConv and convolutions over fields of the size it makes add up to, activated, in cells.

        below: (N, C, h, w); over: fields, (N, ., 2h, 2w), if there are any. Returns (N, O * PIXELS, h - 1, w - 1).
        """
        given, kernels, bias = [below], [doubling.phase_kernels()], None
        for field, convolution in over:
            if field is not None and convolution is not None:
                given.append(self.cut(field, convolution.in_channels))
                kernels.append(self.kernel(convolution))
                bias = bias if convolution.bias is None else _each_pixel(convolution.bias)
        return leaky(F.conv2d(torch.cat(given, 1), torch.cat(kernels, 1), bias))

    def convolved(self, cells: Tensor, convolution: nn.Module) -> Tensor:
        """By a 3 x 3 convolution of pixels: (N, I * PIXELS, h, w) -> (N, O * PIXELS, h - 1, w - 1)."""
        assert isinstance(convolution, nn.Conv2d) and convolution.bias is not None
        return F.conv2d(cells, self.kernel(convolution), _each_pixel(convolution.bias))

    def cut(self, field: Tensor, channels: int) -> Tensor:
        """`pixel_unshuffle`, for which ONNX has no operation of this order: (N, C, 2h, 2w) -> (N, C * PIXELS, h, w)."""
        kernel = self.corners.expand(channels, -1, -1, -1, -1).flatten(0, 1)
        return F.conv2d(field, kernel, stride=2, groups=channels)

    def kernel(self, convolution: nn.Conv2d) -> Tensor:
        """That of a 3 x 3 convolution of pixels as one from cells to cells: (O * PIXELS, I * PIXELS, 2, 2).

        Cells that come out lie a pixel further down and right than those that go in: so they see 2 x 2 of them.
        """
        made, given = convolution.out_channels, convolution.in_channels
        kernels = (convolution.weight.reshape(made, given, 9) @ self.spread).reshape(made, given, 2, 2, 2, 2, 2, 2)
        return kernels.permute(0, 2, 3, 1, 5, 7, 4, 6).reshape(made * PIXELS, given * PIXELS, 2, 2)


def _interpolation(channels: int) -> Tensor:
    """Linear interpolation of a picture to twice its size, in cells: (channels * PIXELS, channels, 3, 3)."""
    taps = torch.tensor(DOUBLING_TAPS)
    return torch.einsum("pi,qj,oc->opqcij", taps, taps, torch.eye(channels)).flatten(0, 2)


def _each_pixel(bias: Tensor) -> Tensor:
    """(O,) -> (O * PIXELS,)."""
    return bias.reshape(-1, 1).expand(-1, PIXELS).reshape(-1)
