"""What repeats: the whole lattice is found, and crops are told by whether they have it in its places."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from synthesis.regularity import IRREGULAR, Regularity, wave_field
from synthesis.windows import Rect
from trainer.crops import order_seen
from trainer.order.lattice import LEAST_DIFFERENCE, Lattice
from trainer.order.lattice_search import repeating
from trainer.order.periods import found_regularity

HEIGHT, WIDTH = 448, 320
COURSE, BOND = 17, 102  # px down and across: two stretchers and a header, each course shifted by half of that
STEPS = np.array([(COURSE, BOND / 2), (2 * COURSE, 0)])  # after which all is as before


def _bricks() -> np.ndarray:
    """A wall in Flemish bond, with joints that are a little out of place: (height, width, 3)."""
    rng = np.random.default_rng(0)
    wall = rng.normal(0.4, 0.05, (HEIGHT, WIDTH))
    for course, top in enumerate(range(0, HEIGHT, COURSE)):
        wall[top : top + 3] += 0.3
        for joint in range(-BOND, WIDTH, BOND):
            for place in (joint, joint + BOND // 3):
                left = place + course % 2 * BOND // 2 + int(rng.integers(-1, 2))
                wall[top : top + COURSE, max(left, 0) : max(left + 3, 0)] += 0.3
    return np.repeat(wall.clip(0, 1)[..., None], 3, axis=2).astype(np.float32)


def _picture(colors: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(colors).permute(2, 0, 1)[None]


def _crop(picture: torch.Tensor, row: int, column: int, side: int = 96) -> tuple[torch.Tensor, Rect]:
    return picture[:, :, row : row + side, column : column + side], Rect(row, column, side, side)


def test_the_bond_of_bricks_is_found() -> None:
    """The strongest waves alone leave open which of six places of a course have joints."""
    found = found_regularity(_bricks())
    cycles = np.array(found.waves) @ STEPS.T  # whole where a step leaves a wave as it was
    np.testing.assert_allclose(cycles, cycles.round(), atol=0.03)
    assert abs(np.linalg.det(cycles.round())) == 1, "and no smaller step does"
    assert found.harmonics and found.lines == ("rows",)
    assert "every 34 px down" in found.told()


def test_amplitudes_are_told_as_of_the_exemplar_s_corner() -> None:
    down, right = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    wave = (5 / 96, -7 / 96)
    angles = 2 * np.pi * (wave[0] * down + wave[1] * right)
    picture = _picture(np.repeat((0.5 + 0.2 * np.cos(angles + 1))[..., None], 3, axis=2).astype(np.float32))
    lattice = Lattice([wave], picture, 1, 96)
    for row, column in ((0, 0), (13, 58), (255, 126)):
        crop, _ = _crop(picture, row, column, 192)
        seen = lattice.amplitudes(crop, row, column)
        assert seen.shape == (9, 1, 3), "windows overlap by half"
        np.testing.assert_allclose(seen.numpy(), 0.1 * np.exp(1j), atol=2e-3)
    assert lattice.coherence > 100 and abs(float(lattice.strength) - 3 * 0.1**2) < 1e-3


@pytest.mark.parametrize("side", [96, 448])
def test_the_unit_is_what_the_exemplar_s_own_windows_show(side: int) -> None:
    """Also where a crop is as large as the picture: a single window has no deviation."""
    picture, waves = _picture(_bricks()), found_regularity(_bricks()).waves
    lattice = Lattice(repeating(picture[0], waves, 1 / 6), picture, 1, side)
    own = [lattice.excess(*_crop(picture, row, column, 160)).item() for row in (0, 100, 280) for column in (0, 90, 160)]
    assert np.mean(own) < 0.5
    assert 3 < lattice.excess(torch.full((1, 3, 160, 160), 0.4), Rect(0, 0, 160, 160)) < 1000


def test_a_crop_must_have_what_repeats_in_its_place() -> None:
    picture = _picture(_bricks())
    waves = found_regularity(_bricks()).waves
    lattice = Lattice(repeating(picture[0], waves, 1 / 6), picture, 1, 96)
    own = [lattice.excess(*_crop(picture, row, column)).item() for row in (3, 140, 300) for column in (0, 90, 200)]
    crop, place = _crop(picture, 140, 90)
    step = Rect(140 + 2 * COURSE, 90 + BOND, 96, 96)
    assert np.mean(own) < 0.5
    assert lattice.excess(crop, step) < 1, "after a step of the lattice all is as before"
    shifted = Rect(140, 90 + BOND // 6, 96, 96)  # where a joint may be, but is not in this course
    assert lattice.excess(crop, shifted) > 5 * max(own)
    flat = torch.full_like(crop, 0.4).requires_grad_()
    missing = lattice.excess(flat, place)
    assert missing > 5 * max(own)
    missing.backward()
    with torch.no_grad():
        flat -= 0.01 / flat.grad.abs().max() * flat.grad
    assert lattice.excess(flat, place) < missing


def test_what_repeats_exactly_is_not_asked_for_exactly() -> None:
    """As in drawn bricks: else nothing but this would be learned."""
    down, right = np.mgrid[:HEIGHT, :WIDTH]
    drawn = 0.3 + 0.4 * ((down % 32 < 3) | ((right + down // 32 % 2 * 32) % 64 < 3))
    picture = _picture(np.repeat(drawn[..., None], 3, axis=2).astype(np.float32))
    waves = found_regularity(picture[0].permute(1, 2, 0).numpy()).waves
    lattice = Lattice(repeating(picture[0], waves, 1 / 6), picture, 1, 96)
    assert lattice.coherence.max() > 1e5
    crop, place = _crop(picture, 100, 70)
    assert 1 < lattice.excess(torch.full_like(crop, 0.4), place) < 1 / LEAST_DIFFERENCE
    almost = 0.5 + (crop - 0.5) * 1.02
    assert lattice.excess(almost, place) == 0


def test_where_nothing_repeats_nothing_is_asked_for() -> None:
    noise = _picture(np.random.default_rng(0).random((HEIGHT, WIDTH, 3), np.float32))
    for waves in ([], [(1 / 20, 0.0), (0.0, 1 / 30)]):
        assert repeating(noise[0], waves, 1 / 6) == []
    assert Lattice([], noise, 1, 96).excess(torch.zeros(1, 3, 96, 96), Rect(0, 0, 96, 96)) == 0
    assert found_regularity(noise[0].permute(1, 2, 0).numpy()) == IRREGULAR


def test_a_generator_sees_waves_as_they_are_in_the_exemplar() -> None:
    """What it learns of a place holds wherever it makes one: a field's waves are those of a window of a texture."""
    order = Regularity(((1 / 32, 0.0), (1 / 32, 1 / 64)), harmonics=((1, -1), (0, 2)))
    place, cells, cell_px, margin = Rect(64, 32, 128, 128), 16 + 8, 8, 4
    seen = order_seen(order, cell_px, cells, place, torch.Generator())[0].numpy()
    rows, columns = (range(start // cell_px - margin, start // cell_px - margin + cells) for start in (64, 32))
    np.testing.assert_allclose(seen, wave_field(order, cell_px, rows, columns, (64, 64)), atol=1e-4)
    assert len(seen) == order.channels(cell_px) == 6, "one is too fine for cells of this size"


@pytest.mark.parametrize("size", [(24, 40), (30, 30)])
def test_harmonics_fit_the_torus_as_their_waves_do(size: tuple[int, int]) -> None:
    order = Regularity(((1 / 61, 1 / 250), (0.0, 1 / 90)), harmonics=((1, -2), (3, 1)))
    rows, columns = (range(extent) for extent in size)
    field = wave_field(order, 4, rows, columns, size)
    first, second, *others = (field[2 * index] + 1j * field[2 * index + 1] for index in range(4))
    for harmonic, (one, other) in zip(others, order.harmonics, strict=True):
        expected = np.sqrt(2) * np.exp(1j * (one * np.angle(first) + other * np.angle(second)))
        np.testing.assert_allclose(harmonic, expected, atol=1e-4)
    np.testing.assert_allclose(wave_field(order, 4, range(-size[0], 0), columns, size), field, atol=1e-4)


def test_garbled_harmonics_are_refused() -> None:
    stored = {"waves": [[0.02, 0.0], [0.0, 0.03]], "harmonics": [[1, 2]]}
    assert Regularity.restored(stored).harmonics == ((1, 2),)
    for change in (
        {"harmonics": [[1]]}, {"harmonics": [[1, 99]]}, {"harmonics": [[1, 0.5]]}, {"harmonics": [[1, 1]] * 9},
        {"waves": [[0.02, 0.01], [0.04, 0.02]]},
    ):  # fmt: skip
        with pytest.raises((TypeError, ValueError)):
            Regularity.restored(stored | change)
