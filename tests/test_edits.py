"""The four jobs, as guides: what is known comes back, windows equal the whole, borders meet. Nothing here is square."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from synthesis import cleaning, edits, seams
from synthesis.errors import TextureError
from synthesis.guide import EXACT, ROUGH, UNKNOWN, Guide, guide_fields
from synthesis.latent import Latent, latent_fields
from synthesis.maps import MapList
from synthesis.palette import luma, painted, palette
from synthesis.picture import Picture
from synthesis.seams import REACH_PX, joined
from synthesis.session import Model
from synthesis.spectrum import spectra
from synthesis.surface import NO_SURFACE, Surface
from synthesis.texture import edit, edited_maps, gathered, generate, whole
from synthesis.windows import Rect

HEIGHT, WIDTH = 150, 210
CELLS_PX = [32, 16, 8, 4, 2]


def _picture(height: int = HEIGHT, width: int = WIDTH) -> Picture:
    return Picture({"base_color": np.random.default_rng(0).random((height, width, 3), dtype=np.float32)})


def _clear() -> Picture:
    return Picture(_picture().maps, np.zeros((HEIGHT, WIDTH), bool))


def _seen_at_the_edges(width_px: int) -> Picture:
    """Of 150 x 210 px, 11 and 9 px are cut off where it is made tileable."""
    opaque = np.ones((HEIGHT, WIDTH), bool)
    opaque[width_px:-width_px, width_px:-width_px] = False
    return Picture(_picture().maps, opaque)


def _hole() -> np.ndarray:
    hole = np.zeros((HEIGHT, WIDTH), bool)
    hole[40:90, 60:150] = True
    return hole


def _applied(model: Model, guide: Guide, window_px: int = 512) -> dict[str, np.ndarray]:
    height, width = guide.known.shape[:2]
    return gathered(model.info, edit(model, Latent(3), guide, window_px), height, width)


def test_a_completion_changes_the_hole_alone(model: Model) -> None:
    picture, hole = _picture(), _hole()
    filled = _applied(model, edits.complete(model.info, picture, hole))
    assert filled["base_color"].shape == (HEIGHT, WIDTH, 3)
    assert np.array_equal(filled["base_color"][~hole], picture.maps["base_color"][~hole])
    assert np.abs(filled["base_color"] - picture.maps["base_color"])[hole].mean() > 0.05
    assert set(filled) == set(model.info.maps), "maps that the picture lacks are made"


def test_maps_that_are_given_are_kept(model: Model) -> None:
    height = np.random.default_rng(1).random((HEIGHT, WIDTH, 1), dtype=np.float32)
    picture = Picture({**_picture().maps, "height": height})
    filled = _applied(model, edits.complete(model.info, picture, _hole()))
    assert np.array_equal(filled["height"][~_hole()], height[~_hole()])


def test_transparent_pixels_are_filled(model: Model) -> None:
    picture = Picture(_picture().maps, ~_hole())
    by_mask = edits.complete(model.info, _picture(), _hole())
    assert np.array_equal(edits.complete(model.info, picture).known, by_mask.known)
    for guide in (
        edits.tile(model.info, picture),
        edits.denoise(model.info, picture),
        edits.stylize(model.info, picture),
    ):
        assert not guide.known[60:70, 80:120].any()


@pytest.mark.parametrize("hole", [np.s_[32:64, 40:88], np.s_[:, ::12]], ids=["of blocks", "in every block"])
def test_what_lies_under_transparent_pixels_is_not_seen_when_cleaning(model: Model, hole: tuple[slice, slice]) -> None:
    picture, opaque = _picture(96, 128), np.ones((96, 128), bool)
    opaque[hole] = False
    made = []
    for hidden in (0, 1):
        colors = np.where(opaque[..., None], picture.maps["base_color"], np.float32(hidden))
        guide = edits.denoise(model.info, Picture({"base_color": colors}, opaque))
        made.append(edits.applied(model, guide, 3)["base_color"])
    assert np.abs(made[0] - made[1]).max() < 1e-5


def test_another_seed_is_another_completion(model: Model) -> None:
    guide = edits.complete(model.info, _picture(), _hole())
    one, other = (edits.applied(model, guide, seed)["base_color"] for seed in (1, 2))
    assert np.abs(one - other)[_hole()].mean() > 0.01
    assert np.array_equal(one[~_hole()], other[~_hole()])


JOBS = {
    "complete": lambda info: edits.complete(info, _picture(), _hole()),
    "tile": lambda info: edits.tile(info, _picture()),
    "denoise": lambda info: edits.denoise(info, _picture()),
    "stylize": lambda info: edits.stylize(info, _picture(), 0.7),
}


@pytest.mark.parametrize("window_px", [32, 96])
@pytest.mark.parametrize("job", JOBS)
def test_an_edit_does_not_depend_on_its_windows(model: Model, job: str, window_px: int) -> None:
    one, many = (_applied(model, JOBS[job](model.info), px) for px in (512, window_px))
    for name in model.info.maps:
        assert np.abs(one[name] - many[name]).max() <= 1e-5


@pytest.mark.parametrize("job", JOBS)
def test_cells_may_be_coarser_or_finer(model_of_other_cells: Model, job: str) -> None:
    guide = JOBS[job](model_of_other_cells.info)
    one, many = (_applied(model_of_other_cells, guide, px)["base_color"] for px in (512, 64))
    exact = guide.known[..., 0] == EXACT
    assert np.array_equal(one[exact], guide.values[exact]) and np.abs(one - many).max() <= 1e-5


@pytest.mark.parametrize("job, part, name", [("complete", seams, "MARGIN_PX"), ("denoise", cleaning, "REACH_PX")])
def test_an_edit_may_look_as_far_as_it_will(
    model: Model, monkeypatch: pytest.MonkeyPatch, job: str, part: ModuleType, name: str
) -> None:
    guide = JOBS[job](model.info)
    before = _applied(model, guide, 64)["base_color"]
    monkeypatch.setattr(part, name, getattr(part, name) + 1)
    assert np.abs(_applied(model, guide, 64)["base_color"] - before).max() <= 1e-5


def test_cleaning_by_what_is_known_of_the_exemplar_does_not_depend_on_its_windows(
    model: Model, model_path: Path
) -> None:
    rng = np.random.default_rng(7)
    pixels = (0.5 + rng.normal(0, 0.03, (64, 96, model.info.channels))).astype(np.float32)
    info = dataclasses.replace(model.info, spectra=spectra(model.info.maps, pixels))
    measured, guide = Model(info, model_path.read_bytes(), "cpu"), edits.denoise(info, _picture())
    one, many = (_applied(measured, guide, px)["base_color"] for px in (512, 64))
    assert np.abs(one - many).max() <= 1e-5
    assert np.abs(one - _applied(model, guide)["base_color"]).mean() > 0.01, "the exemplar tells what is noise"


def test_tile_keeps_the_middle_and_wraps(model: Model) -> None:
    picture = _picture()
    guide = edits.tile(model.info, picture, band_px=20)
    height, width = guide.known.shape[:2]
    assert (height, width) == (128, 192), "the largest size that can wrap"
    top, left = (HEIGHT - height) // 2, (WIDTH - width) // 2
    cut = picture.maps["base_color"][top : top + height, left : left + width]
    tiled = _applied(model, guide)["base_color"]
    assert np.array_equal(tiled[20:-20, 20:-20], cut[20:-20, 20:-20])
    moved = Guide(guide.maps, np.roll(guide.values, 64, 1), np.roll(guide.known, 64, 1), wrapped=True)
    rolled = guide_fields(moved, CELLS_PX, 4, Rect(0, 64, height, width))
    for one, other in zip(rolled, guide_fields(guide, CELLS_PX, 4, Rect(0, 0, height, width)), strict=True):
        assert np.array_equal(one, other), "on the torus no column is the first"


def test_a_fifth_of_a_picture_changes_where_no_band_is_given(colors_model: Model) -> None:
    picture = _picture(256, 384)
    changed = (edits.tile(colors_model.info, picture).values != picture.maps["base_color"]).any(axis=2)
    assert 0.15 < changed.mean() < 0.3 and not changed[26:-26, 26:-26].any()


@pytest.mark.parametrize("surface", [NO_SURFACE, Surface(maps=("normal", "ao"))])
def test_maps_that_a_model_does_not_make_are_made_tileable_too(colors_model: Model, surface: Surface) -> None:
    colors = _picture().maps["base_color"]
    picture = Picture({"base_color": colors, "normal": colors[..., ::-1], "metallic": colors[..., :1]})
    guide = edits.tile(colors_model.info, picture, seed=1)
    made = edited_maps(colors_model.info, guide, surface)
    assert made.maps == MapList.in_order((*picture.maps, *surface.maps)).maps
    height, width = guide.known.shape[:2]
    for window_px in (512, 64):
        finished = edit(colors_model, Latent(3), guide, window_px, surface)
        tiled = gathered(made, finished, height, width)
        assert np.array_equal(tiled["normal"], tiled["base_color"][..., ::-1]), "as given, each from its color's place"
        assert np.array_equal(tiled["metallic"], tiled["base_color"][..., :1])


@pytest.mark.parametrize("made_by_it", [True, False])
def test_heights_are_tiled_without_cliffs(model: Model, colors_model: Model, made_by_it: bool) -> None:
    """Also where the colors, which hide every cut, say nothing of them."""
    info = (model if made_by_it else colors_model).info
    slope = np.linspace(0.1, 0.9, WIDTH, dtype=np.float32)[None, :, None].repeat(HEIGHT, axis=0)
    guide = edits.tile(info, Picture({"base_color": np.full((HEIGHT, WIDTH, 3), 0.5, np.float32), "height": slope}))
    height = (
        guide.carried["height"] if not made_by_it else guide.values[..., MapList(info.maps).first_channel("height")]
    )
    across = np.abs(np.roll(height, -1, axis=1) - height)
    assert across.max() < 0.05, "where the ends met, it was 0.8"


def test_where_a_photo_is_transparent_carried_maps_are_level(colors_model: Model) -> None:
    colors, opaque = _picture().maps["base_color"], np.ones((HEIGHT, WIDTH), bool)
    opaque[60:90, 80:120] = False
    flat = np.broadcast_to(np.float32([0.5, 0.5, 1]), colors.shape)
    guide = edits.tile(colors_model.info, Picture({"base_color": colors, "normal": flat}, opaque))
    assert (guide.known == UNKNOWN).any() and np.allclose(guide.carried["normal"], (0.5, 0.5, 1))


def test_normals_are_of_unit_length_and_face_outwards(model: Model) -> None:
    vectors = 2 * whole(model, Latent(1), 64, 96)["normal"] - 1
    assert np.allclose(np.linalg.norm(vectors, axis=2), 1, atol=1e-5) and vectors[..., 2].min() > 0
    picture = Picture({**_picture().maps, "normal": np.full((HEIGHT, WIDTH, 3), 0.25, np.float32)})
    filled = _applied(model, edits.complete(model.info, picture, _hole()))["normal"]
    assert (filled[~_hole()] == 0.25).all(), "what is given stays as it is"
    assert np.allclose(np.linalg.norm(2 * filled[_hole()] - 1, axis=1), 1, atol=1e-5)


def test_a_hole_larger_than_a_window_does_not_depend_on_it(model: Model) -> None:
    """Far from all that is known, detail is as strong as beside it."""
    values = np.random.default_rng(5).random((288, 416, 7), np.float32)
    known = np.zeros((288, 416, len(model.info.maps)), np.float32)
    known[:, :96] = EXACT
    guide = Guide(model.info.maps, values, known)
    one, other = (gathered(model.info, edit(model, Latent(1), guide, px), 288, 416) for px in (416, 32))
    for name, pixels in one.items():
        assert np.abs(pixels - other[name]).max() <= 1e-5


def test_detail_far_from_what_is_known_is_as_faint(model: Model) -> None:
    """What is known is so faint that the generator's detail is halved, the most that is allowed."""
    height, width, known_px = 96, 1024, 128
    values = 0.5 + 0.05 * (np.random.default_rng(5).random((height, width, 7), np.float32) - 0.5)
    known = np.zeros((height, width, len(model.info.maps)), np.float32)
    known[:, :known_px] = EXACT
    guide = Guide(model.info.maps, values, known)
    made = gathered(model.info, edit(model, Latent(1), guide), height, width)
    free = whole(model, Latent(1), height, width)
    faint, usual = (np.abs(np.diff(maps["base_color"][:, 192:], axis=1)).mean() for maps in (made, free))
    assert faint < 0.6 * usual


