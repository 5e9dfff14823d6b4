"""Recordings for the player: read as agents' browsers read them, and kept in memory while they are played."""

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from callback.voicemail_audio import fetch_whole
from console.context import Console

PATH: Final = "/callbacks/recordings/"
"""Where the player finds a recording, followed by its SID."""

_MOST_BYTES: Final = 64_000_000
_RANGE: Final = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
_KEPT: Final = "recordings"


@dataclass(frozen=True)
class Recording:
    """A recording's audio.

    Attributes
    ----------
    content : bytes
    content_type : str
    """

    content: bytes
    content_type: str

    def part(self, asked: str) -> tuple[int, int] | None:
        """Return the first byte and the one after the last of a Range header; None for what no range is.

        Of a part that does not exist the first byte is not before the one after the last.
        """
        found, size = _RANGE.fullmatch(asked.strip()), len(self.content)
        if found is None or not (found[1] or found[2]):
            return None
        if not found[1]:
            return max(0, size - int(found[2])), size
        last = int(found[2]) if found[2] else size - 1
        return int(found[1]), min(last + 1, size)


class RecordingShelf:
    """The recordings that were played last, up to 64 MB."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Recording] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, sid: str) -> Recording:
        """Return a recording, which is fetched where it is not kept.

        Raises
        ------
        switchboard.errors.NotFound
            The recording is gone.
        switchboard.twilio.outcome.Refused, switchboard.errors.TwilioUnreachable
            Twilio refused, or did not answer.
        """
        with self._lock:
            if found := self._kept.get(sid):
                self._kept.move_to_end(sid)
                return found
        fetched = Recording(*fetch_whole(sid))
        with self._lock:
            self._kept[sid] = fetched
            while len(self._kept) > 1 and self._bytes() > _MOST_BYTES:
                self._kept.popitem(last=False)
        return fetched

    def _bytes(self) -> int:
        return sum(len(recording.content) for recording in self._kept.values())


def shelf_of(console: Console) -> RecordingShelf:
    """Return the shelf of a console."""
    shelf: RecordingShelf = console.kept.setdefault(_KEPT, RecordingShelf())
    return shelf
