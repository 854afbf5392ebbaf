"""Tilewright inside Blender."""

from __future__ import annotations

from contextlib import ExitStack
from importlib import import_module
from types import ModuleType

# In the order of registration. A part has CLASSES, groups of settings by their names IN_SCENE, or attach() and detach()
# for what is neither, or several of these.
_PARTS = (
    "translations", "job", "previews", "preferences", "settings", "history",
    "stop", "operators", "retouch", "prepare.prepare", "prepare.overlay", "prepare.undone", "panel", "command",
    "browse.contact_sheets", "browse.browse", "browse.panel_browse",
    "memory.go_back", "memory.presets", "memory.regenerate",
    "memory.panel_history", "memory.panel_presets", "memory.panel_regenerate",
    "material.tune", "material.panel_surface", "material.panel_material",
    "large.large_settings", "large.large", "large.panel_large",
    "keep.keep_settings", "keep.export", "keep.assets", "keep.panel_keep",
    "prepare.panel_prepare",
    "learn.check", "learn.learn", "learn.panel_learn", "learn.follow",
    "background",  # last, so that what is being made is stopped first
)  # fmt: skip

_registered = ExitStack()  # how to take back what is registered, the last first


def register() -> None:
    """All parts, or none where one can't be registered."""
    with ExitStack() as done:
        for part in _parts():
            _register(part, done)
        _registered.enter_context(done.pop_all())


def unregister() -> None:
    _registered.close()


def _register(part: ModuleType, done: ExitStack) -> None:
    """Register a part; `done` takes down how to take it back."""
    import bpy

    for cls in getattr(part, "CLASSES", ()):
        bpy.utils.register_class(cls)
        done.callback(bpy.utils.unregister_class, cls)
    for name, group in getattr(part, "IN_SCENE", {}).items():
        setattr(bpy.types.Scene, name, bpy.props.PointerProperty(type=group))
        done.callback(delattr, bpy.types.Scene, name)
    if hasattr(part, "detach"):
        done.callback(part.detach)  # bears what attach() leaves half done
    if hasattr(part, "attach"):
        part.attach()


def _parts() -> tuple[ModuleType, ...]:
    return tuple(import_module(f".{name}", __package__) for name in _PARTS)
