"""Recordings: https://www.twilio.com/docs/voice/api/recording."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import Any

# One frame of MPEG-1 layer III, 32 kbit/s, 44.1 kHz, mono, all zero: a media player takes it for silence.
_SILENT_FRAME = b"\xff\xfb\x10\xc4" + bytes(100)
_FRAMES_A_SECOND = 38


@dataclass(frozen=True)
class Recording:
    """One recording of a call.

    Parameters
    ----------
    sid
        RE….
    call_sid
        The call that was recorded.
    text
        The words, which a transcription brings back.
    seconds
        How long the recording is.
    created
        The platform's time, seconds since the epoch.
    transcribed
        Whether there is a transcription of it.
    """

    sid: str
    call_sid: str
    text: str
    seconds: int
    created: float
    transcribed: bool = False

    @property
    def transcription_sid(self) -> str:
        """TR…."""
        return "TR" + self.sid[2:]

    def audio(self) -> bytes:
        """Return MP3 data, silence of the recording's length."""
        return _SILENT_FRAME * _FRAMES_A_SECOND * max(1, self.seconds)


class Recordings:
    """Every recording of the account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recordings: dict[str, Recording] = {}

    def add(self, recording: Recording) -> None:
        """Keep a recording."""
        with self._lock:
            self._recordings[recording.sid] = recording

    def get(self, sid: str) -> Recording | None:
        """Return a recording."""
        return self._recordings.get(sid)

    def all(self) -> list[Recording]:
        """Return all recordings, oldest first."""
        with self._lock:
            return list(self._recordings.values())

    def delete(self, sid: str) -> None:
        """Delete a recording."""
        with self._lock:
            self._recordings.pop(sid, None)

    def dump(self) -> list[dict[str, Any]]:
        """Return all recordings in a form that JSON can keep."""
        return [asdict(recording) for recording in self.all()]

    def load(self, state: list[dict[str, Any]]) -> None:
        """Replace all recordings by dumped ones."""
        with self._lock:
            self._recordings = {item["sid"]: Recording(**item) for item in state}
