"""The extension's preferences."""

from __future__ import annotations

import bpy

from .. import __package__ as base_package
from .learn import check


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
        description="Your own models (.onnx): they appear beside those that come with Tilewright. What you let learn is"
        " kept here too; without a folder it is kept with Tilewright, and goes when Tilewright is uninstalled",
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

    python: bpy.props.StringProperty(
        name="Python",
        description="The Python with PyTorch that learns, outside Blender; empty: found by itself",
        subtype="FILE_PATH",
    )
    trainer_folder: bpy.props.StringProperty(
        name="Trainer Folder",
        description="Tilewright's source, which holds the folder trainer; empty: beside that Python or inside it",
        subtype="DIR_PATH",
    )

    def draw(self, _context: bpy.types.Context) -> None:
        self.layout.use_property_split = True
        for name in ("device", "model_folder", "storage"):
            self.layout.prop(self, name)
        self.layout.separator()
        for name in ("python", "trainer_folder"):
            self.layout.prop(self, name)
        check.draw(self.layout)


def preferences(context: bpy.types.Context) -> TilewrightPreferences:
    return context.preferences.addons[base_package].preferences


CLASSES = (TilewrightPreferences,)
