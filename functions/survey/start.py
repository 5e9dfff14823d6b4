"""Start of a survey by a call or a text message."""

import contextlib
from dataclasses import replace
from typing import Literal
from urllib.parse import urlencode

from survey.domain import dialogue
from survey.domain.session import Session
from survey.failures import raise_if_too_recent
from survey.invitation import FIRST, Invitation, Occasion, invite, send_or_roll_back
from survey.requests.start_survey import StartSurvey
from survey.settings import CallSettings, MessageSettings
from survey.storage import sessions
from switchboard.aws.conditional import WriteConflict
from switchboard.errors import SwitchboardError
from switchboard.http.request import Caller
from switchboard.settings import from_environment
from switchboard.twilio.messaging import find_text, send_content, send_text
from switchboard.twilio.voice import create_call, find_call


def start_by_call(request: StartSurvey, caller: Caller, base_url: str, occasion: Occasion = FIRST) -> str:
    """Call a respondent, and return the call's SID. Raises what `invite` and `send_or_roll_back` raise.

    Parameters
    ----------
    base_url : str
        Where Twilio finds our webhooks.
    """
    settings = from_environment(CallSettings)
    if not settings.caller_id:
        raise SwitchboardError(500, "CALLER_ID is not set: there is no number to call from.")
    if occasion.since is not None:
        if (placed := find_call(settings.caller_id, request.to, occasion.since)) is not None:
            return placed
        raise_if_too_recent(occasion.since)
    invitation = invite(request, caller, "voice", occasion)
    session = invitation.session
    query = urlencode(
        {"surveyId": session.survey_id, "defaultLanguage": session.language, "session": session.session_id}
    )
    call_sid = send_or_roll_back(
        invitation,
        lambda: create_call(
            invitation.to,
            settings.caller_id,
            f"{base_url}/voice/survey?{query}",
            status_url=f"{base_url}/voice/survey/status?{query}",
            machine_detection=settings.machine_detection,
        ),
        "The call may have been placed",
    )
    # The call holds the survey, so that the end of another one does not end it.
    _store_start(invitation, replace(invitation.session, call_sid=call_sid))
    return call_sid


def start_by_text(
    request: StartSurvey,
    caller: Caller,
    occasion: Occasion = FIRST,
    medium: Literal["sms", "whatsapp"] = "sms",
) -> str:
    """Send a respondent a text message, and return its SID. Raises what start_by_call raises.

    The message is the welcome, or the open question of a survey under way; in WhatsApp it is the content
    template that the prompts name for it, if they do.
    """
    sender = from_environment(MessageSettings).sender(medium)
    if not sender:
        raise SwitchboardError(500, "MESSAGING_SENDER is not set: there is no sender of text messages.")
    address = request.to if medium == "sms" else f"whatsapp:{request.to}"
    if occasion.since is not None:
        if (sent := find_text(sender, address, occasion.since)) is not None:
            return sent
        raise_if_too_recent(occasion.since)
    invitation = invite(request, caller, medium, occasion)
    prompt = dialogue.prompt(invitation.session, invitation.definition, medium)

    def send() -> str:
        if prompt.content is not None:
            return send_content(sender, address, prompt.content.sid, prompt.content.variables)
        return send_text(sender, address, prompt.message)

    message_sid = send_or_roll_back(invitation, send, "The message may have been sent")
    if not request.again:
        # After a start that says `again`, a concurrent one like it must not send the message a second time.
        _store_start(invitation, replace(invitation.session, message_sid=message_sid))
    return message_sid


def _store_start(invitation: Invitation, started: Session) -> None:
    """Store that the start has succeeded, by the SID of the call or of the message."""
    if not invitation.begins:
        return
    # In a conflict the respondent has answered already.
    with contextlib.suppress(WriteConflict):
        sessions.save(replace(started, version=started.version + 1), invitation.session)
