"""Tilewright inside Blender."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

# In the order of registration. A part has CLASSES, or attach() and detach() for what is no class, or both.
_PARTS = (
    "translations", "job", "previews", "preferences", "settings", "memory.history",
    "operators", "retouch", "prepare.prepare", "prepare.overlay", "prepare.undone", "panel", "command",
    "browse.contact_sheets", "browse.browse", "browse.panel_browse",
    "memory.go_back", "memory.presets", "memory.regenerate",
    "memory.panel_history", "memory.panel_presets", "memory.panel_regenerate",
    "material.tune", "material.panel_surface", "material.panel_material",
    "keep.keep_settings", "large.large", "large.panel_large",
    "keep.export", "keep.assets", "keep.panel_keep",
    "prepare.panel_prepare",
    "learn.check", "learn.learn", "learn.panel_learn", "learn.follow",
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
