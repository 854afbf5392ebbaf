"""Sentences that are longer than a sidebar is wide."""

from __future__ import annotations

import re
import textwrap

import bpy

from . import refusals

LETTER_PX = 7.5
SHORTEST = 20
# Letters and marks of Chinese are as wide as two others: NUL, set behind each, is its other half.
_WIDE = re.compile("([\u2e80-\uffef])")
_OPENING = "(?:\uff08\0|\u201c)*"  # marks that end no line
_CLOSING = "(?:[\u3001\u3002\uff09\uff0c\uff1a\uff1b]\0|\u201d)*"  # marks that begin none
_PIECES = re.compile(rf"(\s+|{_OPENING}(?:[\u2e80-\uffef]\0|[^\s\0\u201c\u201d\u2e80-\uffef]+){_CLOSING})")


def draw(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """A sentence in as many lines as it takes, the icon before the first; a refusal as the artist reads it."""
    letters = int(context.region.width / (LETTER_PX * context.preferences.system.ui_scale))
    lines = wrapped(refusals.shown(text), max(SHORTEST, letters - (4 if icon != "NONE" else 0)))
    column = layout.column(align=True)
    for number, line in enumerate(lines):
        column.label(text=line, icon="BLANK1" if number and icon != "NONE" else icon, translate=False)


def wrapped(text: str, letters: int) -> list[str]:
    """Lines of at most so many letters, a capital first; Chinese, which has no spaces, breaks between any two."""
    text = text[:1].upper() + text[1:]
    if not _WIDE.search(text):
        return textwrap.wrap(text, letters)
    wrapper = textwrap.TextWrapper(letters, break_on_hyphens=False)
    wrapper.wordsep_simple_re = _PIECES
    return [line.replace("\0", "") for line in wrapper.wrap(_WIDE.sub("\\1\0", text))]
