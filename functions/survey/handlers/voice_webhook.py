"""POST /voice/survey, and /voice/survey/answer below it: every turn of a survey call."""

from typing import Any, Final
from urllib.parse import urlencode

from twilio.twiml.voice_response import VoiceResponse

from survey.domain.dialogue import Prompt, apology
from survey.domain.question_types import GatherOptions, RecordOptions
from survey.domain.session import Session
from survey.requests.call import CallWebhook, TurnUrl
from survey.settings import DefinitionSettings
from survey.turns import answer_call
from switchboard.errors import NotFound
from switchboard.http.auth import TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.event import RawRequest
from switchboard.http.reply import Reply, twiml
from switchboard.http.request import Request
from switchboard.inputs.model import read
from switchboard.public_url import path_prefix
from switchboard.settings import from_environment

SILENCE_SECONDS: Final = 5
"""Seconds that a phone waits for the first key or word."""

MAX_SAY_CHARACTERS: Final = 4096
"""Characters that a Say takes (https://www.twilio.com/docs/voice/twiml/say)."""


def apologize(_request: RawRequest) -> Reply:
    """Reply to a turn that could not be processed: say sorry, and hang up."""
    return voice_reply(apology("voice", language=from_environment(DefinitionSettings).default_language))


@endpoint(TwilioSignature(), fallback=apologize, services=("dynamodb", "s3", "events"))
def handler(request: Request) -> Reply:
    """Reply to a call's webhook with what is said next."""
    if request.path_parameters.get("step", "answer") != "answer":
        raise NotFound
    # Our own URL names the survey, the session and the step; the form is about the call.
    turn = read(CallWebhook, request.params).to_turn(read(TurnUrl, request.query))
    decision = answer_call(turn)
    return voice_reply(decision.reply, decision.session)


def answer_url(session: Session) -> str:
    """Return the URL of the answer to the session's open step: a path, which Twilio resolves.

    It names the step, so that an answer that arrives twice or too late is recognised.
    """
    query = urlencode({"surveyId": session.survey_id, "session": session.session_id, "step": session.version})
    return f"{path_prefix()}/voice/survey/answer?{query}"


def recording_url(session: Session, event: str) -> str:
    """Return the URL to which Twilio reports what became of a recording.

    Its callback about the recording's status names no number, so the URL does.
    """
    query = {"surveyId": session.survey_id, "session": session.session_id, "respondent": session.respondent}
    return f"{path_prefix()}/voice/survey/{event}?{urlencode(query)}"


def voice_reply(prompt: Prompt | None, session: Session | None = None) -> Reply:
    """Return the TwiML that says a prompt, and then listens for the answer or hangs up."""
    response = VoiceResponse()
    if prompt is None or prompt.listening is None or session is None or not session.is_open:
        _say(response, prompt)
        response.hangup()
        return twiml(response)
    url = answer_url(session)
    if isinstance(prompt.listening, RecordOptions):
        _say(response, prompt)
        response.record(**_record(prompt.listening, session, url))
    else:
        _say(response.gather(**_gather(prompt.listening, url)), prompt)
    # Silence falls through to here and arrives with neither Digits nor SpeechResult, nor a recording.
    response.redirect(url, method="POST")
    return twiml(response)


def _gather(listening: GatherOptions, url: str) -> dict[str, object]:
    kinds = [("dtmf", listening.digits), ("speech", listening.language)]
    attributes: dict[str, object] = {
        "input": " ".join(kind for kind, wanted in kinds if wanted),
        "action": url,
        "method": "POST",
        "timeout": SILENCE_SECONDS,
    }
    if listening.digits:
        attributes["num_digits"] = listening.digits
    if listening.language:
        attributes |= {"language": listening.language, "speech_timeout": "auto"}
    if listening.hints:
        attributes["hints"] = ", ".join(listening.hints)
    return attributes


def _record(options: RecordOptions, session: Session, url: str) -> dict[str, object]:
    """Return the attributes of Record: https://www.twilio.com/docs/voice/twiml/record."""
    attributes: dict[str, object] = {
        "action": url,
        "method": "POST",
        "timeout": SILENCE_SECONDS,
        "max_length": options.seconds,
        "finish_on_key": "#",
        "play_beep": True,
        "recording_status_callback": recording_url(session, "recording"),
        "recording_status_callback_method": "POST",
        # "absent" is reported, too, where Twilio could not keep the recording.
        "recording_status_callback_event": "completed absent",
    }
    if options.transcribe:
        attributes |= {"transcribe": True, "transcribe_callback": recording_url(session, "transcription")}
    return attributes


def _say(verb: Any, prompt: Prompt | None) -> None:
    for line in prompt.lines if prompt else ():
        voice = {"voice": line.voice} if line.voice else {}
        verb.say(line.text[:MAX_SAY_CHARACTERS], language=line.language, **voice)
