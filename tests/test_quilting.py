"""A photo that wraps out of its own pixels. Nothing here is square."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise, product

import numpy as np
import pytest

from synthesis.blocks import least_cut
from synthesis.quilting import _between_sides, quilted

HEIGHT, WIDTH, BAND_PX = 96, 160, 18


def _texture(height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    """Blobs of some px that do not wrap."""
    noise = np.random.default_rng(0).standard_normal((height + 8, width + 8, 3))
    for axis in (0, 1):
        noise = np.lib.stride_tricks.sliding_window_view(noise, 9, axis).mean(-1)
    return (0.5 + noise).astype(np.float32)


def _quilted(values: np.ndarray, known: np.ndarray | None = None, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    sure = np.ones((HEIGHT, WIDTH, 1), np.float32) if known is None else known
    quilt = quilted(values, sure, BAND_PX, seed)
    return quilt.over(values), quilt.over(sure)


def _step(values: np.ndarray, axis: int) -> float:
    """Of the edge, over the mean of all others."""
    return float(
        np.abs(values.take(0, axis) - values.take(-1, axis)).mean() / np.abs(np.diff(values, axis=axis)).mean()
    )


@pytest.mark.parametrize("axis", [0, 1])
def test_edges_are_no_more_than_any_step(axis: int) -> None:
    texture = _texture()
    made, _ = _quilted(texture)
    assert _step(texture, axis) > 2
    assert 0.7 < _step(made, axis) < 1.4
    steps = [np.abs(np.diff(values, axis=axis)).max() for values in (texture, made)]
    assert steps[1] < 3 * steps[0], "nor is any cut a hard edge"


def test_blocks_are_the_best_of_the_tries_and_are_cut_to_each_other() -> None:
    texture, band = _texture(), list(range(-BAND_PX, BAND_PX))
    usual = [np.abs(np.diff(texture, axis=axis)).mean() for axis in (0, 1)]
    corners, hardest = [], []
    for seed in range(4):
        made, _ = _quilted(texture, seed=seed)
        rings = [np.abs(np.diff(made, axis=axis, append=made.take([0], axis))) for axis in (0, 1)]
        for axis, ring in enumerate(rings):
            assert 0.88 < ring.take(-1, axis).mean() / usual[axis] < 1.13, "seen first: it runs straight"
        corners.append(rings[0][-1, band].mean() / usual[0])
        bands = (rings[0][:, band], rings[1][band])
        hardest += [np.quantile(ring.mean(-1), 0.999) / step for ring, step in zip(bands, usual, strict=True)]
    assert np.mean(corners) < 1.3, "the ring of blocks is closed"
    assert np.mean(hardest) < 4, hardest


def test_pixels_are_the_pictures_own_and_the_middle_stays() -> None:
    texture = _texture()
    made, known = _quilted(texture)
    middle = np.s_[BAND_PX:-BAND_PX, BAND_PX:-BAND_PX]
    assert np.array_equal(made[middle], texture[middle])
    assert set(map(tuple, made.reshape(-1, 3))) <= set(map(tuple, texture.reshape(-1, 3)))
    assert (known == 1).all() and not np.array_equal(made, texture)


def test_what_wraps_already_stays() -> None:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    waves = np.sin(rows * 2 * np.pi / 16) * np.sin(columns * 2 * np.pi / 32)
    texture = np.repeat(0.5 + 0.4 * waves[..., None], 3, axis=2).astype(np.float32)
    made, _ = _quilted(texture)
    assert np.abs(made - texture).max() < 1e-3


def test_maps_change_together() -> None:
    texture = _texture()
    made, _ = _quilted(np.concatenate([texture, 1 - texture[..., :1]], axis=2))
    assert np.array_equal(made[..., 3], 1 - made[..., 0])
    assert not np.array_equal(made[..., :3], texture)


def test_what_is_not_known_is_not_laid_over_the_edges() -> None:
    known = np.ones((HEIGHT, WIDTH, 1), np.float32)
    known[40:60, 70:100] = 0
    known[:3, 30:50] = 0
    _, sure = _quilted(_texture(), known)
    assert (sure[:3] == 1).all(), "holes in the band are covered"
    assert np.array_equal(sure[BAND_PX:-BAND_PX, BAND_PX:-BAND_PX], known[BAND_PX:-BAND_PX, BAND_PX:-BAND_PX])
    assert sure.sum() > known.sum()


def test_a_seed_is_one_picture() -> None:
    one, again, other = (_quilted(_texture(), seed=seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(one, again) and not np.array_equal(one, other)


def test_nothing_known_is_no_error() -> None:
    made, known = _quilted(_texture(), np.zeros((HEIGHT, WIDTH, 1), np.float32))
    assert made.shape == (HEIGHT, WIDTH, 3) and not known.any()


def test_a_narrow_band_takes_no_more_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    searches, inverse = [], np.fft.irfft2
    monkeypatch.setattr(np.fft, "irfft2", lambda *waves: searches.append(1) or inverse(*waves))
    texture = _texture(64, 1024)
    quilted(texture, np.ones((64, 1024, 1), np.float32), 4)
    assert len(searches) <= 16 * (8 + 32), "for each try, 8 blocks of 8 px and 32 of 32 px"


def test_waves_are_of_one_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, waves = [], np.fft.rfft2
    monkeypatch.setattr(np.fft, "rfft2", lambda x, *sizes, **axes: asked.append(x.dtype) or waves(x, *sizes, **axes))
    _quilted(_texture())
    assert set(asked) == {np.dtype(np.float64)}, "NumPy 1 makes float32 double, NumPy 2 does not"


def test_what_is_hidden_does_not_sway_what_is_seen() -> None:
    known = np.ones((HEIGHT, WIDTH, 1), np.float32)
    known[40:60, 70:100], known[:30, 30:50], known[50:, -9:] = 0, 0, 0
    one = _texture()
    other = np.where(known > 0, one, np.random.default_rng(1).random(one.shape, np.float32))
    (made, sure), (same, as_sure) = (_quilted(values, known) for values in (one, other))
    assert np.array_equal(sure, as_sure)
    assert np.array_equal(made * sure, same * sure)


def test_a_large_photo_needs_little_memory() -> None:
    large = np.tile(_texture(256, 320), (4, 4, 1))
    tracemalloc.start()
    try:
        quilted(large, np.ones((*large.shape[:2], 1), np.float32), 40)
        assert tracemalloc.get_traced_memory()[1] < 2.5 * large.nbytes
    finally:
        tracemalloc.stop()


def test_no_cut_runs_at_the_edge_itself() -> None:
    errors = np.ones((40, 32), np.float32)
    errors[:, 15:17] = 0
    assert _between_sides(errors)[:, 14:18].all()


def test_least_cut_is_the_least_of_all_paths() -> None:
    errors = np.random.default_rng(0).random((5, 4)).astype(np.float32)
    paths = [path for path in product(range(4), repeat=5) if all(abs(a - b) <= 1 for a, b in pairwise(path))]
    best = min(paths, key=lambda path: errors[np.arange(5), list(path)].sum())
    assert tuple(least_cut(errors)) == best
