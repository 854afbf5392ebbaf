"""From texture files and arrays to Blender's images, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import bpy
import numpy as np
from mathutils import Color

from ..synthesis import png_reader
from ..synthesis.errors import TextureError
from ..synthesis.exr import is_exr
from ..synthesis.maps import MAP_KINDS
from ..synthesis.recipe import ORIGIN, height_and_width
from .pixels import Pixels

LARGEST_PACKED_PX = 8192**2  # about 160 MB a map in the .blend, written anew at every save
_PNG_BYTES_A_PX = 2.4  # measured: wool, three channels
_NO_PIXELS = "{name} has no pixels that can be read: save it as a file and open that"
_SRGB = ("sRGB", "sRGB - Texture", "Utility - sRGB - Texture")  # Blender's name, and two of ACES
_LINEAR = ("Linear Rec.709", "Linear Rec.709 (sRGB)", "Utility - Linear - sRGB")
_PNG_END = b"IEND\xaeB`\x82"
_Step = Callable[[bpy.types.Image], bpy.types.Image | None]
_PREFIX = "tilewright_"  # of the custom properties by which an image remembers
_BEFORE, _AFTER = f"{_PREFIX}before", f"{_PREFIX}after"
_BYTES = f"{_PREFIX}bytes"  # of the packed file: another number where the artist has painted on it and packed it


def load_images(files: Mapping[str, Path], packed: bool, made_by: Mapping[str, object]) -> dict[str, bpy.types.Image]:
    """A new image for every map's file.

    packed: keep the file's content in the .blend, so that the file itself may go. A PNG that is loaded and packed
    keeps its bytes: nothing is encoded on the main thread, and 4096 x 4096 takes a blink.
    made_by: stored as custom properties, so that a texture remembers how it was made.
    Raises: TextureError where a file can't be read.
    """
    images = {}
    for name, file in files.items():
        try:
            image = bpy.data.images.load(str(file), check_existing=False)
        except RuntimeError as reason:  # Blender's word for a file that is gone
            raise TextureError(f"{file} can't be read ({str(reason).strip()}): make it again") from None
        image.name = file.stem
        if MAP_KINDS[name].color_space == "sRGB":
            _set_color_space(image, _LINEAR if is_exr(file) else _SRGB)
        else:
            _set_color_space(image, ())
        image.filepath = beside_blend(file)
        if packed:
            image.pack()
            image.filepath_raw = f"//{image.name}{file.suffix}"  # raw: read nothing anew; unpacked, each has its file
            for kept in image.packed_files:
                kept.filepath = image.filepath
            image[_BYTES] = image.packed_file.size
        note(image, made_by)
        images[name] = image
    return images


def note(image: bpy.types.Image, made_by: Mapping[str, object]) -> None:
    """Let an image remember how it was made, as custom properties."""
    for key, value in made_by.items():
        image[f"{_PREFIX}{key}"] = value


def noted(image: bpy.types.Image) -> dict[str, object]:
    """What an image remembers, as `note` was given it."""
    return {key.removeprefix(_PREFIX): value for key, value in image.items() if key.startswith(_PREFIX)}


def _set_color_space(image: bpy.types.Image, names: Sequence[str]) -> None:
    """Let an image's values be read by the first of these that a studio's configuration has, without any as data."""
    encoding = image.colorspace_settings
    encoding.is_data = not names
    for known in names:
        with suppress(TypeError):  # Blender's word for a name that the configuration does not have
            encoding.name = known
            return


def beside_blend(file: Path) -> str:
    """A file's path as an image should keep it: relative where it lies with the .blend, so that both may move."""
    folder = Path(bpy.path.abspath("//")) if bpy.data.filepath else None
    return f"//{file.relative_to(folder).as_posix()}" if folder and file.is_relative_to(folder) else str(file)


