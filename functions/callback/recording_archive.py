"""Archiving the recordings of voicemails whose tasks are completed."""

from callback.settings import RecordingSettings
from callback.storage import recordings
from switchboard.log import logger
from switchboard.settings import from_environment
from switchboard.twilio.recordings import delete_recording, fetch_audio


def archive(recording_sid: str) -> None:
    """Copy a recording to the bucket and delete it at Twilio, if the settings ask for it.

    The recording is deleted only after the copy is written; a second call finds nothing left to do.
    """
    if not from_environment(RecordingSettings).keep_recordings:
        return
    audio = fetch_audio(recording_sid)
    if audio is not None:
        recordings.keep(recording_sid, audio.read(), audio.content_type)
        delete_recording(recording_sid)
        logger.info("A recording was archived", extra={"recording_sid": recording_sid})
