"""Learn a texture from one exemplar.

    python -m trainer.fit EXEMPLAR [--out RUN] [--budget 5m] [--device auto|cpu|cuda] [--seed 0] [--resume]

EXEMPLAR is an image, or a folder of maps of one material. RUN receives checkpoint.pt, model.onnx, preview.png and
stats.jsonl. Ctrl-C, or a file RUN/stop, ends the fit: what was learned so far is saved and exported.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import torch

from synthesis import arguments
from synthesis.arguments import Parser
from synthesis.errors import TextureError
from synthesis.info import ExemplarInfo, GuideInfo, Level, ModelInfo, TrainingInfo
from synthesis.latent import check_seed
from synthesis.maps import MAP_KINDS
from synthesis.preparation_options import add_preparation_options, chosen_preparation
from synthesis.regularity import IRREGULAR

from . import STARTED, __version__
from .checkpoint import CHECKPOINT, read_checkpoint, write_checkpoint
from .config import Budget, FitConfig
from .device import chosen_device
from .exemplar import SMALLEST_PX, Exemplar, read_exemplar
from .generator import FIELD_MARGIN_CELLS, GeneratorConfig
from .learner import Learner
from .loop import Position, fit
from .ranking import best_seeds, seed_picture
from .report import Bar, append_stats, thumbnail, write_preview
from .rival_fit import fit_rival
from .rivals import ARCHITECTURES

STOP = "stop"  # the file by which a program that did not start the fit asks it to stop
TILEWRIGHT = "tilewright"
USUAL_BUDGET = "5m"
STATS_EVERY_STEPS = 10
PREVIEW_EVERY_SECONDS = 20.0
CHECKPOINT_EVERY_SECONDS = 60.0
TONE_SEEDS, TONE_PX = range(8), 512  # the textures whose tone is compared with the exemplar


def main(given: list[str] | None = None, defaults: FitConfig | None = None) -> int:
    """defaults: of what has no option."""
    try:
        options = _parser().parse_args(given)
        learn(options, defaults or FitConfig())
    except (TextureError, OSError) as reason:
        print(f"fit: {arguments.told(reason)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("fit: ended at once: --resume goes on from what was saved last", file=sys.stderr)
        return 2
    return 0 if options.architecture in ARCHITECTURES else _export(options.out)


def learn(options: argparse.Namespace, defaults: FitConfig) -> None:
    """One fit from the command line's options, to the saved checkpoint."""
    device = chosen_device(options.device)
    exemplar = read_exemplar(options.exemplar, _checked_px(options.exemplar_px), chosen_preparation(options))
    arguments.tell_left_out(options.exemplar)
    options.out = options.out or Path("runs") / exemplar.name
    stored = _stored(options, exemplar)
    if stored:
        _as_begun(options, stored)
    config = dataclasses.replace(
        defaults,
        budget=_budget(options, stored),
        seed=_checked_seed(defaults.seed if options.seed is None else options.seed),
        exemplar_px=options.exemplar_px,
        guided_share=0.0 if options.no_guide else defaults.guided_share,
        ordered=defaults.ordered and not options.no_order,
        from_base=defaults.from_base and not stored,  # what is stored takes its place
    )
    _make_folder(options.out)
    stopped = _stop_when_asked(options.out)
    if options.architecture in ARCHITECTURES:
        fit_rival(options.out, options.architecture, exemplar, config, device, stored, stopped)
        return
    shape = GeneratorConfig.from_dict(stored["generator_config"]) if stored else None
    learner, position = Learner(config, exemplar, device, shape), Position()
    if stored:
        _go_on(learner, position, stored)
    if config.budget.progress(position.seconds, position.steps) >= 1:
        print("the budget is used up already: a longer --budget goes on learning", file=sys.stderr)
    print(f"learning {', '.join(MAP_KINDS[name].label.lower() for name in exemplar.maps)}", file=sys.stderr)

    def info() -> ModelInfo:
        return _info(options, config, exemplar, learner, position)

    def save(told: ModelInfo | None = None) -> None:
        _save(options.out, exemplar, learner, position, told or info())

    _run(options.out, exemplar, learner, position, info, save, stopped)
    save()  # before the last touches, which can be cut off
    if config.toned:
        _match_tone(learner, info())
        save()
    if not stopped():
        print("ranking seeds", file=sys.stderr)
        stage = learner.config.stage(config.budget.progress(position.seconds, position.steps))
        save(dataclasses.replace(info(), best_seeds=best_seeds(learner, info(), stage.image_px, stopped)))


