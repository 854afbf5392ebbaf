"""Steps where parts of a smooth map meet. Nothing here is square."""

from __future__ import annotations

import numpy as np

from synthesis.gradients import without_steps
from synthesis.quilting import quilted

HEIGHT, WIDTH, BAND_PX = 96, 160, 18
EVERYWHERE = np.ones((HEIGHT, WIDTH), np.bool_)


def _relief(rng: np.random.Generator) -> np.ndarray:
    """Hills of some 30 px with a little grain, around 0.5; it does not wrap."""
    coarse = rng.standard_normal((HEIGHT + 32, WIDTH + 32))
    for axis in (0, 1):
        coarse = np.lib.stride_tricks.sliding_window_view(coarse, 33, axis).mean(-1)
    return (0.5 + 2.5 * coarse + 0.001 * rng.standard_normal((HEIGHT, WIDTH))).clip(0, 1).astype(np.float32)


def _cut_steps(pixels: np.ndarray, places: tuple[np.ndarray, np.ndarray]) -> float:
    """Mean step between parts, over that within them."""
    cut, within = [], []
    for axis in (0, 1):
        moved = [np.roll(lines, -1, axis) - lines for lines in places]
        meets = (moved[axis] != 1) | (moved[1 - axis] != 0)
        steps = np.abs(np.roll(pixels, -1, axis) - pixels)
        cut.append(steps[meets])
        within.append(steps[~meets])
    return float(np.concatenate(cut).mean() / np.concatenate(within).mean())


def test_cuts_of_a_quilt_become_as_any_step_and_what_is_far_stays() -> None:
    relief = _relief(np.random.default_rng(2))
    places = quilted(np.random.default_rng(3).random((HEIGHT, WIDTH, 3), np.float32), EVERYWHERE[..., None], BAND_PX)
    origins = places.origins(HEIGHT, WIDTH)
    before, after = relief[origins], without_steps(relief, EVERYWHERE, origins)
    assert _cut_steps(before, origins) > 3 and _cut_steps(after, origins) < 1.3
    middle = np.s_[40:56, 64:96]
    assert np.abs(after - before)[middle].max() < 0.1 * np.abs(after - before).max()
    inner = np.s_[BAND_PX:-BAND_PX, BAND_PX:-BAND_PX]
    assert np.abs(np.diff((after - before)[inner], axis=1)).max() < 0.02, "spread smoothly"


def test_a_map_in_one_part_stays() -> None:
    rows, columns = np.indices((HEIGHT, WIDTH), np.int32)
    waves = (0.5 + 0.3 * np.sin(rows * 2 * np.pi / 48) * np.cos(columns * 2 * np.pi / 80)).astype(np.float32)
    rolled = (rows + 5) % HEIGHT, (columns + 9) % WIDTH
    assert np.abs(without_steps(waves, EVERYWHERE, rolled) - waves[rolled]).max() < 0.02


def test_what_is_not_known_makes_no_steps() -> None:
    relief = np.full((HEIGHT, WIDTH), 0.5, np.float32)
    known = EVERYWHERE.copy()
    known[:, :20], relief[:, :20] = False, 1.0
    rows, columns = np.indices((HEIGHT, WIDTH), np.int32)
    made = without_steps(relief, known, (rows, np.roll(columns, 80, axis=1)))
    assert np.abs(made - relief[rows, np.roll(columns, 80, axis=1)]).max() < 1e-6
