"""Quantiles of samples: rows in order, and as many of them as are asked for."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F


def in_order(values: Tensor) -> Tensor:
    """Every row sorted, without gradient; on a CPU by NumPy, which is three times faster."""
    if values.device.type != "cpu":
        return values.detach().sort(dim=1).values
    return torch.from_numpy(np.sort(values.detach().numpy(), axis=1))


def in_order_with_gradient(values: Tensor) -> Tensor:
    """Every row sorted; on a CPU in NumPy's order, which is found in half the time."""
    if values.device.type != "cpu":
        return values.sort(dim=1).values
    return values.gather(1, torch.from_numpy(np.argsort(values.detach().numpy(), axis=1)))


def as_many(quantiles: Tensor, count: int) -> Tensor:
    """(projections, n) in order -> (projections, count): means of several, or between neighbours."""
    if quantiles.shape[1] == count:
        return quantiles
    if quantiles.shape[1] > count:
        return F.interpolate(quantiles[None], size=count, mode="area")[0]
    return F.interpolate(quantiles[None], size=count, mode="linear", align_corners=False)[0]
