"""Files appear whole or not at all; PNG files are read by an independent decoder."""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synthesis import png_reader
from synthesis.errors import TextureError
from synthesis.files import Destination, all_in_place, put_in_place, safe_name
from synthesis.info import METADATA_KEY
from synthesis.latent import Latent
from synthesis.png import PngWriter, encoded, quantised
from synthesis.session import Model, open_model
from synthesis.texture import generate, whole
from synthesis.writing import read_made_by, write_texture


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("bit_depth", [8, 16])
def test_png_rows_are_what_was_written(channels: int, bit_depth: int, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).random((150, 53, channels), np.float32) * 1.2 - 0.1
    with (tmp_path / "a.png").open("wb") as file:
        writer = PngWriter(file, 150, 53, channels, bit_depth)
        for start, end in ((0, 10), (10, 11), (11, 150)):
            writer.write_rows(pixels[start:end])
        writer.close()
    expected = quantised(pixels, bit_depth)
    if channels == 3 and bit_depth == 16:  # Pillow has no such mode and keeps the high bytes
        assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), expected >> 8)
    else:
        assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")).reshape(expected.shape), expected)


def test_a_png_says_how_it_was_made_and_is_read_as_before(tmp_path: Path) -> None:
    pixels = np.random.default_rng(2).random((13, 7, 3), np.float32)
    with (tmp_path / "a.png").open("wb") as file:
        writer = PngWriter(file, 13, 7, 3, 8, {"other": "x", METADATA_KEY: '{"seed": 3, "author": "\\u77f3"}'})
        writer.write_rows(pixels)
        writer.close()
    assert read_made_by(tmp_path / "a.png") == {"seed": 3, "author": "石"}
    assert Image.open(tmp_path / "a.png").info["other"] == "x"
    decoded = png_reader.decoded((tmp_path / "a.png").read_bytes())
    assert decoded is not None and np.array_equal(quantised(decoded, 8), quantised(pixels, 8))


@pytest.mark.parametrize("said", [None, "{", "[1]", "[" * 60000, "x" * 70000])
def test_files_that_do_not_say_how_they_were_made(said: str | None, tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        writer = PngWriter(file, 2, 3, 1, 8, {METADATA_KEY: said} if said else {})
        writer.write_rows(np.zeros((2, 3, 1), np.float32))
        writer.close()
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes()[:40])
    (tmp_path / "c.png").write_bytes(b"no picture")
    assert [read_made_by(tmp_path / f"{name}.png") for name in "abc"] == [None] * 3


def test_quantising_rounds_to_the_nearest() -> None:
    assert quantised(np.array([-1, 0, 0.5, 1, 2], np.float32), 8).tolist() == [0, 0, 128, 255, 255]


def test_written_texture_equals_the_texture_in_memory(model: Model, tmp_path: Path) -> None:
    with all_in_place() as place:
        made = generate(model, Latent(3), 96, 160, 64)
        windows = list(write_texture(model.info, made, 96, 160, Destination(tmp_path / "t.png"), place))
    assert [window.number for window in windows] == [*range(1, windows[0].count + 1)]
    expected = whole(model, Latent(3), 96, 160, 64)  # of the same windows: others round differently
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t_base_color.png", "t_height.png", "t_normal.png"]
    assert np.array_equal(np.asarray(Image.open(tmp_path / "t_normal.png")), quantised(expected["normal"], 8))
    height = np.asarray(Image.open(tmp_path / "t_height.png"))
    assert np.array_equal(height, quantised(expected["height"], 16)[..., 0])


def test_maps_are_packed_side_by_side(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(3, timeout=30)  # or it fails: no map waits for another one
    pack = PngWriter.write_rows
    monkeypatch.setattr(PngWriter, "write_rows", lambda self, rows: (together.wait(), pack(self, rows)))
    with all_in_place() as place:
        list(
            write_texture(
                model.info, generate(model, Latent(3), 32, 32), 32, 32, Destination(tmp_path / "t.png"), place
            )
        )
    assert len(list(tmp_path.iterdir())) == 3


def test_a_cancelled_texture_leaves_nothing(model_path: Path, tmp_path: Path) -> None:
    model = open_model(model_path, "cpu", 4)
    with pytest.raises(KeyboardInterrupt), all_in_place() as place:
        writing = write_texture(
            model.info, generate(model, Latent(3), 96, 160, 32), 96, 160, Destination(tmp_path / "t.png"), place
        )
        next(writing)
        assert len(list(tmp_path.iterdir())) == 3, "temporary files, one a map"
        writing.close()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("tilewright_")]
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


