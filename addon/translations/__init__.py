"""The interface in other languages: a table of words for each room of the add-on.

English is what the sources say. A word has the context "Operator" where it is the name of an operator or stands on its
button, else "*", as Blender looks it up. Blender's own translation of a word comes before ours; where it has another
sense, the word gets a context of our own. What is refused has its own as well: its templates are looked up once their
parts are filled in already (`templates`).
"""

from __future__ import annotations

import bpy

from ... import __package__ as base_package
from . import browse, keep, large, learn, main, material, memory, prepare, refusals, refusals_of_synthesis

OWN_CONTEXT = "Tilewright"
REFUSED = "Tilewright refuses"  # the context of REFUSALS and PHRASES

_ROOMS = (main, browse, memory, material, large, keep, prepare, learn)
REFUSALS = refusals.SENTENCES | refusals_of_synthesis.SENTENCES
PHRASES = refusals.PHRASES | refusals_of_synthesis.PHRASES  # that stand inside these


def table() -> dict[str, dict[tuple[str, str], str]]:
    """Locale -> (context, English) -> translation, as Blender wants it."""
    words: dict[tuple[str, str], str] = {}
    for room in _ROOMS:
        words |= {("*", english): translation for english, translation in room.WORDS.items()}
        words |= {("Operator", english): translation for english, translation in room.OPERATORS.items()}
    words |= {(OWN_CONTEXT, english): translation for english, translation in (keep.OURS | material.OURS).items()}
    words |= {(REFUSED, english): translation for english, translation in (REFUSALS | PHRASES).items()}
    return {"zh_HANS": words}


def attach() -> None:
    bpy.app.translations.register(base_package, table())


def detach() -> None:
    bpy.app.translations.unregister(base_package)
