"""Image Editors after undo and redo, which Blender leaves empty where the shown image is undone."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
from bpy.app import handlers

from .. import images

_made_from: list[list[str]] = []  # by Image Editor: its image's name, and those that it was made from
_known: set[str] = set()


def attach() -> None:
    for name, handler in _HANDLERS:
        getattr(handlers, name).append(handler)


def detach() -> None:
    for name, handler in _HANDLERS:
        if handler in getattr(handlers, name):
            getattr(handlers, name).remove(handler)


@handlers.persistent
def _remember(*_: object) -> None:
    """Names alone: what undo touches is not the same object afterwards."""
    _made_from[:] = [_names(space.image) for space in _image_editors()]
    _known.clear()
    _known.update(bpy.data.images.keys())


@handlers.persistent
def _show_what_was_before(*_: object) -> None:
    for space, names in zip(_image_editors(), _made_from, strict=False):
        if space.image is None:
            space.image = next((bpy.data.images[name] for name in names if name in bpy.data.images), None)


@handlers.persistent
def _show_what_is_made_again(*_: object) -> None:
    for space in _image_editors():
        made = images.last_made_from(space.image) if space.image else None
        if made is not None and made.name not in _known:
            space.image = made


_HANDLERS = (
    ("undo_pre", _remember),
    ("undo_post", _show_what_was_before),
    ("redo_pre", _remember),
    ("redo_post", _show_what_is_made_again),
)


def _names(image: bpy.types.Image | None) -> list[str]:
    names: list[str] = []
    while image is not None and image.name not in names:
        names.append(image.name)
        image = images.made_from(image)
    return names


def _image_editors() -> Iterator[bpy.types.SpaceImageEditor]:
    for screen in bpy.data.screens:
        for area in screen.areas:
            if area.type == "IMAGE_EDITOR":
                yield area.spaces.active
