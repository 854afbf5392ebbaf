"""Looking through seeds, without Blender: which are shown, favorites on disk, and thumbnails by a worker thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from synthesis.latent import Latent
from synthesis.session import Model
from synthesis.texture import whole

Extension = Callable[[str], ModuleType]


def test_a_sheet_shows_pages_of_seeds_and_knows_what_is_missing(extension: Extension) -> None:
    browsing = extension("addon.browse.browsing")
    sheet = browsing.Sheet(Path("any"), Latent(0))
    first = sheet.seeds()
    sheet.icons |= {seed: 100 + seed for seed in first}
    sheet.add_page()
    assert sheet.seeds()[: len(first)] == first and len(set(sheet.seeds())) == 2 * len(first)
    assert sheet.missing(sheet.seeds()) == sheet.seeds()[len(first) :]
    assert sheet.missing([1_000_000, 0]) == [1_000_000], "a favorite from elsewhere has no thumbnail yet"


def test_a_sheet_begins_with_the_best_seeds(extension: Extension) -> None:
    browsing = extension("addon.browse.browsing")
    sheet = browsing.Sheet(Path("any"), Latent(0), (40, 3, 0))
    assert sheet.seeds() == [40, 3, 0, 1, 2, 4, 5, 6, 7]
    sheet.add_page()
    assert len(sheet.seeds()) == len(set(sheet.seeds())) == 2 * browsing.PAGE and sheet.seeds()[-1] == 16


def test_a_second_toggle_takes_a_favorite_back(extension: Extension) -> None:
    browsing = extension("addon.browse.browsing")
    toggled, favorites = browsing.with_favorite_toggled, browsing.favorites
    content = toggled(toggled(toggled({}, "ab", "rock", 9), "ab", "rock", 2), "cd", "wool", 9)
    assert favorites(content, "ab") == [2, 9] and favorites(content, "cd") == [9] and favorites(content, "ef") == []
    assert favorites(toggled(content, "ab", "rock", 9), "ab") == [2]
    assert toggled(toggled({}, "ab", "rock", 9), "ab", "rock", 9) == {}
    assert favorites({"ab": {"seeds": [3, "x", -1, 2**31]}, "cd": 7}, "ab") == [3]


def test_files_of_the_user_come_back_and_are_never_half_written(
    extension: Extension, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, error = extension("addon.json_files"), extension("synthesis.errors").TextureError
    file = tmp_path / "below" / "favorites.json"
    assert files.read(file) == {}
    files.write(file, {"ab": {"seeds": [1]}, "ä": 0})
    assert files.read(file) == {"ab": {"seeds": [1]}, "ä": 0}
    before = file.read_bytes()
    with pytest.raises(TypeError):
        files.write(file, {"ab": object()})
    assert file.read_bytes() == before and [path.name for path in file.parent.iterdir()] == ["favorites.json"]
    for garbled in ("[1]", "{", "\x00"):
        file.write_text(garbled)
        with pytest.raises(error, match="mend or delete it"):
            files.read(file)


def test_thumbnails_equal_small_textures(extension: Extension, model_path: Path, model: Model) -> None:
    thumbnails, latents = extension("addon.browse.thumbnails"), extension("synthesis.latent")
    wanted = [latents.Latent(seed, 9, 0.4) for seed in (3, 5)]
    batch = thumbnails.Batch(model_path, "cpu", wanted)
    batch.start()
    batch.wait()
    assert batch.error is None and not batch.running
    made = dict(batch.taken())
    assert list(made) == [3, 5] and batch.taken() == []
    for seed, pixels in made.items():
        expected = whole(model, Latent(seed, 9, 0.4), thumbnails.SIDE_PX, thumbnails.SIDE_PX)["base_color"]
        assert np.array_equal(pixels, expected)


def test_a_cancelled_batch_stops_after_the_thumbnail_under_way(extension: Extension, model_path: Path) -> None:
    thumbnails, latents = extension("addon.browse.thumbnails"), extension("synthesis.latent")
    batch = thumbnails.Batch(model_path, "cpu", [latents.Latent(seed) for seed in range(1000)])
    batch.start()
    end = time.monotonic() + 30
    made = []
    while not made and time.monotonic() < end:
        made += batch.taken()
        time.sleep(0.01)
    batch.cancel()
    batch.wait()
    assert 1 <= len(made) + len(batch.taken()) < 1000 and batch.error is None


def test_a_batch_tells_why_it_ended(extension: Extension, tmp_path: Path) -> None:
    batch = extension("addon.browse.thumbnails").Batch(tmp_path / "no.onnx", "cpu", [Latent(1)])
    batch.start()
    batch.wait()
    assert isinstance(batch.error, extension("synthesis.errors").TextureError) and batch.taken() == []