def test_with_a_guide_the_model_s_own_order_is_silent(model: Model) -> None:
    rect = Rect(0, 0, 96, 128)
    free, guided = (latent_fields(model.info, Latent(1), (96, 128), rect, told) for told in (False, True))
    for level, one, other in zip(model.info.levels, free, guided, strict=True):
        assert np.array_equal(one[: level.channels], other[: level.channels]), "the noise is the same"
        assert not other[level.channels :].any()
    assert any(one[level.channels :].any() for level, one in zip(model.info.levels, free, strict=True))


def test_an_edit_without_knowledge_is_generation(model: Model) -> None:
    known = np.zeros((96, 160, len(model.info.maps)), np.float32)
    guide = Guide(model.info.maps, np.full((96, 160, 7), 0.3, np.float32), known, wrapped=True)
    free = gathered(model.info, generate(model, Latent(3), 96, 160), 96, 160)
    for name, pixels in _applied(model, guide).items():
        assert np.abs(pixels - free[name]).max() <= 1e-5


def test_guide_fields_equal_plain_means() -> None:
    rng = np.random.default_rng(2)
    maps = ("base_color", "height")
    values, known = rng.random((64, 96, 4), np.float32), (rng.random((64, 96, 2)) < 0.5).astype(np.float32)
    fields = guide_fields(Guide(maps, values, known, finest_px=6.0), CELLS_PX, 4, Rect(0, 32, 32, 64))
    about_zero = (values - 0.5) * np.repeat(known, (3, 1), axis=2)
    flat = np.concatenate([about_zero, known], axis=2)
    eights = fields[2]
    assert eights.shape == (6, 4 + 8, 8 + 8)
    inner = flat[0:32, 32:96].reshape(4, 8, 8, 8, 6).mean(axis=(1, 3))
    assert np.allclose(eights[:, 4:-4, 4:-4], inner.transpose(2, 0, 1), atol=1e-6)
    assert not eights[:, :4].any() and not eights[:, :, -4:].any(), "nothing is known beyond the edges"
    fours = flat[0:32, 32:96].reshape(8, 4, 16, 4, 6).mean(axis=(1, 3)) * (1 - np.log2(6 / 4))
    assert np.allclose(fields[3][:, 4:-4, 4:-4], fours.transpose(2, 0, 1), atol=1e-6)
    assert not fields[4].any() and not fields[5].any(), "finer structure is not seen"
    assert fields[4].shape[0] == 4 * 6, "at 2 px a cell holds its four pixels"


