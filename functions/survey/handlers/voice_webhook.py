"""POST /voice/survey, and /voice/survey/answer below it: every turn of a survey call."""

import math

from survey.domain.answers import Reply as Answer
from survey.domain.call_turn import CallTurn
from survey.domain.dialogue import apology
from survey.progress import answer_call
from survey.settings import DefinitionSettings
from survey.twiml import voice_reply
from survey.webhook_params import is_machine, parse_call_sid, parse_respondent, parse_survey_ref
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.errors import NotFound
from switchboard.http_event import RawRequest
from switchboard.reply import Reply
from switchboard.request import Params, Request
from switchboard.settings import from_environment


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
    return voice_reply(decision.say, decision.session)


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
