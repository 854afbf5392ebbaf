"""Operators that prepare an open photo to be learned: straighten, crop, even out its light."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_iface as told

from ...synthesis.errors import TextureError
from ...synthesis.preparation import Preparation
from .. import identity, images, materials
from ..background import why_busy
from ..new_files import file_made_from
from ..on_image import OnImage, naming_left, open_image, why_not_editable
from . import prepared_images, regions
from .frame import Frame, grabbed
from .overlay import REACH_PX, Overlay, ask, dragged
from .prepare_job import PrepareJob

_DECIMALS = 3  # what is meant by a property, which holds 32 bits
_NAVIGATION = {"MIDDLEMOUSE", "WHEELUPMOUSE", "WHEELDOWNMOUSE", "WHEELINMOUSE", "WHEELOUTMOUSE", "TRACKPADPAN"}
_NAVIGATION |= {"TRACKPADZOOM", "MOUSEROTATE", "HOME", "TIMER", "TIMER_REPORT", "WINDOW_DEACTIVATE"}


class _Prepares(OnImage):
    """Takes the open image with its maps, shows them prepared in their place, and remembers from what and how.

    What was prepared before is prepared anew from its original by all steps at once, so that nothing is resampled
    twice.
    """

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        return _why_not(context)

    def _read_settings(self, context: bpy.types.Context) -> None:
        self._read_active(context)

    def _complete_settings(self, context: bpy.types.Context) -> None:
        if not self.image and open_image(context) is not None:
            self._read_settings(context)

    def _new_job(self, context: bpy.types.Context, folder: Path, _device: str) -> PrepareJob:
        source = self._chosen(context)
        originals, before = prepared_images.origin(source)
        beside = materials.maps_beside(source)
        shown = {name: beside[name] for name in originals}
        self._shown = identity.uids(shown)
        self._left = sorted(one.name for one in materials.images_beside(source) - {*shown.values()})
        self._originals = identity.uids(originals)
        self._preparation = before.then(self._step(), images.size(originals["base_color"]))
        job = PrepareJob(tuple(originals), self._preparation, file_made_from(source.name, self.suffix, folder))
        self._read(job, originals)
        return job

    def _told(self, _files: Mapping[str, Path]) -> str:
        return naming_left(told("Prepared: {steps}").format(steps=self._preparation.told()), self._left)

    def _step(self) -> Preparation:
        """What is to be done to the shown image. Raises: TextureError."""
        raise NotImplementedError

    def _show(self, _context: bpy.types.Context, files: Mapping[str, Path], packed: bool) -> None:
        shown, originals = (
            {name: identity.found(uid, bpy.data.images) for name, uid in uids.items()}
            for uids in (self._shown, self._originals)
        )
        if None in shown.values() or None in originals.values():
            raise TextureError(f"the image {self.image!r}, a map beside it or an original is gone: nothing was changed")
        for name, made in images.load_images(files, packed, {"job": self.suffix}).items():
            images.note(made, images.origin(shown[name]))
            prepared_images.remember(made, originals[name], self._preparation)
            images.remember(shown[name], made)
            images.encode_as(originals[name], made)
            images.swap(shown[name], made)


class _Drags(_Prepares):
    """Shows a frame over the picture, which the mouse drags until Enter or Esc."""

    upright = False
    _overlay: Overlay | None = None

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        try:
            self._read_settings(context)
        except TextureError as reason:
            return self._refuse(reason)
        if not self._still_shown(context):
            return self._refuse(TextureError("the frame is drawn over a picture: run this in the Image Editor"))
        height, width = images.size(open_image(context))
        frame = Frame.new((height, width), regions.seen(context.area, (height, width)), self.upright)
        self._overlay = Overlay(context.area, frame)
        keys = told("Drag corners, sides or the inside    |    Enter: Apply    |    Esc: Cancel")
        context.workspace.status_text_set(keys)
        context.window_manager.modal_handler_add(self)
        context.area.tag_redraw()
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if self._overlay is None:
            return super().modal(context, event)
        if self._overlay is not dragged() or not self._still_shown(context):
            return self._leave(context)
        pressed, canvas = event.value == "PRESS", regions.canvas(context, event)
        if self._overlay.asked == "CANCEL" or (event.type == "ESC" and pressed):
            return self._leave(context)
        if self._overlay.asked == "APPLY" or (event.type in {"RET", "NUMPAD_ENTER"} and pressed):
            self._take(self._overlay.frame)
            self._leave(context)
            return self._start(context)
        if event.type in _NAVIGATION or (canvas is None and self._overlay.grip is None):
            return {"PASS_THROUGH"}
        if event.type == "RIGHTMOUSE" and pressed:
            return self._leave(context)
        self._drag(context, event)
        return {"PASS_THROUGH"} if event.type == "MOUSEMOVE" and self._overlay.grip is None else {"RUNNING_MODAL"}

    def cancel(self, context: bpy.types.Context) -> None:
        if self._overlay is None:
            super().cancel(context)
        else:
            self._leave(context)

    def _take(self, frame: Frame) -> None:
        """Set the operator's properties as the frame lies."""
        raise NotImplementedError

    def _drag(self, context: bpy.types.Context, event: bpy.types.Event) -> None:
        region, overlay = regions.window_region(context.area), self._overlay
        place = (event.mouse_x - region.x, event.mouse_y - region.y)
        hand = regions.on_picture(region, place, overlay.frame.size)
        if overlay.grip is None:
            overlay.held = grabbed(overlay.on_screen(region), place, REACH_PX * context.preferences.system.ui_scale)
        if event.type == "LEFTMOUSE" and event.value in {"PRESS", "DOUBLE_CLICK"}:
            overlay.grip = overlay.frame, hand
        elif event.type == "LEFTMOUSE" and event.value == "RELEASE":
            overlay.grip = None
        elif overlay.grip is not None:
            frame, start = overlay.grip
            overlay.frame = frame.moved(overlay.held, hand[0] - start[0], hand[1] - start[1]) or overlay.frame
        context.area.tag_redraw()

    def _leave(self, context: bpy.types.Context) -> set[str]:
        """End the dragging."""
        self._overlay.remove()
        self._overlay = None
        if context.workspace is not None:
            context.workspace.status_text_set(None)
        if context.area is not None:
            context.area.tag_redraw()
        return {"CANCELLED"}

    def _still_shown(self, context: bpy.types.Context) -> bool:
        space = context.space_data
        return space is not None and space.type == "IMAGE_EDITOR" and getattr(space.image, "name", None) == self.image


