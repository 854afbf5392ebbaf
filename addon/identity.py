"""Finding again what an artist may have renamed, undone or removed meanwhile; knows nothing of Blender."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def found(uid: int | None, among: Iterable[Any]) -> Any | None:
    """The data-block with this `session_uid`, or None where it is gone."""
    return next((one for one in among if one.session_uid == uid), None)
