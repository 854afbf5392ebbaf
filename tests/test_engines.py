"""Files for game engines: what they are called, and what lies in their channels. Nothing here is square."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthesis.engines import ABSENT, CONVENTIONS, ORM, files, packed
from synthesis.errors import TextureError
from synthesis.image_files import read_picture
from synthesis.maps import MAP_KINDS
from synthesis.png import PngWriter

RANDOM = np.random.default_rng(3)
MAPS = {
    name: RANDOM.random((3, 5, kind.channels), dtype=np.float32) for name, kind in MAP_KINDS.items() if name != "ao"
}


def _pixels(convention: str, ending: str) -> np.ndarray:
    file = next(file for file in files(convention, MAPS) if file.name("Wall").endswith(ending))
    return packed(file, MAPS, ABSENT)


def test_orm_with_absent_maps() -> None:
    pixels = packed(ORM, MAPS, ABSENT | {"ao": 0.75})
    assert (pixels[..., 0] == 0.75).all()
    assert np.array_equal(pixels[..., 1:2], MAPS["roughness"]) and np.array_equal(pixels[..., 2:], MAPS["metallic"])
    constant = packed(ORM, {"base_color": MAPS["base_color"]}, ABSENT)
    assert constant.shape == (3, 5, 3) and (constant == (1, 0.5, 0)).all()


def _write(folder: Path, convention: str, maps: dict[str, np.ndarray], material: str) -> None:
    """As *Export Maps* does."""
    for file in files(convention, maps):
        pixels = packed(file, maps, ABSENT)
        with (folder / f"{file.name(material)}.png").open("wb") as opened:
            writer = PngWriter(opened, *pixels.shape, file.bit_depth)
            writer.write_rows(pixels)
            writer.close()


@pytest.mark.parametrize("material", ["Wall", "rough metal"])
@pytest.mark.parametrize("lacking", [set(), {"ao"}, {"ao", "metallic"}])
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_what_is_written_reads_back(tmp_path: Path, convention: str, lacking: set[str], material: str) -> None:
    maps = {name: RANDOM.random((40, 56, kind.channels), dtype=np.float32) for name, kind in MAP_KINDS.items()}
    maps = {name: pixels for name, pixels in maps.items() if name not in lacking}
    _write(tmp_path, convention, maps, material)
    back = read_picture(tmp_path).maps
    assert [*back] == [*maps]
    for name, pixels in maps.items():
        assert np.abs(back[name] - pixels).max() < 0.51 / 255, name


def test_directx_turns_green_and_opengl_does_not() -> None:
    assert np.array_equal(_pixels("unreal", "_N")[..., 1], 1 - MAPS["normal"][..., 1])
    assert np.array_equal(_pixels("unreal", "_N")[..., ::2], MAPS["normal"][..., ::2])
    for convention, ending in (("unity", "_Normal"), ("gltf", "_normal"), ("blender", "_normal")):
        assert np.array_equal(_pixels(convention, ending), MAPS["normal"])


def test_smoothness_lies_in_alpha() -> None:
    pixels = _pixels("unity", "_MetallicSmoothness")
    assert pixels.shape == (3, 5, 4) and np.array_equal(pixels[..., 3:], 1 - MAPS["roughness"])


def test_a_mask_map_has_no_detail() -> None:
    pixels = _pixels("unity_hdrp", "_MaskMap")
    assert np.array_equal(pixels[..., :1], MAPS["metallic"]) and (pixels[..., 1:3] == 1).all()
    assert np.array_equal(pixels[..., 3:], 1 - MAPS["roughness"])


def test_only_packed_files_stand_for_absent_maps() -> None:
    names = {
        convention: [file.name("My wall!") for file in files(convention, {"base_color": 0})]
        for convention in CONVENTIONS
    }
    assert names == {
        "blender": ["My_wall_base_color"],
        "unreal": ["T_My_wall_BC", "T_My_wall_ORM"],
        "unity": ["My_wall_AlbedoTransparency", "My_wall_MetallicSmoothness"],
        "unity_hdrp": ["My_wall_BaseMap", "My_wall_MaskMap"],
        "gltf": ["My_wall_albedo", "My_wall_orm"],
    }
    assert ORM.name("???") == "texture_orm"


def test_depth_and_sizes() -> None:
    height = next(file for file in files("unreal", MAPS) if file.maps == {"height"})
    assert height.bit_depth == 16 and ORM.bit_depth == 8
    others = {"base_color": MAPS["base_color"], "height": np.zeros((3, 2, 1), np.float32)}
    assert packed(ORM, others, ABSENT).shape == (3, 5, 3), "whose sizes are their own matter"
    with pytest.raises(TextureError, match="roughness 2 x 3"):
        packed(ORM, MAPS | {"roughness": np.zeros((3, 2, 1), np.float32)}, ABSENT)
