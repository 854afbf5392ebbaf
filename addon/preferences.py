"""The extension's preferences."""

from __future__ import annotations

from pathlib import Path

import bpy

from .. import __package__ as base_package


class TilewrightPreferences(bpy.types.AddonPreferences):
    bl_idname = base_package

    device: bpy.props.EnumProperty(
        name="Compute Device",
        description="What computes textures; the panel shows what is really in use",
        items=(
            ("auto", "Auto", "CUDA where it works, else the CPU"),
            ("cuda", "CUDA", "Insist on an NVIDIA GPU"),
            ("cpu", "CPU", "Leave the GPU to Blender"),
        ),
    )
    model_folder: bpy.props.StringProperty(
        name="Model Folder",
        description="Your own models (.onnx): they appear beside those that come with Tilewright",
        subtype="DIR_PATH",
    )
    storage: bpy.props.EnumProperty(
        name="Store Images",
        description="Where generated images are kept",
        items=(
            ("PACK", "Packed", "Inside the .blend file"),
            ("SAVE", "Next to the File", "As PNG files in the folder textures beside the saved .blend file"),
        ),
    )

    def draw(self, _context: bpy.types.Context) -> None:
        self.layout.use_property_split = True
        for name in ("device", "model_folder", "storage"):
            self.layout.prop(self, name)


def preferences(context: bpy.types.Context) -> TilewrightPreferences:
    return context.preferences.addons[base_package].preferences


def user_models(context: bpy.types.Context) -> Path | None:
    """The user's model folder, or None where none is set."""
    folder = preferences(context).model_folder
    return Path(bpy.path.abspath(folder)) if folder else None


CLASSES = (TilewrightPreferences,)