def _run(
    run: Path,
    exemplar: Exemplar,
    learner: Learner,
    position: Position,
    info: Callable[[], ModelInfo],
    save: Callable[[], None],
    stopped: Callable[[], bool],
) -> None:
    """Drive the fit: a bar, statistics, previews and checkpoints; Ctrl-C ends it after the step under way."""
    bar = Bar(exemplar.name)

    def preview(image_px: int) -> None:
        try:
            write_preview(run, learner, info(), image_px)
        except TextureError as reason:  # as where another program holds the former one open
            bar.say(str(reason))

    previewed = saved = time.monotonic()
    for now in fit(learner, position):
        bar.show(now)
        if now.mended:
            bar.say(
                f"mended at step {now.step}: {now.mended}; went back to the last good state, at half the learning rate"
            )
        if now.mended or now.step % STATS_EVERY_STEPS == 0 or now.progress == 1:
            append_stats(run, now)
        if time.monotonic() - previewed > PREVIEW_EVERY_SECONDS:
            preview(now.image_px)
            previewed = time.monotonic()
        if time.monotonic() - saved > CHECKPOINT_EVERY_SECONDS:
            save()
            saved = time.monotonic()
        if stopped():
            bar.say(f"stopped at step {now.step}: what was learned so far is saved; --resume goes on")
            break
    preview(1)
    bar.close()


def _match_tone(learner: Learner, info: ModelInfo) -> None:
    textures = [seed_picture(learner.ema, info, seed, (TONE_PX, TONE_PX)) for seed in TONE_SEEDS]
    learner.ema.tone.learn(_values(*textures), _values(learner.pictures[1]))


def _values(*pictures: torch.Tensor) -> torch.Tensor:
    """(1, channels, h, w) each -> (pixels, channels)."""
    return torch.cat([picture[0].flatten(1).T for picture in pictures])


def _save(run: Path, exemplar: Exemplar, learner: Learner, position: Position, info: ModelInfo) -> None:
    told = dataclasses.replace(info, preview_png=thumbnail(learner, info))
    content = {
        "generator_config": dataclasses.asdict(learner.generator.config),
        "learner": learner.state_dict(),
        "tone": learner.ema.tone.weights(),
        "position": dataclasses.asdict(position),
        "budget": dataclasses.asdict(learner.config.budget),
        "exemplar_digest": exemplar.digest,
        "info": told.to_json(),
    }
    write_checkpoint(run, content)


def _go_on(learner: Learner, position: Position, stored: dict) -> None:
    learner.load_state_dict(stored["learner"])
    for name, value in stored["position"].items():
        setattr(position, name, value)


def _info(
    options: argparse.Namespace, config: FitConfig, exemplar: Exemplar, learner: Learner, position: Position
) -> ModelInfo:
    height, width = exemplar.pixels.shape[:2]
    return ModelInfo(
        name=options.name or exemplar.name,
        maps=exemplar.maps,
        levels=tuple(Level(*field, FIELD_MARGIN_CELLS) for field in learner.generator.config.fields),
        exemplar=ExemplarInfo(
            exemplar.name,
            (height, width),
            options.author,
            options.license,
            options.source,
            options.width_m,
            exemplar.preparation,
        ),
        training=TrainingInfo(
            position.steps, round(position.seconds, 1), config.seed, str(learner.device), __version__
        ),
        guide=_guide_info(learner),
        regularity=learner.generator.config.regularity,
        spectra=exemplar.spectra,
    )


def _guide_info(learner: Learner) -> GuideInfo | None:
    if not learner.generator.config.guided:
        return None
    return GuideInfo(tuple((round(r, 4), round(g, 4), round(b, 4)) for r, g, b in learner.palette.tolist()))


