"""`blender -c tilewright ...`: batch as a command of Blender's."""

from __future__ import annotations

import bpy

_handles: list[object] = []


def attach() -> None:
    _handles.append(bpy.utils.register_cli_command("tilewright", _run))


def detach() -> None:
    while _handles:
        bpy.utils.unregister_cli_command(_handles.pop())


def _run(arguments: list[str]) -> int:
    from . import batch

    return batch.main(arguments)
