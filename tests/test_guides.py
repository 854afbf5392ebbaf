"""Guides: every kind asks for what it is meant to teach."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from synthesis.guide import EXACT, ROUGH
from synthesis.palette import palette
from synthesis.windows import Rect
from trainer.config import FitConfig, Stage
from trainer.draws import draws
from trainer.exemplar import Exemplar
from trainer.guides import KINDS, GuidedCrop, draw_guided_crop
from trainer.learner import Learner

MAPS, CELLS_PX, MARGIN_CELLS = ("base_color", "height"), [32, 16, 8, 4, 2], 4
RECT = Rect(64, 96, 96, 128)
PIXELS = np.random.default_rng(1).random((256, 320, 4), np.float32)
CROP = PIXELS[64:160, 96:224]


def _guided(kind: str) -> GuidedCrop:
    """The first of its kind; of those with holes, the first that gives some part."""
    colors = palette(PIXELS[..., :3])
    for seed in range(200):
        guided = draw_guided_crop(PIXELS, MAPS, colors, CELLS_PX, MARGIN_CELLS, RECT, np.random.default_rng(seed))
        if guided.kind == kind and (kind != "holes" or 0.1 < guided.given[..., 0].mean() < 0.9):
            return guided
    raise AssertionError(f"no guide was of the kind {kind}")


def _told(guided: GuidedCrop) -> tuple[np.ndarray, np.ndarray]:
    """What the guide tells of single pixels, without its margin: values about zero, and how surely they are known."""
    inner = np.s_[:, MARGIN_CELLS:-MARGIN_CELLS, MARGIN_CELLS:-MARGIN_CELLS]
    values, known = np.split(guided.guide[-1][inner], [4])
    return values.transpose(1, 2, 0), known


@pytest.mark.parametrize("kind", KINDS)
def test_all_guides_weigh_every_pixel(kind: str) -> None:
    guided = _guided(kind)
    assert guided.target.shape == CROP.shape and guided.weight.shape == CROP.shape[:2]
    assert guided.given.shape == (*CROP.shape[:2], len(MAPS))
    assert guided.weight.min() >= 0 and guided.weight.max() <= 1
    assert guided.given.any() == (kind == "holes"), "only there are pixels given exactly"


@pytest.mark.parametrize("kind", ["holes", "worn", "coarse"])
def test_the_exemplar_itself_is_asked_for(kind: str) -> None:
    assert np.array_equal(_guided(kind).target, CROP)


def test_nothing_of_a_hole_is_seen() -> None:
    guided = _guided("holes")
    values, known = _told(guided)
    given = guided.given[..., 0]
    assert np.array_equal(guided.given, known.transpose(1, 2, 0) == EXACT)
    assert np.allclose(values[given, :3], CROP[given, :3] - 0.5) and not values[~given].any()
    assert (guided.weight[given] < 0.5).all(), "what is given counts less"


def test_every_crop_has_a_hole_and_half_of_them_lack_the_other_maps() -> None:
    colors, lacking = palette(PIXELS[..., :3]), []
    for seed in range(200):
        guided = draw_guided_crop(PIXELS, MAPS, colors, CELLS_PX, MARGIN_CELLS, RECT, np.random.default_rng(seed))
        if guided.kind == "holes":
            assert not guided.given[..., 0].all()
            lacking += [not guided.given[..., 1].any()] if guided.given.any() else []
    assert 0.3 < np.mean(lacking) < 0.7


def test_maps_that_nobody_gave_are_judged_as_they_were_made() -> None:
    exemplar = Exemplar("material", MAPS, PIXELS)
    config = FitConfig(stages=(Stage(1, 128, 1.0, 1.0),), guided_share=1.0, from_base=False)
    learner = Learner(config, exemplar, torch.device("cpu"))
    objective = learner.objective
    colors_given = []
    for step in range(40):
        pair = objective.pair(learner.generator, objective.crops.draw(config.stages[0], 1.0, draws(0, step)))
        guided = pair.crop.guided
        if guided and guided.given[..., 0].any():
            colors, height = (torch.from_numpy(given) for given in np.moveaxis(guided.given, 2, 0))
            (_, real, judged), made = pair.views[0], objective.taps[1](pair.fake)[0]
            assert torch.equal(judged[0][0, :3, colors], real[0][0, :3, colors])
            assert torch.equal(judged[0][0, 3, ~height], made[0, 3, ~height])
            assert pair.hole is not None and torch.equal(pair.hole[0, 0], ~(colors & height))
            colors_given.append(not height.any())
    assert {*colors_given} == {True, False}


def test_what_is_worn_is_roughly_known() -> None:
    values, known = _told(_guided("worn"))
    assert (known[0] == ROUGH).all() and np.abs(values[..., :3] - (CROP[..., :3] - 0.5)).mean() > 0.005


def test_what_is_coarse_tells_no_single_pixel() -> None:
    guided = _guided("coarse")
    assert guided.target_px in (2, 4, 8, 16, 32) and not _told(guided)[1].any()


def test_foreign_colors_are_asked_for_in_the_exemplar_s_relief() -> None:
    guided = _guided("foreign")
    assert np.abs(guided.target - CROP)[..., :3].mean() > 0.05
    assert np.array_equal(guided.target[..., 3:], CROP[..., 3:]) and not _told(guided)[1][1].any()
