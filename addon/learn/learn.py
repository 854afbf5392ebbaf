"""Operators that let a Python outside Blender learn a texture."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_iface as told

from ...synthesis.errors import TextureError
from ...synthesis.maps import MAP_KINDS
from ...synthesis.picture import Picture, is_opaque
from ...synthesis.preparation import UNPREPARED, Preparation
from ...synthesis.preparation_options import preparation_arguments
from ...synthesis.run_folder import MODEL
from ...synthesis.writing import write_picture
from .. import images, refusals, units
from ..model_folders import known_models, new_run_folder, run_folders
from ..preferences import preferences
from ..prepare import prepared_images
from ..reasons import TellsWhyNot
from . import check, follow, learning
from .learning import Fit, State

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".exr")
CUSTOM = "CUSTOM"
FIT_OPTIONS = {  # property of the operator -> option of trainer.fit
    "model_name": "name",
    "author": "author",
    "license": "license",
    "source": "source",
    "width_m": "width_m",
}


class _WhenIdle(TellsWhyNot):
    """Only while nothing is learned: two fits would fight over the processor."""

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        try:
            learning.check_idle(follow.fits(context))
        except TextureError as reason:
            return str(reason)
        return ""


class TILEWRIGHT_OT_learn(_WhenIdle, bpy.types.Operator):
    """Learn a texture from a photo or from the maps of a material, in the background and outside Blender"""

    bl_idname = "tilewright.learn"
    bl_label = "Learn from Image"

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})
    filter_glob: bpy.props.StringProperty(default=";".join(f"*{suffix}" for suffix in SUFFIXES), options={"HIDDEN"})
    image: bpy.props.StringProperty(
        name="Image", description="Name of an image in this file to learn, in place of a file",
        options={"HIDDEN", "SKIP_SAVE"},
    )  # fmt: skip
    maps: bpy.props.BoolProperty(
        name="With Its Maps", default=True,
        description="Learn the maps that a material shows beside this image together with it",
        options={"SKIP_SAVE"},
    )  # fmt: skip
    folder: bpy.props.BoolProperty(
        name="Whole Folder",
        description="Learn the maps of one material together: those beside the file, told by their names,"
        " as wall_base_color and wall_normal",
        options={"SKIP_SAVE"},
    )
    budget: bpy.props.EnumProperty(
        name="Time",
        description="How long to learn",
        items=(
            ("2m", "2 Minutes", "A first impression"),
            ("5m", "5 Minutes", "Enough for most textures"),
            ("20m", "20 Minutes", "For large or fine structure"),
            (CUSTOM, "Custom", "As many minutes as you say"),
        ),
        default="5m",
    )
    minutes: bpy.props.FloatProperty(
        name="Minutes", description="How long to learn", default=10, min=0.05, soft_min=1, soft_max=120, precision=1
    )
    model_name: bpy.props.StringProperty(
        name="Name", description="What the model is called; empty: as the image", options={"SKIP_SAVE"}
    )
    author: bpy.props.StringProperty(name="Author", description="Who made the image; kept in the model")
    license: bpy.props.StringProperty(name="License", description="On which terms, as CC0-1.0; kept in the model")
    source: bpy.props.StringProperty(
        name="Source", description="Where the image is from; kept in the model", options={"SKIP_SAVE"}
    )
    even_light: bpy.props.FloatProperty(
        name="Even Light", description="Take away shadows and light that change slowly over the image",
        min=0, max=1, subtype="FACTOR", options={"SKIP_SAVE"},
    )  # fmt: skip
    scale: bpy.props.FloatProperty(
        name="Reduce To", description="Learn the image at this part of its size, so that its elements have up to about"
        " 100 px", default=1, min=0.05, max=1, subtype="FACTOR", options={"SKIP_SAVE"},
    )  # fmt: skip
    width_m: bpy.props.FloatProperty(
        name="Real Width", description="How wide the place in the picture is; 0 where that is not known",
        min=0, subtype="DISTANCE", unit="LENGTH", options={"SKIP_SAVE"},
    )  # fmt: skip

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        check.begin(context)
        if self.filepath or self.image:
            return context.window_manager.invoke_props_dialog(self, width=360, confirm_text="Learn")
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def draw(self, _context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        if self.filepath or self.image:
            layout.label(text=self.image or Path(self.filepath).name, translate=False, icon="IMAGE_DATA")
        if not self.image:
            layout.prop(self, "folder")
        elif len(self._beside()) > 1:
            layout.prop(self, "maps")
        layout.prop(self, "budget")
        if self.budget == CUSTOM:
            layout.prop(self, "minutes")
        for name in ("even_light", "scale", *FIT_OPTIONS):
            layout.prop(self, name)
        if check.lack():
            layout.label(text="No Python can learn yet: see Check in the preferences", icon="ERROR")

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            name = self._learn(context)
        except TextureError as reason:
            self.report({"ERROR"}, refusals.shown(reason))
            return {"CANCELLED"}
        follow.watch(context)
        self.report({"INFO"}, told("Learning {name}").format(name=name))
        return {"FINISHED"}

    def _learn(self, context: bpy.types.Context) -> str:
        """Begin, and give the model's name. Raises: TextureError."""
        learning.check_idle(learning.found(run_folders(context)))
        python = check.python(context)
        learning.check_ready(python)
        given, preparation = self._prepared()
        as_shown = bool(preparation.corners or preparation.crop)  # which tell places in what Blender shows
        exemplar = _place(given, as_shown) if given else self._exemplar()
        found = known_models(context)
        name = learning.free_name(self.model_name or exemplar.stem, (info.name for _, info in found))
        options = {option: getattr(self, own) for own, option in FIT_OPTIONS.items()}
        options |= {"name": name, "budget": self._budget(), "device": preferences(context).device}
        options["width_m"] = units.metres(context.scene, self.width_m)
        with learning.new_run(new_run_folder(context), name) as run:
            if not exemplar.is_absolute():
                exemplar = run / learning.EXEMPLAR / exemplar
                _save(given, exemplar)
            learning.start(run, python, exemplar, options, preparation_arguments(preparation))
        return name

    def _budget(self) -> str:
        return f"{self.minutes:.2f}m" if self.budget == CUSTOM else self.budget

    def _prepared(self) -> tuple[dict[str, bpy.types.Image], Preparation]:
        """The maps that are learned, none for a file, and what is to be done with them first. Raises: TextureError."""
        asked = Preparation(even_light=self.even_light, scale=self.scale if self.scale < 1 else None)
        if not self.image:
            return {}, asked
        shown = bpy.data.images.get(self.image)
        if shown is None:
            raise TextureError(f"there is no image {self.image!r}: open one in the Image Editor")
        images.check_editable(shown)
        originals, before = prepared_images.origin(shown)
        if before != UNPREPARED:
            asked = before.then(asked, images.size(originals["base_color"]))
        return originals if self.maps else {"base_color": originals["base_color"]}, asked

    def _beside(self) -> dict[str, bpy.types.Image]:
        """The image to learn and the maps beside it."""
        shown = bpy.data.images.get(self.image)
        return prepared_images.maps_of_one_size(shown) if shown else {}

    def _exemplar(self) -> Path:
        """The file or folder to learn. Raises: TextureError."""
        path = Path(bpy.path.abspath(self.filepath)).absolute()
        if not self.filepath or not os.path.exists(path):
            raise TextureError(f"there is no image {path}: choose a PNG, JPEG, TIFF, WebP or OpenEXR")
        return path.parent if self.folder and path.is_file() else path


