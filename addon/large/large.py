"""Operators for surfaces that are larger than one texture: UDIM tiles, and variations that hide the repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_iface as told

from ...synthesis.files import Destination
from ...synthesis.model_file import read_info
from ...synthesis.noise import LARGEST_SEED
from ...synthesis.recipe import properties, recipe
from ...synthesis.udim import UdimSet
from .. import identity, images, mapping, materials, models
from ..material import projection
from ..operators import Generates
from ..reasons import TellsWhyNot, why_not_changed
from . import udim_images, variation
from .large_settings import COLUMNS, ROWS, VARIATIONS
from .sets import UdimRequest, VariationsRequest


class TILEWRIGHT_OT_generate_udim(Generates, bpy.types.Operator):
    """Make one large texture as UDIM tiles that continue one another, for a UV map that covers several squares"""

    bl_idname = "tilewright.generate_udim"
    bl_label = "Generate UDIM Tiles"

    columns: COLUMNS
    rows: ROWS

    def _read_settings(self, context: bpy.types.Context) -> None:
        super()._read_settings(context)
        settings = context.scene.tilewright_large
        self.columns, self.rows = settings.columns, settings.rows

    def _request(self, context: bpy.types.Context, folder: Path, device: str) -> UdimRequest:
        tile = super()._request(context, folder, device)
        self._udim = UdimSet(self.columns, self.rows, tile.height, tile.width)
        self._udim.check(read_info(tile.model))
        self._check_packable(*self._udim.size)
        out = tile.named(self._packed, f"_udim_{self.columns}x{self.rows}").out
        return UdimRequest(tile.model, device, tile.latent, out, self._udim, surface=tile.surface)

    def _show(self, _context: bpy.types.Context, files: Mapping[str, Path], packed: bool) -> None:
        asked = self._job.request
        info, size = read_info(asked.model), (self._udim.tile_height, self._udim.tile_width)
        made_by = properties(recipe(info, models.digest(asked.model), asked.latent, size, asked.surface))
        self._wire(files, False, info.name, made_by | {"udim": f"{self.columns}x{self.rows}"})
        material = self._material()
        projection.project(material, box=False)
        mapping.once(material)  # tiles are found by their place on the UV map
        for image in materials.shown_maps(material).values():
            udim_images.spread(image, self._udim.tiles(), packed)


class TILEWRIGHT_OT_break_repetition(Generates, bpy.types.Operator):
    """Make several textures, of this seed and the next ones, and let them take turns over the surface"""

    bl_idname = "tilewright.break_repetition"
    bl_label = "Break Texture Repetition"

    variations: VARIATIONS

    def _read_settings(self, context: bpy.types.Context) -> None:
        super()._read_settings(context)
        self.variations = context.scene.tilewright_large.variations

    def _request(self, context: bpy.types.Context, folder: Path, device: str) -> VariationsRequest:
        one = super()._request(context, folder, device)
        seeds = [(self.seed + step) % (LARGEST_SEED + 1) for step in range(1, self.variations)]
        others = [replace(one, latent=replace(one.latent, seed=seed)) for seed in seeds]
        others = tuple(other.named(self._packed) for other in others)
        return VariationsRequest(
            one.model, device, one.latent, one.out, one.height, one.width, others=others, surface=one.surface
        )

    def _show(self, context: bpy.types.Context, files: Mapping[str, Path], packed: bool) -> None:
        before = materials.ours(identity.found(self._material_uid, bpy.data.materials)).get("variation")
        chosen = variation.chosen(before) if before else {}
        super()._show(context, files, packed)
        asked, others = self._job.request, []
        info = read_info(asked.model)
        for other in asked.others:
            files = Destination(other.out).of_maps(asked.surface.made(info).maps)
            others.append(images.load_images(files, packed, properties(other.recipe())))
        node = materials.vary(self._material(), variation.new_group(others, materials.ours(self._material())))
        variation.choose(node, chosen)


class TILEWRIGHT_OT_single_texture(TellsWhyNot, bpy.types.Operator):
    """Undo Break Repetition: one texture repeats"""

    bl_idname = "tilewright.single_texture"
    bl_label = "Single Texture"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def _why_not(cls, context: bpy.types.Context) -> str:
        why_not = why_not_changed(context)
        if not why_not and "variation" not in materials.ours(context.object.active_material):
            return told("This material shows a single texture already")
        return why_not

    def execute(self, context: bpy.types.Context) -> set[str]:
        materials.remove(context.object.active_material, ("variation",))
        return {"FINISHED"}


CLASSES = (TILEWRIGHT_OT_generate_udim, TILEWRIGHT_OT_break_repetition, TILEWRIGHT_OT_single_texture)
