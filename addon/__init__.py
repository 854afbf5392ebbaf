"""Tilewright inside Blender."""

from __future__ import annotations

from types import ModuleType


def register() -> None:
    import bpy

    for part in _parts():
        for cls in getattr(part, "CLASSES", ()):
            bpy.utils.register_class(cls)
        if hasattr(part, "attach"):
            part.attach()


def unregister() -> None:
    import bpy

    for part in reversed(_parts()):
        if hasattr(part, "detach"):
            part.detach()
        for cls in reversed(getattr(part, "CLASSES", ())):
            bpy.utils.unregister_class(cls)


def _parts() -> tuple[ModuleType, ...]:
    """In the order of registration. A part has CLASSES, or attach() and detach() for what is no class, or both."""
    from . import (
        assets,
        background,
        command,
        export,
        job,
        keep_settings,
        large,
        operators,
        panel,
        panel_keep,
        panel_large,
        panel_material,
        preferences,
        previews,
        retouch,
        settings,
        tune,
    )

    return (
        *(job, previews, preferences, settings, operators, retouch, panel, command, background),
        *(keep_settings, tune, large, export, assets, panel_material, panel_large, panel_keep),
    )
