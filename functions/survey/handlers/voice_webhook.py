"""POST /voice/survey, and /voice/survey/answer below it: every turn of a survey call.

One read and one conditional write per turn. The URL that an answer comes to names the session and its step,
so an answer that Twilio delivers twice, or too late, changes nothing and is answered with what is to be said
now.
"""

import math
from dataclasses import dataclass, replace

from survey import clock, entry, progress, respondent, twiml
from survey.domain import dialogue, engine
from survey.domain.answers import Reply as Answered
from survey.domain.definition import UnusableError
from survey.domain.session import Session
from survey.storage import definitions, sessions
from survey.webhook_params import Choice, chosen
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.errors import NotFound
from switchboard.reply import Reply
from switchboard.request import Params, Request


@dataclass(frozen=True)
class Turn:
    """A call's webhook: ``step`` is empty when the call begins, ``reply`` is None for silence."""

    call_sid: str
    respondent: str
    choice: Choice
    session_id: str
    step: str
    reply: Answered | None
    is_machine: bool


@endpoint(TwilioSignature())
def handler(request: Request) -> Reply:
    """Answer a call's webhook with what is said next.

    https://www.twilio.com/docs/voice/twiml#request-parameters
    """
    if request.path_parameters.get("step", "answer") != "answer":
        raise NotFound
    turn = _turn(request)
    return sessions.retried(lambda: _take(turn, sessions.get(turn.respondent, turn.choice.survey_id)))


def _turn(request: Request) -> Turn:
    # Which survey, session and step it is, our own URL says; the form is about the call.
    params, query = request.params, request.query
    return Turn(
        call_sid=respondent.call_sid(params),
        respondent=respondent.of_call(params),
        choice=chosen(query),
        session_id=query.get("session", ""),
        step=query.get("step", ""),
        reply=_reply(params),
        is_machine=params.get("AnsweredBy", "").startswith(("machine", "fax")),
    )


def _reply(params: Params) -> Answered | None:
    digits, speech = params.get("Digits", "").strip(), params.get("SpeechResult", "").strip()
    if digits:
        return Answered(digits, "dtmf")
    return Answered(speech, "speech", _confidence(params.get("Confidence", ""))) if speech else None


def _confidence(text: str) -> float:
    try:
        confidence = float(text)
    except ValueError:
        return 0.0
    return min(max(confidence, 0.0), 1.0) if math.isfinite(confidence) else 0.0


def _take(turn: Turn, session: Session | None) -> Reply:
    """Return what is said next; StaleSessionError when somebody else was faster."""
    try:
        return _machine(turn, session) if turn.is_machine else _person(turn, session)
    except UnusableError as reason:
        language = session.language if session else turn.choice.language
        prompts = definitions.apology(reason, turn.choice.survey_id, language)
        return twiml.spoken(dialogue.apology(prompts, "voice"))


def _machine(turn: Turn, session: Session | None) -> Reply:
    """Note that an answering machine or a fax took the call, and leave it."""
    now = clock.now()
    if session is None:
        progress.commit(engine.end(_entered(turn, None, now), "VOICEMAIL", now), None, now)
    elif session.is_open and session.is_held_by(turn.call_sid, turn.session_id):
        ended = engine.end(replace(session, call_sid=turn.call_sid), "VOICEMAIL", now)
        progress.commit(ended, session, now)
    return twiml.hang_up()


def _person(turn: Turn, session: Session | None) -> Reply:
    now = clock.now()
    if session is not None and session.status == "COMPLETED" and not turn.step:
        return twiml.spoken(dialogue.completed_already(definitions.of_session(session).prompts, "voice"))
    after = _after(turn, session, now)
    # Everything that can fail comes before the write, so that an apology leaves the session as it was.
    prompt = dialogue.prompt(after, definitions.of_session(after), "voice")
    if after != session:
        progress.commit(after, session, now)
    return twiml.spoken(prompt, twiml.turn_url(after) if after.is_open else "")


def _after(turn: Turn, session: Session | None, now: int) -> Session:
    """Return the session after a webhook: the same one where the webhook comes again or too late."""
    if session is None:
        return _entered(turn, None, now)
    if not turn.step:
        return _begun(turn, session, now)
    if session.session_id != turn.session_id:
        return session
    if session.is_open and turn.step == str(session.version):
        return replace(entry.replied(session, turn.reply, now), medium="voice", call_sid=turn.call_sid)
    if (
        session.status == "ABANDONED"
        and session.call_sid == turn.call_sid
        and turn.step == str(session.version - 1)
        and turn.reply is not None
    ):
        return engine.answer_after_hangup(session, definitions.of_session(session), turn.reply, now)
    return session


def _begun(turn: Turn, session: Session, now: int) -> Session:
    if session.status == "OPTED_OUT" and session.session_id == turn.session_id:
        # They sent STOP while the phone rang.
        return session
    if session.is_under_way(now) and session.is_held_by(turn.call_sid, turn.session_id):
        if session.call_sid:
            return session
        return replace(session, version=session.version + 1, call_sid=turn.call_sid)
    return _entered(turn, session, now)


def _entered(turn: Turn, session: Session | None, now: int) -> Session:
    return entry.entered(
        turn.choice, session, respondent=turn.respondent, medium="voice", now=now, call_sid=turn.call_sid
    )
