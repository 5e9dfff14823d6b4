"""A voicemail's audio for an agent's browser, which never holds Twilio's credentials."""

import base64
import re
from typing import Final

from callback.storage import recordings
from switchboard.errors import NotFound, SwitchboardError
from switchboard.http.reply import Reply, json_reply, redirect
from switchboard.twilio.recordings import Audio, fetch_audio

MOST_BYTES: Final = 4_500_000
"""The most that a Lambda returns: 6 MB, of which base64 takes a quarter.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

_MOST_COPIED: Final = 200_000_000
_RANGE: Final = re.compile(r"bytes=(\d{1,12}-\d{0,12}|-\d{1,12})")


def fetch(recording_sid: str, range_header: str) -> Reply:
    """Return a recording, the part of it that is asked for, or a redirect to a long one.

    Raises
    ------
    NotFound
        The recording is gone.
    switchboard.twilio.outcome.Refused, switchboard.errors.TwilioUnreachable
        Twilio refused, or did not answer.
    """
    byte_range = range_header.strip()
    audio = fetch_audio(recording_sid, byte_range if _RANGE.fullmatch(byte_range) else "")
    if audio is None:
        link = recordings.link(recording_sid)
        if link is None:
            raise NotFound("The recording does not exist any more.")
        return _redirect(link)
    if audio.length is not None and audio.length > MOST_BYTES:
        audio.close()
        return _long(recording_sid)
    content = audio.read()
    return _long(recording_sid) if len(content) > MOST_BYTES else _reply(audio, content)


def fetch_json(recording_sid: str) -> Reply:
    """Return a recording in JSON, as flex-project-template's plugin plays it; a long one by a redirect.

    Raises
    ------
    NotFound
        The recording is gone.
    switchboard.twilio.outcome.Refused, switchboard.errors.TwilioUnreachable
        Twilio refused, or did not answer.
    """
    content, content_type = fetch_whole(recording_sid)
    encoded = base64.b64encode(content).decode("ascii")
    reply = json_reply({"success": True, "type": content_type, "recording": encoded})
    if len(content) <= MOST_BYTES:
        return reply
    return _redirect(recordings.copy_json(recording_sid, str(reply.body).encode()))


def fetch_whole(recording_sid: str) -> tuple[bytes, str]:
    """Return a recording's audio, from Twilio or where it was archived, and its content type.

    Raises
    ------
    NotFound
        The recording is gone.
    switchboard.twilio.outcome.Refused, switchboard.errors.TwilioUnreachable
        Twilio refused, or did not answer.
    """
    audio = fetch_audio(recording_sid)
    if audio is not None:
        return _whole(audio), audio.content_type
    content = recordings.read(recording_sid)
    if content is None:
        raise NotFound("The recording does not exist any more.")
    return content, "audio/mpeg"


def _whole(audio: Audio) -> bytes:
    if audio.length is not None and audio.length > _MOST_COPIED:
        audio.close()
        raise SwitchboardError(502, "The recording is too long.")
    return audio.read()


def _reply(audio: Audio, content: bytes) -> Reply:
    headers = {
        "content-type": audio.content_type,
        "cache-control": "no-store",
        "accept-ranges": "bytes",
    }
    if audio.content_range:
        headers["content-range"] = audio.content_range
    return Reply(audio.status, content, headers)


def _long(sid: str) -> Reply:
    """Redirect to the bucket, after copying a recording there that is too long for a Lambda's reply."""
    link = recordings.link(sid)
    if link is None:
        whole = fetch_audio(sid)
        if whole is None:
            raise NotFound("The recording does not exist any more.")
        recordings.copy(sid, _whole(whole), whole.content_type)
        link = str(recordings.link(sid))
    return _redirect(link)


def _redirect(link: str) -> Reply:
    answer = redirect(link)
    return Reply(answer.status, answer.body, {**answer.headers, "cache-control": "no-store"})