def _export(run: Path) -> int:
    """The next stage, by its own command: stages share files, not code. Ctrl-C, meant for the fit, does not stop it."""
    print("exporting", file=sys.stderr)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # which the command inherits
    try:
        return subprocess.run([sys.executable, "-m", "export.to_onnx", str(run)], check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _stored(options: argparse.Namespace, exemplar: Exemplar) -> dict | None:
    if options.resume:
        stored = read_checkpoint(options.out)
        if (of := stored.get("architecture", TILEWRIGHT)) != options.architecture:
            raise TextureError(f"{options.out} holds a fit of {of}: give --architecture {of}, or another --out")
        if stored["exemplar_digest"] != exemplar.digest:
            raise TextureError("--resume goes on with the exemplar it began with, prepared alike; this one differs")
        return stored
    if (options.out / CHECKPOINT).exists():
        raise TextureError(f"{options.out} holds a fit already: add --resume to go on with it, or give another --out")
    return None


def _budget(options: argparse.Namespace, stored: dict | None) -> Budget:
    """What is asked for, else what a fit that goes on was begun with."""
    if options.budget is None and stored and "budget" in stored:  # fits were begun before it was
        return Budget(**stored["budget"])
    return Budget.parse(options.budget or USUAL_BUDGET)


def _as_begun(options: argparse.Namespace, stored: dict) -> None:
    """Let a fit that goes on keep what it was told when it began, where it is told nothing else.

    Raises: TextureError where it is told what can't change.
    """
    if options.architecture in ARCHITECTURES:
        if "seed" in stored:  # an older fit has none
            _keep_seed(options, stored["seed"])
        return
    begun = ModelInfo.from_json(stored["info"])
    if begun.guide is None and not options.no_guide:
        raise TextureError(f"the fit in {options.out} was begun with --no-guide: give it again")
    if begun.guide is not None and options.no_guide:
        raise TextureError(f"the fit in {options.out} was begun without --no-guide: leave it out")
    if begun.regularity != IRREGULAR and options.no_order:
        raise TextureError(f"the fit in {options.out} was begun without --no-order: leave it out")
    _keep_seed(options, begun.training.seed)
    options.name = options.name or begun.name
    for word in ("author", "license", "source"):
        setattr(options, word, getattr(options, word) or getattr(begun.exemplar, word))
    options.width_m = begun.exemplar.width_m if options.width_m is None else options.width_m


def _keep_seed(options: argparse.Namespace, begun: int) -> None:
    if options.seed not in (None, begun):
        raise TextureError(f"the fit in {options.out} was begun with --seed {begun}: give no other")
    options.seed = begun


def _make_folder(run: Path) -> None:
    try:
        run.mkdir(parents=True, exist_ok=True)
        (run / "stats.jsonl").open("a").close()
    except OSError as reason:
        raise TextureError(f"{run} can't be written ({reason.strerror}): choose another --out") from None


def _stop_when_asked(run: Path) -> Callable[[], bool]:
    """Whether Ctrl-C, a request to end or a file RUN/stop has come; a second Ctrl-C ends at once."""
    received: list[int] = []

    def remember(number: int, _frame: object) -> None:
        received.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, remember)
    signal.signal(signal.SIGTERM, remember)
    _forget_stop_before(run / STOP, STARTED)

    def asked() -> bool:
        if (run / STOP).exists():
            (run / STOP).unlink()  # the next fit is not meant
            received.append(signal.SIGTERM)
        return bool(received)

    return asked


def _forget_stop_before(stop: Path, seconds: float) -> None:
    """Remove a request to stop that is older: it was for a fit that had ended already."""
    with suppress(FileNotFoundError):
        if stop.stat().st_mtime < seconds:
            stop.unlink()


def _checked_seed(seed: int) -> int:
    check_seed(seed)
    return seed


def _checked_px(px: int) -> int:
    if not SMALLEST_PX <= px <= 4096:
        raise TextureError(f"--exemplar-px is {px}; allowed is {SMALLEST_PX} to 4096")
    return px


def _metres(text: str) -> float:
    try:
        metres = float(text)
    except ValueError:
        metres = math.nan
    if not 0 < metres < math.inf:
        raise argparse.ArgumentTypeError(f"width is {text!r}: give metres above 0, as 1.5")
    return metres


def _parser() -> Parser:
    defaults = FitConfig()
    parser = Parser(prog="python -m trainer.fit", description="Learn a texture from one exemplar.")
    parser.add_argument("exemplar", type=Path, help="an image, or a folder of maps of one material")
    parser.add_argument("--out", type=Path, help="folder for the results (default: runs/NAME)")
    parser.add_argument(
        "--budget",
        help=f"a time as 90s, 5m, 1h, or steps as 2000steps (default: {USUAL_BUDGET}, with --resume as it began)",
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--seed", type=int, help=f"another seed learns another model (default: {defaults.seed})")
    parser.add_argument("--resume", action="store_true", help="go on with the fit in --out")
    add_preparation_options(parser).add_argument(
        "--exemplar-px",
        type=int,
        default=defaults.exemplar_px,
        help="shorter side to which a larger exemplar is reduced, if there is no --scale (default: %(default)s)",
    )
    parser.add_argument(
        "--architecture",
        choices=(TILEWRIGHT, *ARCHITECTURES),
        default=TILEWRIGHT,
        help="others are for comparing, and give pictures and no model (default: %(default)s)",
    )
    parser.add_argument("--no-guide", action="store_true", help="learn to generate alone, and not to edit pictures")
    parser.add_argument(
        "--no-order", action="store_true", help="learn no periods and no long lines, even where the exemplar has some"
    )
    parser.add_argument("--name", help="name of the model (default: the exemplar's)")
    for word in ("author", "license", "source"):
        parser.add_argument(f"--{word}", default="", help=f"{word} of the exemplar, kept in the model")
    parser.add_argument(
        "--width-m", type=_metres, help="real width of the exemplar, as prepared, in metres, kept in the model"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
