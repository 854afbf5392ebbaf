"""What can't be done, in the language of the interface."""

from __future__ import annotations

from bpy.app.translations import pgettext_iface as told

from ..synthesis.errors import TextureError
from .templates import translated
from .translations import PHRASES, REFUSALS, REFUSED


def shown(reason: TextureError | str) -> str:
    """A refusal as the artist reads it; what raises it words it in English."""
    return translated(str(reason), tuple(REFUSALS), tuple(PHRASES), lambda template: told(template, REFUSED))
