"""The active material's texture, made again at another size."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_iface as told

from ...synthesis.errors import TextureError
from ...synthesis.model_file import read_info
from ...synthesis.recipe import Recipe, properties
from .. import history, identity, images, mapping, materials
from ..background import why_busy
from ..job import UNNAMED, TextureRequest
from ..model_folders import outside
from ..reasons import TellsWhyNot, why_pinned
from ..recipes import from_properties
from . import recall

SIZES_PX = (1024, 2048, 4096, 8192)
AS_SET = "SET"


def recipe_of(material: bpy.types.Material | None) -> Recipe:
    """How the texture that a material shows was made. Raises: TextureError where it shows none, or does not say."""
    shown = materials.shown_maps(material)
    if not shown:
        raise TextureError("the active material has no texture of Tilewright's: generate one first")
    return from_properties(images.noted(next(iter(shown.values()))))


class TILEWRIGHT_OT_regenerate(TellsWhyNot, recall.Recalls, bpy.types.Operator):
    """Make the active material's texture again at another size: a larger one shows more area and repeats less often"""

    bl_idname = "tilewright.regenerate"
    bl_label = "Regenerate Texture"
    bl_options = {"REGISTER", "UNDO"}

    size: bpy.props.EnumProperty(
        name="Size",
        description="Of the longer side; the shape stays",
        items=(
            *((str(size), f"{size // 1024}K", f"Its longer side becomes {size} px") for size in SIZES_PX),
            (AS_SET, "As Set", "The width and height that are set in the panel"),
        ),
    )
    model: bpy.props.StringProperty(name="Model", subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})
    # Which was active at the click, for the redo panel: another one may be now.
    material: bpy.props.StringProperty(name="Material", options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        return _why_not(context)

    def _read_settings(self, context: bpy.types.Context) -> None:
        if not self.material:
            self._read_active(context)
        material = identity.named(self.material, bpy.data.materials, context.object.active_material)
        self._before = _remade(material)
        path, self._warning = recall.find_model(context, self._before)
        self.model = str(path)
        self._material_uid, self._scene_uid = material.session_uid, context.scene.session_uid

    def _read_active(self, context: bpy.types.Context) -> None:
        self.material = context.object.active_material.name

    def _request(self, context: bpy.types.Context, folder: Path, device: str) -> TextureRequest:
        info, latent = read_info(Path(self.model)), self._before.latent
        height, width = (info.nearest_size(side) for side in self._size(context))
        self._check_packable(height, width)
        size, surface = (height, width), self._before.surface
        request = TextureRequest(Path(self.model), device, latent, folder / UNNAMED, *size, surface=surface)
        return request.named(self._packed)

    def _size(self, context: bpy.types.Context) -> tuple[int, int]:
        if self.size == AS_SET:
            settings = context.scene.tilewright
            return settings.height, settings.width
        before = self._before
        factor = int(self.size) / max(before.height, before.width)
        return round(before.height * factor), round(before.width * factor)

    def _show(self, context: bpy.types.Context, files: Mapping[str, Path], packed: bool) -> None:
        material = materials.asked_for(self._material_uid)
        made = self._job.request.recipe()
        loaded = images.load_images(files, packed, properties(made))
        shown, nodes = materials.shown_maps(material), materials.ours(material)
        if set(shown) != set(loaded):
            materials.wire(material, loaded)  # the model makes other maps than it did
        for name in set(shown) & set(loaded):
            nodes[name].image = loaded[name]
        self._painted = images.let_go(shown.values())
        mapping.repeat(material)
        mapping.fit(material, (self._before.height, self._before.width), (made.height, made.width))
        history.note(self._scene_uid, made, outside(context, self._job.request.model))

    def _end(self, context: bpy.types.Context) -> set[str]:
        ended = super()._end(context)
        if ended == {"FINISHED"} and self._warning:
            self.report({"WARNING"}, self._warning)  # last, where it is seen
        return ended


CLASSES = (TILEWRIGHT_OT_regenerate,)


def _why_not(context: bpy.types.Context) -> str:
    """Why nothing can be made again now, or ""."""
    if why_not := why_busy() or why_pinned(context):
        return why_not
    material = context.object.active_material if context.object else None
    if material and not identity.is_own(material):
        return told("{name} is linked from another file: make it local first").format(name=material.name)
    try:
        _remade(material)
    except TextureError as reason:
        return str(reason)
    return ""


def _remade(material: bpy.types.Material | None) -> Recipe:
    """The recipe to follow again. Raises: TextureError as `recipe_of`, for a loop, and for several in turn."""
    made = recipe_of(material)
    if made.frames > 1:
        raise TextureError("this texture is a loop: set its size in the panel and press Generate Loop")
    if "variation" in materials.ours(material):
        raise TextureError("several textures take turns here: set the size in the panel and press Break Repetition")
    return made
