"""Many textures at once, without a window.

blender -b --python addon/batch.py -- MODEL... --seeds 0-31 --size 2048 --out DIR [--format png|exr]
    [--naming blender|unreal|unity|unity_hdrp|gltf] [--blend FILE] [--surface]
blender -c tilewright MODEL... (the same, where the extension is installed)
python addon/batch.py MODEL... (the same, with the bpy package)
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # run as a script: make the repository a package of its own name, as Blender does
    import importlib.util

    _root = Path(__file__).resolve().parent.parent
    _spec = importlib.util.spec_from_file_location(
        "tilewright_batch", _root / "__init__.py", submodule_search_locations=[str(_root)]
    )
    sys.modules["tilewright_batch"] = importlib.util.module_from_spec(_spec)
    __package__ = "tilewright_batch.addon"
    importlib.import_module(__package__)

import argparse
import re
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import groupby

from ..synthesis import engines
from ..synthesis.arguments import Parser, file_of, heed_signals, note, tell, told
from ..synthesis.engines import EngineFile
from ..synthesis.errors import TextureError
from ..synthesis.files import Destination, all_in_place, put_in_place
from ..synthesis.info import ModelInfo
from ..synthesis.latent import Latent, check_seed
from ..synthesis.maps import Maps
from ..synthesis.model_file import digest
from ..synthesis.options import add_controls, add_machine, add_surface, asked_surface, parse_size
from ..synthesis.recipe import differences, properties, recipe, texture_name
from ..synthesis.session import Model, open_model
from ..synthesis.surface import Surface
from ..synthesis.texture import generate
from ..synthesis.writing import plain_files, read_made_by, write_files

ALL_FINE, SOME_FAILED, BAD_ARGUMENTS = 0, 1, 2
BEST = "best"  # for the seeds that a model offers first
PLAIN = "blender"  # the naming of a file for each map, as `synthesis generate` has it
_LARGEST_COUNT = 100_000


@dataclass(frozen=True)
class Texture:
    """One texture of a batch.

    info: of its model; targets: where its files go; made_by: what its files remember; device: on which this batch has
    made it, "" where it has not.
    """

    info: ModelInfo
    model_file: Path
    name: str
    latent: Latent
    surface: Surface
    targets: dict[EngineFile, Path]
    made_by: dict[str, object]
    device: str = ""

    @property
    def files(self) -> dict[str, Path]:
        """The file of each map; of some of them, where they are packed."""
        return {name: target for file, target in self.targets.items() for name in file.maps}


def main(arguments: list[str]) -> int:
    """Returns the exit code: ALL_FINE, SOME_FAILED (each told in a line), BAD_ARGUMENTS (nothing was made)."""
    heed_signals()
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        note("tilewright: stopped: what was finished is there")
        return SOME_FAILED


def _run(arguments: list[str]) -> int:
    try:
        options = _parser().parse_args(arguments)
        _check_places(options)
        textures = _checked(list(_textures(options)))
    except (TextureError, OSError) as reason:
        note(f"tilewright: {told(reason)}")
        return BAD_ARGUMENTS
    try:
        made = [*_all_made(textures, options)]
        _show([texture for texture in made if texture], options)
        devices = sorted({texture.device for texture in made if texture and texture.device})
        if devices:
            tell(f"computed on the {' and the '.join(devices)}")
    except (TextureError, OSError) as reason:
        note(f"tilewright: {told(reason)}")
        return SOME_FAILED
    return ALL_FINE if all(made) else SOME_FAILED


def parse_seeds(text: str) -> list[int]:
    """ "0-3,8" -> [0, 1, 2, 3, 8]. Raises: TextureError."""
    seeds: dict[int, None] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,10})(?:-(\d{1,10}))?\s*", part)
        if not match:
            raise TextureError(f"seeds are {text!r}: give numbers and ranges, as 0-31 or 3,7,20-29, or {BEST}")
        first, last = int(match[1]), int(match[2] or match[1])
        check_seed(last)
        if last < first or len(seeds) + last - first >= _LARGEST_COUNT:
            raise TextureError(
                f"seeds are {text!r}: a range goes upwards, and {_LARGEST_COUNT} textures are the most at once"
            )
        again = next((seed for seed in range(first, last + 1) if seed in seeds), None)
        if again is not None:
            raise TextureError(f"seeds are {text!r}: {again} is given twice, leave it out once")
        seeds |= dict.fromkeys(range(first, last + 1))
    return [*seeds]


def blend_file(text: str) -> Path:
    """A path whose file Blender writes; .blend may be left out."""
    return file_of("blend", text, ".blend")


def _textures(options: argparse.Namespace) -> Iterator[Texture]:
    """Raises: TextureError for the first model, size, control or folder that can't be used."""
    numbers = [] if options.seeds == BEST else parse_seeds(options.seeds)
    width, height = options.size
    surface = asked_surface(options)
    for path in options.models:
        info = open_model(path, options.device, options.threads).info
        info.check_size(height, width)
        for seed in numbers or _best_seeds(path, info):
            latent, name = Latent(seed, controls=dict(options.control)), texture_name(info, seed, height, width)
            latent.check(info)
            made = recipe(info, digest(path), latent, (height, width), surface)
            targets = _targets(options, surface.made(info), name)
            yield Texture(info, path, name, latent, surface, targets, properties(made))


