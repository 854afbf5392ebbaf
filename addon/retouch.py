"""Operators that make an open image anew: fill, make tileable, clean up, draw in a texture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_iface as told

from ..synthesis import edits
from ..synthesis.errors import TextureError
from ..synthesis.maps import MAP_KINDS
from ..synthesis.model_file import read_info
from ..synthesis.noise import LARGEST_SEED
from ..synthesis.recipe import origin
from . import identity, images, materials, models
from .background import why_busy
from .job import Asks, EditRequest, Job
from .new_files import file_made_from
from .on_image import OnImage, naming_left, open_image, why_not_editable
from .pixels import MASK
from .reasons import TellsWhyNot
from .settings import STRENGTH


class _Retouch(OnImage):
    """Takes the open image, shows the result in its place, and remembers both."""

    redraws = False  # whether what it makes is the model's texture, rather than the image's own

    model: bpy.props.StringProperty(name="Model", subtype="FILE_PATH", options={"HIDDEN"})
    seed: bpy.props.IntProperty(name="Seed", description="Every seed is another result", min=0, max=LARGEST_SEED)

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        return _why_not(context)

    def _read_settings(self, context: bpy.types.Context) -> None:
        settings = context.scene.tilewright
        self.seed, self.model = settings.seed, str(settings.model_path())
        self._read_active(context)

    def _new_job(self, context: bpy.types.Context, folder: Path, device: str) -> Job:
        source = self._chosen(context)
        self._source = source.name
        beside = {name: one for name, one in materials.maps_beside(source).items() if images.is_single(one)}
        self._uids = identity.uids(beside)  # of any size: what is made takes their place, so that all fits together
        self._others = sorted(one.name for one in materials.images_beside(source) - {*beside.values()})
        wanted = images.as_large(beside, source) | self._mask(context)
        job = Job(self._edit_request(context, folder, device, beside, tuple(wanted)))
        self._read(job, wanted)
        return job

    def _edit_request(
        self,
        context: bpy.types.Context,
        folder: Path,
        device: str,
        beside: Mapping[str, bpy.types.Image],
        awaited: tuple[str, ...],
    ) -> EditRequest:
        settings = context.scene.tilewright
        latent = settings.latent(self.seed, Path(self.model))
        info = read_info(Path(self.model))
        self._of_model = origin(info, models.digest(Path(self.model)))
        own = [name for name, image in beside.items() if images.noted(image).get("model") == info.name]
        surface = settings.surface(beside=own)  # what this model does not make, but made: estimated
        out = file_made_from(beside["base_color"].name, f"{self.suffix}_{self.seed}", folder)
        return EditRequest(Path(self.model), device, latent, out, awaited, self._asked(), surface=surface)

    def _mask(self, _context: bpy.types.Context) -> dict[str, bpy.types.Image]:
        """The mask by its name, or nothing. Raises: TextureError."""
        return {}

    def _asked(self) -> Asks:
        """What is asked of the model; called on the worker thread, so it holds no Blender data."""
        raise NotImplementedError

    def _show(self, _context: bpy.types.Context, files: Mapping[str, Path], packed: bool) -> None:
        if identity.found(self._uids["base_color"], bpy.data.images) is None:
            raise TextureError(f"the image {self._source!r} is gone: nothing was changed")
        made_by = {"job": self.suffix, "seed": self.seed, "edited_by": self._of_model["model"]}
        loaded = images.load_images(files, packed, made_by)
        for name, made in loaded.items():
            before = identity.found(self._uids.get(name), bpy.data.images)
            images.note(made, self._of_model if before is None or self.redraws else images.origin(before))
            if before is None:
                images.keep_with(loaded["base_color"], name, made)  # a map that the original has not
            else:
                images.remember(before, made)
                if not self.redraws:
                    images.encode_as(before, made)
                images.swap(before, made)

    def _told(self, files: Mapping[str, Path]) -> str:
        left = [*(told(MAP_KINDS[name].label) for name in self._uids if name not in files), *self._others]
        return naming_left(super()._told(files), left)


class TILEWRIGHT_OT_fill(_Retouch, bpy.types.Operator):
    """Fill what the mask covers, or what is transparent; all other pixels stay as they are"""

    bl_idname = "tilewright.fill"
    bl_label = "Fill Image with Texture"
    suffix = "filled"

    mask: bpy.props.StringProperty(name="Mask", description="Name of an image, white where to fill", options={"HIDDEN"})

    def _read_settings(self, context: bpy.types.Context) -> None:
        super()._read_settings(context)
        chosen = context.scene.tilewright.mask
        self.mask = chosen.name if chosen else ""

    def _mask(self, context: bpy.types.Context) -> dict[str, bpy.types.Image]:
        chosen = identity.named(self.mask, bpy.data.images, context.scene.tilewright.mask)
        if self.mask and chosen is None:
            raise TextureError(f"there is no image {self.mask!r} to be the mask: choose another, or none")
        return {MASK: chosen} if chosen else {}

    def _asked(self) -> Asks:
        seed = self.seed
        return lambda info, picture, hole: edits.complete(info, picture, hole, seed)


class TILEWRIGHT_OT_make_tileable(_Retouch, bpy.types.Operator):
    """Lay parts of the image over its edges, so that it meets itself; the middle stays as it is"""

    bl_idname = "tilewright.make_tileable"
    bl_label = "Make Image Tileable"
    suffix = "tileable"

    def _asked(self) -> Asks:
        seed = self.seed
        return lambda info, picture, _mask: edits.tile(info, picture, seed=seed)


class TILEWRIGHT_OT_clean_up(_Retouch, bpy.types.Operator):
    """Take away noise and blur, and soften the blocks of JPEG"""

    bl_idname = "tilewright.clean_up"
    bl_label = "Clean Up Image"
    suffix = "clean"

    def _asked(self) -> Asks:
        return lambda info, picture, _mask: edits.denoise(info, picture)


class TILEWRIGHT_OT_draw_in_texture(_Retouch, bpy.types.Operator):
    """Draw the image anew in the model's texture, keeping its shapes"""

    bl_idname = "tilewright.draw_in_texture"
    bl_label = "Draw Image in Texture"
    suffix = "drawn"
    redraws = True

    strength: STRENGTH

    def _read_settings(self, context: bpy.types.Context) -> None:
        super()._read_settings(context)
        self.strength = context.scene.tilewright.strength

    def _asked(self) -> Asks:
        strength = self.strength
        return lambda info, picture, _mask: edits.stylize(info, picture, strength)