class _OfARun:
    """Works on one fit, which is named by its folder."""

    bl_options = {"INTERNAL"}

    run: bpy.props.StringProperty(name="Fit", description="The folder of the fit", options={"HIDDEN", "SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            fit = learning.read(Path(self.run))
            if fit is None:
                raise TextureError(f"there is no fit in {self.run}")
            self._work(context, fit)
        except TextureError as reason:
            self.report({"ERROR"}, refusals.shown(reason))
            return {"CANCELLED"}
        finally:
            follow.watch(context)
        return {"FINISHED"}

    def _work(self, context: bpy.types.Context, fit: Fit) -> None:
        """Raises: TextureError."""
        raise NotImplementedError


class TILEWRIGHT_OT_learn_stop(_OfARun, bpy.types.Operator):
    """Stop learning, and make a model of what was learned so far. Pressed again, it ends without that"""

    bl_idname = "tilewright.learn_stop"
    bl_label = "Stop Learning"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        fit = learning.read(Path(self.run))
        if fit is None or fit.state is not State.STOPPING:
            return self.execute(context)
        return context.window_manager.invoke_confirm(
            self,
            event,
            title="End it at once?",
            message="What was learned in the last minute is being saved, and would be lost",
            confirm_text="End",
            icon="WARNING",
        )

    def _work(self, _context: bpy.types.Context, fit: Fit) -> None:
        if fit.state is State.STOPPING:
            learning.end(fit.run)
        elif fit.running:
            learning.stop(fit.run)


class TILEWRIGHT_OT_learn_continue(_WhenIdle, _OfARun, bpy.types.Operator):
    """Go on learning where it stopped; what has finished learns longer"""

    bl_idname = "tilewright.learn_continue"
    bl_label = "Continue Learning"

    minutes: bpy.props.FloatProperty(
        name="More Minutes", description="For a fit that has finished: how much longer to learn", default=5, min=0.05,
        soft_min=1, soft_max=120, precision=1,
    )  # fmt: skip

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        fit = learning.read(Path(self.run))
        if fit and fit.state is State.FINISHED:
            check.begin(context)
            return context.window_manager.invoke_props_dialog(self, confirm_text="Learn")
        return self.execute(context)

    def _work(self, context: bpy.types.Context, fit: Fit) -> None:
        learning.check_idle(learning.found(run_folders(context)))
        longer = f"{fit.seconds + 60 * self.minutes:.0f}s" if fit.state is State.FINISHED else ""
        learning.go_on(fit.run, check.python(context), longer)


class TILEWRIGHT_OT_learn_forget(_OfARun, bpy.types.Operator):
    """Remove this model with all that was learned"""

    bl_idname = "tilewright.learn_forget"
    bl_label = "Forget"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_confirm(
            self,
            event,
            title="Forget what was learned?",
            message="The model and all files of its learning are removed",
            confirm_text="Forget",
            icon="WARNING",
        )

    def _work(self, context: bpy.types.Context, fit: Fit) -> None:
        model = str(fit.run / MODEL)
        chosen = [scene for scene in bpy.data.scenes if scene.tilewright.model == model]
        learning.forget(fit.run)
        for scene in chosen:
            scene.tilewright.forget_model(context)


class TILEWRIGHT_FH_image(bpy.types.FileHandler):
    """An image that is dropped; Blender offers a menu where it has another use for it too."""

    bl_idname = "TILEWRIGHT_FH_image"
    bl_label = "Learn texture with Tilewright"
    bl_import_operator = TILEWRIGHT_OT_learn.bl_idname
    bl_file_extensions = ";".join(SUFFIXES)

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        if context.area is None:
            return False
        if context.area.type == "IMAGE_EDITOR":
            return context.region is not None and context.region.type == "UI"  # elsewhere there, a drop opens the image
        return context.area.type == "VIEW_3D"


CLASSES = (
    TILEWRIGHT_OT_learn,
    TILEWRIGHT_OT_learn_stop,
    TILEWRIGHT_OT_learn_continue,
    TILEWRIGHT_OT_learn_forget,
    TILEWRIGHT_FH_image,
)


def _place(maps: Mapping[str, bpy.types.Image], as_shown: bool) -> Path:
    """The file of an image in Blender, or the name of a file, or of several a folder, to be written by `_save`.

    as_shown: its pixels must lie where Blender shows them, which does not turn photos upright as the trainer does.
    """
    image = maps["base_color"]
    path = Path(bpy.path.abspath(image.filepath, library=image.library))
    kept = image.source == "FILE" and not image.packed_file and not image.is_dirty and not as_shown
    if len(maps) == 1 and kept and path.suffix.lower() in SUFFIXES and os.path.isfile(path):
        return path.absolute()
    has_suffix = Path(image.name).suffix.lower() in bpy.path.extensions_image
    name = bpy.path.clean_name(Path(image.name).stem if has_suffix else image.name)
    return Path(name if len(maps) > 1 else f"{name}.png")


def _save(maps: Mapping[str, bpy.types.Image], path: Path) -> None:
    """Write an image to a PNG file, or several to a folder, called by their maps, each as deep as maps of its kind are.

    Raises: TextureError where one has no pixels, or the disk refuses.
    """
    for name, image in maps.items():
        rgba = images.read(image).encoded()
        picture = Picture({name: rgba[..., : MAP_KINDS[name].channels]}, is_opaque(rgba[..., 3]))
        write_picture(picture, path if len(maps) == 1 else path / f"{name}.png")
