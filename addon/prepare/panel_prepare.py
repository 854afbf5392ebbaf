"""The panel of the Image Editor in which a photo is prepared to be learned."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as told

from ..background import running
from ..retouch import TILEWRIGHT_OT_flip
from .overlay import dragged
from .prepare import (
    TILEWRIGHT_OT_apply_frame,
    TILEWRIGHT_OT_cancel_frame,
    TILEWRIGHT_OT_crop,
    TILEWRIGHT_OT_even_light,
    TILEWRIGHT_OT_straighten,
)
from .prepared_images import preparation_of


class TILEWRIGHT_PT_prepare(bpy.types.Panel):
    bl_label = "Prepare a Photo"
    bl_category = "Tilewright"
    bl_region_type = "UI"
    bl_space_type = "IMAGE_EDITOR"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column()
        if dragged():
            column.label(text="Drag corners, sides or the inside")
            row = column.row(align=True)
            row.operator(TILEWRIGHT_OT_apply_frame.bl_idname, icon="CHECKMARK")
            row.operator(TILEWRIGHT_OT_cancel_frame.bl_idname, icon="X")
            return
        column.operator(TILEWRIGHT_OT_straighten.bl_idname, text="Straighten", icon="VIEW_PERSPECTIVE")
        column.operator(TILEWRIGHT_OT_crop.bl_idname, text="Crop", icon="SELECT_SET")
        column.operator(TILEWRIGHT_OT_even_light.bl_idname, text="Even Light", icon="LIGHT_SUN")
        column.separator()
        column.operator(TILEWRIGHT_OT_flip.bl_idname, icon="ARROW_LEFTRIGHT")
        image = context.space_data.image
        if image is not None and not running():
            _draw_done(column, image)


CLASSES = (TILEWRIGHT_PT_prepare,)


def _draw_done(layout: bpy.types.UILayout, image: bpy.types.Image) -> None:
    """What was done to the image, and how large it is."""
    done = preparation_of(image)
    box = layout.column()
    box.enabled = False  # set off from what can be pressed
    box.label(text=f"{image.size[0]} x {image.size[1]} px", translate=False)
    if done.corners is not None:
        box.label(text="Straightened", icon="CHECKMARK")
    if done.crop is not None:
        box.label(text="Cropped", icon="CHECKMARK")
    if done.even_light:
        line = told("Light evened out by {share:.0f} %").format(share=100 * done.even_light)
        box.label(text=line, icon="CHECKMARK", translate=False)
