"""What the panel sets: kept in the scene."""

from __future__ import annotations

from collections.abc import Container
from contextlib import suppress
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_iface as told

from ..synthesis.errors import TextureError
from ..synthesis.info import LARGEST_SIZE_PX, ModelInfo
from ..synthesis.latent import Latent
from ..synthesis.maps import MAP_KINDS
from ..synthesis.model_file import read_info
from ..synthesis.noise import LARGEST_SEED
from ..synthesis.surface import DEEPEST, ESTIMATED, NO_SURFACE, Surface
from . import identity, models, previews
from .model_folders import known_models

FROM_FILE = "FILE"
MOST_CONTROLS = 8
SIZE_TOLD = "In pixels; goes to the nearest size that the model makes"
# Of operators, too:
NEW_MATERIAL = bpy.props.BoolProperty(
    name="New Material",
    description="Put the texture into a new material on all selected objects, and leave the active one as it is",
)
FRAMES = bpy.props.IntProperty(name="Frames", description="Length of a loop", default=48, min=2, soft_max=250)
STRENGTH = bpy.props.FloatProperty(
    name="Strength", description="0 keeps the image's details, 1 its rough shapes", default=0.5, min=0, max=1,
    subtype="FACTOR",
)  # fmt: skip


def _model_items(
    self: TilewrightSettings | None, context: bpy.types.Context | None
) -> list[tuple[str, str, str, int, int]]:
    known = known_models(context) if context else models.found(None)
    items = []
    for number, (path, info) in zip(models.numbers([path for path, _ in known]), known, strict=True):
        texts = map(identity.lasting, (str(path), models.title(info.name), _told(info)))
        items.append((*texts, previews.icon(info), number))
    items.append((FROM_FILE, "From File", "Any model file on disk", _file_icon(self), 1))
    return items


def _file_icon(settings: object) -> int:
    """The picture of the model file that is chosen, else that of a folder."""
    chosen, icon = getattr(settings, "model_file", ""), 0
    if chosen:
        with suppress(TextureError):
            icon = previews.icon(read_info(Path(bpy.path.abspath(chosen))))
    return icon or previews.named("FILE_FOLDER")


def _told(info: ModelInfo) -> str:
    maps = ", ".join(told(MAP_KINDS[name].label) for name in info.maps)
    learned = info.exemplar
    line = told("Makes {maps}; learned from {exemplar}").format(maps=maps, exemplar=learned.name)
    by = told(", by {author}").format(author=learned.author) if learned.author else ""
    return line + by + (f" ({learned.license})" if learned.license else "")


def _model_changed(self: TilewrightSettings, context: bpy.types.Context) -> None:
    self.controls = [0.0] * MOST_CONTROLS  # another model's sliders mean something else
    self.offer_seed()
    _snap(self, context)


def _snap(self: TilewrightSettings, _context: bpy.types.Context) -> None:
    try:
        info = self.info()
    except TextureError:
        return
    for name in ("width", "height"):
        legal = info.nearest_size(getattr(self, name))
        if legal != getattr(self, name):
            setattr(self, name, legal)


class TilewrightSettings(bpy.types.PropertyGroup):
    model: bpy.props.EnumProperty(
        name="Model", description="What kind of texture to make", items=_model_items, update=_model_changed
    )
    model_file: bpy.props.StringProperty(
        name="Model File",
        description="A model that was learned with Tilewright (.onnx)",
        subtype="FILE_PATH",
        update=_model_changed,
    )
    width: bpy.props.IntProperty(
        name="Width", description=SIZE_TOLD, default=1024, min=32,
        max=LARGEST_SIZE_PX, soft_max=8192, step=3200, subtype="PIXEL", update=_snap,
    )  # fmt: skip
    height: bpy.props.IntProperty(
        name="Height", description=SIZE_TOLD, default=1024, min=32,
        max=LARGEST_SIZE_PX, soft_max=8192, step=3200, subtype="PIXEL", update=_snap,
    )  # fmt: skip
    seed: bpy.props.IntProperty(
        name="Seed", description="Every seed is another texture of the same kind", min=0, max=LARGEST_SEED
    )
    offered_seed: bpy.props.IntProperty(min=0, max=LARGEST_SEED, options={"HIDDEN"})  # any other seed was chosen

    other_seed: bpy.props.IntProperty(
        name="Other Seed", description="The texture to blend with", default=1, min=0, max=LARGEST_SEED
    )
    blend: bpy.props.FloatProperty(
        name="Blend", description="How far from the seed's texture to the other seed's", min=0, max=1, subtype="FACTOR"
    )
    frames: FRAMES
    strength: STRENGTH
    mask: bpy.props.PointerProperty(
        name="Mask", type=bpy.types.Image,
        description="An image that is white where to fill; without one, what is transparent is filled",
    )  # fmt: skip
    new_material: NEW_MATERIAL
    controls: bpy.props.FloatVectorProperty(
        name="Controls", description="Properties of the texture; 0 is neutral", size=MOST_CONTROLS,
        min=-1, max=1, subtype="NONE",
    )  # fmt: skip
    estimates: bpy.props.BoolProperty(
        name="Estimate Missing Maps", description="Make the maps that the model lacks from the base color", default=True
    )
    depth: bpy.props.FloatProperty(
        name="Depth", description="How deep the estimated relief is; 0 is flat", default=1, min=0, max=DEEPEST,
        subtype="FACTOR",
    )  # fmt: skip

    def forget_model(self, context: bpy.types.Context) -> None:
        """Choose the first one, as if none had ever been chosen."""
        self.property_unset("model")
        _model_changed(self, context)

    def offer_seed(self) -> None:
        """Begin with the model's best seed, where nobody has chosen one."""
        try:
            best = self.info().first_seed
        except TextureError:
            return
        offered = self.is_property_set("offered_seed") and self.seed == self.offered_seed
        if offered or not self.is_property_set("seed"):  # 0 may be chosen too
            self.seed = self.offered_seed = best

    def offer_first_seed(self) -> None:
        """The same, where no model was ever picked, and the first one is used."""
        if not self.is_property_set("offered_seed"):
            self.offer_seed()

    def surface(self, beside: Container[str] = ESTIMATED) -> Surface:
        """What to estimate, of the maps in `beside`."""
        if not self.estimates:
            return NO_SURFACE
        return Surface(self.depth, tuple(name for name in ESTIMATED if name in beside))

    def latent(self, seed: int, model: Path) -> Latent:
        """What the sliders say, for a seed; the controls only where `model` is the one that they belong to."""
        try:
            controls = self.info().controls[:MOST_CONTROLS] if self.model_path() == model else ()
        except TextureError:
            controls = ()
        moved = {control.name: value for control, value in zip(controls, self.controls, strict=False) if value}
        return Latent(seed, self.other_seed if self.blend else None, self.blend, moved)

    def model_path(self) -> Path:
        """Raises: TextureError where no model is chosen, or the one that was is gone."""
        chosen = self.model  # asked once: every look at it goes through the folders of models
        if not chosen:
            raise TextureError("the chosen model is no longer there: pick another")
        if chosen != FROM_FILE:
            return Path(chosen)
        if not self.model_file:
            raise TextureError("no model is chosen: pick one, or choose a model file")
        return Path(bpy.path.abspath(self.model_file))

    def info(self) -> ModelInfo:
        """Raises: TextureError where the chosen file is no model."""
        return read_info(self.model_path())


CLASSES = (TilewrightSettings,)
IN_SCENE = {"tilewright": TilewrightSettings}