def test_seams_vanish_and_far_pixels_stay() -> None:
    made = np.full((112, 176, 1), 0.3, np.float32)
    values = np.full_like(made, 0.6)
    known = np.zeros((112, 176), bool)
    known[:, :48] = True
    met = joined(made, made, values, known)[REACH_PX:-REACH_PX, :, 0]
    assert (met[:, :48] == np.float32(0.6)).all()
    assert np.abs(np.diff(met, axis=1)).max() < 0.03, "no jump at the border, where it was 0.3"
    assert np.abs(met[:, 48 + 2 * REACH_PX :] - 0.3).max() < 1e-6


def test_seams_vanish_where_what_was_made_of_known_pixels_equals_them() -> None:
    """As the generator corrects itself there, and only there."""
    known = np.zeros((112, 176), bool)
    known[:, :48] = True
    values = np.full((112, 176, 1), 0.6, np.float32)
    made = np.where(known[..., None], values, np.float32(0.3))
    met = joined(made, made, values, known)[REACH_PX:-REACH_PX, :, 0]
    assert np.abs(np.diff(met, axis=1)).max() < 0.03, "no jump at the border, where it was 0.3"


def test_a_difference_that_changes_along_a_border_is_met() -> None:
    known = np.zeros((112, 176), bool)
    known[:, :48] = True
    made = np.full((112, 176, 1), 0.3, np.float32)
    values = made + np.float32(0.2) * np.sin(np.arange(112, dtype=np.float32) / 8)[:, None, None]
    met = joined(made, made, values, known)[REACH_PX:-REACH_PX, :, 0]
    assert np.abs(np.diff(met, axis=1)).max() < 0.13, "where it was 0.2"


