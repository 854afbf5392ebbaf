"""Learn a texture from one exemplar.

    python -m trainer.fit EXEMPLAR [--out RUN] [--budget 5m] [--device auto|cpu|cuda] [--seed 0] [--resume]

EXEMPLAR is an image, or a folder of maps of one material. RUN receives checkpoint.pt, model.onnx, preview.png and
stats.jsonl. Ctrl-C, or a file RUN/stop, ends the fit: what was learned so far is saved and exported.
"""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path

import torch

from synthesis import arguments
from synthesis.errors import TextureError
from synthesis.info import ExemplarInfo, GuideInfo, Level, ModelInfo, TrainingInfo
from synthesis.maps import MAP_KINDS
from synthesis.run_folder import CHECKPOINT

from . import __version__
from .baselines.fit import fit_baseline
from .checkpoint import CHECKPOINT_EVERY_SECONDS, Checkpoint, Position
from .config import FitConfig
from .device import chosen_device
from .exemplar import Exemplar, read_exemplar
from .finish import finish
from .generator import FIELD_MARGIN_CELLS
from .learner import Learner
from .loop import FitProgress, fit
from .report import Bar, append_stats, begin_stats, stats, thumbnail, write_preview
from .request import FitRequest, read_request
from .stopping import stop_requests

STATS_EVERY_STEPS = 10
PREVIEW_EVERY_SECONDS = 20.0
SAVED_AGAIN_AFTER_SECONDS = (1.0, 3.0)  # when a fit has ended
_OF_ITS_OWN = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # on Windows a Ctrl-C reaches the whole group


def main(given: list[str] | None = None, defaults: FitConfig | None = None) -> int:
    """defaults: of what has no option."""
    try:
        request = read_request(given)
        run = learn(request, defaults or FitConfig())
        return 0 if request.only_compares else _export(run)
    except (TextureError, OSError) as reason:
        arguments.note(f"fit: {arguments.told(reason)}")
    except torch.OutOfMemoryError:
        arguments.note(
            "fit: the CUDA device has no more room: free some, or choose --device cpu; --resume goes on from what was "
            "saved, if anything was"
        )
    except KeyboardInterrupt:
        arguments.note("fit: ended at once: --resume goes on from what was saved, if anything was")
    return 2


def learn(request: FitRequest, defaults: FitConfig) -> Path:
    """One fit, to its saved checkpoint in the folder that is returned. Raises: TextureError."""
    device = chosen_device(request.device)
    exemplar = read_exemplar(request.exemplar, request.exemplar_px, request.preparation)
    arguments.tell_left_out(request.exemplar)
    run = request.out or Path("runs") / exemplar.name
    begun = _begun(run, request, exemplar)
    if begun:
        request = request.as_begun(run, begun)
        defaults = dataclasses.replace(defaults, from_base=False)  # what was learned takes its place
    config, position = request.config(defaults), begun.position if begun else Position()
    _make_folder(run)
    begin_stats(run, position.steps)
    with stop_requests(run) as stopped:
        if request.only_compares:
            fit_baseline(run, request.architecture, exemplar, config, device, begun, stopped)
            return run
        arguments.note(f"learning {', '.join(MAP_KINDS[name].label.lower() for name in exemplar.maps)}")
        learner = Learner(config, exemplar, device, begun.shape if begun else None)
        if begun:
            begun.restore(learner)
        if config.budget.progress(position.seconds, position.steps) >= 1:
            arguments.note("the budget is used up already: a longer --budget goes on learning")
        _Fit(run, request, exemplar, learner, position).work(stopped)
    return run


