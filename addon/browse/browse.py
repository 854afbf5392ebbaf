"""Operators for looking through seeds: use one, mark a favorite, show more, make the thumbnails again."""

from __future__ import annotations

from pathlib import Path

import bpy

from ... import __package__ as base_package
from ...synthesis.errors import TextureError
from ...synthesis.noise import LARGEST_SEED
from .. import json_files, models, refusals
from ..background import redraw_sidebars
from ..job import TextureRequest
from ..operators import Generates
from . import browsing, contact_sheets


def favorite_seeds(model: Path) -> list[int]:
    """The favorite seeds of a model, upwards. Raises: TextureError where the file of favorites can't be read."""
    return browsing.favorites(json_files.read(_favorites_file()), models.digest(model))


class TILEWRIGHT_OT_use_seed(Generates, bpy.types.Operator):
    """Take this seed and generate its texture for the active material, at the size that is set"""

    bl_idname = "tilewright.use_seed"
    bl_label = "Use Seed"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}
    may_be_new = False  # to look through seeds takes one material

    def _read_settings(self, context: bpy.types.Context) -> None:
        context.scene.tilewright.seed = self.seed
        super()._read_settings(context)

    def _request(self, context: bpy.types.Context, folder: Path, device: str) -> TextureRequest:
        context.scene.tilewright.seed = self.seed  # again, since the redo panel comes without the settings
        return super()._request(context, folder, device)


class TILEWRIGHT_OT_toggle_favorite(bpy.types.Operator):
    """Mark this seed as a favorite of the model, or unmark it; favorites are kept for all files"""

    bl_idname = "tilewright.toggle_favorite"
    bl_label = "Favorite"
    bl_options = {"INTERNAL"}

    seed: bpy.props.IntProperty(name="Seed", description="Every seed is another texture", min=0, max=LARGEST_SEED)

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.tilewright
        try:
            digest, info = models.digest(settings.model_path()), settings.info()
            content = json_files.read(_favorites_file())
            content = browsing.with_favorite_toggled(content, digest, info.name, self.seed)
            json_files.write(_favorites_file(), content)
        except TextureError as reason:
            self.report({"ERROR"}, refusals.shown(reason))
            return {"CANCELLED"}
        redraw_sidebars(context)
        return {"FINISHED"}


class _ChangesSheet:
    """What operators on the contact sheet of the chosen model share."""

    bl_options = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self._change(context, contact_sheets.sheet(context))
        except TextureError as reason:
            self.report({"ERROR"}, refusals.shown(reason))
            return {"CANCELLED"}
        redraw_sidebars(context)
        return {"FINISHED"}

    def _change(self, context: bpy.types.Context, sheet: browsing.Sheet) -> None:
        raise NotImplementedError


class TILEWRIGHT_OT_more_seeds(_ChangesSheet, bpy.types.Operator):
    """Show thumbnails of more seeds"""

    bl_idname = "tilewright.more_seeds"
    bl_label = "More Seeds"

    def _change(self, _context: bpy.types.Context, sheet: browsing.Sheet) -> None:
        sheet.add_page()


class TILEWRIGHT_OT_refresh_seeds(_ChangesSheet, bpy.types.Operator):
    """Make the thumbnails again, as blend and sliders are set now"""

    bl_idname = "tilewright.refresh_seeds"
    bl_label = "Refresh Seeds"

    def _change(self, context: bpy.types.Context, sheet: browsing.Sheet) -> None:
        contact_sheets.begin_again(context, sheet)


CLASSES = (
    TILEWRIGHT_OT_use_seed,
    TILEWRIGHT_OT_toggle_favorite,
    TILEWRIGHT_OT_more_seeds,
    TILEWRIGHT_OT_refresh_seeds,
)


def attach() -> None:
    bpy.types.WindowManager.tilewright_only_favorites = bpy.props.BoolProperty(
        name="Favorites", description="Show only the seeds that are marked as favorites"
    )


def detach() -> None:
    if hasattr(bpy.types.WindowManager, "tilewright_only_favorites"):
        del bpy.types.WindowManager.tilewright_only_favorites


def _favorites_file() -> Path:
    return Path(bpy.utils.extension_path_user(base_package)) / "favorites.json"
