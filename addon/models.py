"""Which models there are; knows nothing of Blender."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..synthesis.errors import TextureError
from ..synthesis.info import ModelInfo
from ..synthesis.model_file import digest, read_info
from ..synthesis.run_folder import MODEL
from . import identity

SHIPPED = Path(__file__).parent.parent / "models"


def title(name: str) -> str:
    """How a model's name is shown: its words with capitals; those that it has stay."""
    return " ".join(word[:1].upper() + word[1:] for word in name.replace("_", " ").split())


def found(user_folder: Path | None, run_folders: Iterable[Path] = ()) -> list[tuple[Path, ModelInfo]]:
    """Every readable model, those that are shipped first, each folder by file name.

    run_folders: hold a folder for every fit, as trainer.fit writes it.
    """
    folders = [SHIPPED] if user_folder is None else [SHIPPED, user_folder]
    paths = [path for folder in folders for path in held(folder, "*.onnx")]
    paths += [path for folder in dict.fromkeys(run_folders) for path in held(folder, f"*/{MODEL}")]
    models = []
    for path in paths:
        try:
            models.append((path, read_info(path)))
        except TextureError:
            continue  # a picker offers what works; choosing the file itself tells what is wrong with it
    return models


def held(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder that fit a pattern, by name; none where the folder can't be reached."""
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def numbers(paths: Iterable[Path]) -> list[int]:
    """By which a setting keeps one of these models: the same on other computers, where their folders lie elsewhere.

    Each has one of its own, so that a new file does not move the choice to its neighbour; 0, which is what an untouched
    setting holds, is the first one's.
    """
    taken: list[int] = []
    for path in paths:
        short = f"{path.parent.name}/{path.name}" if path.name == MODEL else path.name
        number, alone = (identity.number(text) for text in (short, str(path)))
        taken.append(0 if not taken else alone if number in taken else number)
    return taken


def located(name: str, wanted_digest: str, models: Iterable[tuple[Path, ModelInfo]]) -> tuple[Path, bool]:
    """The model that made something, and whether it may be another one that has only the name in common.

    name: as its file says, or what the file is called; wanted_digest: "" where it was not noted.
    Raises: TextureError where there is none.
    """
    known = list(models)
    named = [path for path, info in known if name in (info.name, path.stem)]
    for path in (*named, *(path for path, _ in known if path not in named)):
        if digest(path) == wanted_digest:
            return path, False
    if not named:
        raise TextureError(f"there is no model {name!r} here: put its file into the model folder of the preferences")
    return named[0], bool(wanted_digest)
