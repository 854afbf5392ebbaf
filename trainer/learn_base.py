"""Learn the base that every fit starts from, out of many exemplars.

    python -m trainer.learn_base EXEMPLAR... [--budget 1h] [--out trainer/base.pt] [--device auto|cpu|cuda] [--go-on]

No discriminator takes part: it would have to know all textures.
"""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from synthesis import arguments
from synthesis.arguments import Parser, heed_signals
from synthesis.errors import TextureError
from synthesis.files import put_in_place

from .base import BASE, Textured, base_state
from .config import Budget, FitConfig
from .device import chosen_device
from .draws import draws
from .exemplar import USUAL_PX, Exemplar, read_exemplar
from .generator import Generator
from .learner import Learner

REPORT_EVERY_STEPS = 200
GUIDED_SHARE = 0.7  # the guide is what textures have in common


def main(given: Sequence[str] | None = None) -> int:
    heed_signals()
    try:
        options = _parser().parse_args(given)
        config = FitConfig(
            Budget.parse(options.budget),
            guided_share=GUIDED_SHARE,
            from_base=options.go_on,
            ordered=False,  # it is a texture's own
        )
        device = chosen_device(options.device)
        exemplars = [read_exemplar(path, USUAL_PX) for path in options.exemplars]
        names = [exemplar.name for exemplar in exemplars]
        if twice := {name for name in names if names.count(name) > 1}:
            raise TextureError(f"several exemplars are called {', '.join(sorted(twice))}: rename all but one of them")
        learners = [Learner(config, _colors(exemplar), device) for exemplar in exemplars]
        shared = learners[0].generator
        for steps, progress, distance in learn_base(learners, config):
            if steps % REPORT_EVERY_STEPS == 0:
                print(f"{progress:4.0%} step {steps} distance {distance:.3f}", flush=True)
            if steps % (10 * REPORT_EVERY_STEPS) == 0:
                _save(options.out, _state(shared, learners))
        _save(options.out, _state(shared, learners))
    except (TextureError, OSError) as reason:
        arguments.note(f"base: {arguments.told(reason)}")
        return 2
    except KeyboardInterrupt:
        arguments.note("base: stopped: what was saved last is there")
        return 2
    return 0


def learn_base(learners: Sequence[Learner], config: FitConfig) -> Iterator[tuple[int, float, float]]:
    """Learn all textures in turn; yields (steps, progress, distance). Their generators become `Textured`."""
    shared = learners[0].generator
    for learner in learners:
        learner.generator = Textured(shared, learner.generator)  # type: ignore[assignment]
    weights = [*shared.parameters(), *(value for one in learners for value in one.generator.parameters())]
    optimiser = torch.optim.Adam(weights, config.generator_rate, betas=config.generator_betas)
    shares = [stage.share for stage in config.stages]
    started, steps, progress = time.perf_counter(), 0, 0.0
    while progress < 1:
        rng = draws(config.seed, steps)
        draw = np.random.default_rng([config.seed, steps])
        learner = learners[int(draw.integers(len(learners)))]
        seen = {stage.image_px for stage in learner.config.stages}
        stage = config.stages[int(draw.choice(len(shares), p=shares))]
        pair = learner.crop_pair(stage if stage.image_px in seen else learner.config.stages[0], rng)
        distance = learner.distance(pair, rng)
        optimiser.param_groups[0]["lr"] = config.generator_rate * config.rate(progress)
        optimiser.zero_grad(set_to_none=True)
        learner.shortfall(pair, distance, learner.disagreement(pair)).backward()
        torch.nn.utils.clip_grad_norm_(weights, config.gradient_norm)
        optimiser.step()
        steps += 1
        progress = config.budget.progress(time.perf_counter() - started, steps)
        yield steps, progress, distance.item()


def _state(shared: Generator, learners: Sequence[Learner]) -> dict:
    return base_state(shared, {learner.exemplar.name: learner.generator for learner in learners})  # type: ignore[misc]


def _colors(exemplar: Exemplar) -> Exemplar:
    """The base color alone."""
    return dataclasses.replace(exemplar, maps=("base_color",), pixels=exemplar.pixels[..., :3].copy())


def _save(out: Path, state: dict) -> None:
    with put_in_place(out) as temporary:
        torch.save(state, temporary)


def _parser() -> Parser:
    parser = Parser(prog="python -m trainer.learn_base", description="Learn the base of all fits.")
    parser.add_argument("exemplars", type=Path, nargs="+", help="images, or folders of maps of one material")
    parser.add_argument("--out", type=Path, default=BASE, help="file to write (default: the one that fits start from)")
    parser.add_argument("--budget", default="1h", help="as of trainer.fit (default: %(default)s)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--go-on", action="store_true", help="begin with the base that fits start from")
    return parser


if __name__ == "__main__":
    sys.exit(main())