def test_a_failing_writer_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "kept"
    target.write_text("old")
    with pytest.raises(RuntimeError), put_in_place(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows bounds the whole path")
@pytest.mark.parametrize("stem", ["n" * 251, "石" * 83], ids=["one byte a letter", "three bytes a letter"])
def test_names_may_be_as_long_as_the_disk_allows(stem: str, tmp_path: Path) -> None:
    with put_in_place(tmp_path / f"{stem}.png") as temporary:
        temporary.write_text("long")
        assert temporary.suffix == ".png"
    assert (tmp_path / f"{stem}.png").read_text() == "long"


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
def test_files_are_as_readable_as_any(tmp_path: Path) -> None:
    with put_in_place(tmp_path / "ours") as temporary:
        temporary.touch()
    (tmp_path / "any").touch()
    ours, usual = (stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("ours", "any"))
    assert ours == usual


def test_of_several_files_all_are_replaced_or_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "b").mkdir()
    with pytest.raises(TextureError, match="no file that can be replaced"), all_in_place() as place:
        place(tmp_path / "a").write_text("new")
        place(tmp_path / "b")
    assert (tmp_path / "a").read_text() == "old" and len(list(tmp_path.iterdir())) == 2
    with all_in_place() as place:
        place(tmp_path / "a").write_text("new")
        place(tmp_path / "c").write_text("new")
        assert (tmp_path / "a").read_text() == "old"
    assert [file.read_text() for file in (tmp_path / "a", tmp_path / "c")] == ["new", "new"]


def test_a_file_that_is_placed_twice_is_the_last_one_and_leaves_nothing_else(tmp_path: Path) -> None:
    with all_in_place() as place:
        for content in ("first", "last"):
            place(tmp_path / "a").write_text(content)
    assert (tmp_path / "a").read_text() == "last" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name != "posix", reason="on Windows links want rights")
@pytest.mark.parametrize("before", ["old", None])
def test_what_a_link_leads_to_is_replaced(tmp_path: Path, before: str | None) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "a", tmp_path / "link"
    if before is not None:
        target.write_text(before)
    link.symlink_to(target)
    with put_in_place(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink() and target.read_text() == "new" and len(list(tmp_path.rglob("*"))) == 3


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TextureError, match="can't be written"), put_in_place(tmp_path / "file" / "t.png"):
        pass


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting a tiny disk needs root")
def test_a_full_disk(model: Model, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    try:
        with pytest.raises(TextureError, match="No space left"), all_in_place() as place:
            list(
                write_texture(
                    model.info, generate(model, Latent(3), 256, 256), 256, 256, Destination(disk / "t.png"), place
                )
            )
        assert not list(disk.iterdir())
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_numbers_stand_last_in_names_and_are_not_read_out_of_them() -> None:
    frame, still = Destination.of_frame(Path("a/wall.png"), 12), Destination(Path("a/wall.2024.png"))
    several = ("base_color", "height")
    assert frame.of_maps(several)["height"] == Path("a/wall_height_0012.png")
    assert frame.of_maps(several[:1]) == {"base_color": Path("a/wall_0012.png")}
    assert still.of_maps(several)["height"] == Path("a/wall.2024_height.png")
    assert still.of_maps(several[:1]) == {"base_color": Path("a/wall.2024.png")}


def test_names_keep_letters_of_every_language_and_are_no_device_s() -> None:
    names = ("rock 1/2", "石墙", "Стена.", "...", "Con", "lpt1", "console")
    assert [safe_name(name) for name in names] == ["rock_1_2", "石墙", "Стена", "texture", "Con_", "lpt1_", "console"]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("bit_depth", [8, 16])
def test_what_was_written_is_read_back(channels: int, bit_depth: int) -> None:
    pixels = np.random.default_rng(1).random((300, 211, channels), np.float32)
    content = encoded(pixels, bit_depth)
    assert png_reader.size(content[: png_reader.HEADER_BYTES]) == (300, 211)
    seen = png_reader.decoded(content)
    assert seen is not None and np.array_equal(quantised(seen, bit_depth), quantised(pixels, bit_depth))


def test_files_of_others_are_left_to_others(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).random((30, 21, 3), np.float32)
    content = encoded(pixels, 8)
    Image.fromarray(quantised(pixels, 8)).save(tmp_path / "a.png")
    other = (tmp_path / "a.png").read_bytes()
    with_alpha = encoded(np.concatenate([pixels, pixels[..., :1]], axis=2), 8)
    wide = content[:16] + (1 << 30).to_bytes(4, "big") + content[20:]
    for strange in (
        other,
        with_alpha,
        wide,
        content[:-20],
        content[:33],
        content[:50] + b"x" * 900,
        b"",
        b"GIF89a" * 9,
    ):
        assert png_reader.decoded(strange) is None
    assert png_reader.size(b"GIF89a" * 9) is None
