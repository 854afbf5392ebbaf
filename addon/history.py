"""What was generated in a scene, newest first: saved with the .blend, and undone with the texture."""

from __future__ import annotations

import json

import bpy

from ..synthesis.recipe import Recipe, properties
from . import identity, models
from .recipes import from_json

LONGEST = 50


class TilewrightEntry(bpy.types.PropertyGroup):
    """name: what the list says; made_by: the recipe's properties as JSON; model_file: of a model outside all folders"""

    made_by: bpy.props.StringProperty(name="Made By")
    model_file: bpy.props.StringProperty(name="Model File", subtype="FILE_PATH")

    def recipe(self) -> Recipe:
        """Raises: TextureError where somebody has garbled it."""
        return from_json(self.made_by)


class TilewrightHistory(bpy.types.PropertyGroup):
    entries: bpy.props.CollectionProperty(type=TilewrightEntry)
    active: bpy.props.IntProperty(name="Texture", description="What was last gone back to")


CLASSES = (TilewrightEntry, TilewrightHistory)
IN_SCENE = {"tilewright_history": TilewrightHistory}


def note(scene_uid: int, made: Recipe, model_file: str) -> None:
    """Put a recipe on top, unless the scene is gone; the same one further down goes, and so does what is too old."""
    scene = identity.found(scene_uid, bpy.data.scenes)  # another may be active by now
    if scene is None:
        return
    history = scene.tilewright_history
    made_by = json.dumps(properties(made), sort_keys=True)
    for index in reversed([index for index, entry in enumerate(history.entries) if entry.made_by == made_by]):
        history.entries.remove(index)
    entry = history.entries.add()
    entry.name, entry.made_by, entry.model_file = label(made), made_by, model_file
    history.entries.move(len(history.entries) - 1, 0)
    while len(history.entries) > LONGEST:
        history.entries.remove(len(history.entries) - 1)
    history.active = 0


def label(made: Recipe) -> str:
    """One line that tells a recipe from others: "Planks 7, 1024 x 512"."""
    size = f"{made.width} x {made.height}"
    seed = str(made.latent.seed)
    if made.latent.other_seed is not None:
        seed += f" > {made.latent.other_seed}"
    return f"{models.title(made.model)} {seed}, {size}"
