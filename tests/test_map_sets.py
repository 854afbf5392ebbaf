"""Reading sets of maps: told by the names of files, unpacked by their channels, and refused in one clear line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synthesis.errors import TextureError
from synthesis.image_files import read_picture
from synthesis.map_folder import left_out
from synthesis.map_names import UNORDERED, named
from trainer.exemplar import read_exemplar

RNG = np.random.default_rng(0)
Save = Callable[..., np.ndarray]  # writes an image of random pixels, and returns them


def test_a_folder_of_maps_in_any_order_and_case(tmp_path: Path, save: Save) -> None:
    color = save(tmp_path / "Wall_2K-Albedo.png")
    save(tmp_path / "Wall_2K-NormalGL.png")
    gloss = save(tmp_path / "wall_gloss.png", "L")
    save(tmp_path / "wallHeight.tif", "L")
    (tmp_path / "readme.txt").write_text("no map")
    save(tmp_path / "preview.png")
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "normal", "roughness", "height") and exemplar.pixels.shape[2] == 8
    assert np.allclose(exemplar.pixels[..., :3], color / 255)
    assert np.allclose(exemplar.pixels[..., 6], 1 - gloss / 255)


def test_the_material_s_own_name_makes_no_maps(tmp_path: Path, save: Save) -> None:
    """As Poly Haven names what it gives, and as a Mac adds to it."""
    for kind in ("diff", "nor_gl", "spec", "translucent"):
        save(tmp_path / f"rough_metal_{kind}_1k.png")
    (tmp_path / "._rough_metal_diff_1k.png").write_bytes(b"of a Mac")
    save(tmp_path / "preview.png")
    assert read_exemplar(tmp_path, 512).maps == ("base_color", "normal")
    (tmp_path / "rough_metal_nor_gl_1k.psd").write_bytes(b"not needed")
    assert read_exemplar(tmp_path, 512).maps == ("base_color", "normal")
    (tmp_path / "rough_metal_rough_1k.psd").write_bytes(b"not readable")
    with pytest.raises(TextureError, match=r"rough_1k\.psd can't be read: convert it"):
        read_exemplar(tmp_path, 512)


def test_packed_channels_are_maps(tmp_path: Path, save: Save) -> None:
    save(tmp_path / "wood_diff.png")
    packed = save(tmp_path / "wood_arm.png")
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "roughness", "metallic", "ao")
    assert np.allclose(exemplar.pixels[..., 3:], packed[..., [1, 2, 0]] / 255)
    packed = np.dstack([packed[..., :2] // 4 + 96, np.full_like(packed[..., 2], 100)])
    Image.fromarray(packed).save(tmp_path / "wood_arm.png")
    assert read_exemplar(tmp_path, 512).maps == ("base_color", "roughness", "metallic", "ao"), "a little is some"
    packed = np.dstack([packed[..., :2], np.zeros_like(packed[..., 2])])
    (tmp_path / "wood_arm.png").unlink()
    Image.fromarray(packed).save(tmp_path / "wood_arm.jpg", quality=90)
    roughness = save(tmp_path / "wood_rough.png", "L")
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "roughness", "ao"), "wood is no metal"
    assert np.allclose(exemplar.pixels[..., 3], roughness / 255), "a map of its own counts"


def _save_packed(path: Path, red: float, green: np.ndarray, blue: np.ndarray) -> None:
    Image.fromarray(np.dstack([np.full_like(green, red), green, blue])).save(path)


@pytest.mark.parametrize(
    "ending", ["MetallicRoughness", "MetalRough", "metallic_roughness", "OcclusionRoughnessMetallic"]
)
def test_packed_maps_told_by_words(tmp_path: Path, ending: str, save: Save) -> None:
    save(tmp_path / "wall_albedo.png")
    roughness, metallic = RNG.integers(0, 256, (2, 160, 192), dtype=np.uint8)
    _save_packed(tmp_path / f"wall_{ending}.png", 255, roughness, metallic)  # without occlusion
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "roughness", "metallic")
    assert np.allclose(exemplar.pixels[..., 3:], np.dstack([roughness, metallic]) / 255)


@pytest.mark.parametrize(
    "ending, mode, held",  # the channels of roughness, metallic and occlusion
    [("RMA", "RGB", (0, 1, 2)), ("MRA", "RGB", (1, 0, 2)), ("MaskMap", "RGBA", (3, 0, 1))],
)
def test_other_orders_of_packed_maps(
    tmp_path: Path, ending: str, mode: str, held: tuple[int, int, int], save: Save
) -> None:
    save(tmp_path / "wall_albedo.png")
    packed = save(tmp_path / f"wall_{ending}.png", mode)
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "roughness", "metallic", "ao")
    roughness, *others = np.moveaxis(packed[..., held] / 255, 2, 0)
    expected = np.dstack([1 - roughness if mode == "RGBA" else roughness, *others])
    assert np.allclose(exemplar.pixels[..., 3:], expected)


def test_packed_maps_in_an_order_that_nobody_knows_are_refused(tmp_path: Path, save: Save) -> None:
    save(tmp_path / "wall_albedo.png")
    save(tmp_path / "wall_RoughnessMetallic.png")
    with pytest.raises(TextureError, match="RoughnessMetallic.png holds several maps.*wall_orm.png") as reason:
        read_exemplar(tmp_path, 512)
    assert "\n" not in str(reason.value)


@pytest.mark.parametrize(
    "ending, name",
    [("metal_rough", "roughness"), ("metal_ao", "ao"), ("metal_gloss", "roughness"), ("rough_metal_ao", "ao")],
)
@pytest.mark.parametrize("colors", [1, 3])
def test_a_grey_file_is_one_map_whatever_the_material_is_called(
    tmp_path: Path, ending: str, name: str, colors: int, save: Save
) -> None:
    save(tmp_path / "color.png")
    grey = RNG.integers(0, 256, (160, 192), dtype=np.uint8)
    Image.fromarray(np.dstack([grey] * 3) if colors == 3 else grey).save(tmp_path / f"{ending}.png")
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", name)
    assert np.allclose(exemplar.pixels[..., 3], (255 - grey if "gloss" in ending else grey) / 255)


@pytest.mark.parametrize("mode, lack", [("L", "is grey"), ("RGB", "has no alpha")])
def test_a_mask_without_all_channels_is_no_mask_map(tmp_path: Path, save: Save, mode: str, lack: str) -> None:
    save(tmp_path / "wall_albedo.png")
    save(tmp_path / "wall_MaskMap.png", mode)
    with pytest.raises(TextureError, match=f"MaskMap.png {lack}, and a mask map holds metallic"):
        read_exemplar(tmp_path, 512)


def test_only_the_base_color_s_alpha_is_transparency(tmp_path: Path, save: Save) -> None:
    color = save(tmp_path / "a_AlbedoTransparency.png", "RGBA")
    color[..., 3] = 255
    Image.fromarray(color).save(tmp_path / "a_AlbedoTransparency.png")
    packed = save(tmp_path / "a_MetallicSmoothness.png", "RGBA")
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "roughness", "metallic")
    assert np.allclose(exemplar.pixels[..., :3], color[..., :3] / 255)
    assert np.allclose(exemplar.pixels[..., 3:], np.dstack([255 - packed[..., 3], packed[..., 0]]) / 255)


def test_reduced_normals_keep_their_length(tmp_path: Path, save: Save) -> None:
    save(tmp_path / "a_color.png", size=(256, 256))
    save(tmp_path / "a_normal.png", size=(256, 256))
    vectors = 2 * read_exemplar(tmp_path, 128).pixels[..., 3:] - 1
    assert np.allclose(np.linalg.norm(vectors, axis=2), 1, atol=1e-5)


def test_directx_normals_are_turned_to_opengl(tmp_path: Path, save: Save) -> None:
    save(tmp_path / "a_color.png")
    normal = save(tmp_path / "a_normal_dx.png")
    seen = read_exemplar(tmp_path, 512).pixels[..., 3:6]
    assert np.allclose(seen[..., 1], 1 - normal[..., 1] / 255) and np.allclose(seen[..., 0], normal[..., 0] / 255)


@pytest.mark.parametrize(
    "stem, name",
    [
        ("rock_base_color", "base_color"), ("Rock023_1K-JPG_Color", "base_color"), ("wood_diff_1k", "base_color"),
        ("metal_plate_albedo", "base_color"), ("rock_nor_gl_4k", "normal"), ("RockNormalGL", "normal"),
        ("stone_rough", "roughness"), ("brass_metallic", "metallic"), ("ground_disp_2k", "height"),
        ("tiles_AmbientOcclusion", "ao"), ("tiles_ao", "ao"), ("IMG_2041", None), ("holiday", None),
        ("x_ORM", "orm"), ("x_arm_2k", "orm"), ("Ground_OcclusionRoughnessMetallic", "orm"),
        ("Rough_Metal_AO_Rough_Metal", "orm"), ("x_AmbientOcclusion_Roughness_Metalness", "orm"),
        ("x_MetallicRoughness", "metallic_roughness"), ("x_MetalRough", "metallic_roughness"),
        ("x_metalrough", "metallic_roughness"), ("x_metallic-x_roughness", "metallic_roughness"),
        ("Metal_MetallicRoughness", "metallic_roughness"), ("rough_MetallicSmoothness", "metallic_smoothness"),
        ("x_RMA", "rma"), ("T_Wall_MRA", "mra"), ("x_Roughness_Metallic_AO", "rma"), ("x_Metallic_Roughness_AO", "mra"),
        ("Wall_MaskMap", "mask_map"), ("wall_mask_map", "mask_map"), ("wall_mask", None),
        ("x_RoughnessMetallic", UNORDERED), ("x_OcclusionRoughness", UNORDERED), ("x_smoothness", None),
        ("x_SpecularSmoothness", None), ("rough_metal_color", "base_color"),
        ("T_Wall_BC", "base_color"), ("T_Wall_D", "base_color"), ("T_Wall_N", "directx_normal"), ("T_Wall_ORM", "orm"),
        ("T_Wall_H_2K", "height"), ("T_rough_metal_R", "roughness"), ("T_Wall_Normal", "normal"), ("photo_n", None),
        ("vitamin_D", None), ("T_N", None), ("t_photo_n", None), ("IMG_T_Wall_N", None), ("T_Wall_M", None),
        ("x_NormalDX", "directx_normal"), ("x_Normal_DirectX", "directx_normal"), ("x_nor_dx_1k", "directx_normal"),
    ],
)  # fmt: skip
def test_what_names_tell(stem: str, name: str | None) -> None:
    told = named(stem)
    assert (told.kind if told else None) == name


@pytest.mark.parametrize("suffix", [".dds", ".JP2", ".avif", ".jxl", ".heic", ".gif", ".tx", ".hdr", ".psd"])
def test_maps_in_other_formats_are_told(tmp_path: Path, suffix: str, save: Save) -> None:
    save(tmp_path / "wall_albedo.png")
    (tmp_path / f"wall_opacity{suffix}").write_bytes(b"not needed")
    assert left_out(tmp_path) == [f"wall_opacity{suffix}"]
    assert [*read_picture(tmp_path).maps] == ["base_color"]
    (tmp_path / f"wall_roughness{suffix}").write_bytes(b"not readable")
    with pytest.raises(TextureError, match=f"wall_roughness{suffix} can't be read: convert it to PNG or TIFF"):
        read_exemplar(tmp_path, 512)


@pytest.mark.parametrize(
    "name, mode, told",
    [
        ("wall_height.png", "L", "height"), ("wall_height.png", "I;16", "height"), ("wall_gloss.webp", "L", "gloss"),
        ("rough_metal.png", "L", "metallic"), ("wall_normal.jpg", "RGB", "normal"),
        ("T_Wall_N.png", "RGB", "directx normal"), ("wall_orm.tif", "RGB", "orm"),
        ("wall_MetallicSmoothness.png", "RGBA", "metallic"),
    ],
)  # fmt: skip
def test_a_map_alone_is_not_taken_for_colors(tmp_path: Path, name: str, mode: str, told: str, save: Save) -> None:
    file = tmp_path / name
    if mode == "I;16":
        Image.fromarray(RNG.integers(0, 65536, (160, 192), dtype=np.uint16)).save(file)
    else:
        save(file, mode)
    with pytest.raises(TextureError, match=f"looks like the {told} map of a material: put it into a folder") as reason:
        read_exemplar(file, 512)
    assert "\n" not in str(reason.value)
    file = file.rename(tmp_path / f"photo{file.suffix}")
    assert [*read_picture(file).maps] == ["base_color"]


@pytest.mark.parametrize("name", ["rusty_metal.png", "wall_bump.png", "rough_metal.png", "wall_base_color.png"])
def test_a_photo_may_be_called_like_a_map(tmp_path: Path, name: str, save: Save) -> None:
    pixels = save(tmp_path / name)
    assert np.allclose(read_picture(tmp_path / name).maps["base_color"], pixels / 255)


def test_bad_folders_are_one_clear_line(tmp_path: Path, save: Save) -> None:
    save(tmp_path / "a_normal.png")
    with pytest.raises(TextureError, match="no base color"):
        read_exemplar(tmp_path, 512)
    save(tmp_path / "a_color.png", size=(256, 256))
    with pytest.raises(TextureError, match="normal 192 x 160"):
        read_exemplar(tmp_path, 512)
    save(tmp_path / "a_diffuse.png")
    with pytest.raises(TextureError, match=r"both a_color\.png and a_diffuse\.png"):
        read_exemplar(tmp_path, 512)


@pytest.mark.parametrize(
    "better, other, name",
    [
        ("NormalGL", "NormalDX", "normal"),
        ("Normal", "Normal_DirectX", "normal"),
        ("Displacement", "Bump", "height"),
        ("HEIGHT", "BUMP", "height"),
        ("Roughness", "Gloss", "roughness"),
        ("Roughness", "ORM", "roughness"),
        ("ORM", "MetallicSmoothness", "roughness"),
    ],
)
def test_of_two_files_that_are_sold_together_the_better_one_counts(
    tmp_path: Path, better: str, other: str, name: str, save: Save
) -> None:
    save(tmp_path / "a_Color.png")
    taken = save(tmp_path / f"a_{better}.png")
    alone = read_picture(tmp_path).maps[name]
    save(tmp_path / f"a_{other}.png")
    assert np.array_equal(read_picture(tmp_path).maps[name], alone)
    assert name != "normal" or np.allclose(alone, taken / 255)


@pytest.mark.parametrize(
    "one, other, name",
    [
        ("NormalGL", "Normal", "normal"),
        ("NormalDX", "Normal_DirectX", "normal"),
        ("Displacement", "Height", "height"),
        ("ORM", "ARM", "roughness"),
    ],
)
def test_of_two_files_that_are_equally_good_one_is_too_many(
    tmp_path: Path, one: str, other: str, name: str, save: Save
) -> None:
    for ending in ("Color", one, other):
        save(tmp_path / f"a_{ending}.png")
    with pytest.raises(TextureError, match=rf"both a_.*png look like the {name} map: keep one"):
        read_exemplar(tmp_path, 512)
