"""What the buttons of the Tilewright panel do: gather, call, report."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_iface as told

from ..synthesis.errors import TextureError
from ..synthesis.model_file import read_info
from ..synthesis.noise import LARGEST_SEED
from ..synthesis.recipe import properties
from . import history, identity, images, mapping, materials
from .background import Background, why_busy
from .job import UNNAMED, TextureRequest
from .model_folders import outside
from .reasons import TellsWhyNot, why_pinned
from .settings import FRAMES, NEW_MATERIAL, SIZE_TOLD


class Generates(TellsWhyNot, Background):
    """A new texture for the active material of an object."""

    bl_options = {"REGISTER", "UNDO"}
    may_be_new = True  # whether it heeds that the panel asks for a new material

    model: bpy.props.StringProperty(name="Model", subtype="FILE_PATH", options={"HIDDEN"})
    seed: bpy.props.IntProperty(name="Seed", description="Every seed is another texture", min=0, max=LARGEST_SEED)
    width: bpy.props.IntProperty(name="Width", description=SIZE_TOLD, default=1024, min=32, subtype="PIXEL")
    height: bpy.props.IntProperty(name="Height", description=SIZE_TOLD, default=1024, min=32, subtype="PIXEL")
    new_material: NEW_MATERIAL
    # Which were active at the click, for the redo panel: others may be now.
    receiver: bpy.props.StringProperty(name="Object", options={"HIDDEN", "SKIP_SAVE"})
    material: bpy.props.StringProperty(name="Material", options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        return _why_not(context, cls.may_be_new and context.scene.tilewright.new_material) or cls._why_no_model(context)

    @classmethod
    def _why_no_model(cls, context: bpy.types.Context) -> str:
        """Why the panel's model makes nothing, or ""."""
        if context.space_data is None:
            return ""  # a script, which names the model
        try:
            context.scene.tilewright.info()
        except TextureError as reason:
            return str(reason)
        return ""

    def _read_settings(self, context: bpy.types.Context) -> None:
        settings = context.scene.tilewright
        settings.offer_first_seed()
        self.seed, self.width, self.height = settings.seed, settings.width, settings.height
        self.model, self.new_material = str(settings.model_path()), self.may_be_new and settings.new_material
        self._read_active(context)

    def _read_active(self, context: bpy.types.Context) -> None:
        target = context.object
        self.receiver, self.material = target.name, target.active_material.name if target.active_material else ""

    def _request(self, context: bpy.types.Context, folder: Path, device: str) -> TextureRequest:
        info = read_info(Path(self.model))
        self.width, self.height = info.nearest_size(self.width), info.nearest_size(self.height)
        self._check_packable(self.height, self.width)
        target = context.object
        if self.receiver:
            target = identity.named(self.receiver, bpy.data.objects, target)
        why_not = _GONE if target is None else _why_not_for(target, self.new_material)
        if why_not:
            raise TextureError(why_not)
        material = target.active_material
        if self.material:
            material = identity.named(self.material, bpy.data.materials, material)
        self._target_uid, self._scene_uid = target.session_uid, context.scene.session_uid
        self._material_uid = material.session_uid if material and not self.new_material else None
        beside = [one for one in context.selected_objects if one != target and not _why_not_for(one, anew=True)]
        self._beside_uids = [one.session_uid for one in beside if self.new_material]
        settings = context.scene.tilewright
        latent, surface = settings.latent(self.seed, Path(self.model)), settings.surface()
        size = self.height, self.width
        request = TextureRequest(Path(self.model), device, latent, folder / UNNAMED, *size, surface=surface)
        return request.named(self._packed)

    def _show(self, context: bpy.types.Context, files: Mapping[str, Path], packed: bool) -> None:
        made = self._job.request.recipe()
        self._wire(files, packed, made.model, properties(made))
        if made.frames == 1:
            history.note(self._scene_uid, made, outside(context, Path(self.model)))

    def _wire(self, files: Mapping[str, Path], packed: bool, model: str, made_by: Mapping[str, object]) -> None:
        target = self._target()  # before anything is loaded, since it may be gone
        if target.active_material is not None and self._material_uid is not None:
            self._material()  # another one has taken its place where it is gone
        loaded = images.load_images(files, packed, made_by)
        asked = identity.found(self._material_uid, bpy.data.materials)
        if self.new_material:
            asked = bpy.data.materials.new(model)
            for one in bpy.data.objects:
                if one == target or one.session_uid in self._beside_uids:
                    materials.wear(one, asked)
        material = materials.ensure_material(target, model, asked)
        self._material_uid = material.session_uid
        shown = materials.shown_maps(material)
        before = images.size_told(shown["base_color"]) if "base_color" in shown else None
        self._hidden = materials.wire(material, loaded)
        self._painted = images.let_go(shown.values())
        mapping.repeat(material)
        mapping.fit(material, before, images.size_told(loaded["base_color"]))

    def _end(self, context: bpy.types.Context) -> set[str]:
        ended = super()._end(context)
        target = identity.found(self._target_uid, bpy.data.objects)
        material = identity.found(self._material_uid, bpy.data.materials)
        if ended == {"FINISHED"} and not (_has_uv(target) or materials.is_box(material)):
            line = told("{name} has no UV map: unwrap it, or press Box Mapping in Material")
            self.report({"WARNING"}, line.format(name=target.name))  # last, where it is seen
        elif ended == {"FINISHED"} and self._hidden:
            line = told("{name} is no longer shown: the texture's shader has taken its place")
            self.report({"WARNING"}, line.format(name=self._hidden))
        return ended

    def _target(self) -> bpy.types.Object:
        """The object that the texture is for. Raises: TextureError where it is gone."""
        target = identity.found(self._target_uid, bpy.data.objects)
        if target is None:
            raise TextureError(_GONE)
        return target

    def _material(self) -> bpy.types.Material:
        """The material that was active when the texture was asked for. Raises: TextureError where it is gone."""
        return materials.asked_for(self._material_uid)