def check_packable(height_px: int, width_px: int) -> None:
    """Raises: TextureError where a texture of this size is better kept beside the .blend."""
    if height_px * width_px > LARGEST_PACKED_PX:
        megabytes = height_px * width_px * _PNG_BYTES_A_PX / 1e6
        raise TextureError(
            f"{width_px} x {height_px} px would put about {megabytes:.0f} MB a map into the .blend: save "
            "the file and choose Next to the File in the preferences, or take up to 8192 x 8192 px"
        )


def check_editable(image: bpy.types.Image) -> None:
    """Raises: TextureError where the image is no single picture with pixels; what is packed is taken to have some."""
    if image.source == "TILED":
        first = "unpack it (File > External Data), and " if image.packed_files else ""
        raise TextureError(f"{image.name} is a UDIM image of several tiles: {first}open the file of one to work on it")
    if image.source in {"MOVIE", "SEQUENCE"}:
        raise TextureError(f"{image.name} is a {image.source.lower()}: open one frame of it as a single image")
    if image.type in {"RENDER_RESULT", "COMPOSITING"} or not (image.packed_file or all(size(image))):
        raise TextureError(_NO_PIXELS.format(name=image.name))


def check_own(image: bpy.types.Image) -> None:
    """Raises: TextureError where the image is another file's, which can't be shown otherwise or keep what it became."""
    if not image.is_editable:
        raise TextureError(f"{image.name} is linked from another file: make it local first")


def size(image: bpy.types.Image) -> tuple[int, int]:
    """(height, width) in pixels, where it can be known without decoding the image's file from there."""
    file = stored(image)
    if isinstance(file, Path):
        with suppress(OSError), file.open("rb") as opened:
            file = opened.read(png_reader.HEADER_BYTES)
    known = png_reader.size(file) if isinstance(file, bytes) else None
    return known or (image.size[1], image.size[0])


def size_told(image: bpy.types.Image) -> tuple[int, int]:
    """(height, width) as generated, of a tile where it has several, from what it remembers; else as `size`."""
    return height_and_width(str(noted(image).get("size", ""))) or size(image)


def origin(image: bpy.types.Image) -> dict[str, object]:
    """What an image remembers of its origin, which what is made from it has, too."""
    return {key: value for key, value in noted(image).items() if key in ORIGIN}


def let_go(several: Iterable[bpy.types.Image]) -> list[str]:
    """Remove packed images of ours that nothing uses any more, which would pile up until the file is opened anew.

    What was painted on them stays in the .blend: the names of those where it was not saved.
    """
    several = [*dict.fromkeys(several)]  # one may be shown as two maps
    painted = _keep_painted(several)
    for image in several:
        packed = image.packed_file if image.source == "FILE" and not (image.users or image.is_dirty) else None
        if packed and packed.size == image.get(_BYTES):
            bpy.data.images.remove(image)
    return painted


def _keep_painted(several: Iterable[bpy.types.Image]) -> list[str]:
    painted = [image for image in several if image.is_dirty]
    for image in painted:
        image.use_fake_user = True
        if all(all(tile.size) for tile in image.tiles):  # to ask loads them: what is not loaded, `pack` throws away
            image.pack()
    return [image.name for image in painted if not image.is_dirty]


def is_single(image: bpy.types.Image) -> bool:
    """Whether it is one picture, rather than tiles, frames or a render; its pixels may be gone."""
    return image.source in {"FILE", "GENERATED"}


def as_large(maps: Mapping[str, bpy.types.Image], image: bpy.types.Image) -> dict[str, bpy.types.Image]:
    """An image and those of the maps beside it that are as large, each a single picture; map name -> image."""
    wanted = size(image)
    return {name: one for name, one in maps.items() if one == image or (is_single(one) and size(one) == wanted)}


def stored(image: bpy.types.Image) -> bytes | Path | None:
    """What an image that Blender has not decoded yet will be decoded from: a file, or one's content.

    None where Blender holds its pixels, or would change the values of the file.
    """
    encoding = image.colorspace_settings
    if image.source != "FILE" or image.has_data or not (encoding.is_data or encoding.name == "sRGB"):
        return None
    if image.packed_file:
        return image.packed_file.data
    return Path(bpy.path.abspath(image.filepath, library=image.library)) if image.filepath else None


