"""Reading images for a worker at ticks, as in a window: the right ones, and a plain word where one can't be read."""

import importlib
import sys
import time
from pathlib import Path

import bpy
import numpy as np

EXTENSION = "bl_ext.user_default.tilewright"
folder = Path(sys.argv[sys.argv.index("--") + 1])
bpy.ops.preferences.addon_enable(module=EXTENSION)
job, reading, identity, errors, png = (
    importlib.import_module(f"{EXTENSION}.{name}")
    for name in ("addon.job", "addon.reading", "addon.identity", "synthesis.errors", "synthesis.png")
)
HEIGHT, WIDTH = 20, 30


class Worker(job.Writer):
    """Keeps what it is given."""

    def __init__(self, *names):
        super().__init__()
        self.names, self.got = names, {}

    def _make(self):
        self.got = dict(self._awaited(self.names))


class Operator(reading.Reads):
    _by_ticks = True


def read(image, meanwhile=lambda: None):
    """The image's pixels, (HEIGHT, WIDTH, 4), read at ticks."""
    worker, operator = Worker("base_color"), Operator()
    operator._read(worker, {"base_color": image})
    meanwhile()
    worker.start()
    while worker.running:
        operator._read_some(worker)
        time.sleep(0.01)
    worker.finish()
    return worker.got["base_color"]


def image(name, value, is_float=False):
    made = bpy.data.images.new(name, WIDTH, HEIGHT, alpha=True, float_buffer=is_float, is_data=True)
    made.pixels.foreach_set(np.broadcast_to(np.float32(value), HEIGHT * WIDTH * 4).copy())
    return made


def refused(told, *given):
    try:
        read(*given)
    except errors.TextureError as reason:
        assert told in str(reason) and not isinstance(reason, job.Cancelled), reason
    else:
        raise AssertionError(f"it was read: {told}")


# one that is linked, beside one of the same name
stored = image("same", 0.25)
stored.pack()
bpy.data.libraries.write(str(folder / "linked.blend"), {stored})
bpy.data.images.remove(stored)
with bpy.data.libraries.load(str(folder / "linked.blend"), link=True) as (_, wanted):
    wanted.images = ["same"]
linked, local = wanted.images[0], image("same", 1.0)
assert linked.name == local.name and linked.library
assert np.abs(read(linked) - 0.25).max() < 0.01 and (read(local) == 1).all()
assert identity.named("same", bpy.data.images, linked) == linked
assert identity.named("same", bpy.data.images, None) == local

# one that is renamed meanwhile
assert (read(local, lambda: setattr(local, "name", "another")) == 1).all()

# what can't be read any more, and what never could: it is told, and not as if the artist had cancelled
going = image("going", 0.5)
refused("removed", going, lambda: bpy.data.images.remove(going))
(folder / "cut.png").write_bytes(png.encoded(np.zeros((HEIGHT, WIDTH, 3), np.float32), 8)[:33])
cut = bpy.data.images.load(str(folder / "cut.png"))
cut.pack()
refused("cut.png has no pixels that can be read", cut)

# what is no number
strange = image("strange", np.tile([np.nan, np.inf, -np.inf, 1], HEIGHT * WIDTH), is_float=True)
assert (read(strange) == (0, 1, 0, 1)).all()
print("reading: all fine")
