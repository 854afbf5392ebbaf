"""Images come to a worker as they are, however they are handed in; and a worker that waits can be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from synthesis.png import encoded

HEIGHT, WIDTH = 6, 9
COLORS = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.float32) / 255


@pytest.fixture
def inbox(extension: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch) -> Any:
    module = extension("addon.inbox")
    monkeypatch.setattr(module, "SMALL", 0)
    return module.Inbox()


class Worker:
    """Awaits images in a thread of its own."""

    def __init__(self, inbox: Any, *names: str) -> None:
        self.got: dict[str, np.ndarray] = {}
        self.stopped = threading.Event()
        self._thread = threading.Thread(target=self._wait, args=(inbox, names), daemon=True)
        self._thread.start()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._thread.join(10)

    def end(self) -> None:
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _wait(self, inbox: Any, names: tuple[str, ...]) -> None:
        try:
            for name, rgba in inbox.awaited(names, self._check):
                self.got[name] = rgba
        except InterruptedError:
            pass

    def _check(self) -> None:
        if self.stopped.is_set():
            raise InterruptedError


def until(found: Callable[[], Any]) -> Any:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if (value := found()) is not None:
            return value
        time.sleep(0.01)
    raise AssertionError("it did not come")


def test_files_and_pixels_come_as_they_are(inbox: Any, extension: Callable[[str], ModuleType], tmp_path: Path) -> None:
    with Worker(inbox, "content", "file", "pixels") as worker:
        inbox.give("content", encoded(COLORS, 8))
        (tmp_path / "a.png").write_bytes(encoded(COLORS, 16))
        inbox.give("file", tmp_path / "a.png")
        room = until(lambda: inbox.memory(HEIGHT * WIDTH * 3))
        room[:] = COLORS[::-1].ravel()
        inbox.give("pixels", extension("addon.pixels").Pixels(room, HEIGHT, WIDTH))
        worker.end()
    assert set(worker.got) == {"content", "file", "pixels"}
    for name, rgba in worker.got.items():
        assert rgba.shape == (HEIGHT, WIDTH, 4) and (rgba[..., 3] == 1).all(), name
        assert np.abs(rgba[..., :3] - COLORS).max() < 1e-4, name


def test_what_can_not_be_decoded_is_asked_for_as_pixels(
    inbox: Any, extension: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    with Worker(inbox, "strange", "gone") as worker:
        inbox.give("strange", b"GIF89a")
        inbox.give("gone", tmp_path / "gone.png")
        refused: list[str] = []
        until(lambda: refused.extend(inbox.refused()) or (len(refused) == 2 or None))
        assert sorted(refused) == ["gone", "strange"]
        for name in refused:
            flat = np.full(HEIGHT * WIDTH * 4, 0.5, np.float32)
            inbox.give(name, extension("addon.pixels").Pixels(flat, HEIGHT, WIDTH))
        worker.end()
    assert all((rgba == 0.5).all() for rgba in worker.got.values()) and len(worker.got) == 2


def test_memory_for_an_image_that_has_changed_its_size_meanwhile(inbox: Any) -> None:
    with Worker(inbox, "never") as worker:
        assert inbox.memory(20) is None
        assert len(until(lambda: inbox.memory(30))) == 30
        worker.stopped.set()
        worker.end()
    assert not worker.got


@pytest.mark.parametrize("linear", [False, True])
def test_what_is_no_number_is_black(extension: Callable[[str], ModuleType], linear: bool) -> None:
    flat = np.tile(np.float32([np.nan, np.inf, -np.inf, 1]), HEIGHT * WIDTH)
    to_rec709 = np.eye(3, dtype=np.float32) if linear else None
    assert (extension("addon.pixels").Pixels(flat, HEIGHT, WIDTH, to_rec709).encoded() == (0, 1, 0, 1)).all()


def test_linear_light_of_other_primaries_becomes_srgb(extension: Callable[[str], ModuleType]) -> None:
    swapped = np.float32([[0, 1, 0], [1, 0, 0], [0, 0, 1]])  # red and green
    flat = np.tile(np.float32([0.5, 0.1, 2, 1]), HEIGHT * WIDTH)
    encoded = extension("addon.pixels").Pixels(flat, HEIGHT, WIDTH, swapped).encoded()
    assert np.abs(encoded - (0.3492, 0.7354, 1, 1)).max() < 1e-4


def test_a_picture_of_maps_of_one_size_and_its_mask(extension: Callable[[str], ModuleType]) -> None:
    pixels = extension("addon.pixels")
    base = np.dstack([COLORS, np.ones((HEIGHT, WIDTH), np.float32)])
    half_clear = base.copy()
    half_clear[:2, :, 3] = 0
    mask = np.zeros((3, 2, 4), np.float32)
    mask[0, 1] = 1
    given = {"normal": half_clear, "mask": mask, "height": np.ones((4, 4, 4), np.float32), "base_color": base}
    picture, _ = pixels.picture_and_mask(given.items())
    assert picture.opaque is None, "what a normal map holds in its alpha is no transparency"
    given |= {"normal": base, "base_color": half_clear}
    picture, white = pixels.picture_and_mask(given.items())
    assert list(picture.maps) == ["base_color", "normal"], "a map of another size is left out"
    assert np.array_equal(picture.maps["base_color"], COLORS)
    assert picture.opaque is not None and not picture.opaque[:2].any() and picture.opaque[2:].all()
    assert white.tolist() == [[False, True], [False, False], [False, False]]
    whole, none = pixels.picture_and_mask([("base_color", base)])
    assert whole.opaque is None and none is None


def test_what_is_transparent_masks_nothing(extension: Callable[[str], ModuleType]) -> None:
    """Paint programs keep white below what is erased."""
    base, mask = (np.ones((HEIGHT, WIDTH, 4), np.float32) for _ in range(2))
    mask[1:, :, 3] = 0
    _, white = extension("addon.pixels").picture_and_mask([("base_color", base), ("mask", mask)])
    assert white[0].all() and not white[1:].any()


def test_red_masks_nothing_and_half_clear_is_not_opaque(extension: Callable[[str], ModuleType]) -> None:
    base, mask = np.ones((HEIGHT, WIDTH, 4), np.float32), np.zeros((HEIGHT, WIDTH, 4), np.float32)
    base[0, 0, 3] = 0.5
    mask[0, :, 0] = 1
    picture, white = extension("addon.pixels").picture_and_mask([("base_color", base), ("mask", mask)])
    assert not picture.opaque[0, 0] and picture.opaque.sum() == HEIGHT * WIDTH - 1 and not white.any()


def test_grey_with_an_alpha_beside_it_is_opaque_grey(extension: Callable[[str], ModuleType]) -> None:
    grey = extension("addon.pixels").opaque_rgba(np.float32([[[0.2, 0.7]]]))
    assert np.allclose(grey, (0.2, 0.2, 0.2, 1))
