"""Reading exemplars: every kind that artists have, and a clear line for what can't be read."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import OpenEXR
import pytest
from PIL import Image, ImageCms

from synthesis.errors import TextureError
from synthesis.image_files import read_picture
from synthesis.map_names import UNORDERED, named
from synthesis.srgb import linear_light, srgb
from trainer.exemplar import read_exemplar

RNG = np.random.default_rng(0)


def _save(path: Path, mode: str = "RGB", size: tuple[int, int] = (192, 160), **options: object) -> np.ndarray:
    channels = len(Image.new(mode, (1, 1)).getbands())
    pixels = RNG.integers(0, 256, (size[1], size[0], channels), dtype=np.uint8).squeeze()
    Image.fromarray(pixels, mode if mode != "RGBA" else None).save(path, **options)
    return pixels


@pytest.mark.parametrize("values, told", [([0, np.nan], "from nan to nan"), ([-1, 1], "from -1 to 1")])
def test_floats_beyond_0_to_1_are_refused(tmp_path: Path, values: list[float], told: str) -> None:
    Image.fromarray(np.resize(np.array(values, np.float32), (160, 192))).save(tmp_path / "a.tiff")
    with pytest.raises(TextureError, match=told):
        read_exemplar(tmp_path / "a.tiff", 512)


def test_floats_a_hair_beyond_are_cut_off(tmp_path: Path) -> None:
    Image.fromarray(np.linspace(-0.005, 1.005, 160 * 192, dtype=np.float32).reshape(160, 192)).save(tmp_path / "a.tiff")
    pixels = read_exemplar(tmp_path / "a.tiff", 512).pixels
    assert pixels.min() == 0 and pixels.max() == 1


@pytest.mark.parametrize("name", ["a.png", "a.tiff", "a.webp", "a.bmp"])
def test_lossless_kinds(name: str, tmp_path: Path) -> None:
    pixels = _save(tmp_path / name, **({"lossless": True} if name.endswith("webp") else {}))
    exemplar = read_exemplar(tmp_path / name, 512)
    assert exemplar.name == "a" and exemplar.maps == ("base_color",) and exemplar.original_px == (160, 192)
    assert exemplar.pixels.dtype == np.float32 and np.allclose(exemplar.pixels, pixels / 255)


def test_jpeg_with_exif_orientation(tmp_path: Path) -> None:
    upright = Image.new("RGB", (192, 160), (10, 20, 200))
    upright.paste((250, 250, 0), (0, 0, 96, 160))
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying on its side: turn by 90 degrees to see it upright
    upright.rotate(90, expand=True).save(tmp_path / "a.jpg", exif=exif, quality=95)
    pixels = read_exemplar(tmp_path / "a.jpg", 512).pixels
    assert pixels.shape == (160, 192, 3)
    assert pixels[80, 20, 2] < 0.2 and pixels[80, 170, 2] > 0.6


def test_grey_becomes_colour(tmp_path: Path) -> None:
    pixels = _save(tmp_path / "a.png", "L")
    seen = read_exemplar(tmp_path / "a.png", 512).pixels
    assert seen.shape == (160, 192, 3) and np.allclose(seen, pixels[..., None] / 255)


def test_16_bits(tmp_path: Path) -> None:
    pixels = RNG.integers(0, 65536, (160, 192), dtype=np.uint16)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    assert np.allclose(read_exemplar(tmp_path / "a.png", 512).pixels[..., 0], pixels / 65535, atol=1e-6)


_ADOBE_RGB = np.array([[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]])
_XYZ_TO_SRGB = np.array([[3.1341, -1.6174, -0.4906], [-0.9788, 1.9161, 0.0335], [0.0719, -0.2290, 1.4052]])  # D50


def _profile(channels: bytes, tags: dict[bytes, bytes], space: bytes = b"XYZ ") -> bytes:
    """An ICC profile of version 2."""
    start, table, content = 128 + 4 + 12 * len(tags), b"", b""
    for name, tag in tags.items():
        table += name + struct.pack(">II", start + len(content), len(tag))
        content += tag + bytes(-len(tag) % 4)
    header = bytes(4) + bytes(4) + b"\2\x40\0\0" + b"mntr" + channels + space + bytes(12) + b"acsp" + bytes(28)
    header += _xyz((0.9642, 1.0, 0.8249))[8:] + bytes(48)
    whole = header + struct.pack(">I", len(tags)) + table + content
    return struct.pack(">I", len(whole)) + whole[4:]


def _xyz(values: Iterable[float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def _adobe_rgb() -> bytes:
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256))
    tags = {b"desc": b"desc" + bytes(4) + struct.pack(">I", 2) + b"a\0" + bytes(78), b"wtpt": _xyz((0.9642, 1, 0.8249))}
    tags |= {b"rgb"[at : at + 1] + b"XYZ": _xyz(_ADOBE_RGB[:, at]) for at in range(3)}
    return _profile(b"RGB ", tags | {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})


def _cmyk() -> bytes:
    """Black is the only ink that is seen: lightness falls with it."""
    straight, ends = bytes(range(256)), (255, 0)
    grid = b"".join(bytes([ends[black], 128, 128]) for _ in range(8) for black in range(2))
    identity = struct.pack(">9i", *(65536 if at % 4 == 0 else 0 for at in range(9)))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity + 4 * straight + grid + 3 * straight
    return _profile(b"CMYK", {b"A2B0": table, b"wtpt": _xyz((0.9642, 1, 0.8249))}, b"Lab ")


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colors_of_another_profile_become_srgb(tmp_path: Path, mode: str) -> None:
    pixels = RNG.integers(60, 200, (160, 192, len(mode)), dtype=np.uint8)
    pixels[..., 3:] = 255
    pixels[:10, :, 3:] = 0
    Image.fromarray(pixels).save(tmp_path / "a.png", icc_profile=_adobe_rgb())
    picture = read_picture(tmp_path / "a.png")
    linear = (pixels[..., :3] / 255) ** 2.2 @ _ADOBE_RGB.T @ _XYZ_TO_SRGB.T
    fits = (linear >= 0).all(axis=2) & (linear <= 1).all(axis=2)
    expected = srgb(linear.clip(0, 1).astype(np.float32))
    assert np.abs(picture.maps["base_color"] - expected)[fits].max() < 3 / 255
    assert np.abs(expected - pixels[..., :3] / 255)[fits].max() > 30 / 255, "the profile says a lot"
    assert mode == "RGB" or np.array_equal(picture.opaque, pixels[..., 3] == 255)


def test_cmyk_with_a_profile_becomes_srgb(tmp_path: Path) -> None:
    inks = np.zeros((160, 192, 4), np.uint8)
    inks[..., 0], inks[..., 3] = 255, 128  # cyan is not seen by this profile
    Image.fromarray(inks, "CMYK").save(tmp_path / "a.tiff", icc_profile=_cmyk())
    colors = read_picture(tmp_path / "a.tiff").maps["base_color"]
    assert np.ptp(colors) < 0.03 and 0.3 < colors.mean() < 0.6
    Image.fromarray(inks, "CMYK").save(tmp_path / "b.tiff")
    assert read_picture(tmp_path / "b.tiff").maps["base_color"][0, 0, 0] == 0


@pytest.mark.parametrize(
    "profile", [ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), b"broken", _cmyk()]
)
def test_profiles_of_srgb_and_broken_ones_change_nothing(tmp_path: Path, profile: bytes) -> None:
    pixels = RNG.integers(0, 256, (160, 192, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.tiff", icc_profile=profile)
    assert np.allclose(read_picture(tmp_path / "a.tiff").maps["base_color"], pixels / 255, atol=1e-6)


def test_profiles_say_nothing_of_data(tmp_path: Path) -> None:
    for name in ("color", "normal", "orm"):
        _save(tmp_path / f"a_{name}.png")
    plain = read_picture(tmp_path).maps
    for name in ("normal", "orm"):
        with Image.open(tmp_path / f"a_{name}.png") as opened:
            opened.load()
        opened.save(tmp_path / f"a_{name}.png", icc_profile=_adobe_rgb())
    seen = read_picture(tmp_path).maps
    assert all(np.array_equal(seen[name], plain[name]) for name in plain)
    deep = RNG.integers(0, 65536, (160, 192), dtype=np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png", icc_profile=_adobe_rgb())
    assert np.allclose(read_picture(tmp_path / "deep.png").maps["base_color"][..., 0], deep / 65535, atol=1e-6)


def test_alpha_leaves_the_largest_opaque_rectangle(tmp_path: Path) -> None:
    pixels = _save(tmp_path / "a.png", "RGBA")
    pixels[..., 3] = 255
    pixels[:10] = 0
    pixels[100, 170:] = 0
    Image.fromarray(pixels).save(tmp_path / "a.png")
    seen = read_exemplar(tmp_path / "a.png", 512).pixels
    assert np.allclose(seen, pixels[10:, :170, :3] / 255)


def test_half_transparent_pixels_are_not_opaque(tmp_path: Path) -> None:
    pixels = _save(tmp_path / "a.png", "RGBA")
    pixels[..., 3] = 255
    pixels[:20, :, 3] = 128
    Image.fromarray(pixels).save(tmp_path / "a.png")
    assert read_exemplar(tmp_path / "a.png", 512).pixels.shape == (140, 192, 3)


def test_larger_exemplars_are_reduced(tmp_path: Path) -> None:
    _save(tmp_path / "a.png", size=(640, 480))
    exemplar = read_exemplar(tmp_path / "a.png", 240)
    assert exemplar.pixels.shape == (240, 320, 3) and exemplar.original_px == (480, 640)


def test_a_folder_of_maps_in_any_order_and_case(tmp_path: Path) -> None:
    color = _save(tmp_path / "Wall_2K-Albedo.png")
    _save(tmp_path / "Wall_2K-NormalGL.png")
    gloss = _save(tmp_path / "wall_gloss.png", "L")
    _save(tmp_path / "wallHeight.tif", "L")
    (tmp_path / "readme.txt").write_text("no map")
    _save(tmp_path / "preview.png")
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "normal", "roughness", "height") and exemplar.pixels.shape[2] == 8
    assert np.allclose(exemplar.pixels[..., :3], color / 255)
    assert np.allclose(exemplar.pixels[..., 6], 1 - gloss / 255)


def test_the_material_s_own_name_makes_no_maps(tmp_path: Path) -> None:
    """As Poly Haven names what it gives, and as a Mac adds to it."""
    for kind in ("diff", "nor_gl", "spec", "translucent"):
        _save(tmp_path / f"rough_metal_{kind}_1k.png")
    (tmp_path / "._rough_metal_diff_1k.png").write_bytes(b"of a Mac")
    _save(tmp_path / "preview.png")
    assert read_exemplar(tmp_path, 512).maps == ("base_color", "normal")
    (tmp_path / "rough_metal_nor_gl_1k.psd").write_bytes(b"not needed")
    assert read_exemplar(tmp_path, 512).maps == ("base_color", "normal")
    (tmp_path / "rough_metal_rough_1k.psd").write_bytes(b"not readable")
    with pytest.raises(TextureError, match=r"rough_1k\.psd can't be read: convert it"):
        read_exemplar(tmp_path, 512)


def test_packed_channels_are_maps(tmp_path: Path) -> None:
    _save(tmp_path / "wood_diff.png")
    packed = _save(tmp_path / "wood_arm.png")
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "roughness", "metallic", "ao")
    assert np.allclose(exemplar.pixels[..., 3:], packed[..., [1, 2, 0]] / 255)
    packed = np.dstack([packed[..., :2] // 4 + 96, np.zeros_like(packed[..., 2])])
    (tmp_path / "wood_arm.png").unlink()
    Image.fromarray(packed).save(tmp_path / "wood_arm.jpg", quality=90)
    roughness = _save(tmp_path / "wood_rough.png", "L")
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "roughness", "ao"), "wood is no metal"
    assert np.allclose(exemplar.pixels[..., 3], roughness / 255), "a map of its own counts"


def _save_packed(path: Path, red: float, green: np.ndarray, blue: np.ndarray) -> None:
    Image.fromarray(np.dstack([np.full_like(green, red), green, blue])).save(path)


@pytest.mark.parametrize(
    "ending", ["MetallicRoughness", "MetalRough", "metallic_roughness", "OcclusionRoughnessMetallic"]
)
def test_packed_maps_told_by_words(tmp_path: Path, ending: str) -> None:
    _save(tmp_path / "wall_albedo.png")
    roughness, metallic = RNG.integers(0, 256, (2, 160, 192), dtype=np.uint8)
    _save_packed(tmp_path / f"wall_{ending}.png", 255, roughness, metallic)  # without occlusion
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "roughness", "metallic")
    assert np.allclose(exemplar.pixels[..., 3:], np.dstack([roughness, metallic]) / 255)


def test_packed_maps_in_an_order_that_nobody_knows_are_refused(tmp_path: Path) -> None:
    _save(tmp_path / "wall_albedo.png")
    _save(tmp_path / "wall_RoughnessMetallic.png")
    with pytest.raises(TextureError, match="RoughnessMetallic.png holds several maps.*wall_orm.png") as reason:
        read_exemplar(tmp_path, 512)
    assert "\n" not in str(reason.value)


@pytest.mark.parametrize(
    "ending, name", [("metal_rough", "roughness"), ("metal_ao", "ao"), ("metal_gloss", "roughness")]
)
@pytest.mark.parametrize("colors", [1, 3])
def test_a_grey_file_is_one_map_whatever_the_material_is_called(
    tmp_path: Path, ending: str, name: str, colors: int
) -> None:
    _save(tmp_path / "color.png")
    grey = RNG.integers(0, 256, (160, 192), dtype=np.uint8)
    Image.fromarray(np.dstack([grey] * 3) if colors == 3 else grey).save(tmp_path / f"{ending}.png")
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", name)
    assert np.allclose(exemplar.pixels[..., 3], (255 - grey if "gloss" in ending else grey) / 255)


def test_open_exr(tmp_path: Path) -> None:
    """Colors are linear light there, data are as they are; depth and alpha may be with them."""
    colors, normal = RNG.random((2, 160, 192, 3), dtype=np.float32)
    _save_exr(tmp_path / "a_diff.exr", RGB=colors, Z=colors[..., 0])
    _save_exr(tmp_path / "a_nor_gl.exr", RGB=normal.astype(np.float16))
    _save_exr(tmp_path / "a_rough.exr", Y=normal[..., 0])
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "normal", "roughness")
    assert np.abs(exemplar.pixels[..., :3] - srgb(colors)).max() < 1e-6
    assert np.abs(linear_light(exemplar.pixels[..., :3]) - colors).max() < 1e-5
    assert np.abs(exemplar.pixels[..., 3:6] - normal).max() < 1e-3
    assert np.array_equal(exemplar.pixels[..., 6], normal[..., 0])
    _save_exr(tmp_path / "a_rough.exr", X=normal[..., 0], Y=normal[..., 0])
    for content, told in (
        ((tmp_path / "a_rough.exr").read_bytes(), "holds the layers X, Y"),
        (b"I am none", "cut off"),
    ):
        (tmp_path / "a_rough.exr").write_bytes(content)
        with pytest.raises(TextureError, match=told):
            read_exemplar(tmp_path, 512)


def _save_exr(path: Path, **layers: np.ndarray) -> None:
    whole = {name: np.ascontiguousarray(pixels) for name, pixels in layers.items()}
    OpenEXR.File({"type": OpenEXR.scanlineimage}, whole).write(str(path))


def test_only_the_base_color_s_alpha_is_transparency(tmp_path: Path) -> None:
    color = _save(tmp_path / "a_AlbedoTransparency.png", "RGBA")
    color[..., 3] = 255
    Image.fromarray(color).save(tmp_path / "a_AlbedoTransparency.png")
    packed = _save(tmp_path / "a_MetallicSmoothness.png", "RGBA")
    exemplar = read_exemplar(tmp_path, 512)
    assert exemplar.maps == ("base_color", "roughness", "metallic")
    assert np.allclose(exemplar.pixels[..., :3], color[..., :3] / 255)
    assert np.allclose(exemplar.pixels[..., 3:], np.dstack([255 - packed[..., 3], packed[..., 0]]) / 255)


def test_reduced_normals_keep_their_length(tmp_path: Path) -> None:
    _save(tmp_path / "a_color.png", size=(256, 256))
    _save(tmp_path / "a_normal.png", size=(256, 256))
    vectors = 2 * read_exemplar(tmp_path, 128).pixels[..., 3:] - 1
    assert np.allclose(np.linalg.norm(vectors, axis=2), 1, atol=1e-5)


def test_directx_normals_are_turned_to_opengl(tmp_path: Path) -> None:
    _save(tmp_path / "a_color.png")
    normal = _save(tmp_path / "a_normal_dx.png")
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


def test_bad_exemplars_are_one_clear_line(tmp_path: Path) -> None:
    _save(tmp_path / "good.png")
    content = (tmp_path / "good.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.png").write_text("I am no image")
    _save(tmp_path / "small.png", size=(20, 20))
    _save(tmp_path / "narrow.png", size=(500, 127))
    Image.new("RGBA", (200, 200)).save(tmp_path / "clear.png")
    for name, told in {
        "none.png": "no file or folder",
        "cut.png": "cut off",
        "text.png": "not an image",
        "small.png": "20 x 20 px: at least 128",
        "narrow.png": "500 x 127 px",
        "clear.png": "transparent everywhere",
    }.items():
        with pytest.raises(TextureError, match=told) as reason:
            read_exemplar(tmp_path / name, 512)
        assert "\n" not in str(reason.value)


def test_colors_of_32_bits_in_a_tiff_are_told_what_else_to_be(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.tiff"), RNG.random((160, 192, 3), dtype=np.float32))
    with pytest.raises(TextureError, match=r"a\.tiff is not an image.* of 8 or 16 bits a channel, or OpenEXR$"):
        read_exemplar(tmp_path / "a.tiff", 512)


def test_bad_folders_are_one_clear_line(tmp_path: Path) -> None:
    _save(tmp_path / "a_normal.png")
    with pytest.raises(TextureError, match="no base color"):
        read_exemplar(tmp_path, 512)
    _save(tmp_path / "a_color.png", size=(256, 256))
    with pytest.raises(TextureError, match="normal 192 x 160"):
        read_exemplar(tmp_path, 512)
    _save(tmp_path / "a_diffuse.png")
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
    tmp_path: Path, better: str, other: str, name: str
) -> None:
    _save(tmp_path / "a_Color.png")
    taken = _save(tmp_path / f"a_{better}.png")
    alone = read_picture(tmp_path).maps[name]
    _save(tmp_path / f"a_{other}.png")
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
def test_of_two_files_that_are_equally_good_one_is_too_many(tmp_path: Path, one: str, other: str, name: str) -> None:
    for ending in ("Color", one, other):
        _save(tmp_path / f"a_{ending}.png")
    with pytest.raises(TextureError, match=rf"both a_.*png look like the {name} map: keep one"):
        read_exemplar(tmp_path, 512)
