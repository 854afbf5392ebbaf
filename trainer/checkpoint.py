"""The checkpoint: what a fit keeps on disk, enough to go on or to export."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import torch

from synthesis.errors import TextureError
from synthesis.files import put_in_place

CHECKPOINT = "checkpoint.pt"
SCHEMA = 2


def write_checkpoint(run: Path, content: dict) -> None:
    """Replace RUN/checkpoint.pt, whole or not at all. content: tensors, numbers, texts, lists and dicts only.

    Raises: TextureError where the disk refuses.
    """
    with put_in_place(run / CHECKPOINT) as temporary:
        try:
            torch.save({"schema": SCHEMA, **content}, temporary)
        except RuntimeError as reason:  # torch's word for a full disk
            raise OSError(str(reason).partition("\n")[0]) from None


def read_checkpoint(run: Path) -> dict:
    """Raises: TextureError where there is none, or none that this version reads."""
    path = run / CHECKPOINT
    if not path.is_file():
        raise TextureError(f"there is no {path}: give the folder of a fit (python -m trainer.fit EXEMPLAR --out RUN)")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError, zipfile.BadZipFile):
        raise TextureError(f"{path} is cut off or no checkpoint: learn again") from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise TextureError(f"{path} is no checkpoint of schema {SCHEMA}: learn again")
    return content