def swap(shown: bpy.types.Image, other: bpy.types.Image) -> None:
    """Show another image wherever one is shown; what was made from which, and the mask, stay."""
    for holder, name in _places():
        if getattr(holder, name, None) == shown:
            setattr(holder, name, other)
    for modifier in _node_modifiers() if bpy.app.version < (5, 2, 0) else ():
        for name in [name for name, given in modifier.items() if given == shown]:
            modifier[name] = other
            modifier.id_data.update_tag()  # Blender does not see what a custom property is set to
    if bpy.context.mode == "PAINT_TEXTURE":
        painting = bpy.context.tool_settings.image_paint
        painting.mode = painting.mode  # lets Blender look anew into which images of the material strokes go


def remember(before: bpy.types.Image, after: bpy.types.Image) -> None:
    """Let two images know each other, for `other_side`; what was data stays data, whatever it was worked on as."""
    if before.colorspace_settings.is_data:
        after.colorspace_settings.is_data = True
    after[_BEFORE], before[_AFTER] = before, after


def keep_with(image: bpy.types.Image, name: str, other: bpy.types.Image) -> None:
    """Let a map that nothing shows yet be saved for as long as the image is to which it belongs."""
    image[f"{_PREFIX}{name}"] = other


def encode_as(before: bpy.types.Image, after: bpy.types.Image) -> None:
    """Let an image be read as the one whose values it has; those of floating point became sRGB when they were read."""
    name = before.colorspace_settings.name
    if name != after.colorspace_settings.name and not before.is_float:  # asked last, since it decodes the image
        _set_color_space(after, (name,))


def other_side(image: bpy.types.Image) -> bpy.types.Image | None:
    """What an image was made from at the very beginning, of that the newest: so that one can go there and back."""
    beginning = _passed(image, made_from)[-1]
    other = beginning if beginning != image else _passed(image, last_made_from)[-1]
    return other if other != image else None


def _passed(image: bpy.types.Image, step: _Step) -> list[bpy.types.Image]:
    """An image and where the steps from it lead; one that leads back, as somebody may have set it, is not taken."""
    passed = [image]
    while (following := step(passed[-1])) is not None and following not in passed:
        passed.append(following)
    return passed


def forget(image: bpy.types.Image) -> None:
    """Let an image know no former or later ones, nor they each other: what nothing shows is not saved."""
    for step in (made_from, last_made_from):
        for known in _passed(image, step)[1:]:
            _cut(known)
    _cut(image)


def _cut(image: bpy.types.Image) -> None:
    for key in (_BEFORE, _AFTER):
        image.pop(key, None)


def made_from(image: bpy.types.Image) -> bpy.types.Image | None:
    return image.get(_BEFORE)


def last_made_from(image: bpy.types.Image) -> bpy.types.Image | None:
    return image.get(_AFTER)


@contextmanager
def without_history(several: Sequence[bpy.types.Image]) -> Iterator[None]:
    """Images that know no other ones for a while, as these would be written with them."""
    kept = [{key: value for key, value in one.items() if isinstance(value, bpy.types.Image)} for one in several]
    for one, known in zip(several, kept, strict=True):
        for key in known:
            del one[key]
    try:
        yield
    finally:
        for one, known in zip(several, kept, strict=True):
            for key, value in known.items():
                one[key] = value


def read(image: bpy.types.Image, room: np.ndarray | None = None) -> Pixels:
    """What Blender holds, as it holds it: a copy that any thread may work on; room: memory for it, of its length.

    Raises: TextureError where the image is no single picture with pixels.
    """
    check_editable(image)
    return shown_pixels(image, room)


