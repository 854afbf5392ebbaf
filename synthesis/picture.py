"""A picture to be edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Picture:
    """maps: name -> (height, width, channels) float32 in 0..1; opaque: (height, width), or None where all is."""

    maps: Mapping[str, NDArray[np.float32]]
    opaque: NDArray[np.bool_] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        height, width = next(iter(self.maps.values())).shape[:2]
        return height, width