class TILEWRIGHT_OT_generate(Generates, bpy.types.Operator):
    """Make a tileable texture and put its maps into the active material"""

    bl_idname = "tilewright.generate"
    bl_label = "Generate Texture"


class TILEWRIGHT_OT_generate_loop(Generates, bpy.types.Operator):
    """Make a texture that changes from frame to frame and ends where it began, as an image sequence"""

    bl_idname = "tilewright.generate_loop"
    bl_label = "Generate Loop"

    frames: FRAMES

    def _read_settings(self, context: bpy.types.Context) -> None:
        super()._read_settings(context)
        self.frames = context.scene.tilewright.frames

    def _request(self, context: bpy.types.Context, _folder: Path, device: str) -> TextureRequest:
        if not bpy.data.filepath:
            raise TextureError("save the .blend file first: the frames of a loop are files that lie beside it")
        self._packed = False
        request = super()._request(context, Path(bpy.path.abspath("//textures")), device)
        return replace(request, frames=self.frames).named(self._packed, "_loop")

    def _show(self, context: bpy.types.Context, files: Mapping[str, Path], _packed: bool) -> None:
        super()._show(context, files, packed=False)
        materials.play(self._material(), self.frames)


class TILEWRIGHT_OT_new_seed(bpy.types.Operator):
    """Choose another seed at random"""

    bl_idname = "tilewright.new_seed"
    bl_label = "New Seed"
    bl_options = {"UNDO", "INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.scene.tilewright.seed = random.randrange(LARGEST_SEED + 1)
        return {"FINISHED"}


class TILEWRIGHT_OT_set_size(bpy.types.Operator):
    """Make width and height this many pixels"""

    bl_idname = "tilewright.set_size"
    bl_label = "Set Size"
    bl_options = {"UNDO", "INTERNAL"}

    size: bpy.props.IntProperty(name="Size", description="In pixels", min=32)

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.tilewright
        settings.width = settings.height = self.size
        return {"FINISHED"}


_GONE = "the object that the texture was made for is gone: select another and generate again"
_NO_SURFACES = {"GREASEPENCIL", "GPENCIL", "VOLUME"}  # have materials that show no texture on a surface

CLASSES = (TILEWRIGHT_OT_generate, TILEWRIGHT_OT_generate_loop, TILEWRIGHT_OT_new_seed, TILEWRIGHT_OT_set_size)


def _has_uv(target: bpy.types.Object) -> bool:
    """Whether an object can show a texture where it is unwrapped; nodes may make the UV map of a mesh, too."""
    has_nodes = any(modifier.type == "NODES" for modifier in target.modifiers)
    made = target.type in {"CURVE", "FONT", "SURFACE"}
    return made or has_nodes or bool(getattr(target.data, "uv_layers", ()))


def _why_not_for(target: bpy.types.Object, anew: bool) -> str:
    """Why an object can't receive a texture, or ""; anew: in a new material."""
    if not hasattr(target.data, "materials") or target.type in _NO_SURFACES:
        line = told("{name} can't have a material: select a mesh, curve, text or other surface")
        return line.format(name=target.name)
    slots, active = target.material_slots, target.active_material_index
    in_object = active < len(slots) and slots[active].link == "OBJECT"
    changed = None if anew else target.active_material
    if not identity.is_own(changed or (target if in_object else target.data)):
        line = told("{name}, its data or its material is linked from another file: make it local first")
        return line.format(name=target.name)
    return ""


def _why_not(context: bpy.types.Context, anew: bool) -> str:
    """Why no texture can be made now, or ""; anew: in a new material."""
    target = context.object
    if target is None:
        return why_busy() or told("No object is active: select one to receive the texture")
    pinned = "" if anew else why_pinned(context)
    return why_busy() or pinned or _why_not_for(target, anew)
