"""Which seeds of a model are looked through, and which are favorites; knows nothing of Blender."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...synthesis.latent import Latent
from ...synthesis.noise import LARGEST_SEED

PAGE = 9


@dataclass(eq=False)
class Sheet:
    """A contact sheet: thumbnails of one model's best and first seeds, and of its favorites.

    best: as the model names them, shown first; look: the blend and the controls that all its thumbnails are made with,
    whatever its seed; icons: of the thumbnails that are made, by seed; error: why no more can be made, or "".
    """

    model: Path
    look: Latent
    best: tuple[int, ...] = ()
    count: int = PAGE
    icons: dict[int, int] = field(default_factory=dict)
    error: str = ""

    def seeds(self) -> list[int]:
        """The seeds on it, in the order in which they are shown."""
        others = (seed for seed in itertools.count() if seed not in self.best)
        return list(itertools.islice(itertools.chain(self.best, others), self.count))

    def add_page(self) -> None:
        """Show some more seeds."""
        self.count += PAGE

    def missing(self, seeds: Sequence[int]) -> list[int]:
        """Which of these have no thumbnail yet."""
        return [seed for seed in seeds if seed not in self.icons]


def favorites(content: Mapping[str, Any], digest: str) -> list[int]:
    """The favorite seeds of a model, upwards; content: of the file of favorites, by the digest of the model."""
    noted = content.get(digest, {})
    seeds = noted.get("seeds", []) if isinstance(noted, dict) else []
    return sorted({seed for seed in seeds if isinstance(seed, int) and 0 <= seed <= LARGEST_SEED})


def with_favorite_toggled(content: Mapping[str, Any], digest: str, name: str, seed: int) -> dict[str, Any]:
    """The content in which a seed is a favorite if it was none, and none if it was; name: of the model, for readers."""
    seeds = set(favorites(content, digest)) ^ {seed}
    others = {key: value for key, value in content.items() if key != digest}
    return others | ({digest: {"model": name, "seeds": sorted(seeds)}} if seeds else {})
