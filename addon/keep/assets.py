"""Keeping a material as an asset: with preview, tags, author and licence, in this file or in a library's folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy
import numpy as np
from bpy.app.translations import pgettext_iface as told

from ...synthesis.errors import TextureError
from ...synthesis.files import put_in_place
from ...synthesis.info import ExemplarInfo
from ...synthesis.maps import MAP_KINDS
from .. import images, materials, refusals
from ..material import provenance
from ..reasons import TellsWhyNot, why_not_changed
from . import catalog
from .folders import folder_at
from .keep_settings import CURRENT_FILE, RELATIVE
from .thumbnail import ball

PREVIEW_PX = 256
_TOLD = "tilewright_asset"  # custom property of a material: what was told of it as an asset
LARGEST_PREVIEWED_PX = 4096  # of a side: a preview is not worth reading more


class TILEWRIGHT_OT_save_asset(TellsWhyNot, bpy.types.Operator):
    """Keep the material as an asset in the catalog Tilewright, with a preview, tags, author and license"""

    bl_idname = "tilewright.save_asset"
    bl_label = "Save Texture to Asset Library"
    bl_options = {"REGISTER", "UNDO"}

    folder: bpy.props.StringProperty(
        name="Folder",
        description="The library's folder; without one, what the panel says, and else this file",
        subtype="DIR_PATH", options={"SKIP_SAVE", *RELATIVE},
    )  # fmt: skip
    replace: bpy.props.BoolProperty(
        name="Replace", description="Write over an asset of the same name that the library has already",
        options={"SKIP_SAVE"},
    )  # fmt: skip

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        return why_not_changed(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings, material = context.scene.tilewright_keep, context.object.active_material
        replace = self.replace if self.properties.is_property_set("replace") else settings.replace
        try:
            chosen = self.folder or _library(settings.library)
            exemplar = provenance.exemplar_of(context, material)
            done = _save(material, exemplar, folder_at(chosen), replace) if chosen else _mark(material, exemplar)
        except TextureError as reason:
            self.report({"ERROR"}, refusals.shown(reason))
            return {"CANCELLED"}
        self.report({"INFO"}, done)
        return {"FINISHED"}


CLASSES = (TILEWRIGHT_OT_save_asset,)


def _library(chosen: str) -> str:
    """The folder of the chosen library, "" for the current file. Raises: TextureError where it is gone."""
    if chosen == CURRENT_FILE:
        return ""
    if not chosen:
        raise TextureError("the asset library that was chosen is no longer in Blender's preferences: choose another")
    place = Path(bpy.path.abspath(chosen))
    if not (os.path.isdir(place) or place.is_relative_to(Path.home())):  # where Blender's own is made at first use
        raise TextureError(f"the asset library {chosen} is not there: mount its drive, or choose another")
    return chosen


def _mark(material: bpy.types.Material, exemplar: ExemplarInfo) -> str:
    """Make the material an asset of this file; what happened, in words. Raises: TextureError where it is not saved."""
    if not bpy.data.filepath:
        raise TextureError("save the .blend file first: the catalog of its assets is a file that lies beside it")
    catalog.add_catalog(_library_root(Path(bpy.data.filepath)))
    describe(material, exemplar)
    return told("{name} is an asset of this file now").format(name=material.name)


def _save(material: bpy.types.Material, exemplar: ExemplarInfo, folder: Path, replace: bool) -> str:
    """Write the material with its images into a .blend of its own; what happened, in words."""
    file = folder / (re.sub(r"[^\w .-]+", "_", material.name) + ".blend")
    there = os.path.exists(file)  # as Path.exists, but False where the folder can't be reached
    if there and not replace:
        raise TextureError(f"{file} is there already: rename the material, or choose to replace it")
    if there:
        _check_replaceable(file, material.name)
    held = _all_images(material)
    for image in held:
        images.check_own(image)
    with _stand_in(material) as written, _packed(held), images.without_history(held), put_in_place(file) as temporary:
        catalog.add_catalog(folder)
        describe(written, exemplar)
        # not compressed: packed images are so already, and to try it again would hold the window up
        bpy.data.libraries.write(str(temporary), {written}, fake_user=True, compress=False)
    return told("Saved {name} in {file}").format(name=material.name, file=file)


def _check_replaceable(file: Path, name: str) -> None:
    """Raises: TextureError where a library's file holds more than a material of this name, which would be lost."""
    try:
        with bpy.data.libraries.load(str(file)) as (found, _):
            scenes = list(found.scenes)
        with bpy.data.libraries.load(str(file), assets_only=True) as (found, _):
            kinds = {kind: getattr(found, kind) for kind in dir(found) if isinstance(getattr(found, kind), list)}
            others = [asset for kind, names in kinds.items() for asset in names if (kind, asset) != ("materials", name)]
    except (OSError, RuntimeError) as reason:
        raise TextureError(f"{file} can't be read ({str(reason).strip()}): rename the material") from None
    if scenes:
        raise TextureError(f"{file} holds a scene, and not an asset alone: rename the material, so that it stays")
    if others:
        raise TextureError(
            f"{file} holds other assets too ({', '.join(others)}): rename the material, so that they stay"
        )