def shown_pixels(image: bpy.types.Image, room: np.ndarray | None = None) -> Pixels:
    """As `read`, of any image: of UDIM tiles the first. Raises: TextureError where there are none."""
    width, height = image.size
    if not width or not height:
        raise TextureError(_NO_PIXELS.format(name=image.name))
    flat = np.empty(values(image), np.float32) if room is None else room
    image.pixels.foreach_get(flat)
    if image.alpha_mode == "CHANNEL_PACKED" and image.channels == 4:
        flat[3::4] = 1  # a fourth map, as smoothness, and no transparency
    linear = image.is_float and not image.colorspace_settings.is_data
    return Pixels(flat, height, width, _to_rec709() if linear else None)


def _to_rec709() -> np.ndarray:
    """By which colors of the scene's linear space, a row each, get sRGB's primaries: (3, 3), as a rule the identity."""
    of_each = [Color(primary).from_scene_linear_to_rec709_linear() for primary in np.eye(3)]
    return np.array(of_each, np.float32).round(5)


def values(image: bpy.types.Image) -> int:
    """How many numbers an image's pixels are; decodes its file."""
    return image.size[0] * image.size[1] * image.channels


def _places() -> Iterator[tuple[object, str]]:
    """What may show an image, and its property that holds it; not the inputs of modifiers before Blender 5.2.

    What is linked from another file can't be changed. `ID.user_remap` would do it all at once, but takes away fake
    users, reaches what is remembered of images too, and leaves out Grease Pencil.
    """
    data = bpy.data
    yield from _places_in_nodes()
    if bpy.app.version >= (5, 2, 0):
        for modifier in _node_modifiers():
            inputs = getattr(modifier.properties, "inputs", None)  # none without a node group
            known = inputs.bl_rna.properties if inputs else ()
            yield from ((getattr(inputs, one.identifier), "value") for one in known if one.identifier != "rna_type")
    yield from ((texture, "image") for texture in data.textures if texture.is_editable)  # of brushes too
    yield from ((empty, "data") for empty in data.objects if empty.type == "EMPTY" and empty.is_editable)
    for material in (one for one in data.materials if one.grease_pencil and one.is_editable):
        yield from ((material.grease_pencil, name) for name in ("fill_image", "stroke_image"))
    for camera in (camera for camera in data.cameras if camera.is_editable):
        yield from ((background, "image") for background in camera.background_images)
    for scene in (scene for scene in data.scenes if scene.is_editable):
        painting = scene.tool_settings.image_paint
        yield from ((painting, name) for name in ("canvas", "clone_image", "stencil_image"))
    spaces = (space for screen in data.screens for area in screen.areas for space in area.spaces)
    yield from ((space, "image") for space in spaces if space.type == "IMAGE_EDITOR")


def _places_in_nodes() -> Iterator[tuple[object, str]]:
    """Image nodes of all kinds, and sockets that hold an image, as those of Geometry Nodes do."""
    data = bpy.data
    owners = (*data.materials, *data.worlds, *data.lights, *data.linestyles, *data.scenes)
    trees = [getattr(owner, "node_tree", None) for owner in owners if owner.is_editable]
    groups = [group for group in data.node_groups if group.is_editable]
    for node in (node for tree in (*trees, *groups) if tree for node in tree.nodes):
        yield node, "image"
        yield from ((socket, "default_value") for socket in node.inputs if socket.type == "IMAGE")
    for item in (item for group in groups for item in group.interface.items_tree if item.item_type == "SOCKET"):
        if item.socket_type == "NodeSocketImage":
            yield item, "default_value"


def _node_modifiers() -> Iterator[bpy.types.Modifier]:
    """Their inputs are custom properties before Blender 5.2."""
    for target in (target for target in bpy.data.objects if target.is_editable):
        yield from (modifier for modifier in target.modifiers if modifier.type == "NODES")


def check_whole(png: Path) -> None:
    """Raises: TextureError where a PNG that Blender has written is cut off, of which Blender itself says nothing."""
    content = png.read_bytes() if png.exists() else b""
    if not content.endswith(_PNG_END):
        raise TextureError(f"{png.name} can't be written whole: is the disk full?")