class _HasHistory(TellsWhyNot):
    """Only for an image that was made from another one, or another one from it."""

    bl_options = {"UNDO", "INTERNAL"}

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        if busy := why_busy():
            return busy  # with the image that is shown now, whose place the result will take
        image = open_image(context)
        if image is not None and images.other_side(image) is not None:
            return ""
        return told("This image was not made from another one, nor another one from it")


class TILEWRIGHT_OT_flip(_HasHistory, bpy.types.Operator):
    """Show the image as it was before, or after"""

    bl_idname = "tilewright.flip"
    bl_label = "Before / After"

    def execute(self, context: bpy.types.Context) -> set[str]:
        image = open_image(context)
        for beside in materials.maps_beside(image).values():
            other = images.other_side(beside)
            if other is not None:
                images.swap(beside, other)
        return {"FINISHED"}


class TILEWRIGHT_OT_forget_before(_HasHistory, bpy.types.Operator):
    """Keep only what is shown of this image and its maps: what else was made on the way is not saved"""

    bl_idname = "tilewright.forget_before"
    bl_label = "Keep Only This"

    def execute(self, context: bpy.types.Context) -> set[str]:
        image = open_image(context)
        for beside in materials.maps_beside(image).values():
            images.forget(beside)
        return {"FINISHED"}


EDITS = (
    TILEWRIGHT_OT_fill,
    TILEWRIGHT_OT_make_tileable,
    TILEWRIGHT_OT_clean_up,
    TILEWRIGHT_OT_draw_in_texture,
)
CLASSES = (*EDITS, TILEWRIGHT_OT_flip, TILEWRIGHT_OT_forget_before)


def _why_not(context: bpy.types.Context) -> str:
    """Why no image can be worked on now, or ""."""
    if busy := why_busy():
        return busy
    if context.space_data is None:
        return ""  # a script, which names the image
    image = open_image(context)
    if image is None:
        return told("No image is open: open one in the Image Editor, or paint one in Texture Paint mode")
    try:
        context.scene.tilewright.info().needed_guide()
    except TextureError as reason:
        return str(reason)
    return why_not_editable(image)