def test_grain_meets_grain_at_a_border() -> None:
    """Neighbours across it differ as any do: it is neither an edge nor a blur."""
    rng = np.random.default_rng(3)
    made, values = (0.5 + rng.normal(0, 0.05, (112, 176, 1)).astype(np.float32) for _ in range(2))
    known = np.zeros((112, 176), bool)
    known[:, :48] = True
    met = joined(made, made, values, known)[..., 0]
    across = np.abs(met[:, 48] - met[:, 47]).mean()
    assert 0.85 < across / np.abs(np.diff(made[..., 0], axis=1)).mean() < 1.15


def test_a_few_black_and_white_pixels_do_not_choose_the_palette_s_ends(model: Model) -> None:
    faint = 0.4 + 0.2 * _picture().maps["base_color"]
    specked = faint.copy()
    specked[0, 0], specked[0, 1] = 0, 1
    one, other = (edits.stylize(model.info, Picture({"base_color": colors})).values for colors in (faint, specked))
    assert np.abs(one - other)[1:].max() < 0.01


def test_stylize_paints_in_the_palette(model: Model) -> None:
    guide = edits.stylize(model.info, _picture(), 0.4)
    colors = np.array(model.info.guide.palette)
    assert guide.values[..., :3].min() >= colors.min() - 1e-6 and guide.values[..., :3].max() <= colors.max() + 1e-6
    assert set(np.unique(guide.known[..., 0])) == {ROUGH} and not guide.known[..., 1:].any()
    assert guide.finest_px == 32**0.4


