"""Transcriptions of recordings: https://www.twilio.com/docs/voice/api/recording-transcription."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.twilio.errors import not_found
from local.twilio.rest.api import ACCOUNT, api
from local.twilio.rest.product import ApiReply, ApiRequest, page
from local.twilio.sids import rfc2822

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn
    from local.twilio.voice.recordings import Recording


@api.route("GET", f"{ACCOUNT}/Transcriptions.json")
def index(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List transcriptions, newest first."""
    return page(
        request, "transcriptions", [_render(stand_in, one) for one in reversed(_transcribed(stand_in))]
    )


@api.route("GET", f"{ACCOUNT}/Transcriptions/<sid>.json")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one transcription."""
    for recording in _transcribed(stand_in):
        if recording.transcription_sid == request.at["sid"]:
            return ApiReply(_render(stand_in, recording))
    raise not_found(request.path)


def _transcribed(stand_in: TwilioStandIn) -> list[Recording]:
    return [one for one in stand_in.recordings.all() if one.transcribed]


def _render(stand_in: TwilioStandIn, recording: Recording) -> dict[str, Any]:
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
