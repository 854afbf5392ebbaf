"""What a fit is asked for on the command line, and what one that goes on keeps of how it began."""

from __future__ import annotations

import argparse
import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path

from synthesis.arguments import Parser
from synthesis.errors import TextureError
from synthesis.latent import check_seed
from synthesis.preparation import Preparation
from synthesis.preparation_options import add_preparation_options, chosen_preparation
from synthesis.regularity import IRREGULAR

from .baselines.baseline import ARCHITECTURES
from .checkpoint import TILEWRIGHT, Checkpoint
from .config import Budget, FitConfig
from .exemplar import LARGEST_SHORTER_PX, SMALLEST_PX, USUAL_PX

USUAL_BUDGET = "5m"


@dataclasses.dataclass(frozen=True)
class FitRequest:
    """A fit, as it was asked for.

    out: None is a folder named after the exemplar; budget, seed, width_m: None, and name, author, license and source:
    "", are as they were where a fit goes on, else as usual; width_m: real width of the exemplar in metres.
    Raises: TextureError for a seed or an exemplar_px that is not allowed, and for what the architecture does not heed.
    """

    exemplar: Path
    out: Path | None
    budget: Budget | None
    device: str
    seed: int | None
    resume: bool
    preparation: Preparation
    exemplar_px: int
    architecture: str
    guided: bool
    ordered: bool
    name: str
    author: str
    license: str
    source: str
    width_m: float | None

    def __post_init__(self) -> None:
        if self.seed is not None:
            check_seed(self.seed)
        if self.only_compares and (unheard := self._of_models()):
            raise TextureError(f"--architecture {self.architecture} gives no model: leave out {', '.join(unheard)}")
        if not SMALLEST_PX <= self.exemplar_px <= LARGEST_SHORTER_PX:
            raise TextureError(f"--exemplar-px is {self.exemplar_px}; allowed is {SMALLEST_PX} to {LARGEST_SHORTER_PX}")

    @property
    def only_compares(self) -> bool:
        """Whether it gives pictures and no model."""
        return self.architecture in ARCHITECTURES

    def _of_models(self) -> list[str]:
        """The given options that speak of a model alone."""
        given = {
            "--no-guide": not self.guided,
            "--no-order": not self.ordered,
            "--name": self.name,
            "--author": self.author,
            "--license": self.license,
            "--source": self.source,
            "--width-m": self.width_m,
        }
        return [option for option, value in given.items() if value]

    def as_begun(self, run: Path, begun: Checkpoint) -> FitRequest:
        """The same with what the fit in RUN was told when it began, where nothing else is told now.

        Raises: TextureError where what is told now can't change.
        """
        if self.seed not in (None, begun.seed):
            raise TextureError(f"the fit in {run} was begun with --seed {begun.seed}: give no other")
        kept = dataclasses.replace(self, seed=begun.seed, budget=self.budget or begun.budget)
        info = begun.info
        if info is None:
            return kept
        if info.guide is None and self.guided:
            raise TextureError(f"the fit in {run} was begun with --no-guide: give it again")
        if info.guide is not None and not self.guided:
            raise TextureError(f"the fit in {run} was begun without --no-guide: leave it out")
        if info.regularity != IRREGULAR and not self.ordered:
            raise TextureError(f"the fit in {run} was begun without --no-order: leave it out")
        return dataclasses.replace(
            kept,
            name=self.name or info.name,
            author=self.author or info.exemplar.author,
            license=self.license or info.exemplar.license,
            source=self.source or info.exemplar.source,
            width_m=info.exemplar.width_m if self.width_m is None else self.width_m,
        )

    def config(self, defaults: FitConfig) -> FitConfig:
        """defaults: of what is not asked for."""
        return dataclasses.replace(
            defaults,
            budget=self.budget or Budget.parse(USUAL_BUDGET),
            seed=defaults.seed if self.seed is None else self.seed,
            guided_share=defaults.guided_share if self.guided else 0.0,
            ordered=defaults.ordered and self.ordered,
        )


def read_request(given: Sequence[str] | None = None) -> FitRequest:
    """From the arguments of `python -m trainer.fit`. Raises: TextureError for what is not allowed."""
    options = _parser().parse_args(given)
    return FitRequest(
        exemplar=options.exemplar,
        out=options.out,
        budget=None if options.budget is None else Budget.parse(options.budget),
        device=options.device,
        seed=options.seed,
        resume=options.resume,
        preparation=chosen_preparation(options),
        exemplar_px=options.exemplar_px,
        architecture=options.architecture,
        guided=not options.no_guide,
        ordered=not options.no_order,
        name=options.name,
        author=options.author,
        license=options.license,
        source=options.source,
        width_m=options.width_m,
    )


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
        default=USUAL_PX,
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
    parser.add_argument("--name", default="", help="name of the model (default: the exemplar's)")
    for word in ("author", "license", "source"):
        parser.add_argument(f"--{word}", default="", help=f"{word} of the exemplar, kept in the model")
    parser.add_argument(
        "--width-m", type=_metres, help="real width of the exemplar, as prepared, in metres, kept in the model"
    )
    return parser
