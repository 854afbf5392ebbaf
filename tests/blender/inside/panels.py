"""Every panel, of whatever editor, draws what is there, on a layout that only looks on.

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

    drawn, panels = 0, set()

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
    """As an editor of some kind would give it: there is no window here."""

    def __init__(self, kind):
        self.region, given = SimpleNamespace(width=300), bpy.context.preferences
        self.preferences = SimpleNamespace(
            system=SimpleNamespace(ui_scale=1.0), addons=given.addons, view=given.view, filepaths=given.filepaths
        )
        self.space_data = SimpleNamespace(
            type=kind,
            image=next(iter(bpy.data.images), None),
            pin=False,
            id=bpy.context.object.active_material,
            tree_type="ShaderNodeTree",
            shader_type="OBJECT",
            edit_tree=None,
            node_tree=None,
        )

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
        shown, context = own(panel)(), Context(panel.bl_space_type)
        shown.layout = Layout()
        if not hasattr(shown, "poll") or shown.poll(context):
            Layout.panels.add(panel)
            shown.draw(context)
    return Layout.drawn


classes = [cls for part in addon._parts() for cls in getattr(part, "CLASSES", ())]
panels = [cls for cls in classes if issubclass(cls, bpy.types.Panel)]
bpy.ops.wm.read_homefile(app_template="")
bpy.context.scene.tilewright.model_file, bpy.context.scene.tilewright.model = model_file, "FILE"
bpy.ops.mesh.primitive_plane_add()
before = drawn()
assert ops.generate(model=model_file, seed=1, width=64, height=96) == {"FINISHED"}
assert ops.adjust_color() == {"FINISHED"}
assert drawn() > before > len(panels), "a texture can be tuned"
bpy.ops.object.mode_set(mode="TEXTURE_PAINT")  # in which there is a panel more
drawn()
assert Layout.panels == {*panels}, {*panels} - Layout.panels
print("panels: all fine")
