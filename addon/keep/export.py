"""Operators that hand a material's maps to game engines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_iface as told

from ...synthesis import engines
from ...synthesis.errors import TextureError
from ...synthesis.maps import MAP_KINDS
from .. import images, materials
from ..background import why_busy
from ..new_files import free_file
from ..reading import Reads
from ..reasons import TellsWhyNot, why_no_texture
from ..wired import SOCKETS
from .folders import folder_at
from .keep_settings import NAMINGS, RELATIVE
from .packing import PackWorker

LARGEST_PX = 8192  # of a side: all pixels are held as 32-bit numbers at once, 1 GB a map


class _Packs(TellsWhyNot, Reads):
    """Reads the maps of the active material and writes them in another form."""

    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        return why_busy() or why_no_texture(context)

    def _read_settings(self, context: bpy.types.Context) -> None:
        self._complete_settings(context)

    def _complete_settings(self, _context: bpy.types.Context) -> None:
        pass

    def _naming_nodes(self, line: str) -> str:
        """What was done, and which maps nodes make that no file can hold."""
        names = ", ".join(told(MAP_KINDS[name].label) for name in self._made_by_nodes)
        return told("{line}; not what your own nodes make: {names}").format(line=line, names=names) if names else line

    def _packer(self, context: bpy.types.Context, targets: Mapping[engines.EngineFile, Path]) -> PackWorker:
        """Raises: TextureError where the maps can't be read, or are too large."""
        material = context.object.active_material
        used = frozenset().union(*(file.maps for file in targets))
        shown = materials.shown_maps(material)
        maps = {name: image for name, image in shown.items() if name in used} or {"base_color": shown["base_color"]}
        for image in maps.values():
            _check_size(image)
        self._made_by_nodes = _made_by_nodes(material, used - shown.keys())
        worker = PackWorker(targets, maps.keys(), _absent(material))
        self._read(worker, maps)
        return worker


class TILEWRIGHT_OT_pack_orm(_Packs, bpy.types.Operator):
    """Put occlusion, roughness and metallic into red, green and blue of one new image, as game engines read them"""

    bl_idname = "tilewright.pack_orm"
    bl_label = "Pack ORM Image"

    def _new_job(self, context: bpy.types.Context, folder: Path, _device: str) -> PackWorker:
        return self._packer(context, {engines.ORM: free_file(_target(context, engines.ORM, folder))})

    def _show(self, _context: bpy.types.Context, files: Mapping[str, Path], packed: bool) -> None:
        (file,) = files.values()
        image = images.load_images({"ao": file}, packed, made_by={})["ao"]  # data, as occlusion is
        image.use_fake_user = True  # no node shows it: kept until the artist takes it
        self._image = image.name

    def _told(self, _files: Mapping[str, Path]) -> str:
        return self._naming_nodes(told("Made the image {name}").format(name=self._image))


class TILEWRIGHT_OT_export_maps(_Packs, bpy.types.Operator):
    """Write the material's maps into a folder, named and packed as a game engine expects them"""

    bl_idname = "tilewright.export_maps"
    bl_label = "Export Texture Maps"
    bl_options = {"REGISTER"}

    naming: bpy.props.EnumProperty(name="Naming", description="What the files are called and hold", items=NAMINGS)
    folder: bpy.props.StringProperty(
        name="Folder", description="Where the maps are exported to", subtype="DIR_PATH",
        options={"SKIP_SAVE", *RELATIVE},
    )  # fmt: skip

    def _complete_settings(self, context: bpy.types.Context) -> None:
        settings = context.scene.tilewright_keep
        for name in ("naming", "folder"):
            if not self.properties.is_property_set(name):
                setattr(self, name, getattr(settings, name))
        if not self.folder:
            raise TextureError("no folder is chosen: set Folder, where the maps are exported to")

    def _new_job(self, context: bpy.types.Context, _folder: Path, _device: str) -> PackWorker:
        shown, folder = materials.shown_maps(context.object.active_material), folder_at(self.folder)
        files = engines.files(self.naming, shown)
        _check_names(context.object.active_material, files)
        return self._packer(context, {file: _target(context, file, folder) for file in files})

    def _show(self, _context: bpy.types.Context, _files: Mapping[str, Path], _packed: bool) -> None:
        pass  # files are all that was asked for

    def _told(self, files: Mapping[str, Path]) -> str:
        line = told("Wrote {files} to {folder}")
        return self._naming_nodes(line.format(files=", ".join(files), folder=self.folder))


CLASSES = (TILEWRIGHT_OT_pack_orm, TILEWRIGHT_OT_export_maps)


def _target(context: bpy.types.Context, file: engines.EngineFile, folder: Path) -> Path:
    return folder / f"{file.name(context.object.active_material.name)}.png"


def _check_names(material: bpy.types.Material, files: Iterable[engines.EngineFile]) -> None:
    """Raises: TextureError where another material's textures would be files of the same names."""
    for other in (one for one in bpy.data.materials if one != material and materials.shown_maps(one)):
        if any(file.name(other.name) == file.name(material.name) for file in files):
            raise TextureError(f"{material.name} and {other.name} would be files of one name: rename one of the two")


def _check_size(image: bpy.types.Image) -> None:
    if image.source == "TILED":
        how = "unpack them (File > External Data)" if image.packed_files else f"they are {image.filepath}"
        raise TextureError(f"{image.name} is a set of UDIM tiles, whose files can be used as they are: {how}")
    height, width = images.size_told(image)
    if max(height, width) > LARGEST_PX:
        raise TextureError(
            f"{image.name} is {width} x {height} px; up to {LARGEST_PX} can be packed: generate a smaller texture, "
            "or use its files as they are"
        )


def _made_by_nodes(material: bpy.types.Material, lacking: Collection[str]) -> list[str]:
    """Of maps that a texture lacks those that the shader shows by nodes of the artist's."""
    shader = materials.shader_of(material)
    return [name for name, socket in SOCKETS.items() if name in lacking and shader and shader.inputs[socket].is_linked]


def _absent(material: bpy.types.Material) -> dict[str, float]:
    """What stands for maps that a material lacks: the values of its shader."""
    shader = materials.shader_of(material)
    sockets = {name: shader.inputs[socket] for name, socket in SOCKETS.items() if shader}
    return engines.ABSENT | {name: socket.default_value for name, socket in sockets.items()}
