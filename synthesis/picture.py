"""A picture to be edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LEAST_ALPHA = 0.99  # of what is opaque: scaling and 8 bits leave a little less than 1


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


def is_opaque(alpha: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where alpha, in 0..1, is that of what is opaque."""
    return alpha >= np.float32(_LEAST_ALPHA)