@contextmanager
def _stand_in(material: bpy.types.Material) -> Iterator[bpy.types.Material]:
    """A copy of the material, by its name: what is told of it as an asset stays out of the artist's file."""
    name, copy = material.name, material.copy()
    material.name = f"{name[:10]} as it is"  # 63 bytes hold it in any letters
    copy.name = name
    try:
        yield copy
    finally:
        bpy.data.materials.remove(copy)
        material.name = name


def describe(material: bpy.types.Material, exemplar: ExemplarInfo) -> None:
    """Make a material an asset, told of and with a picture. exemplar: what its texture was learned from."""
    shown = materials.shown_maps(material)
    base_color = shown["base_color"]
    model = str(images.noted(base_color).get("model", ""))
    tags = ["Tilewright", *([model] if model else []), *(MAP_KINDS[name].label for name in shown)]
    origin = f", learned from {exemplar.name} by Tilewright" if exemplar.name else ""
    _tell(material, tags, {
        "author": exemplar.author, "license": exemplar.license, "copyright": exemplar.source,
        "description": f"{base_color.name}{origin}", "catalog_id": catalog.UUID,
    })  # fmt: skip
    _preview(material, base_color)


def _tell(material: bpy.types.Material, tags: list[str], facts: dict[str, str]) -> None:
    """Of an asset; what it says already, and was not told of an earlier texture, is the artist's own and stays."""
    before = material.get(_TOLD, {})
    material.asset_mark()
    data = material.asset_data
    for name, fact in facts.items():
        if getattr(data, name) in ("", catalog.NONE, before.get(name)):
            setattr(data, name, fact)
    for tag in [tag for tag in data.tags if tag.name in before.get("tags", "").split(",")]:
        data.tags.remove(tag)
    for tag in tags:
        if tag not in data.tags:
            data.tags.new(tag)
    material[_TOLD] = facts | {"tags": ",".join(tags)}


def _preview(material: bpy.types.Material, base_color: bpy.types.Image) -> None:
    """Drawn by ourselves: Blender's own renders in the background, and not at all without a window."""
    if max(images.size_told(base_color)) > LARGEST_PREVIEWED_PX or not all(base_color.size):
        return  # too large, or its file is gone
    picture = ball(images.shown_pixels(base_color).encoded()[..., :3], PREVIEW_PX)
    preview = material.preview_ensure()
    preview.image_size = (PREVIEW_PX, PREVIEW_PX)
    preview.image_pixels_float.foreach_set(np.ascontiguousarray(picture[::-1]).ravel())


def _library_root(blend: Path) -> Path:
    """The folder whose catalogues a .blend's assets belong to: that of its library, else its own."""
    for library in bpy.context.preferences.filepaths.asset_libraries:
        if library.path and blend.is_relative_to(library.path):
            return Path(library.path)
    return blend.parent


def _all_images(material: bpy.types.Material) -> list[bpy.types.Image]:
    """Those of our own nodes and of the artist's, and of node groups."""
    trees, found = [material.node_tree], dict[bpy.types.Image, None]()
    for tree in trees:
        for node in tree.nodes:
            if node.bl_idname == "ShaderNodeGroup" and node.node_tree and node.node_tree not in trees:
                trees.append(node.node_tree)
            if node.bl_idname in {"ShaderNodeTexImage", "ShaderNodeTexEnvironment"} and node.image:
                found[node.image] = None
    return [*found]


@contextmanager
def _packed(held: list[bpy.types.Image]) -> Iterator[None]:
    """With all images inside the .blend; afterwards each is where it was."""
    beside = [image for image in held if image.source in {"FILE", "TILED"} and not image.packed_files]
    painted = next((image for image in held if image.is_dirty), None)
    if painted:
        raise TextureError(f"{painted.name} was painted on: save or pack it first (Image menu of the Image Editor)")
    movie = next((image for image in held if image.source in {"MOVIE", "SEQUENCE"}), None)
    if movie:
        raise TextureError(
            f"{movie.name} is a {movie.source.lower()} of files, which no library can hold: show a single one"
        )
    try:
        _pack(beside)
        yield
    finally:
        for image in beside:
            if image.packed_files:
                image.unpack(method="REMOVE")  # the file lies where it lay: nothing is written


def _pack(beside: list[bpy.types.Image]) -> None:
    try:
        for image in beside:
            image.pack()
    except RuntimeError as reason:  # Blender's word for a file that is gone
        raise TextureError(f"the images can't be packed ({str(reason).strip()}): reload or generate them") from None
