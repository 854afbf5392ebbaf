"""Operators that work on the open image: which one it is, and whether it can be worked on."""

from __future__ import annotations

from collections.abc import Collection

import bpy
from bpy.app.translations import pgettext_iface as told

from ..synthesis.errors import TextureError
from . import identity, images
from .reading import Reads
from .reasons import TellsWhyNot


def open_image(context: bpy.types.Context) -> bpy.types.Image | None:
    """The image that the artist looks at, or paints on in the 3D viewport."""
    space = context.space_data
    if space is not None and space.type == "IMAGE_EDITOR":
        return space.image
    if context.mode != "PAINT_TEXTURE":
        return None
    painting = context.tool_settings.image_paint
    if painting.mode == "IMAGE":
        return painting.canvas
    material = context.object.active_material
    painted = material.texture_paint_images if material else []
    return painted[material.paint_active_slot] if material and material.paint_active_slot < len(painted) else None


def image_named(context: bpy.types.Context, name: str) -> bpy.types.Image:
    """The image to work on, the open one where it is called so. Raises: TextureError where there is none."""
    image = identity.named(name, bpy.data.images, open_image(context))
    if image is None:
        raise TextureError(f"there is no image {name!r}: open one in the Image Editor")
    return image


def naming_left(line: str, names: Collection[str]) -> str:
    """What was done, and what of the material was left as it was."""
    return told("{line}; left as it was: {names}").format(line=line, names=", ".join(names)) if names else line


def why_not_editable(image: bpy.types.Image) -> str:
    """Why an image can't be made anew, or ""."""
    try:
        images.check_editable(image)
        images.check_own(image)
    except TextureError as reason:
        return str(reason)
    return ""


class OnImage(TellsWhyNot, Reads):
    """Makes the open image anew, or one that a script names. suffix: what its files are called for what is done."""

    bl_options = {"REGISTER", "UNDO"}
    suffix = ""

    image: bpy.props.StringProperty(name="Image", description="Name of the image to work on", options={"HIDDEN"})

    def _read_active(self, context: bpy.types.Context) -> None:
        shown = open_image(context)
        if shown is None:
            raise TextureError("no image is open: open one in the Image Editor")
        self.image = shown.name

    def _chosen(self, context: bpy.types.Context) -> bpy.types.Image:
        """The image to work on. Raises: TextureError where it can't be made anew."""
        image = image_named(context, self.image)
        images.check_editable(image)
        images.check_own(image)
        self._check_packable(*images.size(image))
        return image