@dataclasses.dataclass(frozen=True)
class _Fit:
    """A fit under way: learner and position change, and RUN with them."""

    run: Path
    request: FitRequest
    exemplar: Exemplar
    learner: Learner
    position: Position

    def work(self, stopped: Callable[[], bool]) -> None:
        """Learn until the budget is used up or somebody stops it; then the last touches."""
        bar = Bar(self.exemplar.name)
        with closing(fit(self.learner, self.position)) as course:
            self._learn(course, bar, stopped)
        bar.close()
        self._save_patiently(learned := self._info())  # before the last touches, which can be cut off
        for finished in finish(self.learner, learned, stopped):
            with bar.trying():
                self._save(learned := finished)
        with bar.trying():
            write_preview(self.run, self.learner, learned, 1)

    def _learn(self, course: Iterable[FitProgress], bar: Bar, stopped: Callable[[], bool]) -> None:
        """Drive the loop: a bar, statistics, previews and checkpoints."""
        previewed = saved = time.monotonic()
        for now in course:
            bar.show(now)
            if now.mended:
                bar.say(
                    f"mended at step {now.step}: {now.mended}; went back to the last good state, at half the learning "
                    "rate"
                )
            if now.mended or now.step % STATS_EVERY_STEPS == 0 or now.progress == 1:
                with bar.trying():
                    append_stats(self.run, stats(now))
            if time.monotonic() - previewed > PREVIEW_EVERY_SECONDS:
                with bar.trying():
                    write_preview(self.run, self.learner, self._info(), now.image_px)
                previewed = time.monotonic()
            if now.calm and time.monotonic() - saved > CHECKPOINT_EVERY_SECONDS:
                with bar.trying():
                    self._save(self._info())
                saved = time.monotonic()
            if stopped():
                bar.say(f"stopped at step {now.step}: what was learned so far is saved; --resume goes on")
                break

    def _save_patiently(self, info: ModelInfo) -> None:
        """Also where another program holds the former file for a moment. Raises: TextureError where it can't be."""
        for seconds in SAVED_AGAIN_AFTER_SECONDS:
            with suppress(TextureError):
                return self._save(info)
            time.sleep(seconds)
        self._save(info)

    def _save(self, info: ModelInfo) -> None:
        learner = self.learner
        Checkpoint(
            self.request.architecture,
            learner.config.seed,
            self.exemplar.digest,
            self.position,
            learner.config.budget,
            learner.state_dict(),
            learner.generator.config,
            dataclasses.replace(info, preview_png=thumbnail(learner, info)),
            learner.ema.tone.weights(),
        ).write(self.run)

    def _info(self) -> ModelInfo:
        """What is known of the model before seeds are ranked."""
        request, exemplar, learner, position = self.request, self.exemplar, self.learner, self.position
        height, width = exemplar.pixels.shape[:2]
        return ModelInfo(
            name=request.name or exemplar.name,
            maps=exemplar.maps,
            levels=tuple(Level(*field, FIELD_MARGIN_CELLS) for field in learner.generator.config.fields),
            exemplar=ExemplarInfo(
                exemplar.name,
                (height, width),
                request.author,
                request.license,
                request.source,
                request.width_m,
                exemplar.preparation,
            ),
            training=TrainingInfo(
                position.steps, round(position.seconds, 1), learner.config.seed, str(learner.device), __version__
            ),
            guide=_guide_info(exemplar) if learner.generator.config.guided else None,
            regularity=learner.generator.config.regularity,
            spectra=exemplar.spectra,
        )


def _guide_info(exemplar: Exemplar) -> GuideInfo:
    return GuideInfo(tuple((round(r, 4), round(g, 4), round(b, 4)) for r, g, b in exemplar.palette.tolist()))


def _export(run: Path) -> int:
    """The next stage, by its own command: stages share files, not code. Ctrl-C, meant for the fit, does not stop it."""
    arguments.note("exporting")
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # which the command inherits
    try:
        return subprocess.run(
            [sys.executable, "-m", "export.to_onnx", str(run)], check=False, creationflags=_OF_ITS_OWN
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _begun(run: Path, request: FitRequest, exemplar: Exemplar) -> Checkpoint | None:
    """The fit to go on with. Raises: TextureError where there is none that is like this, or one that would be lost."""
    if request.resume:
        begun = Checkpoint.read(run)
        if begun.architecture != request.architecture:
            raise TextureError(
                f"{run} holds a fit of {begun.architecture}: give --architecture {begun.architecture}, or another --out"
            )
        if begun.exemplar_digest != exemplar.digest:
            raise TextureError("--resume goes on with the exemplar it began with, prepared alike; this one differs")
        return begun
    if (run / CHECKPOINT).exists():
        raise TextureError(f"{run} holds a fit already: add --resume to go on with it, or give another --out")
    return None


def _make_folder(run: Path) -> None:
    try:
        run.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise TextureError(f"{run} can't be written ({reason.strerror}): choose another --out") from None


if __name__ == "__main__":
    sys.exit(main())
