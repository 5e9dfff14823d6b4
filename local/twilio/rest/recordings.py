"""Recordings and their transcriptions.

https://www.twilio.com/docs/voice/api/recording
https://www.twilio.com/docs/voice/api/recording-transcription
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.twilio.errors import not_found
from local.twilio.rest.api import ACCOUNT, api
from local.twilio.rest.product import ApiReply, ApiRequest, last, page
from local.twilio.sids import rfc2822

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn
    from local.twilio.voice.recordings import Recording


@api.route("GET", f"{ACCOUNT}/Recordings.json")
def index(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List recordings, newest first; CallSid filters."""
    call_sid = last(request.query, "CallSid")
    found = [
        render(stand_in, one)
        for one in reversed(stand_in.recordings.all())
        if not call_sid or one.call_sid == call_sid
    ]
    return page(request, "recordings", found)


@api.route("GET", f"{ACCOUNT}/Recordings/<sid>.json")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return what is known about a recording."""
    return ApiReply(render(stand_in, _find(stand_in, request)))


@api.route("GET", f"{ACCOUNT}/Recordings/<sid>.mp3")
def media(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return the recording itself, which is silent, or the range of its bytes that is asked for."""
    audio = _find(stand_in, request).audio()
    headers = {"Accept-Ranges": "bytes"}
    asked = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("range", "").strip())
    if asked is None or not any(asked.groups()):
        return ApiReply(audio, content_type="audio/mpeg", headers=headers)
    first, last_byte = asked.groups()
    start = int(first) if first else max(len(audio) - int(last_byte), 0)
    end = min(int(last_byte), len(audio) - 1) if first and last_byte else len(audio) - 1
    if start > end:
        return ApiReply(
            b"", 416, content_type="audio/mpeg", headers={"Content-Range": f"bytes */{len(audio)}"}
        )
    headers["Content-Range"] = f"bytes {start}-{end}/{len(audio)}"
    return ApiReply(audio[start : end + 1], 206, content_type="audio/mpeg", headers=headers)


@api.route("DELETE", f"{ACCOUNT}/Recordings/<sid>.json")
def delete(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Delete a recording."""
    stand_in.recordings.delete(_find(stand_in, request).sid)
    return ApiReply(None, 204)


def render(stand_in: TwilioStandIn, recording: Recording) -> dict[str, Any]:
    """Return a recording as the API shows it."""
    at = rfc2822(recording.created)
    return {
        "sid": recording.sid,
        "account_sid": stand_in.account.sid,
        "api_version": "2010-04-01",
        "call_sid": recording.call_sid,
        "channels": 1,
        "date_created": at,
        "date_updated": at,
        "duration": str(recording.seconds),
        "error_code": None,
        "media_url": stand_in.account.url(f"Recordings/{recording.sid}"),
        "source": "RecordVerb",
        "start_time": at,
        "status": "completed",
        "uri": f"/2010-04-01/Accounts/{stand_in.account.sid}/Recordings/{recording.sid}.json",
    }


def _find(stand_in: TwilioStandIn, request: ApiRequest) -> Recording:
    recording = stand_in.recordings.get(request.at["sid"])
    if recording is None:
        raise not_found(request.path)
    return recording


@api.route("GET", f"{ACCOUNT}/Transcriptions.json")
def transcriptions(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List transcriptions, newest first."""
    return page(
        request, "transcriptions", [_transcription(stand_in, one) for one in reversed(_transcribed(stand_in))]
    )


@api.route("GET", f"{ACCOUNT}/Transcriptions/<sid>.json")
def fetch_transcription(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one transcription."""
    for recording in _transcribed(stand_in):
        if recording.transcription_sid == request.at["sid"]:
            return ApiReply(_transcription(stand_in, recording))
    raise not_found(request.path)


def _transcribed(stand_in: TwilioStandIn) -> list[Recording]:
    return [one for one in stand_in.recordings.all() if one.transcribed]


def _transcription(stand_in: TwilioStandIn, recording: Recording) -> dict[str, Any]:
    at = rfc2822(recording.created)
    sid = recording.transcription_sid
    return {
        "sid": sid,
        "account_sid": stand_in.account.sid,
        "api_version": "2010-04-01",
        "date_created": at,
        "date_updated": at,
        "duration": str(recording.seconds),
        "recording_sid": recording.sid,
        "status": "completed",
        "transcription_text": recording.text,
        "type": "fast",
        "uri": f"/2010-04-01/Accounts/{stand_in.account.sid}/Transcriptions/{sid}.json",
    }