def _best_seeds(path: Path, info: ModelInfo) -> tuple[int, ...]:
    if not info.best_seeds:
        raise TextureError(f"{path} has no ranked seeds: give numbers, as --seeds 0-7")
    return info.best_seeds


def _targets(options: argparse.Namespace, made: Maps, name: str) -> dict[EngineFile, Path]:
    if options.naming == PLAIN:
        return plain_files(made, Destination(options.out / f"{name}.{options.format}"))
    files = engines.files(options.naming, dict.fromkeys(made.maps))
    return {file: options.out / f"{file.name(name)}.{options.format}" for file in files}


def _check_places(options: argparse.Namespace) -> None:
    """Raises: TextureError where nothing can be written, somebody's .blend would be lost, or one is needed or not."""
    for folder in (options.out, options.blend.parent) if options.blend else (options.out,):
        there = next(path for path in (folder, *folder.parents) if path.exists())
        if not there.is_dir():
            raise TextureError(f"{there} is a file, no folder that textures can be put into: give another folder")
    if options.assets and not options.blend:
        raise TextureError("--assets marks the materials of a .blend: give --blend FILE too")
    if options.naming != PLAIN and (options.blend or options.render):
        raise TextureError(
            f"--naming {options.naming} is for other programs, and --blend and --render show Blender's maps: make them "
            "in two batches, each with an --out of its own"
        )
    if options.blend and options.blend.exists() and not options.overwrite:
        raise TextureError(f"{options.blend} is there already: give another name, or --overwrite to make all again")


def _checked(textures: list[Texture]) -> list[Texture]:
    """Raises: TextureError where the textures of two models would be the same files."""
    first: dict[str, Texture] = {}
    for texture in textures:
        other = first.setdefault(texture.name, texture)
        if other is not texture and other.model_file == texture.model_file:
            raise TextureError(f"{texture.model_file} is given twice: leave it out once")
        if other is not texture:
            raise TextureError(
                f"{other.model_file} and {texture.model_file} are both models called {texture.info.name!r}, so "
                "that their textures would be the same files: make them in two batches, each with an --out of its own"
            )
    return textures


def _all_made(textures: list[Texture], options: argparse.Namespace) -> Iterator[Texture | None]:
    """Each as `_made`, with one model open at a time, and only where it is needed."""
    for file, of_model in groupby(enumerate(textures, 1), lambda numbered: numbered[1].model_file):
        opened = cache(partial(open_model, file, options.device, options.threads))
        for number, texture in of_model:
            yield _made(texture, opened, options, f"{number}/{len(textures)}")


