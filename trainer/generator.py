"""The generator: noise fields and a guide in, all maps of a material out, without any padding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from synthesis.guide import ROUGH, pixels_a_cell
from synthesis.regularity import IRREGULAR, Regularity

from .tone import Tone

FIELD_MARGIN_CELLS = (
    4  # every level: two 3 x 3 convolutions eat 2 cells, what is left becomes 4 cells of the next level
)

# How much of its two cells each of the three taps sees, for both output phases: linear interpolation between the cells
TAPS_OF_PHASES = (((1.0, 0.75, 0.25), (0.0, 0.25, 0.75)), ((0.75, 0.25, 0.0), (0.25, 0.75, 1.0)))
OUTER_START = 0.3  # how strong the taps around the centre begin, of what they would without it


@dataclass(frozen=True)
class LevelConfig:
    """One level of the pyramid: `cell_px` pixels per cell, `noise` field channels, `features` output channels."""

    cell_px: int
    noise: int
    features: int


@dataclass(frozen=True)
class GeneratorConfig:
    """Shape of a generator; stored in the checkpoint and enough to build the network again."""

    channels_a_map: tuple[int, ...] = (3,)
    guided: bool = False
    levels: tuple[LevelConfig, ...] = field(
        default=(
            LevelConfig(32, 16, 128),
            LevelConfig(16, 8, 128),
            LevelConfig(8, 8, 96),
            LevelConfig(4, 4, 64),
            LevelConfig(2, 4, 48),
        )
    )
    pixel_noise: int = 2  # field channels at full size: the finest grain
    pixel_features: int = 24  # channels at full size, where a channel costs most
    image_cells_px: tuple[int, ...] = (8, 4, 2)  # levels that paint a coarse picture, refined by the finer ones
    regularity: Regularity = IRREGULAR  # its channels follow those of noise
    silent_px: int = 0  # noise of cells of this size and larger is not heard; 0: all is

    def is_silent(self, cell_px: int) -> bool:
        """Whether noise of cells of this size, that along lines apart, is not heard."""
        return 0 < self.silent_px <= cell_px

    @property
    def maps_channels(self) -> int:
        """Of the picture, all maps together."""
        return sum(self.channels_a_map)

    @property
    def fields(self) -> tuple[tuple[int, int], ...]:
        """(pixels per cell, channels) of every noise field, coarsest first, down to single pixels."""
        return (*((level.cell_px, level.noise) for level in self.levels), (1, self.pixel_noise))

    @property
    def guide_channels(self) -> int:
        """One for each of the picture's and one mask for each map; 0 without a guide."""
        return self.maps_channels + len(self.channels_a_map) if self.guided else 0

    @classmethod
    def from_dict(cls, stored: dict) -> GeneratorConfig:
        """The inverse of `dataclasses.asdict`."""
        levels = tuple(LevelConfig(**level) for level in stored["levels"])
        tuples = {key: tuple(stored[key]) for key in ("channels_a_map", "image_cells_px")}
        regularity = Regularity.restored(stored.get("regularity", {}))
        return cls(**{**stored, "levels": levels, **tuples, "regularity": regularity})


