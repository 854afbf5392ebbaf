"""Reading images as exemplars: every kind that artists have, and a clear line for what can't be read."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np
import OpenEXR
import pytest
from PIL import Image, ImageCms

from synthesis import image_files
from synthesis.errors import TextureError
from synthesis.image_files import read_picture
from synthesis.preparation import Preparation
from synthesis.srgb import linear_light, srgb
from trainer.exemplar import read_exemplar

RNG = np.random.default_rng(0)
Save = Callable[..., np.ndarray]  # writes an image of random pixels, and returns them


@pytest.mark.parametrize(
    "values, told", [([0, np.nan], "from nan to nan"), ([-1, 1], "from -1 to 1"), ([0, 1.05], "from 0 to 1.05")]
)
def test_floats_beyond_0_to_1_are_refused(tmp_path: Path, values: list[float], told: str) -> None:
    Image.fromarray(np.resize(np.array(values, np.float32), (160, 192))).save(tmp_path / "a.tiff")
    with pytest.raises(TextureError, match=told):
        read_exemplar(tmp_path / "a.tiff", 512)


def test_floats_a_hair_beyond_are_cut_off(tmp_path: Path) -> None:
    Image.fromarray(np.linspace(-0.005, 1.005, 160 * 192, dtype=np.float32).reshape(160, 192)).save(tmp_path / "a.tiff")
    pixels = read_exemplar(tmp_path / "a.tiff", 512).pixels
    assert pixels.min() == 0 and pixels.max() == 1


@pytest.mark.parametrize("name", ["a.png", "a.tiff", "a.webp", "a.bmp", "a.tga"])
def test_lossless_kinds(name: str, tmp_path: Path, save: Save) -> None:
    pixels = save(tmp_path / name, **({"lossless": True} if name.endswith("webp") else {}))
    exemplar = read_exemplar(tmp_path / name, 512)
    assert exemplar.name == "a" and exemplar.maps == ("base_color",)
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


_ON_ITS_SIDE = struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)  # an entry of EXIF: tag, type, count, value


def _exif(*entries: bytes, values: bytes = b"") -> bytes:
    head = b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(entries))
    return head + b"".join(entries) + bytes(4) + values


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
@pytest.mark.parametrize(
    "exif, turns",
    [
        (_exif(_ON_ITS_SIDE, struct.pack("<HHII", 0x011A, 10, 1, 38), values=struct.pack("<ii", -1, 0)), 1),
        (_exif(struct.pack("<HHI4s", 0x0100, 2, 3, b"ab"), _ON_ITS_SIDE), 1),
        (_exif(struct.pack("<HHI4s", 0x0112, 2, 2, b"6")), 0),
        (_exif(_ON_ITS_SIDE)[:20], 0),
        (b"Exif\0\0garbage", 0),
    ],
    ids=["a resolution of -1/0", "a width of text", "an orientation of text", "cut off", "garbage"],
)
@pytest.mark.filterwarnings("error")
def test_broken_exif_tells_the_orientation_or_nothing(tmp_path: Path, name: str, exif: bytes, turns: int) -> None:
    Image.new("RGB", (160, 192)).save(tmp_path / name, exif=exif)
    assert read_picture(tmp_path / name).size == ((160, 192) if turns else (192, 160))


@pytest.mark.parametrize("orientation", range(10))
def test_all_orientations(tmp_path: Path, orientation: int, save: Save) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = save(tmp_path / "a.png", exif=exif)
    mirrored = stored[:, ::-1] if orientation in (2, 4, 5, 7) else stored
    turns = {3: 2, 4: 2, 5: 1, 6: 3, 7: 3, 8: 1}.get(orientation, 0)  # by 90 degrees to the left
    assert np.allclose(read_picture(tmp_path / "a.png").maps["base_color"], np.rot90(mirrored, turns) / 255)


def test_grey_becomes_colour(tmp_path: Path, save: Save) -> None:
    pixels = save(tmp_path / "a.png", "L")
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


def _rgb(primaries: np.ndarray, curve: bytes) -> bytes:
    tags = {b"desc": b"desc" + bytes(4) + struct.pack(">I", 2) + b"a\0" + bytes(78), b"wtpt": _xyz((0.9642, 1, 0.8249))}
    tags |= {b"rgb"[at : at + 1] + b"XYZ": _xyz(primaries[:, at]) for at in range(3)}
    return _profile(b"RGB ", tags | {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})


def _adobe_rgb() -> bytes:
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256))
    return _rgb(_ADOBE_RGB, curve)


def _srgb() -> bytes:
    """As cameras have it: its curve as a table, by which a conversion to sRGB is up to 1 of 255 off."""
    curve = np.rint(65535 * linear_light(np.linspace(0, 1, 1024, dtype=np.float32))).astype(int)
    return _rgb(np.linalg.inv(_XYZ_TO_SRGB), b"curv" + bytes(4) + struct.pack(">I1024H", 1024, *curve))


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
    "profile", [ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), _srgb(), b"broken", _cmyk()]
)
def test_profiles_of_srgb_and_broken_ones_change_nothing(tmp_path: Path, profile: bytes) -> None:
    pixels = RNG.integers(0, 256, (160, 192, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.tiff", icc_profile=profile)
    assert np.allclose(read_picture(tmp_path / "a.tiff").maps["base_color"], pixels / 255, atol=1e-6)


def test_profiles_say_nothing_of_data(tmp_path: Path, save: Save) -> None:
    for name in ("color", "normal", "orm"):
        save(tmp_path / f"a_{name}.png")
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


def test_alpha_that_hides_nothing_says_nothing(tmp_path: Path) -> None:
    Image.fromarray(np.full((160, 192, 4), 255, np.uint8)).save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png").opaque is None


def test_alpha_leaves_the_largest_opaque_rectangle(tmp_path: Path, save: Save) -> None:
    pixels = save(tmp_path / "a.png", "RGBA")
    pixels[..., 3] = 255
    pixels[:10] = 0
    pixels[100, 170:] = 0
    Image.fromarray(pixels).save(tmp_path / "a.png")
    seen = read_exemplar(tmp_path / "a.png", 512).pixels
    assert np.allclose(seen, pixels[10:, :170, :3] / 255)


def test_a_phone_s_photo_of_several_pictures_is_read_as_its_first(tmp_path: Path) -> None:
    first, second = (Image.new("RGB", (160, 140), color) for color in ("red", "blue"))
    first.save(tmp_path / "phone.jpg", format="MPO", save_all=True, append_images=[second])
    pixels = read_exemplar(tmp_path / "phone.jpg", 512).pixels
    assert pixels.shape == (140, 160, 3) and np.allclose(pixels, (1, 0, 0), atol=0.02)


def test_half_transparent_pixels_are_not_opaque(tmp_path: Path, save: Save) -> None:
    pixels = save(tmp_path / "a.png", "RGBA")
    pixels[..., 3] = 255
    pixels[:20, :, 3] = 128
    Image.fromarray(pixels).save(tmp_path / "a.png")
    assert read_exemplar(tmp_path / "a.png", 512).pixels.shape == (140, 192, 3)


def test_what_is_too_large_as_it_is_prepared(tmp_path: Path, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path / "a.png", size=(640, 480))
    monkeypatch.setattr("trainer.exemplar.LARGEST_SHORTER_PX", 300)
    assert read_exemplar(tmp_path / "a.png", 300, Preparation(scale=0.5)).pixels.shape == (240, 320, 3)
    with pytest.raises(TextureError, match="640 x 480 px, as it is prepared: up to 300 px .* smaller --scale"):
        read_exemplar(tmp_path / "a.png", 300, Preparation(scale=1.0))


def test_larger_exemplars_are_reduced(tmp_path: Path, save: Save) -> None:
    save(tmp_path / "a.png", size=(640, 480))
    exemplar = read_exemplar(tmp_path / "a.png", 240)
    assert exemplar.pixels.shape == (240, 320, 3)


@pytest.mark.filterwarnings("error")
def test_large_images_have_one_limit(tmp_path: Path, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)  # Pillow's, of which it warns; from twice that on it refuses
    save(tmp_path / "a.png")
    _save_exr(tmp_path / "a.exr", RGB=RNG.random((160, 192, 3), dtype=np.float32))
    for name in ("a.png", "a.exr"):
        monkeypatch.setattr(image_files, "LARGEST_PIXELS", 160 * 192)
        assert read_picture(tmp_path / name).size == (160, 192)
        monkeypatch.setattr(image_files, "LARGEST_PIXELS", 160 * 192 - 1)
        with pytest.raises(TextureError, match=f"{name} is 192 x 160 px; 175 x 175 px, or as many in another shape"):
            read_picture(tmp_path / name)


def _save_exr(path: Path, **layers: np.ndarray) -> None:
    whole = {name: np.ascontiguousarray(pixels) for name, pixels in layers.items()}
    OpenEXR.File({"type": OpenEXR.scanlineimage}, whole).write(str(path))


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
        ((tmp_path / "a_rough.exr").read_bytes(), "holds the channels X, Y"),
        (b"I am none", "cut off"),
    ):
        (tmp_path / "a_rough.exr").write_bytes(content)
        with pytest.raises(TextureError, match=told):
            read_exemplar(tmp_path, 512)


@pytest.mark.parametrize(
    "names, shown",
    [
        (["R", "G", "B", "Z"], "RGB"),
        (["A", "B", "G", "R", "x.R", "x.G", "x.B"], "RGBA"),
        (["x.R", "x.G", "x.B"], ["x.R", "x.G", "x.B"]),
        (["x.V"], ["x.V"] * 3),
        (["R", "G", "A"], None),
        (["x.R", "x.G", "x.B", "y.R"], None),
    ],
)
def test_channels_of_an_exr_may_differ_in_type(tmp_path: Path, names: list[str], shown: list[str] | None) -> None:
    types = [np.float16, np.float32, np.float16, np.float32, np.float16, np.float32, np.float16]
    channels = {name: RNG.random((160, 192)).astype(dtype) for name, dtype in zip(names, types, strict=False)}
    channels |= {"A": np.ones((160, 192), np.float32)} if "A" in names else {}
    _save_exr(tmp_path / "a.exr", **channels)
    if shown is None:
        with pytest.raises(TextureError, match=f"holds the channels {', '.join(sorted(names))}: save one with red"):
            read_picture(tmp_path / "a.exr")
        return
    expected = srgb(np.dstack([channels[name].astype(np.float32) for name in shown[:3]]))
    assert np.allclose(read_picture(tmp_path / "a.exr").maps["base_color"], expected)


@pytest.mark.parametrize("part", [0.001, 0.5, 0.99])
def test_a_cut_off_exr_is_told_in_a_line(tmp_path: Path, part: float, capfd: pytest.CaptureFixture[str]) -> None:
    _save_exr(tmp_path / "a.exr", RGB=RNG.random((160, 192, 3), dtype=np.float32))
    content = (tmp_path / "a.exr").read_bytes()
    (tmp_path / "a.exr").write_bytes(content[: round(len(content) * part)])
    with pytest.raises(TextureError, match="can't be read as OpenEXR, it may be cut off"):
        read_picture(tmp_path / "a.exr")
    print("told", file=sys.stderr)  # what is told from then on is heard
    assert capfd.readouterr() == ("", "told\n")


def test_a_deep_exr_is_told_in_a_line(tmp_path: Path) -> None:
    samples = np.empty((160, 192), object)
    samples[...] = [[np.ones(2, np.float32)] * 192] * 160
    kind = {"type": OpenEXR.deepscanline, "compression": OpenEXR.ZIPS_COMPRESSION}
    OpenEXR.File(kind, {"R": samples, "G": samples, "B": samples}).write(str(tmp_path / "a.exr"))
    with pytest.raises(TextureError, match="or deep: save it again, flat"):
        read_picture(tmp_path / "a.exr")


@pytest.mark.parametrize("kind", ["EPS", "GIF", "PPM"])
def test_other_formats_are_refused_whatever_they_are_called(tmp_path: Path, kind: str) -> None:
    """Pillow would start Ghostscript for an EPS."""
    Image.new("RGB", (192, 160)).save(tmp_path / "a.png", format=kind)
    with pytest.raises(TextureError, match="a.png is not an image that can be read: use PNG, JPEG"):
        read_picture(tmp_path / "a.png")


def test_a_damaged_tiff_is_told_in_our_line_alone(
    tmp_path: Path, save: Save, capfd: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "a.tiff", compression="tiff_adobe_deflate")
    content = bytearray((tmp_path / "a.tiff").read_bytes())
    content[2000:2100] = bytes(100)
    (tmp_path / "a.tiff").write_bytes(content)
    with pytest.raises(TextureError, match="can't be read as an image"):
        read_picture(tmp_path / "a.tiff")
    assert capfd.readouterr() == ("", "")


def test_bad_exemplars_are_one_clear_line(tmp_path: Path, save: Save) -> None:
    save(tmp_path / "good.png")
    content = (tmp_path / "good.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.png").write_text("I am no image")
    save(tmp_path / "small.png", size=(20, 20))
    save(tmp_path / "narrow.png", size=(500, 127))
    Image.new("RGBA", (200, 200)).save(tmp_path / "clear.png")
    partly = Image.new("RGBA", (400, 300))
    partly.paste((9, 9, 9, 255), (50, 50, 170, 150))
    partly.save(tmp_path / "partly.png")
    for name, told in {
        "none.png": "no file or folder",
        "cut.png": "cut off",
        "text.png": "not an image",
        "small.png": "20 x 20 px: at least 128",
        "narrow.png": "500 x 127 px",
        "clear.png": "transparent everywhere",
        "partly.png": "120 x 100 px, in its largest opaque part: at least 128",
    }.items():
        with pytest.raises(TextureError, match=told) as reason:
            read_exemplar(tmp_path / name, 512)
        assert "\n" not in str(reason.value)


def test_colors_of_32_bits_in_a_tiff_are_told_what_else_to_be(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.tiff"), RNG.random((160, 192, 3), dtype=np.float32))
    with pytest.raises(TextureError, match=r"a\.tiff is not an image.* of 8 or 16 bits a channel, or OpenEXR$"):
        read_exemplar(tmp_path / "a.tiff", 512)