def _made(texture: Texture, opened: Callable[[], Model], options: argparse.Namespace, count: str) -> Texture | None:
    """The texture, once its files are there, made now or so before; tells a line for each."""
    try:
        if not options.overwrite and _is_there(texture):
            tell(f"{count} {texture.name}: already there, skipped (--overwrite makes it again)")
            return texture
        _write(texture, opened(), options)
    except (TextureError, OSError) as reason:
        note(f"{count} {texture.name}: failed: {told(reason)}")
        return None
    for file in texture.targets.values():
        tell(f"{count} {file}")
    return replace(texture, device=opened().device)


def _is_there(texture: Texture) -> bool:
    """Whether all files are there. Raises: TextureError where one that is there was made otherwise."""
    there = [file for file in texture.targets.values() if file.is_file()]
    for file in there:
        remembered = read_made_by(file)
        if remembered is None:
            raise TextureError(f"{file} is there and does not tell how it was made: --overwrite makes it again")
        if remembered != texture.made_by:
            told = ", ".join(differences(remembered, texture.made_by))
            raise TextureError(f"{file} is there and was made otherwise ({told}): --overwrite makes it again")
    return len(there) == len(texture.targets)


def _write(texture: Texture, model: Model, options: argparse.Namespace) -> None:
    width, height = options.size
    windows = generate(model, texture.latent, height, width, surface=texture.surface)
    made = texture.surface.made(texture.info)
    with all_in_place() as place:
        for window in write_files(made, windows, height, width, texture.targets, place, texture.made_by):
            if sys.stderr.isatty():
                print(f"\r{texture.name} {window.number / window.count:4.0%}", end="\r", file=sys.stderr)


def _show(made: list[Texture], options: argparse.Namespace) -> None:
    if not (options.blend or options.render):
        return
    from . import studio
    from .keep import assets, catalog

    studio.reset()
    materials = [studio.material(texture.name, texture.files, texture.made_by) for texture in made]
    if options.assets:
        for texture, material in zip(made, materials, strict=True):
            assets.describe(material, texture.info.exemplar)
        catalog.add_catalog(options.blend.resolve().parent)
    if options.blend:
        with put_in_place(options.blend) as temporary:
            studio.save(temporary, options.blend)
        tell(options.blend)
    if options.render:
        for texture, material in zip(made, materials, strict=True):
            file = options.out / f"{texture.name}_render.png"
            if file.exists() and not texture.device:
                continue
            with put_in_place(file) as temporary:
                studio.render(material, temporary, options.threads)
            tell(file)


def _parser() -> Parser:
    parser = Parser(prog="tilewright", description="Make many textures from learned models.")
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL", help="model files (.onnx)")
    parser.add_argument(
        "--seeds",
        default="0",
        help=f"numbers and ranges, as 0-31 or 3,7; or {BEST}, those that a model ranked best (default: %(default)s)",
    )
    parser.add_argument(
        "--size", type=parse_size, default=(1024, 1024), help="in pixels, as 2048 or 2048x1024 (default: 1024)"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the textures")
    parser.add_argument("--format", choices=("png", "exr"), default="png")
    parser.add_argument(
        "--naming", choices=engines.CONVENTIONS, default=PLAIN, help="what files are called, and how maps are packed"
    )
    parser.add_argument(
        "--blend", type=blend_file, metavar="FILE.blend", help="also save a .blend file with one material per texture"
    )
    parser.add_argument("--assets", action="store_true", help="mark the materials of the .blend as assets")
    parser.add_argument("--render", action="store_true", help="also render every material on an object")
    parser.add_argument("--overwrite", action="store_true", help="make again what exists already")
    add_controls(parser)
    add_machine(parser)
    add_surface(parser)
    return parser


if __name__ == "__main__":
    given = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]
    try:
        code = main(given)
    except Exception:  # Blender would end as if all were fine
        traceback.print_exc()
        code = SOME_FAILED
    sys.exit(code)
