"""Random draws of a fit, which depend on its seed and a number alone, so that a resumed fit equals an unbroken one."""

from __future__ import annotations

import numpy as np
import torch


def draws(seed: int, number: int) -> torch.Generator:
    """On the CPU; other seeds and other numbers draw otherwise.

    PyTorch's generator heeds the lower 32 bits of its seed alone, so both are mixed into these.
    """
    mixed = np.random.SeedSequence((seed, number)).generate_state(1)
    return torch.Generator().manual_seed(int(mixed[0]))
