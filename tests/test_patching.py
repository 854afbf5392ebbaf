"""Holes covered with blocks of their own picture. Nothing here is square."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis.patching import SEAM_PX, patched
from synthesis.seams import MARGIN_PX, REACH_PX, joined, meeting

HEIGHT, WIDTH = 250, 330
PERIOD_PX = 17


def _boards(height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    """Boards of several shades with joints between them, and a little grain."""
    shades = np.random.default_rng(3).random(width // PERIOD_PX + 1)
    columns = np.arange(width)
    colors = np.where(columns % PERIOD_PX < 3, 0.0, 0.3 + 0.4 * shades[columns // PERIOD_PX])
    grain = np.random.default_rng(4).normal(0, 0.02, (height, width, 1))
    return (colors[None, :, None] + grain).repeat(3, axis=2).astype(np.float32)


def _hole(height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    hole = np.zeros((height, width), bool)
    hole[90:150, 60:140] = True
    rows = np.arange(height)
    hole[rows, 150 + rows // 2] = hole[rows, 151 + rows // 2] = True
    return hole


def _known(hole: np.ndarray) -> np.ndarray:
    return (~hole[..., None]).astype(np.float32)


def test_boards_go_on_through_a_hole() -> None:
    boards, hole = _boards(), _hole()
    (rows, columns), unmade = patched(boards, _known(hole))
    covered = boards[rows, columns]
    assert np.abs(covered - boards)[hole & ~unmade].mean() < 0.04, "in their own shades"
    assert (hole & ~unmade).sum() > 0.6 * hole.sum()


def test_what_is_known_stays_and_what_was_hidden_is_not_seen() -> None:
    boards, hole = _boards(), _hole()
    shown = []
    for hidden in (0.0, 1.0):
        pictures = np.where(hole[..., None], np.float32(hidden), boards)
        places, unmade = patched(pictures, _known(hole))
        assert not (unmade & ~hole).any() and not hole[places].any()
        shown.append(pictures[places])
    assert np.array_equal(shown[0], shown[1])
    assert np.array_equal(shown[0][~hole], boards[~hole])


def test_cuts_alone_are_left_to_be_made() -> None:
    hole = _hole()
    (rows, columns), unmade = patched(_boards(), _known(hole))
    moved = [lines - np.indices(lines.shape)[axis] for axis, lines in enumerate((rows, columns))]
    cut = np.zeros_like(hole)
    for axis in (0, 1):
        jumps = np.any([np.diff(one, axis=axis) != 0 for one in moved], axis=0)
        for at_end in (False, True):
            cut |= np.pad(jumps, [(int(at_end), int(not at_end)) if one == axis else (0, 0) for one in (0, 1)])
    beside = np.pad(cut, SEAM_PX - 1)
    reached = np.any([np.roll(beside, move, axis)[1:-1, 1:-1] for axis in (0, 1) for move in (-1, 0, 1)], axis=0)
    assert np.array_equal(unmade, reached & hole)


def test_seeds_take_other_blocks() -> None:
    hole = _hole()
    one, again, other = (patched(_boards(), _known(hole), seed)[0][0] for seed in (1, 1, 2))
    assert np.array_equal(one, again) and not np.array_equal(one, other)


def test_what_no_block_fits_is_left_to_be_made() -> None:
    boards, known = _boards(90, 130), np.zeros((90, 130, 1), np.float32)
    known[:6] = 1
    places, unmade = patched(boards, known)
    assert unmade[-20:].all() and (places[0] < 6).all()


def test_blocks_of_a_large_picture_come_from_near_by() -> None:
    boards, hole = _boards(1100, 1700), np.zeros((1100, 1700), bool)
    hole[20:70, 1600:1680] = hole[1040:1090, 30:90] = True
    (rows, columns), unmade = patched(boards, _known(hole))
    assert np.abs(boards[rows, columns] - boards)[hole & ~unmade].mean() < 0.04
    assert columns[20:70, 1600:1680].min() >= 1700 - 1024 and rows[1040:1090, 30:90].min() >= 1100 - 1024


@pytest.mark.parametrize("size", [(600, 530), (61, 47)])
def test_laid_pixels_meet_the_known_ones_window_by_window(size: tuple[int, int]) -> None:
    """A laid part that is 0.1 too bright meets the picture at its border, and keeps its own level far from it."""
    height, width = size
    picture = np.full((height, width, 3), 0.5, np.float32)
    hole = np.zeros(size, bool)
    hole[height // 4 : -height // 4, width // 4 : -width // 4] = True
    laid = picture + np.float32(0.1) * hole[..., None]
    met = meeting(laid, picture, ~hole)
    assert np.array_equal(met[~hole], picture[~hole])
    assert np.abs(np.diff(met[height // 2, :, 0])).max() < 0.02
    if min(size) > 8 * REACH_PX:
        assert np.isclose(met[height // 2, width // 2], 0.6).all()
        padded = [np.pad(one, [(0, -height % 16), (0, -width % 16), (0, 0)], mode="edge") for one in (laid, picture)]
        sure = np.pad(~hole, [(0, -height % 16), (0, -width % 16)], mode="edge")
        whole = joined(padded[0], *padded, sure)[:height, :width]
        assert np.allclose(met, whole, atol=1e-6), f"what lies {MARGIN_PX} px away is not seen"
