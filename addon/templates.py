"""Translating sentences whose parts are filled in already, by the templates that they came from."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_PART = re.compile(r"{(\w+)}")


def translated(line: str, sentences: tuple[str, ...], phrases: tuple[str, ...], translate: Callable[[str], str]) -> str:
    """A line with its parts in the translation of its template; as it is where none of the sentences fits.

    Templates are as for `str.format`, each part with a name of its own: {told} is a sentence, and {told_...} a phrase,
    that is translated likewise. Of several that fit, that which leaves nothing untranslated comes first, and then that
    which has the most letters of its own.
    """

    def told(line: str, templates: tuple[str, ...]) -> tuple[str, bool]:
        """The translation, and whether nothing is left untranslated."""
        partly = []
        for template, parts in _fitting(line, templates):
            inside = {
                name: told(part, sentences if name == "told" else phrases)
                for name, part in parts.items()
                if name.startswith("told")
            }
            whole = translate(template).format(**parts | {name: part for name, (part, _) in inside.items()})
            if all(complete for _, complete in inside.values()):
                return whole, True
            partly.append(whole)
        return (partly[0] if partly else line), not line

    return told(line, sentences)[0]


@lru_cache(maxsize=256)  # a grey button asks at every redraw
def _fitting(line: str, templates: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
    """The templates that a line may come from, with its parts; that with the most letters comes first."""
    found = ((template, pattern.fullmatch(line)) for template, pattern in _patterns(templates))
    return [(template, match.groupdict()) for template, match in found if match]


@lru_cache(maxsize=2)
def _patterns(templates: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    first = sorted(templates, key=lambda template: -len(_PART.sub("", template)))
    return [(template, _pattern(template)) for template in first]


def _pattern(template: str) -> re.Pattern[str]:
    pieces = _PART.split(template)  # every other one is the name of a part
    return re.compile(
        "".join(f"(?P<{piece}>.*?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)), re.DOTALL
    )
