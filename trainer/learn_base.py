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

from .base import BASE, Textured, base_state, begin
from .checkpoint import save
from .config import Budget, FitConfig
from .device import chosen_device
from .draws import draws
from .exemplar import USUAL_PX, Exemplar, read_exemplar
from .generator import Generator, GeneratorConfig
from .objective import Objective

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
        shared, textures = _begun(config, exemplars, device)
        for steps, progress, distance in learn_base(config, shared, textures):
            if steps % REPORT_EVERY_STEPS == 0:
                print(f"{progress:4.0%} step {steps} distance {distance:.3f}", flush=True)
            if steps % (10 * REPORT_EVERY_STEPS) == 0:
                _save(options.out, shared, textures)
        _save(options.out, shared, textures)
    except (TextureError, OSError) as reason:
        arguments.note(f"base: {arguments.told(reason)}")
        return 2
    except KeyboardInterrupt:
        arguments.note("base: stopped: what was saved last is there")
        return 2
    return 0


@dataclasses.dataclass(frozen=True)
class BaseTexture:
    """One of the textures that a base learns. own: its weights, beside the shared ones."""

    name: str
    objective: Objective
    own: Textured


def learn_base(
    config: FitConfig, shared: Generator, textures: Sequence[BaseTexture]
) -> Iterator[tuple[int, float, float]]:
    """Learn all textures in turn; yields (steps, progress, distance)."""
    weights = [*shared.parameters(), *(value for texture in textures for value in texture.own.parameters())]
    optimiser = torch.optim.Adam(weights, config.generator_rate, betas=config.generator_betas)
    shares = [stage.share for stage in config.stages]
    started, steps, progress = time.perf_counter(), 0, 0.0
    while progress < 1:
        rng = draws(config.seed, steps)
        draw = np.random.default_rng([config.seed, steps])
        texture = textures[int(draw.integers(len(textures)))]
        objective, stages = texture.objective, texture.objective.config.stages
        stage = config.stages[int(draw.choice(len(shares), p=shares))]
        seen = stage if stage.image_px in {one.image_px for one in stages} else stages[0]
        pair = objective.pair(texture.own, objective.crops.draw(seen, config.guided_share, rng))
        distance = objective.distance(pair, rng)
        optimiser.param_groups[0]["lr"] = config.generator_rate * config.rate(progress)
        optimiser.zero_grad(set_to_none=True)
        objective.loss(pair, distance, objective.disagreement(pair)).backward()
        torch.nn.utils.clip_grad_norm_(weights, config.gradient_norm)
        optimiser.step()
        steps += 1
        progress = config.budget.progress(time.perf_counter() - started, steps)
        yield steps, progress, distance.item()


def _begun(
    config: FitConfig, exemplars: Sequence[Exemplar], device: torch.device
) -> tuple[Generator, list[BaseTexture]]:
    """The shared generator and all textures: their own weights differ, by the base to go on with or by mean colour."""
    shape, generators, textures = GeneratorConfig(guided=True), [], []
    for exemplar in exemplars:
        torch.manual_seed(config.seed)
        generator = Generator(shape).to(device)
        colors = dataclasses.replace(exemplar, maps=("base_color",), pixels=exemplar.pixels[..., :3].copy())
        objective = Objective(config.for_exemplar(colors), colors, shape, device)
        begin(generator, objective, config.from_base)
        generators.append(generator)
        textures.append(BaseTexture(exemplar.name, objective, Textured(generators[0], generator)))
    return generators[0], textures


def _save(out: Path, shared: Generator, textures: Sequence[BaseTexture]) -> None:
    """Raises: TextureError where the disk refuses."""
    save(base_state(shared, {texture.name: texture.own for texture in textures}), out)


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
