"""Where models lie on this computer, and which there are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import bpy

from .. import __package__ as base_package
from ..synthesis.errors import TextureError
from ..synthesis.info import ModelInfo
from ..synthesis.model_file import read_info
from . import models
from .preferences import preferences


def user_models(context: bpy.types.Context) -> Path | None:
    """The user's model folder, or None where none is set."""
    folder = preferences(context).model_folder
    return Path(bpy.path.abspath(folder)) if folder else None


def run_folders(context: bpy.types.Context) -> list[Path]:
    """Where fits may lie: in the user's model folder, and with the extension."""
    own = Path(bpy.utils.extension_path_user(base_package, path="runs"))
    user = user_models(context)
    return [own] if user is None else [user, own]


def known_models(context: bpy.types.Context) -> list[tuple[Path, ModelInfo]]:
    """Every readable model that there is, see `models.found`."""
    return models.found(user_models(context), run_folders(context))


def new_run_folder(context: bpy.types.Context) -> Path:
    """Where a new fit goes. Raises: TextureError where the user's model folder is gone."""
    user = user_models(context)
    if user is None:
        return Path(bpy.utils.extension_path_user(base_package, path="runs", create=True))
    if not os.path.isdir(user):  # as Path.is_dir, but False where the folder can't be reached
        raise TextureError(f"the Model Folder {user} is not there: choose another in the preferences")
    return user


def outside(context: bpy.types.Context, model: Path) -> str:
    """The file of a model that no folder of models holds, which has to be noted to find it again; else ""."""
    return "" if model in [path for path, _ in known_models(context)] else str(model)


def candidates(context: bpy.types.Context, model_file: str = "") -> Iterator[tuple[Path, ModelInfo]]:
    """Every model that there is, and those that are known by their file alone."""
    chosen = context.scene.tilewright.model_file
    for file in filter(None, (model_file, chosen)):
        path = Path(bpy.path.abspath(file))
        try:
            yield path, read_info(path)
        except TextureError:
            continue  # it has been moved: another one may do
    yield from known_models(context)
