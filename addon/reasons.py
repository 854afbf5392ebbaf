"""Why a button is grey."""

from __future__ import annotations

import bpy


class TellsWhyNot:
    """An operator that says why it can't be run now."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        why_not = cls._why_not(context)
        if why_not:
            cls.poll_message_set(why_not)
        return not why_not

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        """The reason, in a sentence that says what to do, or ""."""
        raise NotImplementedError
