"""The command line: `python -m synthesis generate | complete | tile | denoise | stylize | prepare | info`."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import arguments, edits
from .arguments import Parser
from .errors import TextureError
from .files import Destination, all_in_place
from .guide import Guide
from .image_files import read_mask, read_picture
from .info import LARGEST_SIZE_PX, ModelInfo
from .latent import Latent, loop
from .maps import Maps
from .model_file import digest, read_info
from .options import add_controls, add_machine, add_surface, asked_surface, parse_size, parse_udim, png_file
from .picture import Picture
from .preparation import prepared
from .preparation_options import add_preparation_options, chosen_preparation
from .recipe import properties, recipe
from .session import Model, open_model
from .surface import Surface
from .texture import WINDOW_PX, Windows, edit, edited_maps, generate
from .udim import UdimSet
from .writing import write_picture, write_texture

FAILED = 2
_IMAGE_TOLD = "an image, or a folder of maps of one material"
_OUT_TOLD = "with several maps: their common name"

Pieces = Mapping[Destination, Windows]  # where each goes; its windows


def main(given: list[str]) -> int:
    """Returns the exit code; an error is one line on stderr."""
    try:
        options = _parser().parse_args(given)
        options.run(options)
    except (TextureError, OSError) as reason:
        arguments.note(f"synthesis: {arguments.told(reason)}")
        return FAILED
    except MemoryError:
        arguments.note("synthesis: there is not enough memory for a picture of this size: take a smaller one")
        return FAILED
    except KeyboardInterrupt:
        arguments.note("synthesis: stopped, nothing was written")
        return FAILED
    return 0


def _generate(options: argparse.Namespace) -> None:
    width, height = options.size
    surface = asked_surface(options)
    if options.blend is not None and not 0 <= options.blend <= 1:
        raise TextureError(f"--blend is {options.blend:g}: give 0 to 1")
    if options.blend and options.other_seed is None:
        raise TextureError("--blend leads to another texture: give its --other-seed too")
    if options.other_seed is not None and options.blend is None and options.frames is None:
        raise TextureError("--other-seed is a texture to blend with: give --blend or --frames too")
    if options.blend and options.frames is not None:
        raise TextureError(
            "--blend and --frames are both given: a loop goes all the way and back, leave one of them out"
        )
    model = _opened(options)
    latent = Latent(_seed(options, model.info), options.other_seed, options.blend or 0.0, dict(options.control))
    if options.udim is not None:
        pieces = _udim_tiles(options, model, latent, surface)
    elif options.frames is not None:
        pieces = _frames(options, model, latent, surface)
    else:
        pieces = {Destination(options.out): generate(model, latent, height, width, options.window, surface)}
    _write(surface.made(model.info), pieces, height, width, _made_by(options, model.info, latent, surface))


def _made_by(options: argparse.Namespace, info: ModelInfo, latent: Latent, surface: Surface) -> dict[str, Any]:
    """What the files remember, in the words of images in Blender."""
    width, height = options.size
    made = recipe(info, digest(options.model), latent, (height, width), surface, options.frames or 1)
    columns, rows = options.udim or (1, 1)
    return properties(made) | ({"udim": f"{columns}x{rows}"} if options.udim else {})


def _frames(options: argparse.Namespace, model: Model, latent: Latent, surface: Surface) -> Pieces:
    if options.frames < 2:
        raise TextureError(f"--frames is {options.frames}; a loop has 2 frames or more")
    width, height = options.size
    return {
        Destination.of_frame(options.out, number): generate(model, frame, height, width, options.window, surface)
        for number, frame in enumerate(loop(latent, options.frames), start=1)
    }


def _udim_tiles(options: argparse.Namespace, model: Model, latent: Latent, surface: Surface) -> Pieces:
    if options.frames is not None:
        raise TextureError("--frames and --udim are both given: a loop is one tile, leave one of them out")
    width, height = options.size
    columns, rows = options.udim
    udim = UdimSet(columns, rows, height, width)
    udim.check(model.info)
    return {
        Destination.of_tile(options.out, number): generate(model, latent, *udim.size, options.window, surface, rect)
        for number, rect in udim.tiles().items()
    }


def _complete(options: argparse.Namespace) -> None:
    def asked(info: ModelInfo, picture: Picture) -> Guide:
        hole = None if options.mask is None else read_mask(options.mask)
        return edits.complete(info, picture, hole, _seed(options, info))

    _edit(options, asked)


def _tile(options: argparse.Namespace) -> None:
    _edit(options, lambda info, picture: edits.tile(info, picture, options.band, _seed(options, info)))


def _denoise(options: argparse.Namespace) -> None:
    _edit(options, edits.denoise)


def _stylize(options: argparse.Namespace) -> None:
    _edit(options, lambda info, picture: edits.stylize(info, picture, options.strength))


def _edit(options: argparse.Namespace, asked: Callable[[ModelInfo, Picture], Guide]) -> None:
    surface = asked_surface(options)
    model, picture = _opened(options), _picture(options.image)
    guide = asked(model.info, picture)
    lost = [name for name in picture.maps if name not in model.info.maps and name not in guide.carried]
    if lost:
        raise TextureError(
            f"{options.image} has {', '.join(lost)}, which the model {model.info.name!r} does not make: give the image "
            "of its base color alone, or a model that was learned from such a set"
        )
    height, width = guide.known.shape[:2]
    windows = edit(model, Latent(_seed(options, model.info)), guide, options.window, surface)
    _write(edited_maps(model.info, guide, surface), {Destination(options.out): windows}, height, width)


def _opened(options: argparse.Namespace) -> Model:
    """Raises: TextureError as `open_model`, and where it makes no such windows."""
    model = open_model(options.model, options.device, options.threads)
    smallest = model.info.size_multiple_px
    if not smallest <= options.window <= LARGEST_SIZE_PX:
        raise TextureError(
            f"--tile is {options.window} px; this model's windows have {smallest} to {LARGEST_SIZE_PX}: leave it out "
            f"for {WINDOW_PX}"
        )
    return model


def _picture(path: Path) -> Picture:
    picture = read_picture(path)
    arguments.tell_left_out(path)
    return picture


def _seed(options: argparse.Namespace, info: ModelInfo) -> int:
    return info.first_seed if options.seed is None else int(options.seed)


def _write(made: Maps, pieces: Pieces, height: int, width: int, made_by: Mapping[str, Any] | None = None) -> None:
    """Each piece of this size to its file or files: all appear, or none. Raises: TextureError.

    made_by: as for `write_texture`.
    """
    with all_in_place() as place:
        for done, (out, windows) in enumerate(pieces.items()):
            for window in write_texture(made, windows, height, width, out, place, made_by):
                if sys.stderr.isatty():
                    progress = (done + window.number / window.count) / len(pieces)
                    arguments.note(f"\r{progress:4.0%}", end="\r")
    for out in pieces:
        for file in out.of_maps(made.maps).values():
            arguments.tell(file)


def _prepare(options: argparse.Namespace) -> None:
    picture = prepared(_picture(options.image), chosen_preparation(options))
    for file in write_picture(picture, options.out).values():
        arguments.tell(file)


def _info(options: argparse.Namespace) -> None:
    info = read_info(options.model)
    arguments.tell(dataclasses.replace(info, preview_png="").to_json() if options.json else told(info))


def told(info: ModelInfo) -> str:
    """A model's info for people to read."""
    exemplar, training = info.exemplar, info.training
    rows = {
        "name": info.name,
        "maps": ", ".join(info.maps),
        "sizes": f"multiples of {info.size_multiple_px} px",
        "exemplar": f"{exemplar.name}, {exemplar.size_px[1]} x {exemplar.size_px[0]} px",
        "repeats": info.regularity.told(),
        "prepared": exemplar.preparation.told(),
        "author": exemplar.author,
        "license": exemplar.license,
        "source": exemplar.source,
        "guide": "yes" if info.guide else "no, it can only generate",
        "controls": ", ".join(control.name for control in info.controls),
        "best seeds": ", ".join(map(str, info.best_seeds)),
        "real width": f"{exemplar.width_m} m" if exemplar.width_m else "",
        "learned": f"{training.steps} steps in {training.seconds:.0f} s on {training.device}, seed {training.seed}, "
        f"by Tilewright {training.version}",
        "16-bit weights": f"change a value in 0..1 by at most {training.half_precision_error:.4f}",
    }
    return "\n".join(f"{key:15} {value}" for key, value in rows.items() if value)