class Generator(nn.Module):
    """A fully convolutional generator whose picture is the sum of a coarse one and ever finer details.

    Source: noise pyramid after Ulyanov et al. 2016 (arXiv:1603.03417); the sum of pictures after StyleGAN2's
    output skips (Karras et al. 2020, arXiv:1912.04958); here every convolution is valid, so that a pixel
    depends on the fields in its receptive field alone.
    A guide is added at every level by a convolution without bias: where it is zero, nothing is known and the
    generator is free, so generating and editing are one function. At full size the picture is what the generator
    expects, and it is corrected towards the guide's pixels by a gain in 0..1 that the generator chooses: as a Wiener
    or Kalman filter weighs expectation against measurement (Kalman 1960, doi:10.1115/1.3662552).
    """

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.config = config
        self.blocks = nn.ModuleList()
        self.paint = nn.ModuleDict()
        below = 0
        finer = (*(level.features for level in config.levels[1:]), config.pixel_features)
        for level, handed_on in zip(config.levels, finer, strict=True):
            seen = config.guide_channels * pixels_a_cell(level.cell_px)
            order = config.regularity.channels(level.cell_px)
            self.blocks.append(Block(below, level, level.noise + order, handed_on, seen))
            if level.cell_px in config.image_cells_px:
                self.paint[str(level.cell_px)] = nn.Conv2d(handed_on, config.maps_channels, 1)
            below = handed_on
        self.full = DoublingConv(below, config.pixel_features)
        self.full_noise = nn.Conv2d(config.pixel_noise, config.pixel_features, 3, bias=False)
        self.full_guide = _guide_conv(config.guide_channels, config.pixel_features)
        self.paint["1"] = nn.Conv2d(config.pixel_features, config.maps_channels, 3)
        self.tone = Tone(config.maps_channels)
        self.gain = nn.Conv2d(config.pixel_features, config.maps_channels, 3) if config.guided else None
        self.apply(_initialise)
        self.silence()

    @torch.no_grad()
    def silence(self) -> None:
        """Let noise that is not to be heard weigh nothing; it stays so where it is 0 while the generator learns."""
        for level, block in zip(self.config.levels, self.blocks, strict=True):
            if self.config.is_silent(level.cell_px):
                assert isinstance(block, Block)
                block.noise.weight[:, : level.noise] = 0

    @torch.no_grad()
    def start_at(self, mean: Tensor) -> None:
        """Let an untrained generator paint about the exemplar's mean, (maps_channels,) in 0..1; details add little."""
        for name, convolution in self.paint.items():
            assert isinstance(convolution, nn.Conv2d) and convolution.bias is not None
            convolution.weight.mul_(0.1)
            if name == str(max(self.config.image_cells_px)):
                convolution.bias.copy_(torch.logit(mean.clamp(0.02, 0.98)))
        if self.gain is not None:
            self.gain.weight.mul_(0.1)

    def forward(self, fields: Sequence[Tensor], guide: Sequence[Tensor] | None = None, image_px: int = 1) -> Tensor:
        """Maps in 0..1 of a window.

        fields: as GeneratorConfig.fields and regularity, (N, channels, h / cell_px + 8, w / cell_px + 8) each.
        guide: likewise with guide_channels channels (times `pixels_a_cell`), and a last one for single pixels,
            (N, ., h + 8, w + 8); None where nothing is known.
        image_px: 1 for the full texture; 8, 4 or 2 for the coarse picture of that cell size, which needs
            only the fields down to that level.
        Returns (N, maps_channels, h / image_px, w / image_px).
        """
        features, image = self.pyramid(fields, guide, image_px)
        if image_px > 1:
            return torch.sigmoid(trimmed(image, FIELD_MARGIN_CELLS // 2))
        seen = None if guide is None else guide[-1]
        features = leaky(_guided(self.full(features) + self.full_noise(fields[-1]), self.full_guide, seen))
        image = _added(image, self.paint["1"](features))
        expected = self.tone(torch.sigmoid(trimmed(image, FIELD_MARGIN_CELLS // 2)))
        if self.gain is None or seen is None:
            return expected
        return self.corrected(expected, torch.sigmoid(trimmed(self.gain(features), FIELD_MARGIN_CELLS // 2)), seen)

    def pyramid(
        self, fields: Sequence[Tensor], guide: Sequence[Tensor] | None, image_px: int = 1
    ) -> tuple[Tensor, Tensor]:
        """The features and the picture, before its sigmoid, of the level of `image_px`; of the finest one for 1.

        fields, guide: as for `forward`; those of single pixels are not looked at. What returns has
        FIELD_MARGIN_CELLS // 2 cells of margin.
        """
        features, image = None, None
        known = [None] * len(self.blocks) if guide is None else guide
        for level, block, noise, seen in zip(self.config.levels, self.blocks, fields, known, strict=False):
            features = block(features, noise, seen)
            if level.cell_px in self.config.image_cells_px:
                image = _added(image, self.paint[str(level.cell_px)](features))
            if level.cell_px == image_px:
                break
        assert features is not None and image is not None, "every size asked for paints"
        return features, image

    def corrected(self, expected: Tensor, gain: Tensor, seen: Tensor) -> Tensor:
        """The picture moved towards what the guide's single pixels say, by the gain: both (N, maps_channels, h, w)."""
        maps, masks = self.config.maps_channels, len(self.config.channels_a_map)
        values, known = trimmed(seen, FIELD_MARGIN_CELLS).split((maps, masks), 1)
        of_map = [index for index, count in enumerate(self.config.channels_a_map) for _ in range(count)]
        sure = (known / ROUGH).clamp(max=1)[:, of_map]
        return expected + gain * (values - sure * (expected - 0.5))


class Block(nn.Module):
    """One level: two 3 x 3 convolutions over its noise field, guide and the doubled features of the level below.

    Features are kept at unit length per cell (pixel normalisation, Karras et al. 2018, arXiv:1710.10196), but
    not at 2 px and finer, where it costs time and gains nothing.
    """

    def __init__(
        self, channels_below: int, level: LevelConfig, noise_channels: int, channels_out: int, guide_channels: int
    ) -> None:
        super().__init__()
        self.noise = nn.Conv2d(noise_channels, level.features, 3)
        self.guide = _guide_conv(guide_channels, level.features)
        self.below = DoublingConv(channels_below, level.features) if channels_below else None
        self.second = nn.Conv2d(level.features, channels_out, 3)
        self.normalised = level.cell_px > 2

    def forward(self, below: Tensor | None, noise: Tensor, guide: Tensor | None) -> Tensor:
        x = _guided(self.noise(noise), self.guide, guide)
        if self.below is not None:
            x = x + self.below(below)
        return self.finished(leaky(x))

    def finished(self, x: Tensor) -> Tensor:
        """What is handed on, from the activated sum of the convolutions over noise, guide and features below."""
        return self._normal(leaky(self.second(self._normal(x))))

    def _normal(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt((x * x).mean(dim=1, keepdim=True) + 1e-6) if self.normalised else x


class DoublingConv(nn.Module):
    """A valid 3 x 3 convolution of the features doubled in size by linear interpolation.

    Computed at the small size: each of the four output phases meets 2 x 2 cells, so four 2 x 2 kernels, sums of the
    3 x 3 one, do it with 16 instead of 36 multiplications. Where an outer tap would need a third cell, it takes the
    nearer of the two.
    Interpolating then convolving, and not a free 2 x 2 kernel a phase, is what keeps checkerboards away
    (Odena et al. 2016, https://distill.pub/2016/deconv-checkerboard). It begins near an interpolation alone: what
    begins as doubled squares keeps square outlines for long.
    """

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(channels_out, channels_in, 3, 3))
        self.register_buffer("phases", torch.tensor(TAPS_OF_PHASES), persistent=False)
        centre = torch.empty(channels_out, channels_in, 1, 1)
        nn.init.kaiming_normal_(centre, a=0.2)
        nn.init.kaiming_normal_(self.weight, a=0.2)
        with torch.no_grad():
            self.weight.mul_(OUTER_START)
            self.weight[:, :, 1:2, 1:2] += centre

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) -> (N, channels_out, 2h - 2, 2w - 2)."""
        return F.pixel_shuffle(F.conv2d(x, self.phase_kernels()), 2)

    def phase_kernels(self) -> Tensor:
        """(4 * channels_out, C, 2, 2), in the order that pixel_shuffle expects."""
        return torch.einsum("pai,qbj,ocij->opqcab", self.phases, self.phases, self.weight).flatten(0, 2)


def _guide_conv(guide_channels: int, features: int) -> nn.Conv2d | None:
    return nn.Conv2d(guide_channels, features, 3, bias=False) if guide_channels else None


def _guided(x: Tensor, convolution: nn.Conv2d | None, guide: Tensor | None) -> Tensor:
    return x if convolution is None or guide is None else x + convolution(guide)


def leaky(x: Tensor) -> Tensor:
    return F.leaky_relu(x, 0.2)


def trimmed(x: Tensor, cells: int) -> Tensor:
    return x[:, :, cells:-cells, cells:-cells]


def _added(coarse: Tensor | None, detail: Tensor) -> Tensor:
    """The detail, plus the coarse picture doubled smoothly; both have 2 cells of margin.

    Doubling makes 4 cells of them; the outermost, which bilinear sampling would need to pad, is trimmed away.
    """
    if coarse is None:
        return detail
    doubled = F.interpolate(coarse, scale_factor=2.0, mode="bilinear", align_corners=False)
    return detail + trimmed(doubled, FIELD_MARGIN_CELLS // 2)


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, a=0.2)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
