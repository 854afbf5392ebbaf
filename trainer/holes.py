"""Where a crop with holes is judged."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def inside(hole: Tensor | None, field: Tensor) -> Tensor:
    """Which positions of a field over a crop are mostly in the hole, or as much as any is in a thin one; flat.

    hole: (1, 1, h, w) bool, or None for everywhere; field: (N, C, rows, columns).
    """
    if hole is None:
        return torch.ones(field[:, 0].numel(), dtype=torch.bool, device=field.device)
    shares = F.interpolate(hole.to(field), size=field.shape[2:], mode="area").expand(len(field), -1, -1, -1)
    return (shares > (shares.max() / 2).clamp(max=0.5)).flatten()
