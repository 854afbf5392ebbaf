"""What is natural: an exemplar's own samples, and how far as many samples of its crops are from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from synthesis.windows import Rect

from .config import FitConfig, Stage
from .discriminator import Taps, pyramid
from .draws import draws
from .samples import Profile, Samples, pooled, samples

ROUNDS = 3  # of crops that tell how far crops are
SMALLEST_UNIT = 1e-3  # what all crops share exactly, as one colour, counts no more than this
SMALLEST_SQUARE = 1e-4  # of a distance: the slope of its root has no end at 0
KEPT = 256  # samples a set of a crop that are kept for later ones
PROFILES = 64  # of the whole exemplar at one size: directions enough, and none has to be drawn and sorted at every step

CropOf = Callable[[Stage, torch.Generator], tuple[Tensor, Rect]]  # as `Crops.real`


class TextureDistance:
    """Tells how far made crops are from the exemplar, in units of how far its own crops are: 1 is as good as nature.

    A set of samples that all crops of a texture share, like fine grain, thus counts as much as one of which a crop
    shows little, like the coarsest features, whose distance is mostly chance. Crops made lately are counted with a new
    one: what one crop lacks another may show, so that textures may vary, and chance is less.
    These are distances, not their squares, by which the set that is farthest would drown all others: where an exemplar
    is smooth, a generator would do best to paint one colour, without any grain.
    """

    def __init__(self, config: FitConfig, pictures: Mapping[int, Tensor], taps: Mapping[int, Taps], crop: CropOf):
        self._config, self._pictures, self._taps, self._crop = config, pictures, taps, crop
        self._seen: dict[int, list[Tensor]] = {}
        self._units: dict[tuple[int, int], Tensor] = {}
        self._profiles: dict[int, dict[int, Profile]] = {}  # picture size -> of the exemplar, as asked for
        self._stage_px = 0
        self._lately: dict[int, list[Samples]] = {}  # picture size -> of crops made in the present stage

    def distances(
        self, stage: Stage, halvings: int, made: Sequence[Tensor], rng: torch.Generator,
        likeness: Sequence[Tensor] | None = None, hole: Tensor | None = None, remember: bool = False,
    ) -> Tensor:  # fmt: skip
        """Of every set of samples, (sets,).

        made: taps of a crop of the stage, after so many halvings; hole: (1, 1, h, w) bool, where it is judged;
        likeness: taps of what it should be like, if not like the whole exemplar; remember: whether it is a free one,
        to be counted together with others.
        """
        px, config = stage.image_px * 2**halvings, self._config
        now = samples(made, config.samples, rng, hole)
        past = self._past(stage, px) if remember else []
        real = self._profile(px, rng) if likeness is None else self._profile_of(likeness, rng)
        apart = real.distances(pooled([now, *past]))
        unit = self._unit(stage, halvings)[int(bool(past))]
        if remember:
            past.append(_kept(now))
            del past[: max(0, len(past) - config.crops_remembered)]
        return (apart / unit + SMALLEST_SQUARE).sqrt()

    def remembered(self) -> tuple[int, dict[int, list[Samples]]]:
        """For `recall`, which goes on as if nothing had happened."""
        return self._stage_px, {px: list(crops) for px, crops in self._lately.items()}

    def recall(self, remembered: tuple[int, dict[int, list[Samples]]]) -> None:
        stage_px, lately = remembered
        self._stage_px, self._lately = stage_px, {}
        for px, crops in lately.items():  # a checkpoint is read to the CPU
            device = self._pictures[px].device
            self._lately[px] = [[one.to(device) for one in crop] for crop in crops]

    def _past(self, stage: Stage, px: int) -> list[Samples]:
        """What was made lately in this stage; in a new one, what is kept for a while begins anew."""
        if stage.image_px != self._stage_px:
            self._lately, self._profiles, self._stage_px = {}, {}, stage.image_px
        return self._lately.setdefault(px, [])

    @torch.no_grad()
    def _profile(self, px: int, rng: torch.Generator) -> Profile:
        """One of the whole exemplar's, which depends on its number alone: a resumed fit equals an unbroken one."""
        index, kept = int(torch.randint(PROFILES, (), generator=rng)), self._profiles.setdefault(px, {})
        if index not in kept:
            own = draws(self._config.seed, index)
            kept[index] = self._profile_of(self._exemplar(px), own)
        return kept[index]

    def _profile_of(self, real: Sequence[Tensor], rng: torch.Generator) -> Profile:
        return Profile(samples(real, 2 * self._config.samples, rng), self._config.slices, rng)

    def _exemplar(self, px: int) -> list[Tensor]:
        if px not in self._seen:
            self._seen[px] = self._taps[px](self._pictures[px])
        return self._seen[px]

    @torch.no_grad()
    def _unit(self, stage: Stage, halvings: int) -> Tensor:
        """Mean distances of the exemplar's crops, of one and of several that are counted together: (2, sets)."""
        key = stage.image_px, halvings
        if key not in self._units:
            rng = torch.Generator().manual_seed(self._config.seed)
            rounds = [self._round(stage, halvings, rng) for _ in range(ROUNDS)]
            self._units[key] = torch.stack(rounds).mean(dim=0).clamp(min=SMALLEST_UNIT)
        return self._units[key]

    def _round(self, stage: Stage, halvings: int, rng: torch.Generator) -> Tensor:
        config, px = self._config, stage.image_px * 2**halvings
        crops = [pyramid(self._crop(stage, rng)[0], halvings + 1)[halvings] for _ in range(1 + config.crops_remembered)]
        every = [samples(self._taps[px](crop), config.samples, rng) for crop in crops]
        together = pooled([every[0], *map(_kept, every[1:])])
        return torch.stack([self._profile(px, rng).distances(made) for made in (every[0], together)])


def _kept(drawn: Samples) -> Samples:
    """Some of a crop's samples, which are drawn at random: copies, so that the rest is let go."""
    return [one[:, :KEPT].detach().clone() for one in drawn]
