"""Recordings in the bucket.

========================  ======================================================================
``voicemails/RE….mp3``    moved here from Twilio, for good
``links/RE….mp3``         copied for a browser that needs more than a Lambda can hand over: a day
========================  ======================================================================
"""

from callback.settings import RecordingSettings
from switchboard import aws
from switchboard.aws import s3
from switchboard.settings import from_environment


def keep(recording_sid: str, audio: bytes, content_type: str) -> None:
    """Keep a recording for good."""
    s3.write(_bucket(), _kept(recording_sid), audio, content_type)


def copy(recording_sid: str, audio: bytes, content_type: str) -> None:
    """Keep a recording for a day, for `link`."""
    s3.write(_bucket(), _copied(recording_sid), audio, content_type)


def link(recording_sid: str) -> str | None:
    """Return a URL at which a recording in the bucket can be had for a few minutes; None if it is not there.

    The URL alone gives access to the recording, so only the agent who asked gets it.
    """
    with aws.translated_errors():
        for key in (_kept(recording_sid), _copied(recording_sid)):
            if _is_there(key):
                return aws.client("s3").generate_presigned_url(
                    "get_object",
                    Params={"Bucket": _bucket(), "Key": key},
                    ExpiresIn=from_environment(RecordingSettings).recording_link_seconds,
                )
    return None


def _is_there(key: str) -> bool:
    try:
        with aws.translated_errors():
            aws.client("s3").head_object(Bucket=_bucket(), Key=key)
    except aws.ServiceError as error:
        if error.status == 404:
            return False
        raise
    return True


def _kept(recording_sid: str) -> str:
    return f"voicemails/{recording_sid}.mp3"


def _copied(recording_sid: str) -> str:
    return f"links/{recording_sid}.mp3"


def _bucket() -> str:
    return from_environment(RecordingSettings).recordings_bucket
