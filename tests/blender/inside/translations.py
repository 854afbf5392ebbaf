"""Every text that a person sees has its translation, and every translation its text."""

import ast
import importlib
import sys
from pathlib import Path

import bpy

EXTENSION = "bl_ext.user_default.tilewright"
LOCALE = "zh_HANS"
SAME_EVERYWHERE = {"Tilewright", "Blender", "Python", "CPU", "CUDA", "Unreal", "Unity", "Godot, glTF", "X", "Y", "Z"}
SAME_EVERYWHERE |= {"Unity HDRP", "1K", "2K", "4K", "8K"}
TEXT_ARGUMENTS = {"text", "title", "message", "confirm_text"}

bpy.ops.preferences.addon_enable(module=EXTENSION)
addon = importlib.import_module(f"{EXTENSION}.addon")
folder = Path(addon.__file__).parent


def of_classes():
    """(context, text) of what is registered."""
    for cls in (cls for part in addon._parts() for cls in getattr(part, "CLASSES", ())):
        context = getattr(cls, "bl_translation_context", "*")
        if issubclass(cls, bpy.types.Operator):
            yield "Operator", cls.bl_label
            yield "*", cls.__doc__
            assert "\n" not in cls.__doc__, "Python versions keep the indentation of a second line, or do not"
        elif issubclass(cls, bpy.types.FileHandler):
            yield "Operator", cls.bl_label
        elif issubclass(cls, bpy.types.Panel):
            yield context, cls.bl_label
        properties = rna(cls).properties
        for name in {name for parent in cls.__mro__ for name in getattr(parent, "__annotations__", ())}:
            if name in properties:
                yield from of_property(properties[name])
    yield from of_property(bpy.types.WindowManager.bl_rna.properties["tilewright_only_favorites"])


def rna(cls):
    if not issubclass(cls, bpy.types.Operator):
        return cls.bl_rna
    return getattr(bpy.ops.tilewright, cls.bl_idname.removeprefix("tilewright.")).get_rna_type()


def of_property(prop):
    if prop.is_hidden or prop.type == "COLLECTION":
        return
    yield prop.translation_context, prop.name
    yield "*", prop.description
    for item in prop.enum_items if prop.type == "ENUM" else ():
        yield prop.translation_context, item.name
        yield "*", item.description


def of_lists_made_when_drawn():
    """(context, text) of enum items that depend on what is there; models and libraries have names of their own."""
    models = importlib.import_module(f"{EXTENSION}.addon.settings")._model_items(None, None)
    libraries = importlib.import_module(f"{EXTENSION}.addon.keep.keep_settings")._libraries(None, None)
    for item in (models[-1], libraries[0]):
        yield from (("*", text) for text in item[1:3])


def of_sources():
    """(context, text) of what is drawn or told, as the sources say."""
    for file in folder.rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)):
            yield from of_call(call, file)
    for kind in importlib.import_module(f"{EXTENSION}.synthesis.maps").MAP_KINDS.values():
        yield "*", kind.label
    for control in importlib.import_module(f"{EXTENSION}.synthesis.statistics").STEPS:
        yield "*", control.capitalize()


def of_call(call, file):
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name == "told" and call.args and isinstance(call.args[0], ast.Constant):
        yield "*", call.args[0].value
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if "translate" in given:
        return
    for value in (value for argument, value in given.items() if argument in TEXT_ARGUMENTS):
        assert not isinstance(value, ast.JoinedStr), f"{file}:{call.lineno}: a text that can't be translated"
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield "Operator" if name == "operator" else "*", value.value


seen = {
    key
    for key in (*of_classes(), *of_lists_made_when_drawn(), *of_sources())
    if key[1] and key[1] not in SAME_EVERYWHERE
}
translations = importlib.import_module(f"{EXTENSION}.addon.translations")
seen |= {(translations.REFUSED, text) for text in translations.REFUSALS | translations.PHRASES}
table = translations.table()[LOCALE]
words = [("*", word) for room in translations._ROOMS for word in room.WORDS]
assert len(words) == len(set(words)), "a word is translated once, in one room"
missing, unused = sorted(seen - set(table)), sorted(set(table) - seen)
if "--list" in sys.argv:
    print("\n".join(map(repr, missing)))
assert not missing, f"not translated: {missing}"
assert not unused, f"translated, but seen nowhere: {unused}"
for (_, text), translated in table.items():
    fields, kept = ({part.split("}")[0] for part in side.split("{")[1:]} for side in (text, translated))
    assert fields == kept, f"{text!r} and {translated!r} name other values"


def refused():
    """What is told where a preset gets no name."""
    try:
        bpy.ops.tilewright.save_preset(preset=" ")
    except RuntimeError as reason:
        return str(reason)
    raise AssertionError("a preset without a name was saved")


REFUSAL = "the preset has no name: type one"
refusals = importlib.import_module(f"{EXTENSION}.addon.refusals")
assert REFUSAL in refused() and refusals.shown(REFUSAL) == REFUSAL
if bpy.app.translations.locales:
    told = bpy.app.translations.pgettext_iface
    assert told("Generate Texture", "Operator") == "Generate Texture"
    bpy.context.preferences.view.language = LOCALE
    bpy.context.preferences.view.use_translate_interface = True
    for context, text in seen:
        assert told(text, context) != text or table[context, text] == text, text
    assert told("Generate Texture", "Operator") == table["Operator", "Generate Texture"]
    assert table[translations.REFUSED, REFUSAL] in refused() and REFUSAL not in refused()
    bpy.context.preferences.view.use_translate_interface = False
    assert REFUSAL in refused()
    bpy.context.preferences.view.use_translate_interface = True
    sys.modules[EXTENSION].unregister()
    assert told("Generate Texture", "Operator") == "Generate Texture", "the words go with the extension"
    sys.modules[EXTENSION].register()
else:  # the bpy package has no languages: the table stands for them
    refusals.told = lambda text, context: table[context, text]
    assert table[translations.REFUSED, REFUSAL] in refused() and REFUSAL not in refused()

wrapped = importlib.import_module(f"{EXTENSION}.addon.sentences").wrapped
assert wrapped("a line that is read in three", 10) == ["A line", "that is", "read in", "three"]
lines = wrapped("模型 wall.onnx 的边距与其信息不符：请重新导出", 20)
assert lines == ["模型 wall.onnx 的边", "距与其信息不符：请重", "新导出"], lines
assert wrapped("距与其信息不符之处：请", 18) == ["距与其信息不符之", "处：请"], "a mark begins no line"
print("every word has its translation")
