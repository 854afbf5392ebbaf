"""The sub-panel Learn: a button, and every fit with its progress and picture."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as told

from ...synthesis.run_folder import PREVIEW
from .. import models, previews, sentences
from ..on_image import open_image
from . import follow
from .learn import (
    TILEWRIGHT_OT_learn,
    TILEWRIGHT_OT_learn_continue,
    TILEWRIGHT_OT_learn_forget,
    TILEWRIGHT_OT_learn_stop,
)
from .learning import Fit, State

PICTURE_SCALE = 11.0  # of one icon, or of two side by side

_ICONS = {State.FINISHED: "CHECKMARK", State.STOPPED: "PAUSE", State.FAILED: "ERROR"}


class _LearnPanel:
    bl_label = "Learn"
    bl_category = "Tilewright"
    bl_region_type = "UI"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 10

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column()
        self._draw_own_button(context, column)
        column.operator(TILEWRIGHT_OT_learn.bl_idname, icon="FILE_IMAGE")
        for number, fit in enumerate(follow.fits(context)):
            box = column.box().column()
            if fit.running:
                _draw_running(box, fit)
            else:
                _draw_ended(context, box, fit)
            if number == 0:
                _draw_picture(box, fit)

    def _draw_own_button(self, context: bpy.types.Context, layout: bpy.types.UILayout) -> None:
        """What one editor has beside."""


class TILEWRIGHT_PT_learn_view_3d(_LearnPanel, bpy.types.Panel):
    bl_space_type = "VIEW_3D"
    bl_parent_id = "TILEWRIGHT_PT_view_3d"


class TILEWRIGHT_PT_learn_image_editor(_LearnPanel, bpy.types.Panel):
    bl_space_type = "IMAGE_EDITOR"
    bl_parent_id = "TILEWRIGHT_PT_image_editor"

    def _draw_own_button(self, context: bpy.types.Context, layout: bpy.types.UILayout) -> None:
        image = open_image(context)
        if image is not None:
            layout.operator(
                TILEWRIGHT_OT_learn.bl_idname, text="Learn this Image", icon="IMAGE_DATA"
            ).image = image.name


CLASSES = (TILEWRIGHT_PT_learn_view_3d, TILEWRIGHT_PT_learn_image_editor)


def _draw_running(layout: bpy.types.UILayout, fit: Fit) -> None:
    row = layout.row()
    row.label(text=models.title(fit.name), translate=False)
    row.operator(TILEWRIGHT_OT_learn_stop.bl_idname, text="Stop", icon="CANCEL").run = str(fit.run)
    layout.progress(text=_progress(fit), factor=fit.progress, translate=False)


def _draw_ended(context: bpy.types.Context, layout: bpy.types.UILayout, fit: Fit) -> None:
    row = layout.row(align=True)
    row.label(text=models.title(fit.name), translate=False, icon=_ICONS[fit.state])
    row.operator(TILEWRIGHT_OT_learn_continue.bl_idname, text="", icon="PLAY").run = str(fit.run)
    row.operator(TILEWRIGHT_OT_learn_forget.bl_idname, text="", icon="TRASH").run = str(fit.run)
    if fit.state is State.STOPPED:
        layout.label(text=told("Stopped at {progress:.0f} %").format(progress=100 * fit.progress), translate=False)
    sentences.draw(layout, context, fit.problem)


def _draw_picture(layout: bpy.types.UILayout, fit: Fit) -> None:
    """What is learned, and how far it has come."""
    icons = previews.fit_icons(fit.run / PREVIEW)
    row = layout.row()
    for icon in icons:
        row.template_icon(icon, scale=PICTURE_SCALE / len(icons))


def _progress(fit: Fit) -> str:
    if fit.state is State.LEARNING:
        minutes, seconds = divmod(round(fit.seconds_left), 60)
        line = told("{progress:.0f} %, {minutes}:{seconds:02d} left, step {step}")
        return line.format(progress=100 * fit.progress, minutes=minutes, seconds=seconds, step=fit.step)
    return {
        State.STARTING: told("Starting to learn"),
        State.STOPPING: told("Stopping: saving what was learned"),
        State.SAVING: told("Saving the model"),
    }[fit.state]
