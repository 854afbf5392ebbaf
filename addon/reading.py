"""Reading images for a worker while the window stays alive."""

from __future__ import annotations

import time
from collections.abc import Mapping

import bpy

from ..synthesis.errors import TextureError
from . import identity, images
from .background import Background
from .inbox import Inbox
from .job import Writer

LARGE_BYTES = 4_000_000
LONGEST_SECONDS = 0.05  # at a tick; what is still unread then waits for the next one


class Reads(Background):
    """An operator whose job awaits images in its inbox.

    In a window they are read at ticks, and what takes long is left to the worker; otherwise all are read at once.
    """

    _by_ticks = False

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type == "TIMER" and self._job.running:
            self._read_some(self._job)
        return super().modal(context, event)

    def execute(self, context: bpy.types.Context) -> set[str]:
        self._by_ticks = False  # it may be done again after it was done in a window
        return super().execute(context)

    def _start(self, context: bpy.types.Context) -> set[str]:
        self._by_ticks = True
        return super()._start(context)

    def _read(self, job: Writer, wanted: Mapping[str, bpy.types.Image]) -> None:
        """Let the job have images, by what it calls them.

        Raises: TextureError where one is no single picture with pixels.
        """
        for image in wanted.values():
            images.check_editable(image)
        self._read_uids = identity.uids(wanted)
        self._unread, self._undecodable = list(wanted), set()
        for name in () if self._by_ticks else wanted:
            job.inbox.give(name, images.read(wanted[name]))

    def _read_some(self, job: Writer) -> None:
        self._undecodable.update(refused := job.inbox.refused())
        self._unread += refused
        end = time.perf_counter() + LONGEST_SECONDS
        try:
            while self._unread and time.perf_counter() < end and self._given(job.inbox, self._unread[0]):
                del self._unread[0]
        except TextureError as reason:
            job.refuse(reason)

    def _given(self, inbox: Inbox, name: str) -> bool:
        """Whether the worker has it now; else at another tick. Raises: TextureError where it has no pixels."""
        image = identity.found(self._read_uids[name], bpy.data.images)
        if image is None:
            raise TextureError("an image was removed while it was being read: nothing was changed")
        if inbox.busy and image.packed_file and image.packed_file.size > LARGE_BYTES:
            return False  # to copy it while the worker takes up memory takes ten times as long
        held = images.stored(image) if name not in self._undecodable else None
        if held is None:
            room = inbox.memory(images.values(image))
            if room is None:
                return False
            held = images.read(image, room)
        inbox.give(name, held)
        return True