def test_stylize_keeps_dark_dark(model: Model) -> None:
    ramp = np.broadcast_to(np.linspace(0, 1, WIDTH, dtype=np.float32)[:, None], (HEIGHT, WIDTH, 3))
    guide = edits.stylize(model.info, Picture({"base_color": ramp}), 0.4)
    assert luma(guide.values[0, -1, :3]) > luma(guide.values[0, 0, :3]) + 0.3


def test_what_is_hidden_does_not_choose_the_palette_s_ends(model: Model) -> None:
    picture = _picture()
    opaque = np.ones(picture.size, np.bool_)
    opaque[: len(opaque) // 2] = False
    values = []
    for hidden in (0, 1):
        colors = np.where(opaque[..., None], picture.maps["base_color"], np.float32(hidden))
        values.append(edits.stylize(model.info, Picture({"base_color": colors}, opaque)).values[opaque])
    assert np.array_equal(*values)


def test_a_palette_goes_from_dark_to_light() -> None:
    colors = palette(_picture().maps["base_color"])
    assert (np.diff(luma(colors)) > 0).all()
    ramp = painted(np.linspace(0, 1, 32, dtype=np.float32).reshape(2, 16), colors)
    assert np.allclose(ramp[0, 0], colors[0]) and np.allclose(ramp[-1, -1], colors[-1])


def test_denoise_trusts_roughly(model: Model) -> None:
    guide = edits.denoise(model.info, _picture())
    assert (guide.known[..., 0] == ROUGH).all() and (guide.known[..., 1] == UNKNOWN).all()
    assert not (guide.known == EXACT).any()


@pytest.mark.parametrize(
    "ask, told",
    [
        (lambda info: edits.complete(info, _picture(), np.zeros((9, 9), bool)), "9 x 9 px, the picture 210 x 150"),
        (lambda info: edits.complete(info, _picture(), ~_hole() & _hole()), "nothing is to be filled"),
        (lambda info: edits.complete(info, _picture(), _hole() | ~_hole()), "hides the whole picture"),
        (lambda info: edits.tile(info, _picture(20, 300)), "300 x 20 px.*larger picture, 64 px a side or more$"),
        (lambda info: edits.tile(info, _picture(20, 20), 9), "20 x 20 px.*larger picture, 32 px a side or more$"),
        (lambda info: edits.tile(info, _picture(40, 300)), "64 px a side or more, or a band below 16 px$"),
        (lambda info: edits.tile(info, _seen_at_the_edges(9)), "transparent everywhere"),
        (lambda info: edits.tile(info, _seen_at_the_edges(12)), "transparent everywhere"),
        (lambda info: edits.tile(info, _picture(), 90), "below 64"),
        (lambda info: edits.tile(info, _picture(), 3), "band is 3 px wide.* allowed is 4 px and more"),
        (lambda info: edits.stylize(info, _picture(), 1.5), "allowed is 0 to 1"),
        (lambda info: edits.denoise(dataclasses.replace(info, guide=None), _picture()), "without a guide"),
        (lambda info: edits.denoise(info, _clear()), "transparent everywhere"),
        (lambda info: edits.denoise(info, _picture(9, 14)), "14 x 9 px; 16 px on each side"),
    ],
)
def test_what_can_not_be_done_is_said(model: Model, ask: object, told: str) -> None:
    with pytest.raises(TextureError, match=told):
        ask(model.info)


def test_pictures_smaller_than_the_receptive_field(model: Model) -> None:
    hole = np.zeros((9, 14), bool)
    hole[2:5, 3:9] = True
    assert _applied(model, edits.complete(model.info, _picture(9, 14), hole))["base_color"].shape == (9, 14, 3)
    assert _applied(model, edits.denoise(model.info, _picture(19, 37)))["base_color"].shape == (19, 37, 3)


def test_luma_is_of_rec_709() -> None:
    assert luma(np.eye(3, dtype=np.float32)).tolist() == pytest.approx([0.2126, 0.7152, 0.0722])
