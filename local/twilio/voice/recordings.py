"""Recordings: https://www.twilio.com/docs/voice/api/recording."""

from __future__ import annotations

from dataclasses import dataclass

# One frame of MPEG-1 layer III, 32 kbit/s, 44.1 kHz, mono, all zero: a media player takes it for silence.
_SILENT_FRAME = b"\xff\xfb\x10\xc4" + bytes(100)
_FRAMES_A_SECOND = 38


@dataclass(frozen=True)
class Recording:
    """What somebody said.

    Parameters
    ----------
    sid
        RE….
    call_sid
        The call it was said in.
    text
        The words, which a transcription brings back.
    seconds
        How long the recording is.
    created
        The platform's time, seconds since the epoch.
    """

    sid: str
    call_sid: str
    text: str
    seconds: int
    created: float

    def audio(self) -> bytes:
        """Return MP3 data, at most ten seconds of silence."""
        return _SILENT_FRAME * _FRAMES_A_SECOND * max(1, min(self.seconds, 10))