def _parser() -> Parser:
    parser = Parser(prog="python -m synthesis", description="Make and edit textures with a learned model.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    generating = _command(commands, "generate", "make a tileable texture", _generate)
    generating.add_argument(
        "--size",
        type=parse_size,
        default=(1024, 1024),
        help="in pixels, as 1024 or 1024x512, width x height (default: 1024)",
    )
    generating.add_argument(
        "--udim", type=parse_udim, metavar="COLUMNSxROWS",
        help="UDIM tiles of --size that continue one another, FILE.1001.png and so on",
    )  # fmt: skip
    generating.add_argument("--other-seed", type=int, help="a second texture to blend with")
    generating.add_argument("--blend", type=float, help="how far from --seed (0) to --other-seed (1)")
    generating.add_argument("--frames", type=int, help="a loop of so many frames, FILE_0001.png and so on")
    add_controls(generating)
    completing = _command(commands, "complete", "fill what is missing or covered", _complete, edits_image=True)
    completing.add_argument("--mask", type=Path, help="white where to fill (default: where IMAGE is transparent)")
    tiling = _command(commands, "tile", "make a photo tileable", _tile, edits_image=True)
    tiling.add_argument(
        "--band", type=int, metavar="PX", help="that may change at each edge, from 4 (default: by the size)"
    )
    _command(commands, "denoise", "clean a picture from noise and blur, soften JPEG blocks", _denoise, edits_image=True)
    styling = _command(commands, "stylize", "draw a picture in the texture", _stylize, edits_image=True)
    styling.add_argument(
        "--strength", type=float, default=0.5, help="0 keeps the picture's details, 1 its rough shapes (default: 0.5)"
    )
    preparing = commands.add_parser("prepare", help="straighten, crop and even out a photo, as before learning")
    preparing.add_argument("image", type=Path, metavar="IMAGE", help=_IMAGE_TOLD)
    preparing.add_argument("--out", type=png_file, required=True, metavar="FILE.png", help=_OUT_TOLD)
    add_preparation_options(preparing)
    preparing.set_defaults(run=_prepare)
    telling = commands.add_parser("info", help="tell what a model is")
    telling.add_argument("model", type=Path, metavar="MODEL")
    telling.add_argument("--json", action="store_true", help="tell all that the file says, but for its picture")
    telling.set_defaults(run=_info)
    return parser


def _command(
    commands: Any, name: str, told: str, run: Callable[[argparse.Namespace], None], edits_image: bool = False
) -> Parser:
    """A command that runs a model, with the options that all of them share."""
    command: Parser = commands.add_parser(name, help=told)
    command.add_argument("model", type=Path, metavar="MODEL")
    if edits_image:
        command.add_argument("image", type=Path, metavar="IMAGE", help=_IMAGE_TOLD)
    command.add_argument(
        "--seed", type=int, help="every seed is another texture (default: the model's best, which `info` tells, or 0)"
    )
    command.add_argument("--out", type=png_file, required=True, metavar="FILE.png", help=_OUT_TOLD)
    command.add_argument(
        "--tile", dest="window", type=int, default=WINDOW_PX, metavar="PX",
        help="side of a window, brought to a size that the model makes; up to four are computed at once; changes "
        "memory, not pixels (default: %(default)s)",
    )  # fmt: skip
    add_machine(command)
    add_surface(command)
    command.set_defaults(run=run)
    return command
