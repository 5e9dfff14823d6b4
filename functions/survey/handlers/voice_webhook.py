"""POST /voice/survey, and /voice/survey/answer below it: every turn of a survey call."""

import math
from typing import Any, Final
from urllib.parse import urlencode

from survey.domain.answers import Reply as Answer
from survey.domain.call_turn import CallTurn
from survey.domain.dialogue import Prompt, apology
from survey.domain.question_types import Listening
from survey.domain.session import Session
from survey.requests.webhook_params import is_machine, parse_call_sid, parse_respondent, parse_survey_ref
from survey.settings import DefinitionSettings
from survey.turns import answer_call
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.errors import NotFound
from switchboard.http_event import RawRequest
from switchboard.public_url import path_prefix
from switchboard.reply import Reply, twiml
from switchboard.request import Params, Request
from switchboard.settings import from_environment

SILENCE_SECONDS: Final = 5
"""How long a phone waits for the first key or word, seconds."""

MAX_SAY_CHARACTERS: Final = 4096
"""Characters that a Say takes (https://www.twilio.com/docs/voice/twiml/say)."""


def apologize(_request: RawRequest) -> Reply:
    """Answer a turn that could not be taken: say sorry, and hang up."""
    return voice_reply(apology("voice", language=from_environment(DefinitionSettings).default_language))


@endpoint(TwilioSignature(), fallback=apologize)
def handler(request: Request) -> Reply:
    """Answer a call's webhook with what is said next.

    https://www.twilio.com/docs/voice/twiml#request-parameters
    """
    if request.path_parameters.get("step", "answer") != "answer":
        raise NotFound
    decision = answer_call(_parse(request))
    return voice_reply(decision.reply, decision.session)


def _parse(request: Request) -> CallTurn:
    # Our own URL names the survey, the session and the step; the form is about the call.
    params, query = request.params, request.query
    return CallTurn(
        call_sid=parse_call_sid(params),
        respondent=parse_respondent(params),
        ref=parse_survey_ref(query),
        session_id=query.get("session", ""),
        step=query.get("step", ""),
        reply=_parse_reply(params),
        is_machine=is_machine(params),
    )


def _parse_reply(params: Params) -> Answer | None:
    digits, speech = params.get("Digits", "").strip(), params.get("SpeechResult", "").strip()
    if digits:
        return Answer(digits, "dtmf")
    return Answer(speech, "speech", _parse_confidence(params.get("Confidence", ""))) if speech else None


def _parse_confidence(text: str) -> float | None:
    try:
        confidence = float(text)
    except ValueError:
        return None
    # DynamoDB holds no number between 0 and 1e-130.
    return round(min(max(confidence, 0.0), 1.0), 12) if math.isfinite(confidence) else None


def answer_url(session: Session) -> str:
    """Return where the answer to the session's open step goes: a path, which Twilio resolves.

    It names the step, so that an answer that arrives twice or too late is recognised.
    """
    query = urlencode({"surveyId": session.survey_id, "session": session.session_id, "step": session.version})
    return f"{path_prefix()}/voice/survey/answer?{query}"


def voice_reply(prompt: Prompt | None, session: Session | None = None) -> Reply:
    """Return what the phone says, and either listens for the answer to the session's step or hangs up."""
    from twilio.twiml.voice_response import VoiceResponse

    response = VoiceResponse()
    if prompt is None or prompt.listening is None or session is None or not session.is_open:
        _say(response, prompt)
        response.hangup()
        return twiml(response)
    url = answer_url(session)
    _say(response.gather(**_gather(prompt.listening, url)), prompt)
    # Silence falls through to here and arrives with neither Digits nor SpeechResult.
    response.redirect(url, method="POST")
    return twiml(response)


def _gather(listening: Listening, url: str) -> dict[str, object]:
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


def _say(verb: Any, prompt: Prompt | None) -> None:
    for line in prompt.lines if prompt else ():
        voice = {"voice": line.voice} if line.voice else {}
        verb.say(line.text[:MAX_SAY_CHARACTERS], language=line.language, **voice)
