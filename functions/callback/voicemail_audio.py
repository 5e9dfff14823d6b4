"""A voicemail's audio for an agent's browser, which never holds Twilio's credentials."""

import re
from collections.abc import Mapping
from typing import Final

from callback.create import bad_request
from callback.storage import recordings
from callback.voice_api import Audio, fetch_recording
from switchboard.errors import NotFound, SwitchboardError
from switchboard.reply import Reply, redirect

MOST_BYTES: Final = 4_500_000
"""What goes through a Lambda: 6 MB of answer, of which base64 takes a quarter.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

_MOST_COPIED: Final = 200_000_000
_RECORDING: Final = re.compile(r"RE[0-9a-fA-F]{32}")
_RANGE: Final = re.compile(r"bytes=(\d{1,12}-\d{0,12}|-\d{1,12})")


def fetch(params: Mapping[str, str], range_header: str) -> Reply:
    """Return a recording, the part of it that is asked for, or where a long one can be had.

    Raises
    ------
    BadRequest
        ``recordingSid`` is no recording's SID.
    NotFound
        The recording is gone.
    callback.rest_api.TwilioError, switchboard.errors.TwilioUnreachable
        Twilio refused, or did not answer.
    """
    sid = params.get("recordingSid", "").strip()
    if _RECORDING.fullmatch(sid) is None:
        problem = "must be a SID: RE and 32 hexadecimal digits" if sid else "is missing"
        raise bad_request({"recordingSid": problem})
    asked = range_header.strip()
    audio = fetch_recording(sid, asked if _RANGE.fullmatch(asked) else "")
    if audio is None:
        return _elsewhere(sid)
    if audio.length is not None and audio.length > MOST_BYTES:
        audio.close()
        return _long(sid)
    content = audio.read()
    return _long(sid) if len(content) > MOST_BYTES else _reply(audio, content)


def _reply(audio: Audio, content: bytes) -> Reply:
    headers = {
        "content-type": audio.content_type,
        "cache-control": "no-store",
        "accept-ranges": "bytes",
    }
    if audio.content_range:
        headers["content-range"] = audio.content_range
    return Reply(audio.status, content, headers)


def _elsewhere(sid: str) -> Reply:
    link = recordings.link(sid)
    if link is None:
        raise NotFound("The recording does not exist any more.")
    return _at(link)


def _long(sid: str) -> Reply:
    """Redirect to the bucket, where a recording is put that is too long to be handed over."""
    link = recordings.link(sid)
    if link is None:
        whole = fetch_recording(sid)
        if whole is None:
            raise NotFound("The recording does not exist any more.")
        if whole.length is not None and whole.length > _MOST_COPIED:
            whole.close()
            raise SwitchboardError(502, "The recording is too long.")
        recordings.copy(sid, whole.read(), whole.content_type)
        link = str(recordings.link(sid))
    return _at(link)


def _at(link: str) -> Reply:
    answer = redirect(link)
    return Reply(answer.status, answer.body, {**answer.headers, "cache-control": "no-store"})
