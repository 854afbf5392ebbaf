"""From an exemplar's strongest waves to the lattice that all of what repeats belongs to.

Of bricks, the strongest waves say where joints may be, and not in which of these places each course has them: they are
harmonics of weaker ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from synthesis.regularity import MOST_HARMONICS, added, in_common, shortest

from .lattice import Lattice, Wave, multiples

FITTED_CYCLES = (0.25, 0.12, 0.06, 0.03)  # over the exemplar, by how much frequencies are changed to fit
FINEST_LOOKED_AT = 0.1  # cycles a pixel
LARGEST_WINDOW_PX = 128
LEAST_COHERENCE = 0.5  # of a wave that repeats; of others it is about 0.1
LEAST_NEW, LEAST_NEW_COHERENCE = 3, 0.4  # of the waves that a finer lattice adds: where it is none, at most 0.1
LEAST_CELLS = 12.0  # of a lattice in the exemplar
LEAST_CYCLES = 3.0  # of a wave over the exemplar
MOST_FOLLOWED = 64  # of the waves that repeat
NEARLY = 0.02  # of a frequency, by which waves may miss being multiples of it, and are made so
_OFF = 0.01  # of a wave, by which one is no sum of others


def whole_lattice(picture: Tensor, waves: Sequence[Wave]) -> list[Wave]:
    """As many waves, up to two, of which all is made that repeats with the given ones, or together with them.

    picture: (channels, height, width) in 0..1. Frequencies are fitted to it.
    """
    return _completed(picture, _fitted(picture, waves))


def _completed(picture: Tensor, waves: list[Wave]) -> list[Wave]:
    """These, or those of the finest lattice of which all is coherent."""
    best, coherence = waves, LEAST_NEW_COHERENCE
    for finer, new in _finer(waves):
        if len(new) >= LEAST_NEW and _often(finer, picture):
            found = float(_seen(new, picture).coherence.median())
            if found > coherence:
                best, coherence = finer, found
    return waves if best is waves else _completed(picture, best)


def strongest_harmonics(picture: Tensor, waves: Sequence[Wave], most: float) -> tuple[tuple[int, ...], ...]:
    """Those of waves, of at most so many cycles a pixel, as `Regularity.harmonics`."""
    harmonics = [one for one in multiples(waves, most) if sum(map(abs, one)) > 1]
    seen = _seen([added(waves, one) for one in harmonics], picture)
    return tuple(harmonics[index] for index in _coherent(seen, seen.strength)[:MOST_HARMONICS])


def repeating(picture: Tensor, waves: Sequence[Wave], most: float) -> list[Wave]:
    """Waves and harmonics that do repeat, of at most so many cycles a pixel, the most coherent ones first."""
    every = [added(waves, one) for one in multiples(waves, most)]
    seen = _seen(every, picture)
    return [every[index] for index in _coherent(seen, seen.coherence)[:MOST_FOLLOWED]]


def _coherent(seen: Lattice, rank: Tensor) -> list[int]:
    """Which of the waves repeat, those of the highest rank first."""
    return [index for index in rank.argsort(descending=True).tolist() if seen.coherence[index] > LEAST_COHERENCE]


def _seen(waves: Sequence[Wave], picture: Tensor) -> Lattice:
    return Lattice(waves, picture[None], 1, LARGEST_WINDOW_PX)


def _fitted(picture: Tensor, waves: Sequence[Wave]) -> list[Wave]:
    """Waves at whose frequencies, and those of their harmonics, the picture is strongest.

    Level ones stay level, and so do sums that are nearly level or upright.
    """
    best, strength = list(waves), _strength(picture, waves)
    for step in FITTED_CYCLES:
        for number, axis, change in itertools.product(range(len(waves)), (0, 1), (-step, step)):
            if best[number][axis]:
                tried = np.array(best)
                tried[number, axis] += change / picture.shape[1 + axis]
                changed = _as_waves(tried)
                if (found := _strength(picture, changed)) > strength:
                    best, strength = changed, found
    exact = np.zeros((len(best), 2))
    for axis in (0, 1):
        for unit, counts in in_common([wave[axis] for wave in best], NEARLY):
            exact[:, axis] += unit * np.array(counts)
    return _as_waves(exact)


def _strength(picture: Tensor, waves: Sequence[Wave]) -> float:
    """The power of all that repeats with waves, under a Hann window."""
    every = torch.tensor([added(waves, one) for one in multiples(waves, FINEST_LOOKED_AT)]).view(-1, 2)
    level = picture - picture.mean(dim=(1, 2), keepdim=True)
    down, right = (
        torch.polar(torch.hann_window(side), -2 * torch.pi * every[:, axis, None] * torch.arange(side))
        for axis, side in enumerate(picture.shape[1:])
    )
    amplitudes = torch.einsum("kw,chw,kh->kc", right, level.to(right.dtype), down)
    return float(torch.view_as_real(amplitudes).square().sum())


def _finer(waves: Sequence[Wave]) -> Iterator[tuple[list[Wave], list[Wave]]]:
    """Waves of whose sums every second or third is a sum of these, and what is new among their sums."""
    for times in (2, 3) if waves else ():
        # in Hermite's normal form, how these waves add up of the new ones: all that differ
        plane = [[[times // part, 0], [rest, part]] for part in (1, times) for rest in range(part)]
        for sums in [[[times]]] if len(waves) == 1 else plane:
            finer = shortest(_as_waves(np.linalg.solve(np.array(sums, float), np.array(waves))))
            every = [added(finer, one) for one in multiples(finer, FINEST_LOOKED_AT)]
            old = np.reshape(every, (-1, 2)) @ np.linalg.pinv(np.array(waves))
            yield finer, [wave for wave, of in zip(every, old, strict=True) if np.abs(of - of.round()).max() > _OFF]


def _often(waves: Sequence[Wave], picture: Tensor) -> bool:
    """Whether what repeats does so often enough in a picture to be told from chance."""
    cycles = np.array(waves) * picture.shape[1:]
    if len(waves) == 1:
        return bool(np.hypot(*cycles[0]) >= LEAST_CYCLES)
    return bool(abs(np.linalg.det(cycles)) >= LEAST_CELLS)


def _as_waves(vectors: np.ndarray) -> list[Wave]:
    return [(down, right) for down, right in vectors.tolist()]
