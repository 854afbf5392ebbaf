"""Where to compute."""

from __future__ import annotations

import torch

from synthesis.errors import TextureError


def chosen_device(name: str) -> torch.device:
    """ "auto" takes CUDA where there is one. Raises: TextureError where it was asked for in vain."""
    if name == "cuda" and not torch.cuda.is_available():
        raise TextureError("CUDA was asked for, but this PyTorch sees no CUDA device: choose --device auto or cpu")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")
