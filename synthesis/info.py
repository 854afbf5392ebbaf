"""What a model file says of its model: the contract between learning and synthesis."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from .errors import TextureError
from .json_values import number, text, whole
from .maps import MAP_KINDS, channels_of
from .noise import LARGEST_SEED
from .png_reader import LARGEST_PIXELS
from .preparation import UNPREPARED, Preparation
from .regularity import IRREGULAR, Regularity
from .spectrum import Spectrum, check_spectra, restored

SCHEMA = 2
METADATA_KEY = "tilewright"
LARGEST_SIZE_PX = 32768
_COARSEST_CELLS_PX = (16, 32, 64)  # edits take windows apart in steps of 16 px
_LARGEST_CHANNELS = 256
_LARGEST_MARGIN_CELLS = 64
_MOST_BEST_SEEDS = 64
_LARGEST_CHANGE = 10  # of a channel by a control, in deviations, or as the logarithm of a factor


@dataclass(frozen=True)
class Level:
    """One noise field: pixels per cell, channels, and the cells a window needs beyond each of its edges."""

    cell_px: int
    channels: int
    margin_cells: int


@dataclass(frozen=True)
class ExemplarInfo:
    """What was learned. size_px: (height, width) as it was learned; width_m: real width in metres, if known.

    preparation: what was done to the photo first.
    """

    name: str
    size_px: tuple[int, int]
    author: str = ""
    license: str = ""
    source: str = ""
    width_m: float | None = None
    preparation: Preparation = UNPREPARED


@dataclass(frozen=True)
class TrainingInfo:
    """How it was learned. half_precision_error: largest change of a value in 0..1 by storing weights in 16 bits."""

    steps: int
    seconds: float
    seed: int
    device: str
    version: str
    half_precision_error: float = 0.0


@dataclass(frozen=True)
class GuideInfo:
    """How the generator can be guided. palette: the base color's colours from dark to light, red, green and blue."""

    palette: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Control:
    """A slider from -1 to 1 that moves one property of the texture.

    name: of the statistic that it moves (`statistics.STEPS`); shifts, log_gains: what is added to every channel of
    every level's noise at 1, and the logarithm of its factor.
    """

    name: str
    shifts: tuple[tuple[float, ...], ...]
    log_gains: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class ModelInfo:
    """maps: names of MAP_KINDS in the order of the output channels; levels: coarsest first; preview_png: base64.

    guide: None where the generator was learned without; regularity: its channels follow those of each level;
    best_seeds: to offer first, the best one at the front, () where none were chosen; spectra: of the exemplar's maps,
    () where they were not measured.
    """

    name: str
    maps: tuple[str, ...]
    levels: tuple[Level, ...]
    exemplar: ExemplarInfo
    training: TrainingInfo
    preview_png: str = ""
    guide: GuideInfo | None = None
    controls: tuple[Control, ...] = ()
    regularity: Regularity = IRREGULAR
    best_seeds: tuple[int, ...] = ()
    spectra: tuple[Spectrum, ...] = ()

    def __post_init__(self) -> None:
        known = tuple(name for name in MAP_KINDS if name in self.maps)
        _require(self.maps == known and "base_color" in known, "maps", self.maps, f"a selection of {[*MAP_KINDS]}")
        cells = [level.cell_px for level in self.levels]
        halving = bool(cells) and cells == [cells[0] >> index for index in range(len(cells))] and cells[-1] >= 1
        told = "16, 32 or 64 px, then each half of the one before"
        _require(halving and cells[0] in _COARSEST_CELLS_PX, "cell sizes", cells, told)
        for level in self.levels:
            _require(0 < level.channels <= _LARGEST_CHANNELS, "channels", level.channels, f"1..{_LARGEST_CHANNELS}")
        margins = [level.margin_cells for level in self.levels]
        legal = len(set(margins)) == 1 and 0 <= margins[0] <= _LARGEST_MARGIN_CELLS
        _require(legal, "margins", margins, f"one for all levels, 0..{_LARGEST_MARGIN_CELLS} cells")
        channels = [level.channels for level in self.levels]
        names = [control.name for control in self.controls]
        _require(len(set(names)) == len(names), "controls", names, "each once")
        for control in self.controls:
            for changes in (control.shifts, control.log_gains):
                given = [len(level) for level in changes]
                _require(given == channels, f"changes by {control.name!r}", given, f"{channels}, the fields' channels")
            moved = (value for changes in (control.shifts, control.log_gains) for level in changes for value in level)
            large = [value for value in moved if not -_LARGEST_CHANGE <= value <= _LARGEST_CHANGE]
            told = f"-{_LARGEST_CHANGE} to {_LARGEST_CHANGE}"
            _require(not large, f"changes by {control.name!r}", large[:1], told)
        if self.guide is not None:
            beyond = [level for color in self.guide.palette for level in color if not 0 <= level <= 1]
            sound = bool(self.guide.palette) and not beyond
            _require(sound, "palette", beyond[:1], "colours of 0 to 1, one or more")
        sides = self.exemplar.size_px
        _require(all(0 < side <= LARGEST_PIXELS for side in sides), "exemplar's sides", sides, f"1..{LARGEST_PIXELS}")
        width_m = self.exemplar.width_m
        _require(width_m is None or 0 < width_m < float("inf"), "width in metres", width_m, "above 0")
        distinct = len(self.best_seeds) == len(set(self.best_seeds)) <= _MOST_BEST_SEEDS
        legal = distinct and all(0 <= seed <= LARGEST_SEED for seed in self.best_seeds)
        told = f"at most {_MOST_BEST_SEEDS} different ones, 0 to {LARGEST_SEED}"
        _require(legal, "best seeds", self.best_seeds, told)
        check_spectra(self.spectra, self.maps)

    @property
    def first_seed(self) -> int:
        """The seed to begin with, where nobody has chosen one."""
        return self.best_seeds[0] if self.best_seeds else 0

    @property
    def size_multiple_px(self) -> int:
        """Every legal height and width is a multiple of this."""
        return self.levels[0].cell_px

    @property
    def channels(self) -> int:
        return channels_of(self.maps)

    def needed_guide(self) -> GuideInfo:
        """Raises: TextureError where the model has no guide."""
        if self.guide is None:
            raise TextureError(
                f"the model {self.name!r} was learned without a guide and can only generate: learn it again without "
                "--no-guide, or choose another model"
            )
        return self.guide

    def check_size(self, height_px: int, width_px: int) -> None:
        """Raises: TextureError where this model cannot make such a texture."""
        multiple = self.size_multiple_px
        for size in (width_px, height_px):
            if multiple <= size <= LARGEST_SIZE_PX and size % multiple == 0:
                continue
            below, above = (self.nearest_size(size + shift) for shift in (-multiple // 2, multiple // 2))
            tries = f"{below} or {above}" if below != above else f"{below}"
            raise TextureError(
                f"size is {size} px; this model makes multiples of {multiple} up to {LARGEST_SIZE_PX}: try {tries}"
            )

    def nearest_size(self, size_px: int) -> int:
        """The legal size nearest to `size_px`."""
        multiple = self.size_multiple_px
        return max(multiple, min(LARGEST_SIZE_PX, (size_px + multiple // 2) // multiple * multiple))

    def to_json(self) -> str:
        return json.dumps({"schema": SCHEMA, **asdict(self)})

    @classmethod
    def from_json(cls, content: str) -> ModelInfo:
        """Raises: TextureError where the text is no info of this schema."""
        try:
            stored = json.loads(content)
            schema = stored["schema"]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise TextureError("the model's info can't be read: export the model again") from None
        if schema != SCHEMA:
            raise TextureError(
                f"the model has schema {schema!r}, this Tilewright reads {SCHEMA}: use a newer one, or export again"
            )
        try:
            return cls(
                name=text(stored["name"]),
                maps=tuple(text(name) for name in stored["maps"]),
                levels=tuple(Level(*(whole(level[key]) for key in _LEVEL_KEYS)) for level in stored["levels"]),
                exemplar=_exemplar(stored["exemplar"]),
                training=_training(stored["training"]),
                preview_png=text(stored["preview_png"]),
                guide=_guide(stored["guide"]),
                controls=tuple(_control(control) for control in stored["controls"]),
                # models of this schema were made before there was order
                regularity=Regularity.restored(stored.get("regularity", {})),
                # models of this schema were made before seeds were ranked
                best_seeds=tuple(whole(seed) for seed in stored.get("best_seeds", ())),
                # models of this schema were made before their exemplars were measured
                spectra=restored(stored.get("spectra", ())),
            )
        except (KeyError, TypeError, ValueError, OverflowError) as reason:
            raise TextureError(f"the model's info lacks or garbles {reason}: export the model again") from None


_LEVEL_KEYS = ("cell_px", "channels", "margin_cells")


def _exemplar(stored: dict[str, Any]) -> ExemplarInfo:
    height, width = (whole(side) for side in stored["size_px"])
    width_m = stored["width_m"]
    return ExemplarInfo(
        name=text(stored["name"]),
        size_px=(height, width),
        author=text(stored["author"]),
        license=text(stored["license"]),
        source=text(stored["source"]),
        width_m=None if width_m is None else number(width_m),
        # models of this schema were made before there was a preparation
        preparation=Preparation.restored(stored["preparation"]) if "preparation" in stored else UNPREPARED,
    )


def _guide(stored: dict[str, Any] | None) -> GuideInfo | None:
    if stored is None:
        return None
    return GuideInfo(tuple((number(red), number(green), number(blue)) for red, green, blue in stored["palette"]))


def _control(stored: dict[str, Any]) -> Control:
    shifts, log_gains = (
        tuple(tuple(number(value) for value in level) for level in stored[key]) for key in ("shifts", "log_gains")
    )
    return Control(text(stored["name"]), shifts, log_gains)


def _training(stored: dict[str, Any]) -> TrainingInfo:
    return TrainingInfo(
        steps=whole(stored["steps"]),
        seconds=number(stored["seconds"]),
        seed=whole(stored["seed"]),
        device=text(stored["device"]),
        version=text(stored["version"]),
        half_precision_error=number(stored["half_precision_error"]),
    )


def _require(holds: bool, what: str, given: object, allowed: str) -> None:
    if not holds:
        raise TextureError(f"the model's {what} are {given}; allowed is {allowed}: export the model again")
