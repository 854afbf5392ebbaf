"""Tilewright inside Blender."""

from __future__ import annotations


def register() -> None:
    import bpy

    from . import command, settings

    for cls in _classes():
        bpy.utils.register_class(cls)
    settings.attach()
    command.register()


def unregister() -> None:
    import bpy

    from . import background, command, job, previews, settings

    background.abandon()
    job.forget()
    command.unregister()
    settings.detach()
    previews.clear()
    for cls in reversed(_classes()):
        bpy.utils.unregister_class(cls)


def _classes() -> tuple[type, ...]:
    from . import operators, panel, preferences, retouch, settings

    return (*preferences.CLASSES, *settings.CLASSES, *operators.CLASSES, *retouch.CLASSES, *panel.CLASSES)
