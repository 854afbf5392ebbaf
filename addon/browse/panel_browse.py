"""The sub-panel Browse: a grid of thumbnails of seeds."""

from __future__ import annotations

import bpy

from ...synthesis.errors import TextureError
from .. import sentences
from . import contact_sheets
from .browse import (
    TILEWRIGHT_OT_more_seeds,
    TILEWRIGHT_OT_refresh_seeds,
    TILEWRIGHT_OT_toggle_favorite,
    TILEWRIGHT_OT_use_seed,
    favorite_seeds,
)
from .browsing import Sheet

THUMBNAIL_SCALE = 3.6
COLUMNS = 3


class TILEWRIGHT_PT_browse(bpy.types.Panel):
    bl_label = "Browse"
    bl_category = "Tilewright"
    bl_region_type = "UI"
    bl_space_type = "VIEW_3D"
    bl_parent_id = "TILEWRIGHT_PT_view_3d"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 1

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column()
        try:
            sheet = contact_sheets.sheet(context)
            favorites = favorite_seeds(sheet.model)
        except TextureError as reason:
            sentences.draw(column, context, str(reason), icon="ERROR")
            return
        only_favorites = context.window_manager.tilewright_only_favorites
        seeds = favorites if only_favorites else sheet.seeds()
        contact_sheets.ask(sheet, seeds)
        _draw_choices(column, context, sheet)
        _draw_grid(column, [(seed, sheet.icons.get(seed, 0), seed in favorites) for seed in seeds], context)
        current = context.scene.tilewright.seed
        if not only_favorites:
            column.operator(TILEWRIGHT_OT_more_seeds.bl_idname, icon="ADD")
        elif current not in favorites:
            column.operator(TILEWRIGHT_OT_toggle_favorite.bl_idname, text="Add Current Seed", icon="ADD").seed = current


CLASSES = (TILEWRIGHT_PT_browse,)


def _draw_choices(layout: bpy.types.UILayout, context: bpy.types.Context, sheet: Sheet) -> None:
    row = layout.row(align=True)
    row.prop(context.window_manager, "tilewright_only_favorites", icon="SOLO_ON", toggle=True)
    again = row.row(align=True)
    again.enabled = contact_sheets.is_dated(context, sheet) or bool(sheet.error)
    again.operator(TILEWRIGHT_OT_refresh_seeds.bl_idname, text="Refresh", icon="FILE_REFRESH")
    if sheet.error:
        sentences.draw(layout, context, sheet.error, icon="ERROR")


def _draw_grid(layout: bpy.types.UILayout, thumbnails: list[tuple[int, int, bool]], context: bpy.types.Context) -> None:
    """thumbnails: seeds, each with its icon, 0 where that is yet to be made, and whether it is a favorite."""
    current = context.scene.tilewright.seed
    grid = layout.grid_flow(row_major=True, columns=COLUMNS, even_columns=True, even_rows=True, align=False)
    for seed, icon, favorite in thumbnails:
        cell = grid.column(align=True)
        cell.template_icon(icon_value=icon, scale=THUMBNAIL_SCALE)
        buttons = cell.row(align=True)
        use = buttons.operator(
            TILEWRIGHT_OT_use_seed.bl_idname, text=str(seed), translate=False, depress=seed == current
        )
        use.seed = seed
        star = "SOLO_ON" if favorite else "SOLO_OFF"
        buttons.operator(TILEWRIGHT_OT_toggle_favorite.bl_idname, text="", icon=star).seed = seed
    for _ in range(-len(thumbnails) % COLUMNS):
        grid.column()  # an incomplete row keeps its width
