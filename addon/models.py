"""Which models there are; knows nothing of Blender."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..synthesis.errors import TextureError
from ..synthesis.info import ModelInfo
from ..synthesis.model_file import read_info

SHIPPED = Path(__file__).parent.parent / "models"


def found(user_folder: Path | None, run_folders: Iterable[Path] = ()) -> list[tuple[Path, ModelInfo]]:
    """Every readable model, those that are shipped first, each folder by file name.

    run_folders: hold a folder for every fit, as trainer.fit writes it.
    """
    folders = [SHIPPED] if user_folder is None else [SHIPPED, user_folder]
    paths = [path for folder in folders for path in sorted(folder.glob("*.onnx"))]
    paths += [path for folder in dict.fromkeys(run_folders) for path in sorted(folder.glob("*/model.onnx"))]
    models = []
    for path in paths:
        try:
            models.append((path, read_info(path)))
        except TextureError:
            continue  # a picker offers what works; choosing the file itself tells what is wrong with it
    return models
