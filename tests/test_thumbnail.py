"""The preview is a lit ball of the texture."""

from __future__ import annotations

import numpy as np

from addon.keep.thumbnail import ball


def test_a_lit_ball_that_wears_the_texture_upright() -> None:
    colors = np.zeros((30, 50, 3), np.float32)
    colors[:15, :, 0], colors[15:, :, 2] = 1, 1  # red above blue
    picture = ball(colors, 64)
    assert picture.shape == (64, 64, 4) and picture.dtype == np.float32
    assert (picture[0, 0, 3], picture[-1, -1, 3], picture[32, 32, 3]) == (0, 0, 1)
    assert picture[16, 32, 0] > 0.5 and picture[16, 32, 2] == 0
    assert picture[48, 32, 2] > 0.3 and picture[48, 32, 0] == 0
    assert picture[16, 20, 0] > picture[16, 44, 0], "the light comes from the left"
