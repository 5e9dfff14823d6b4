"""POST /voice/initiate-call: call a respondent and take them through a survey."""

import contextlib
from dataclasses import replace
from urllib.parse import urlencode

from survey.settings import CallSettings
from survey.start import Invitation, invite, send_or_roll_back
from survey.storage import sessions
from switchboard import twilio
from switchboard.auth import ApiKey
from switchboard.aws.conditional import WriteConflict
from switchboard.endpoint import endpoint
from switchboard.errors import SwitchboardError
from switchboard.reply import Reply, json_reply
from switchboard.request import Request
from switchboard.settings import from_environment


@endpoint(ApiKey())
def handler(request: Request) -> Reply:
    """Place the call; the voice webhook says what is said on it."""
    settings = from_environment(CallSettings)
    if not settings.caller_id:
        raise SwitchboardError(500, "CALLER_ID is not set: there is no number to call from.")
    invitation = invite(request, "voice")
    base_url = request.url.partition("?")[0].removesuffix(request.path)
    call_sid = send_or_roll_back(
        invitation, lambda: _place_call(invitation, base_url, settings), "The call may have been placed"
    )
    _store_call_sid(invitation, call_sid)
    return json_reply({"success": True, "callTo": invitation.to, "callSid": call_sid}, status=201)


def _place_call(invitation: Invitation, base_url: str, settings: CallSettings) -> str:
    """Return the new call's SID (https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource)."""
    from twilio.base import values

    session = invitation.session
    query = urlencode(
        {"surveyId": session.survey_id, "defaultLanguage": session.language, "session": session.session_id}
    )
    call = twilio.client().calls.create(
        to=invitation.to,
        from_=settings.caller_id,
        url=f"{base_url}/voice/survey?{query}",
        method="POST",
        status_callback=f"{base_url}/voice/survey/status?{query}",
        status_callback_event=["completed"],
        status_callback_method="POST",
        machine_detection=settings.machine_detection or values.unset,
    )
    return str(call.sid)


def _store_call_sid(invitation: Invitation, call_sid: str) -> None:
    """Store which call holds the survey, so that the end of another one does not end it."""
    if not invitation.begins:
        return
    session = invitation.session
    # A conflict where the call was answered already: its webhook has stored the SID then.
    with contextlib.suppress(WriteConflict):
        sessions.save(replace(session, call_sid=call_sid, version=session.version + 1), session)
