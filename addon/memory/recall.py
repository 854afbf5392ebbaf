"""From the panel's settings to a recipe, and back."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy.app.translations import pgettext_iface as told

from ...synthesis.recipe import Recipe, recipe
from .. import models
from ..background import Background
from ..model_folders import candidates, outside
from ..settings import FROM_FILE, MOST_CONTROLS


class Recalls(Background):
    """An operator that takes its settings from something remembered, by a script as by a click."""

    def _complete_settings(self, context: bpy.types.Context) -> None:
        self._read_settings(context)


def noted(context: bpy.types.Context) -> Recipe:
    """The recipe of what the panel would make now. Raises: TextureError where no model is chosen."""
    settings = context.scene.tilewright
    path, info = settings.model_path(), settings.info()
    latent = settings.latent(settings.seed, path)
    return recipe(info, models.digest(path), latent, (settings.height, settings.width), settings.surface())


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
