"""Twilio's webhooks about a survey call, and the queries of their URLs."""

import math
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from survey.domain.answers import Recorded, Reply, clean
from survey.domain.call_turn import CallTurn
from survey.domain.definition import DEFAULT_SURVEY
from survey.domain.session import Status
from survey.requests.recording_event import RecordingEvent
from survey.requests.survey_choice import SurveyChoice
from switchboard.inputs.forms import OrNone, Sid, WholeNumber
from switchboard.inputs.model import RequestModel, WebhookModel
from switchboard.inputs.types import PHONE_NUMBER, CallSid, HttpUrl, Identifier

# Numbers that carriers state for a withheld number; on a keypad they spell ANONYMOUS, RESTRICTED, BLOCKED,
# UNKNOWN, UNAVAILABLE.
_WITHHELD: Final = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})

# https://www.twilio.com/docs/voice/api/call-resource#call-status-values
_ENDED_AS: Final[dict[str, Status]] = {
    "completed": "ABANDONED",
    "busy": "BUSY",
    "no-answer": "NO_ANSWER",
    "failed": "FAILED",
    "canceled": "CANCELED",
}


def _read_confidence(value: Any) -> float | None:
    try:
        confidence = float(value)
    except (TypeError, ValueError):
        return None
    # DynamoDB stores no number between 0 and 1e-130.
    return round(min(max(confidence, 0.0), 1.0), 12) if math.isfinite(confidence) else None


Number = Annotated[str | None, PHONE_NUMBER, OrNone()]
"""A phone number; None for a SIP address, a client or a withheld number in words."""


class StatusUrl(RequestModel):
    """The query of the URL to which the end of a call is reported."""

    survey_id: Identifier = DEFAULT_SURVEY
    session: str = ""


class RecordingUrl(StatusUrl):
    """The query of the URL to which Twilio reports what became of a recording."""

    respondent: str = ""


class TurnUrl(SurveyChoice):
    """The query of the URL of a call's turn: our own TwiML names the session and its step in it."""

    session: str = ""
    step: str = ""


class CallWebhook(WebhookModel):
    """A webhook about a call: https://www.twilio.com/docs/voice/twiml#request-parameters.

    https://www.twilio.com/docs/voice/twiml/gather#action,
    https://www.twilio.com/docs/voice/api/call-resource#statuscallback,
    https://www.twilio.com/docs/voice/answering-machine-detection

    Attributes
    ----------
    direction : str
        Begins with "outbound" for a call that the account made.
    digits, speech_result : str
        The keys that the person pressed, or the words that were recognised.
    confidence : float or None
        How sure the recogniser is, 0 to 1.
    recording_sid, recording_url, recording_duration : str, int or None
        What Record has recorded, and its length in seconds: https://www.twilio.com/docs/voice/twiml/record
    recording_status, transcription_text, transcription_status : str
        What became of it, in the callbacks that Record names.
    """

    call_sid: CallSid
    from_: Number = None
    to: Number = None
    direction: str = ""
    call_status: str = ""
    answered_by: str = ""
    digits: str = ""
    speech_result: str = ""
    recording_sid: Annotated[str | None, Sid("RE"), OrNone()] = None
    recording_url: Annotated[HttpUrl | None, OrNone()] = None
    recording_duration: Annotated[int | None, WholeNumber(0, 86400), OrNone()] = None
    recording_status: str = ""
    transcription_text: str = ""
    transcription_status: str = ""
    confidence: Annotated[float | None, BeforeValidator(_read_confidence)] = None

    @property
    def respondent(self) -> str:
        """The number of the person on the call, or the CallSid if it is withheld or no number."""
        number = self.to if self.direction.startswith("outbound") else self.from_
        return number if number and number not in _WITHHELD else self.call_sid

    @property
    def is_machine(self) -> bool:
        """Whether an answering machine or a fax took the call."""
        return self.answered_by.startswith(("machine", "fax"))

    @property
    def reply(self) -> Reply | None:
        """What the caller pressed, said or had recorded; None for silence."""
        if self.recording_sid and self.recording_duration != 0:
            # The digits are the key that ended the recording, or "hangup".
            made = Recorded(self.recording_sid, self.recording_url or "", self.recording_duration or 0)
            return Reply("", "recording", recording=made)
        if self.recording_sid:
            return None
        digits, speech = self.digits.strip(), self.speech_result.strip()
        if digits:
            return Reply(digits, "dtmf")
        return Reply(speech, "speech", self.confidence) if speech else None

    @property
    def ended_as(self) -> Status | None:
        """The status of a survey that is not finished when the call ends so; None before the call's end."""
        status = _ENDED_AS.get(self.call_status)
        return "VOICEMAIL" if status == "ABANDONED" and self.is_machine else status

    def to_recording_event(self, url: RecordingUrl) -> RecordingEvent | None:
        """Return what a callback tells of a recording; None if it is about none."""
        if self.recording_sid is None:
            return None
        return RecordingEvent(
            survey_id=url.survey_id,
            respondent=url.respondent or self.respondent,
            session_id=url.session,
            recording_sid=self.recording_sid,
            recording_url=self.recording_url or "",
            recording_seconds=self.recording_duration or 0,
            recording_status=self.recording_status,
            transcription_text=clean(self.transcription_text),
            transcription_status=self.transcription_status,
        )

    def to_turn(self, url: TurnUrl) -> CallTurn:
        """Return the turn as surveys process it."""
        return CallTurn(
            call_sid=self.call_sid,
            respondent=self.respondent,
            ref=url.ref,
            session_id=url.session,
            step=url.step,
            reply=self.reply,
            is_machine=self.is_machine,
        )
