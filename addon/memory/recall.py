"""From the panel's settings to a recipe, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_iface as told

from ...synthesis.errors import TextureError
from ...synthesis.files import texture_name
from ...synthesis.info import ModelInfo
from ...synthesis.model_file import read_info
from ...synthesis.recipe import Recipe, recipe
from .. import models
from ..background import Background, free_file
from ..job import TextureRequest
from ..preferences import known_models
from ..settings import FROM_FILE, MOST_CONTROLS


class Recalls(Background):
    """An operator that takes its settings from something remembered, by a script as by a click."""

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self._read_settings(context)
        except TextureError as reason:
            return self._refuse(reason)
        return super().execute(context)


def noted(context: bpy.types.Context) -> Recipe:
    """The recipe of what the panel would make now. Raises: TextureError where no model is chosen."""
    settings = context.scene.tilewright
    path, info = settings.model_path(), settings.info()
    latent = settings.latent(settings.seed, path)
    return recipe(info, models.digest(path), latent, (settings.height, settings.width), settings.surface())


def made_by(request: TextureRequest) -> Recipe:
    """The recipe of what a request makes. Raises: TextureError where its model is gone."""
    size = request.height, request.width
    info, digest = read_info(request.model), models.digest(request.model)
    return recipe(info, digest, request.latent, size, request.surface, request.frames)


def named(request: TextureRequest, packed: bool, ending: str = "") -> TextureRequest:
    """The request with its file named after what it makes; where it stays a file, it is one that is not there yet.

    Raises: TextureError where its model is gone.
    """
    name = texture_name(read_info(request.model), request.latent.seed, request.height, request.width)
    out = request.out.with_name(f"{name}{ending}.png")
    return replace(request, out=out if packed else free_file(out))


def outside(context: bpy.types.Context, model: Path) -> str:
    """The file of a model that no folder of models holds, which has to be noted to find it again; else ""."""
    return "" if model in [path for path, _ in known_models(context)] else str(model)


def find_model(context: bpy.types.Context, made: Recipe, model_file: str = "") -> tuple[Path, str]:
    """The model of a recipe, and a warning or "". Raises: TextureError where there is none."""
    path, doubtful = models.located(made.model, made.digest, candidates(context, model_file))
    if not doubtful:
        return path, ""
    line = told("The model {name!r} has been learned anew since: the texture is another one")
    return path, line.format(name=made.model)


def set_model(context: bpy.types.Context, path: Path) -> None:
    """Choose a model in the panel."""
    settings = context.scene.tilewright
    if outside(context, path):
        settings.model_file, settings.model = str(path), FROM_FILE
    else:
        settings.model = str(path)


def set_look(context: bpy.types.Context, made: Recipe) -> None:
    """Set size, blend, controls and what is estimated, not the seed; the model must be chosen already."""
    settings, latent = context.scene.tilewright, made.latent
    settings.width, settings.height = made.width, made.height
    settings.blend = latent.turn
    settings.estimates = made.depth is not None
    if made.depth is not None:
        settings.depth = made.depth
    if latent.other_seed is not None:
        settings.other_seed = latent.other_seed
    values = [latent.controls.get(control.name, 0.0) for control in settings.info().controls[:MOST_CONTROLS]]
    settings.controls = values + [0.0] * (MOST_CONTROLS - len(values))


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
