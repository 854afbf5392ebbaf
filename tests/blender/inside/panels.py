"""Every panel of the sidebars draws what is there, on a layout that only looks on.

Argument after "--": a model file.
"""

import importlib
import sys
from types import SimpleNamespace

import bpy

EXTENSION = "bl_ext.user_default.tilewright"
(model_file,) = sys.argv[sys.argv.index("--") + 1 :]
bpy.ops.preferences.addon_enable(module=EXTENSION)
addon = importlib.import_module(f"{EXTENSION}.addon")
ops = bpy.ops.tilewright
NOT_OF_A_CLASS = ("bl_rna", "__dict__", "__weakref__", "__slots__")


class Layout:
    """Draws nothing; every operator, its options and every property must be there."""

    drawn = 0

    def __getattr__(self, _name):
        return lambda *_, **__: self

    def operator(self, name, **_):
        Layout.drawn += 1
        return Options(name)

    def prop(self, data, name, **_):
        Layout.drawn += 1
        assert hasattr(data, name), (data, name)


class Options:
    def __init__(self, operator):
        vars(self)["operator"] = operator
        room, name = operator.split(".")
        vars(self)["known"] = getattr(getattr(bpy.ops, room), name).get_rna_type().properties.keys()

    def __setattr__(self, name, _value):
        assert name in self.known, (self.operator, name)


class Context:
    """An editor's, where there is no window."""

    def __init__(self, kind):
        self.region = SimpleNamespace(width=300, type="UI")
        kept = bpy.context.preferences
        self.preferences = SimpleNamespace(addons=kept.addons, system=SimpleNamespace(ui_scale=1))
        self.space_data = SimpleNamespace(type=kind, image=picture, pin=False, tree_type="ShaderNodeTree")

    def __getattr__(self, name):
        return getattr(bpy.context, name)


def own(panel):
    """What the extension gives a panel, as a class that Blender does not hold."""
    members = {}
    for cls in reversed(panel.__mro__):
        if cls.__module__.startswith(EXTENSION):
            members |= {name: member for name, member in vars(cls).items() if name not in NOT_OF_A_CLASS}
    return type(panel.__name__, (), members)


def drawn():
    """How many buttons and fields all panels have."""
    Layout.drawn = 0
    for panel in panels:
        shown = own(panel)()
        shown.layout = Layout()
        shown.draw(Context(panel.bl_space_type))
    return Layout.drawn


classes = [cls for part in addon._parts() for cls in getattr(part, "CLASSES", ())]
panels = [cls for cls in classes if issubclass(cls, bpy.types.Panel)]
assert {panel.bl_space_type for panel in panels} == {"VIEW_3D", "NODE_EDITOR", "IMAGE_EDITOR"}
bpy.ops.wm.read_homefile(app_template="")
picture = bpy.data.images.new("picture", 64, 96)
bpy.context.scene.tilewright.model_file, bpy.context.scene.tilewright.model = model_file, "FILE"
bpy.ops.mesh.primitive_plane_add()
before = drawn()
assert ops.generate(model=model_file, seed=1, width=64, height=96) == {"FINISHED"}
assert ops.adjust_color() == {"FINISHED"}
assert drawn() > before > len(panels), "a texture can be tuned"
print("panels: all fine")
