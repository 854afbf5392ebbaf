"""Finding again what an artist may have renamed, undone, removed or chosen meanwhile; knows nothing of Blender."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

_lasting: dict[str, str] = {}


def found(uid: int | None, among: Iterable[Any]) -> Any | None:
    """The data-block with this `session_uid`, or None where it is gone."""
    return next((one for one in among if one.session_uid == uid), None)


def is_own(block: Any) -> bool:
    """Whether this file keeps what is put into a data-block: nodes of a linked one or an override are not saved."""
    return block.is_editable and block.override_library is None


def uids(blocks: Mapping[str, Any]) -> dict[str, int]:
    """Their `session_uid`, for `found`."""
    return {name: one.session_uid for name, one in blocks.items()}


def number(text: str) -> int:
    """By which a setting keeps one of several choices, the same whatever others there are; menus hold 24 bits of it."""
    return crc32(text.encode()) & 0xFFFFFF


def lasting(text: str) -> str:
    """The same text, held for good: a menu of choices that are found anew shows strings that nobody else may hold."""
    return _lasting.setdefault(text, text)


def named(name: str, among: Any, first: Any | None) -> Any | None:
    """The data-block of this name: `first` where it is called so, as one linked from a file may share its name."""
    return first if first is not None and first.name == name else among.get(name)
