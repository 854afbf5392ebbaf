"""What the panels of assets and of export set: kept in the scene."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as told

from .. import identity

CURRENT_FILE = "CURRENT_FILE"
RELATIVE = {"PATH_SUPPORTS_BLEND_RELATIVE"} if bpy.app.version >= (4, 5, 0) else set()  # before, every path did
NAMINGS = (
    ("blender", "Blender", "NAME_base_color, NAME_normal and so on, as Node Wrangler knows them; OpenGL normals"),
    ("unreal", "Unreal", "T_NAME_BC, T_NAME_N, T_NAME_ORM, T_NAME_H; DirectX normals"),
    ("unity", "Unity", "NAME_AlbedoTransparency, NAME_MetallicSmoothness, NAME_Normal and so on; OpenGL normals"),
    ("unity_hdrp", "Unity HDRP", "NAME_BaseMap, NAME_MaskMap, NAME_Normal, NAME_Height; OpenGL normals"),
    ("gltf", "Godot, glTF", "NAME_albedo, NAME_orm, NAME_normal, NAME_height; OpenGL normals"),
)


def _libraries(_self: object, context: bpy.types.Context | None) -> list[tuple[str, str, str, int, int]]:
    libraries = context.preferences.filepaths.asset_libraries if context else ()
    items = [(CURRENT_FILE, "Current File", "Mark the material as an asset of this .blend file", 0, 0)]
    for library in (library for library in libraries if library.path):
        described = told("A file of its own in {folder}").format(folder=library.path)
        texts = map(identity.lasting, (library.path, library.name, described))
        # a number of its own for every folder: a library that goes does not move the choice to its neighbour
        items.append((*texts, 0, identity.number(library.path)))
    return items


class TilewrightKeepSettings(bpy.types.PropertyGroup):
    naming: bpy.props.EnumProperty(name="Naming", description="What the files are called and hold", items=NAMINGS)
    folder: bpy.props.StringProperty(
        name="Folder",
        description="Where the maps are exported to",
        default="//export",
        subtype="DIR_PATH",
        options=RELATIVE,
    )
    library: bpy.props.EnumProperty(
        name="Library", description="Where the material is kept as an asset", items=_libraries
    )
    replace: bpy.props.BoolProperty(
        name="Replace", description="Write over an asset of the same name that the library has already"
    )


CLASSES = (TilewrightKeepSettings,)
IN_SCENE = {"tilewright_keep": TilewrightKeepSettings}
