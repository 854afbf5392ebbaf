"""Tilewright inside Blender."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

# In the order of registration. A part has CLASSES, or attach() and detach() for what is no class, or both.
_PARTS = (
    "job", "previews", "preferences", "settings", "history", "operators", "retouch", "prepare", "panel", "command",
    "contact_sheets", "browse", "go_back", "presets", "regenerate",
    "panel_browse", "panel_history", "panel_presets", "panel_regenerate", "panel_surface", "panel_prepare",
    "overlay", "undone",
    "keep_settings", "tune", "large", "export", "assets", "panel_material", "panel_large", "panel_keep",
    "check", "learn", "panel_learn", "follow",
    "background",  # last, so that what is being made is stopped first
)  # fmt: skip


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
    return tuple(import_module(f".{name}", __package__) for name in _PARTS)
