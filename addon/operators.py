"""What the buttons do: gather, call, report."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import bpy

from ..synthesis.errors import TextureError
from ..synthesis.files import texture_name
from ..synthesis.model_file import read_info
from . import images, materials
from .job import Cancelled, Job, Request
from .preferences import preferences
from .settings import LARGEST_SEED, SIZE_TOLD

TICK_SECONDS = 0.1

_running: list[Job] = []  # at most one: two would fight over the processor
_last: list[Job] = []


def running() -> Job | None:
    """The texture being made, if one is."""
    return _running[0] if _running else None


def abandon() -> None:
    """Stop what is being made, for good: the extension is being disabled."""
    for job in _running:
        job.cancel()
        job.wait()
    _running.clear()
    _last.clear()


def device_in_use() -> str:
    """What computed the last texture: "CUDA", "CPU", or "" before the first."""
    return _last[0].device if _last else ""


class TILEWRIGHT_OT_generate(bpy.types.Operator):
    """Make a tileable texture and put its maps into the active material"""

    bl_idname = "tilewright.generate"
    bl_label = "Generate Texture"
    bl_options = {"REGISTER", "UNDO"}

    model: bpy.props.StringProperty(name="Model", subtype="FILE_PATH", options={"HIDDEN"})
    seed: bpy.props.IntProperty(name="Seed", description="Every seed is another texture", min=0, max=LARGEST_SEED)
    width: bpy.props.IntProperty(name="Width", description=SIZE_TOLD, default=1024, min=32, subtype="PIXEL")
    height: bpy.props.IntProperty(name="Height", description=SIZE_TOLD, default=1024, min=32, subtype="PIXEL")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        why_not = _why_not(context)
        if why_not:
            cls.poll_message_set(why_not)
        return not why_not

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Work in the background; the window stays alive."""
        settings = context.scene.tilewright
        self.seed, self.width, self.height = settings.seed, settings.width, settings.height
        try:
            self.model = str(settings.model_path())
            self._begin(context)
        except TextureError as reason:
            return self._refuse(reason)
        self._job.start()
        self._timer = context.window_manager.event_timer_add(TICK_SECONDS, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type == "ESC" and event.value == "PRESS":
            self._job.cancel()
            return {"RUNNING_MODAL"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        _redraw(context)
        if self._job.running:
            return {"RUNNING_MODAL"}
        self._remove_timer(context)
        return self._end(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Work to the end on the spot: for the redo panel, scripts and background mode."""
        try:
            if not self.model:
                self.model = str(context.scene.tilewright.model_path())
            self._begin(context)
        except TextureError as reason:
            return self._refuse(reason)
        self._job.start()
        return self._end(context)

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender ends the operator itself: another file is loaded, or the window closes."""
        self._job.cancel()
        self._job.wait()
        self._remove_timer(context)
        self._forget()

    def _begin(self, context: bpy.types.Context) -> None:
        options = preferences(context)
        info = read_info(Path(self.model))
        self.width, self.height = info.nearest_size(self.width), info.nearest_size(self.height)
        name = texture_name(info, self.seed, self.height, self.width)
        self._target_uid = context.object.session_uid
        self._packed = options.storage == "PACK" or not bpy.data.filepath
        self._folder = tempfile.TemporaryDirectory(prefix="tilewright-") if self._packed else None
        folder = Path(self._folder.name) if self._folder else Path(bpy.path.abspath("//textures"))
        out = folder / f"{name}.png"
        self._job = Job(Request(Path(self.model), options.device, self.seed, self.height, self.width, out))
        _running[:] = [self._job]

    def _end(self, context: bpy.types.Context) -> set[str]:
        try:
            files = self._job.finish()
            target = _object(self._target_uid)
            made_by = {"model": Path(self.model).stem, "seed": self.seed, "size": f"{self.width}x{self.height}"}
            loaded = images.load_images(files, self._packed, made_by)
            materials.wire(materials.ensure_material(target, made_by["model"]), loaded)
        except TextureError as reason:
            return self._refuse(reason)
        finally:
            self._forget()
            _redraw(context)
        self.report({"INFO"}, f"Made {', '.join(loaded)} on the {self._job.device}".replace("_", " "))
        return {"FINISHED"}

    def _refuse(self, reason: TextureError) -> set[str]:
        self.report({"WARNING"} if isinstance(reason, Cancelled) else {"ERROR"}, str(reason))
        return {"CANCELLED"}

    def _forget(self) -> None:
        _last[:] = [self._job]
        _running.clear()
        if self._folder:
            self._folder.cleanup()

    def _remove_timer(self, context: bpy.types.Context) -> None:
        context.window_manager.event_timer_remove(self._timer)


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

    size: bpy.props.IntProperty(min=32)

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.tilewright
        settings.width = settings.height = self.size
        return {"FINISHED"}


CLASSES = (TILEWRIGHT_OT_generate, TILEWRIGHT_OT_new_seed, TILEWRIGHT_OT_set_size)


def _why_not(context: bpy.types.Context) -> str:
    """Why no texture can be made now, or ""."""
    target = context.object
    if running():
        return "A texture is being made: wait, or press Esc"
    if target is None:
        return "No object is active: select one to receive the texture"
    if not hasattr(target.data, "materials"):
        return f"{target.name} can't have a material: select a mesh, curve, text or other surface"
    parts = (target, target.data, target.active_material)
    if not all(part.is_editable for part in parts if part):
        return f"{target.name}, its data or its material is linked from another file: make it local first"
    return ""


def _object(uid: int) -> bpy.types.Object:
    for candidate in bpy.data.objects:
        if candidate.session_uid == uid:
            return candidate
    raise TextureError("the object that the texture was made for is gone: select another and generate again")


def _redraw(context: bpy.types.Context) -> None:
    """The sidebars alone: drawing a rendered viewport anew for every tick would make the window sluggish."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"VIEW_3D", "NODE_EDITOR"}:
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()