class TILEWRIGHT_OT_straighten(_Drags, bpy.types.Operator):
    """Straighten the perspective: put four points on the corners of something that is a rectangle in reality"""

    bl_idname = "tilewright.straighten"
    bl_label = "Straighten Photo"
    suffix = "straightened"

    top_left: bpy.props.FloatVectorProperty(name="Top Left", description="In pixels from the top left", size=2)
    top_right: bpy.props.FloatVectorProperty(name="Top Right", description="In pixels from the top left", size=2)
    bottom_right: bpy.props.FloatVectorProperty(name="Bottom Right", description="In pixels from the top left", size=2)
    bottom_left: bpy.props.FloatVectorProperty(name="Bottom Left", description="In pixels from the top left", size=2)

    def _take(self, frame: Frame) -> None:
        self.top_left, self.top_right, self.bottom_right, self.bottom_left = frame.corners

    def _step(self) -> Preparation:
        corners = (self.top_left, self.top_right, self.bottom_right, self.bottom_left)
        return Preparation(corners=tuple((round(x, _DECIMALS), round(y, _DECIMALS)) for x, y in corners))


class TILEWRIGHT_OT_crop(_Drags, bpy.types.Operator):
    """Take a part of the image, so that only the texture itself is learned"""

    bl_idname = "tilewright.crop"
    bl_label = "Crop Photo"
    suffix = "cropped"
    upright = True

    x: bpy.props.IntProperty(name="X", description="In pixels from the left", min=0, subtype="PIXEL")
    y: bpy.props.IntProperty(name="Y", description="In pixels from the top", min=0, subtype="PIXEL")
    width: bpy.props.IntProperty(name="Width", description="In pixels", min=0, subtype="PIXEL")
    height: bpy.props.IntProperty(name="Height", description="In pixels", min=0, subtype="PIXEL")

    def _take(self, frame: Frame) -> None:
        self.x, self.y, self.width, self.height = frame.rectangle()

    def _step(self) -> Preparation:
        return Preparation(crop=(self.x, self.y, self.width, self.height))


class TILEWRIGHT_OT_even_light(_Prepares, bpy.types.Operator):
    """Take away shadows and light that change slowly over the image"""

    bl_idname = "tilewright.even_light"
    bl_label = "Even Out Light of Photo"
    suffix = "even"

    strength: bpy.props.FloatProperty(
        name="Strength", description="The part of the uneven light that is taken away", default=1.0, min=0.05, max=1,
        subtype="FACTOR",
    )  # fmt: skip

    def _step(self) -> Preparation:
        return Preparation(even_light=round(self.strength, _DECIMALS))


class TILEWRIGHT_OT_apply_frame(bpy.types.Operator):
    """Make the image anew as the frame lies (Enter)"""

    bl_idname = "tilewright.apply_frame"
    bl_label = "Apply"
    bl_options = {"INTERNAL"}

    def execute(self, _context: bpy.types.Context) -> set[str]:
        ask("APPLY")
        return {"FINISHED"}


class TILEWRIGHT_OT_cancel_frame(bpy.types.Operator):
    """Leave the image as it is (Esc)"""

    bl_idname = "tilewright.cancel_frame"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    def execute(self, _context: bpy.types.Context) -> set[str]:
        ask("CANCEL")
        return {"FINISHED"}


CLASSES = (
    TILEWRIGHT_OT_straighten,
    TILEWRIGHT_OT_crop,
    TILEWRIGHT_OT_even_light,
    TILEWRIGHT_OT_apply_frame,
    TILEWRIGHT_OT_cancel_frame,
)


def _why_not(context: bpy.types.Context) -> str:
    """Why no image can be prepared now, or ""."""
    if busy := why_busy():
        return busy
    if dragged():
        return told("A frame is being dragged: press Enter or Esc first")
    if context.space_data is None:
        return ""  # a script, which names the image
    if context.space_data.type != "IMAGE_EDITOR" or context.space_data.image is None:
        return told("No image is open: open one in the Image Editor")
    return why_not_editable(context.space_data.image)
