"""The checkpoint: what a fit keeps on disk, enough to go on or to export. Nothing else knows how it is stored."""

from __future__ import annotations

import dataclasses
import pickle
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import torch

from synthesis.errors import TextureError
from synthesis.files import put_in_place
from synthesis.info import ModelInfo
from synthesis.run_folder import CHECKPOINT

from .config import Budget
from .generator import Generator, GeneratorConfig

SCHEMA = 2
CHECKPOINT_EVERY_SECONDS = 60.0  # while a fit runs
TILEWRIGHT = "tilewright"  # the architecture that gives a model; all others only compare


class Restorable(Protocol):
    """A learner, of whatever architecture."""

    def load_state_dict(self, state: Any) -> None: ...


@dataclasses.dataclass
class Position:
    """How far a fit has come: beside its Learner all that is kept of it, as it is kept where no failure shows."""

    steps: int = 0
    seconds: float = 0.0
    mendings: int = 0

    def __post_init__(self) -> None:
        """Raises: ValueError where it is none."""
        for number in (self.steps, self.seconds, self.mendings):
            if not isinstance(number, (int, float)) or not number >= 0:
                raise ValueError(f"{number!r} in its position")


@dataclasses.dataclass(frozen=True)
class Checkpoint:
    """A fit as it stands.

    exemplar_digest: of what it learns; learner: the state of its networks and optimisers; budget: None where it is not
    known. Of a fit of TILEWRIGHT alone: shape: of its generator; info: of its model; tone: weights, {} before it ends.
    """

    architecture: str
    seed: int
    exemplar_digest: str
    position: Position
    budget: Budget | None
    learner: Any
    shape: GeneratorConfig | None = None
    info: ModelInfo | None = None
    tone: dict[str, torch.Tensor] = dataclasses.field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        """Whether its budget is used up."""
        return self.budget is not None and self.budget.progress(self.position.seconds, self.position.steps) >= 1

    def generator(self) -> Generator:
        """The averaged generator of a fit of TILEWRIGHT, with its tone.

        Raises: TextureError where it is of another architecture, or the weights are none of such a generator.
        """
        if self.shape is None:
            raise TextureError(f"the fit is of {self.architecture}, which only compares: learn without --architecture")
        generator = Generator(self.shape)
        with _ungarbled():
            generator.load_state_dict(self.learner["ema"])
            if self.tone:
                generator.tone.restore(self.tone)
        return generator

    def restore(self, learner: Restorable) -> None:
        """Let a learner go on from here. Raises: TextureError where what was kept is none of such a learner."""
        with _ungarbled():
            learner.load_state_dict(self.learner)

    def write(self, run: Path) -> None:
        """Replace RUN's checkpoint, whole or not at all. Raises: TextureError where the disk refuses."""
        content = {
            "schema": SCHEMA,
            "architecture": self.architecture,
            "seed": self.seed,
            "exemplar_digest": self.exemplar_digest,
            "position": dataclasses.asdict(self.position),
            "budget": self.budget and dataclasses.asdict(self.budget),
            "learner": self.learner,
            "generator_config": self.shape and dataclasses.asdict(self.shape),
            "info": self.info and self.info.to_json(),
            "tone": self.tone,
        }
        save(content, run / CHECKPOINT)

    @classmethod
    def read(cls, run: Path) -> Checkpoint:
        """Raises: TextureError where there is none that this version knows, OSError where it can't be read."""
        path = run / CHECKPOINT
        if not path.is_file():
            raise TextureError(
                f"there is no {path}: give the folder of a fit (python -m trainer.fit EXEMPLAR --out RUN)"
            )
        try:
            content = torch.load(path, map_location="cpu", weights_only=True)
        except (RuntimeError, EOFError, ValueError, LookupError, pickle.UnpicklingError, zipfile.BadZipFile):
            raise TextureError(f"{path} is cut off or no checkpoint: learn again") from None
        if not isinstance(content, dict) or content.get("schema") != SCHEMA:
            raise TextureError(f"{path} is no checkpoint of schema {SCHEMA}: learn again")
        with _ungarbled():
            return cls._restored(content)

    @classmethod
    def _restored(cls, content: dict[str, Any]) -> Checkpoint:
        """Older fits lack architecture and seed, their budget or tone."""
        architecture, budget = content.get("architecture", TILEWRIGHT), content.get("budget")
        ours = architecture == TILEWRIGHT
        info = ModelInfo.from_json(content["info"]) if ours else None
        return cls(
            architecture,
            content.get("seed", info.training.seed if info else 0),
            content["exemplar_digest"],
            Position(**content["position"]),
            Budget(**budget) if budget else None,
            content["learner"],
            GeneratorConfig.from_dict(content["generator_config"]) if ours else None,
            info,
            content.get("tone", {}),
        )


def save(content: Any, path: Path) -> None:
    """What `torch.save` can, whole or not at all. Raises: TextureError where the disk refuses."""
    with put_in_place(path) as temporary, temporary.open("wb") as file:
        try:
            torch.save(content, file)
        except RuntimeError as reason:  # torch's word for a full disk
            raise (reason.__context__ if isinstance(reason.__context__, OSError) else reason) from None


@contextmanager
def _ungarbled() -> Iterator[None]:
    """Raises: TextureError where the block finds that something is missing, or not what it should be."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError) as reason:
        what = str(reason).strip().partition("\n")[0]
        raise TextureError(f"the checkpoint lacks or garbles {what}: learn again") from None
