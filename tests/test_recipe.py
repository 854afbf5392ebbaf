"""A texture's recipe comes back from the properties that it is stored as."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from synthesis.recipe import height_and_width
from synthesis.session import Model

Extension = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def recipes(extension: Extension) -> ModuleType:
    return extension("addon.recipes")


@pytest.fixture(scope="module")
def latent(extension: Extension) -> Callable[..., Any]:
    return extension("synthesis.latent").Latent


@pytest.mark.parametrize(
    "arguments",
    [
        (5,),
        (2**31 - 1, 0, 0.30000001192092896),
        (0, None, 0.0, {"warmth": -1.0, "element size": 0.1}),
        (7, 8, 1.0, {"detail": 0.25}),
    ],
)
@pytest.mark.parametrize("rest", [(), ("ab12", 24, "planks", "somebody", "CC0-1.0"), ("", 1, "", "", "", 1.5)])
def test_properties_give_the_recipe_back(
    recipes: ModuleType,
    latent: Callable[..., Any],
    extension: Extension,
    arguments: tuple[Any, ...],
    rest: tuple[Any, ...],
) -> None:
    recipe = extension("synthesis.recipe")
    made = recipe.Recipe("planks", latent(*arguments), 512, 1024, *rest)
    stored = recipe.properties(made)
    assert recipes.from_properties(stored) == made
    assert recipes.from_json(json.dumps(stored)) == made


def test_without_estimates_there_is_no_depth(latent: Callable[..., Any], extension: Extension, model: Model) -> None:
    surface, recipe = extension("synthesis.surface"), extension("synthesis.recipe").recipe
    none, some = (
        recipe(model.info, "", latent(3), (64, 32), one) for one in (surface.NO_SURFACE, surface.Surface(0.5))
    )
    assert none.depth is None and some.depth == 0.5 and (none.height, none.width) == (64, 32)


def test_what_the_first_version_wrote_is_read(recipes: ModuleType, latent: Callable[..., Any]) -> None:
    made = recipes.from_properties({"model": "rock", "seed": 3, "size": "64x32"})
    assert (made.model, made.latent, made.height, made.width) == ("rock", latent(3), 32, 64)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seed": None}, "does not say"),
        ({"job": "filled"}, "from a picture"),
        ({"udim": "2x2"}, "UDIM"),
        ({"depth": 9.0}, "garbled"),
        ({"size": "big"}, "garbled"),
        ({"size": 64}, "garbled"),
        ({"seed": "seven"}, "garbled"),
        ({"controls": "warm"}, "garbled"),
        ({"other_seed": 4}, "garbled"),
        ({"seed": 2**31}, "garbled"),
        ({"size": "0x64"}, "garbled"),
        ({"other_seed": 4, "blend": float("nan")}, "garbled"),
        ({"controls": {"warmth": -1.5}}, "garbled"),
    ],
)
def test_other_images_are_refused_in_one_line(
    recipes: ModuleType, extension: Extension, change: dict[str, Any], told: str
) -> None:
    stored = {"model": "rock", "seed": 3, "size": "64x32"} | change
    with pytest.raises(extension("synthesis.errors").TextureError, match=told) as refusal:
        recipes.from_properties({key: value for key, value in stored.items() if value is not None})
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "x", "1024x", "0x64", "64", "-64x64", "1024x512 px", "1e3x64"])
def test_a_size_that_somebody_has_edited_is_none(text: str) -> None:
    assert height_and_width(text) is None and height_and_width("1024x512") == (512, 1024)


@pytest.mark.parametrize("text", ["", "{", "[1]", "7"])
def test_text_that_is_no_recipe_is_refused(recipes: ModuleType, extension: Extension, text: str) -> None:
    with pytest.raises(extension("synthesis.errors").TextureError):
        recipes.from_json(text)


@pytest.mark.parametrize(
    "name, shown", [("planks_2", "Planks 2"), ("PBR_wall", "PBR Wall"), ("the wall's", "The Wall's")]
)
def test_how_a_model_is_called(extension: Extension, name: str, shown: str) -> None:
    assert extension("addon.models").title(name) == shown


def test_a_model_keeps_its_number_where_its_folder_lies_elsewhere(extension: Extension) -> None:
    numbers = extension("addon.models").numbers
    names = ["models/bricks.onnx", "models/wool.onnx", "own/oak.onnx", "runs/oak/model.onnx", "runs/elm/model.onnx"]
    here, there = (numbers([Path(root, name) for name in names]) for root in ("/a", "/b/c"))
    assert here == there and here[0] == 0 and len(set(here)) == len(names)
    assert max(here) < 2**24, "Blender's menus hold numbers as floats"
    assert numbers([Path("/a/models/bricks.onnx"), Path("/a/models/wool.onnx")]) == here[:2], "whatever comes after"
    twice = numbers([Path("/a/x.onnx"), Path("/a/wool.onnx"), Path("/own/wool.onnx")])
    assert twice[1] == here[1] and len(set(twice)) == 3, "two of one name are two"


def test_a_model_is_found_by_content_then_by_name(extension: Extension, model_path: Path, tmp_path: Path) -> None:
    models, read_info = extension("addon.models"), extension("synthesis.model_file").read_info
    same, other = tmp_path / "renamed.onnx", tmp_path / "random.onnx"
    same.write_bytes(model_path.read_bytes())
    other.write_bytes(model_path.read_bytes().replace(b'"random"', b'"rondam"'))  # its info's name, nothing else
    digest = models.digest(model_path)
    known = [(path, read_info(path)) for path in (other, same)]
    assert models.digest(same) == digest != models.digest(other)
    assert models.located("whatever", digest, known) == (same, False)
    assert models.located("random", digest, known) == (same, False), "content goes before name"
    assert models.located("random", digest, known[:1]) == (other, True), "a model learned anew is doubtful"
    assert models.located("rondam", "", known) == (other, False), "nothing was noted that could differ"
    with pytest.raises(extension("synthesis.errors").TextureError, match="there is no model 'gone' here"):
        models.located("gone", "0" * 64, known)
