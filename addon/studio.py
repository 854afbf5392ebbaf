"""Materials of a batch, and a small studio in which one is photographed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from math import radians
from pathlib import Path

import bpy

from ..synthesis.errors import TextureError
from . import images, materials

PICTURE_PX = (960, 600)
SAMPLES = 24


def reset() -> None:
    """Begin with an empty file: whatever was open is not part of the batch. The preferences stay as they are."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.context.scene.world = bpy.data.worlds.new("Studio")


def material(name: str, files: Mapping[str, Path], made_by: Mapping[str, object]) -> bpy.types.Material:
    """A material that shows a texture's files; kept when saved, even where nothing uses it.

    made_by: as for `images.load_images`.
    """
    made = bpy.data.materials.new(name)
    made.use_fake_user = True
    if bpy.app.version < (5, 0, 0):
        made.use_nodes = True
    materials.wire(made, images.load_images(files, packed=False, made_by=made_by))
    return made


def save(file: Path, final: Path) -> None:
    """Save all materials as a .blend whose images are found from where `final` lies. Raises: TextureError."""
    for image in bpy.data.images:
        with suppress(ValueError):  # on another drive: found by their whole path
            image.filepath = bpy.path.relpath(image.filepath, start=str(final.resolve().parent))
    file.unlink(missing_ok=True)  # or Blender would keep the placeholder as a backup
    try:
        with _quiet():
            bpy.ops.wm.save_as_mainfile(
                filepath=str(file.resolve()), copy=True, relative_remap=False, check_existing=False
            )
    except RuntimeError as reason:  # Blender's word for a disk that refuses
        raise TextureError(f"{final} can't be written ({str(reason).strip()}): choose another place") from None
    for image in bpy.data.images:
        image.filepath = bpy.path.abspath(image.filepath, start=str(final.resolve().parent))


def render(shown: bpy.types.Material, file: Path, threads: int = 0) -> None:
    """A photograph of a ball and a floor of this material, by Cycles on the CPU, as PNG.

    threads: 0 for all. Raises: TextureError.
    """
    scene = bpy.context.scene
    if not scene.camera:
        _build(scene)
    for target in scene.objects:
        if target.type == "MESH":
            target.active_material = shown
    if threads:
        scene.render.threads_mode, scene.render.threads = "FIXED", threads
    scene.render.filepath = str(file)
    with _quiet():
        bpy.ops.render.render(write_still=True)
    images.check_whole(file)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the hundred lines that Cycles writes past Python for every picture."""
    sys.stdout.flush()
    kept = os.dup(1)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)


def _build(scene: bpy.types.Scene) -> None:
    _add_ball((-0.55, 0.0, 1.0))
    _add_floor()
    _add_lights(scene)
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.location, camera.rotation_euler = (0.0, -6.2, 3.4), (radians(66), 0.0, 0.0)
    camera.data.lens = 50
    scene.collection.objects.link(camera)
    scene.camera = camera
    if not hasattr(scene, "cycles"):  # disabled, which no Blender without a window notes for good
        bpy.ops.preferences.addon_enable(module="cycles")
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y = PICTURE_PX
    scene.render.image_settings.file_format = "PNG"
    scene.cycles.samples = SAMPLES
    import _cycles  # part of Blender, there as soon as Cycles is the engine

    scene.cycles.use_denoising = _cycles.with_openimagedenoise
    scene.view_settings.view_transform = "Standard"


def _add_ball(location: tuple[float, float, float]) -> None:
    bpy.ops.mesh.primitive_uv_sphere_add(segments=96, ring_count=48, location=location, rotation=(0, 0, radians(120)))
    bpy.ops.object.shade_smooth()
    _scale_uv(bpy.context.object, 3.0, 1.5)


def _add_floor() -> None:
    bpy.ops.mesh.primitive_plane_add(size=9.0, location=(0.0, 1.5, 0.0))
    _scale_uv(bpy.context.object, 4.0, 4.0)


def _scale_uv(target: bpy.types.Object, across: float, up: float) -> None:
    for corner in target.data.uv_layers.active.data:
        corner.uv = (corner.uv[0] * across, corner.uv[1] * up)


def _add_lights(scene: bpy.types.Scene) -> None:
    world = scene.world
    if bpy.app.version < (5, 0, 0):
        world.use_nodes = True
    background = next(node for node in world.node_tree.nodes if node.bl_idname == "ShaderNodeBackground")
    background.inputs["Color"].default_value = (0.75, 0.85, 1.0, 1.0)
    background.inputs["Strength"].default_value = 0.55
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    sun.data.energy, sun.data.angle = 3.2, radians(3)
    sun.rotation_euler = (radians(50), radians(-18), radians(-35))
    scene.collection.objects.link(sun)
