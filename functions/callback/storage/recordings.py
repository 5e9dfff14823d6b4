"""Recordings in the bucket.

========================  ======================================================================
``voicemails/RE….mp3``    moved here from Twilio, for good
``links/RE….mp3``         copied for a browser that needs more than a Lambda can hand over: a day
``links/RE….json``        the same as a JSON document
========================  ======================================================================
"""

from callback.settings import RecordingSettings
from switchboard.aws import s3
from switchboard.settings import from_environment


def keep(recording_sid: str, audio: bytes, content_type: str) -> None:
    """Store a recording that does not expire."""
    s3.write(_bucket(), _kept(recording_sid), audio, content_type)


def copy(recording_sid: str, audio: bytes, content_type: str) -> None:
    """Store a copy of a recording, for a day."""
    s3.write(_bucket(), _copied(recording_sid), audio, content_type)


def copy_json(recording_sid: str, document: bytes) -> str:
    """Store a recording's JSON document for a day, and return a URL that is valid for a few minutes."""
    key = f"links/{recording_sid}.json"
    s3.write(_bucket(), key, document, "application/json")
    return _presigned(key)


def read(recording_sid: str) -> bytes | None:
    """Return a recording that was moved here; None if there is none."""
    return s3.read(_bucket(), _kept(recording_sid))


def link(recording_sid: str) -> str | None:
    """Return a URL that is valid for a few minutes of a recording in the bucket; None if it is not there.

    The URL alone gives access to the recording, so only the agent who asked gets it.
    """
    for key in (_kept(recording_sid), _copied(recording_sid)):
        if s3.exists(_bucket(), key):
            return _presigned(key)
    return None


def _presigned(key: str) -> str:
    return s3.presigned_url(_bucket(), key, from_environment(RecordingSettings).recording_link_seconds)


def _kept(recording_sid: str) -> str:
    return f"voicemails/{recording_sid}.mp3"


def _copied(recording_sid: str) -> str:
    return f"links/{recording_sid}.mp3"


def _bucket() -> str:
    return from_environment(RecordingSettings).recordings_bucket
