"""Where to compute."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from synthesis.arguments import note
from synthesis.errors import TextureError


def chosen_device(name: str) -> torch.device:
    """ "auto" takes CUDA where it works. Raises: TextureError where it was asked for in vain."""
    if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if not (trouble := _cuda_trouble()):
        return torch.device("cuda")
    if name == "cuda":
        raise TextureError(f"CUDA was asked for, but {trouble}: choose --device auto or cpu")
    note(f"learning on the CPU, as {trouble}")
    return torch.device("cpu")


def _cuda_trouble() -> str:
    """What keeps CUDA from convolving; "" where nothing does. A device that is seen may be too old, or full."""
    if not torch.cuda.is_available():
        return "this PyTorch sees no CUDA device"
    try:
        F.conv2d(torch.ones(1, 1, 8, 8, device="cuda"), torch.ones(1, 1, 3, 3, device="cuda")).sum().item()
    except RuntimeError as reason:
        return f"the CUDA device fails ({str(reason).strip().splitlines()[0]})"
    return ""
