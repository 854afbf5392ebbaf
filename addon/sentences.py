"""Sentences that are longer than a sidebar is wide."""

from __future__ import annotations

import textwrap

import bpy

LETTER_PX = 7.5
SHORTEST = 20


def draw(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """A sentence in as many lines as it takes, the icon before the first."""
    letters = int(context.region.width / (LETTER_PX * context.preferences.system.ui_scale))
    lines = textwrap.wrap(text[:1].upper() + text[1:], max(SHORTEST, letters - (4 if icon != "NONE" else 0)))
    column = layout.column(align=True)
    for number, line in enumerate(lines):
        column.label(text=line, icon="BLANK1" if number and icon != "NONE" else icon, translate=False)
