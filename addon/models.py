"""Which models there are; knows nothing of Blender."""

from __future__ import annotations

from pathlib import Path

from ..synthesis.errors import TextureError
from ..synthesis.info import ModelInfo
from ..synthesis.model_file import read_info

SHIPPED = Path(__file__).parent.parent / "models"


def found(user_folder: Path | None) -> list[tuple[Path, ModelInfo]]:
    """Every readable model, those that are shipped first, each folder by file name."""
    folders = [SHIPPED] if user_folder is None else [SHIPPED, user_folder]
    models = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.onnx"))):
        try:
            models.append((path, read_info(path)))
        except TextureError:
            continue  # a picker offers what works; choosing the file itself tells what is wrong with it
    return models
