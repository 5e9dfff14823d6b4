"""The decision on a call's webhook: what to store, what to say.

The URL of an answer names the session and its step, so an answer that Twilio delivers twice, or too late,
changes nothing, and the reply to it is what is to be said now.
"""

from dataclasses import dataclass, replace

from survey.domain import engine
from survey.domain.answers import Reply
from survey.domain.decision import Context, Decision
from survey.domain.definition import Definition, SurveyRef, UnusableError
from survey.domain.dialogue import Prompt, apology, closed, completed_already, prompt
from survey.domain.session import Session, Status


@dataclass(frozen=True, slots=True)
class CallTurn:
    """A call's webhook.

    Attributes
    ----------
    respondent : str
        E.164 number, or the CallSid of a caller whose number is withheld.
    session_id, step : str
        As our own URL names them; ``step`` is empty when the call begins.
    reply : Reply or None
        None for silence.
    is_machine : bool
        Whether an answering machine or a fax took the call.
    """

    call_sid: str
    respondent: str
    ref: SurveyRef
    session_id: str = ""
    step: str = ""
    reply: Reply | None = None
    is_machine: bool = False


def survey_to_ask(session: Session | None, turn: CallTurn, now: int) -> SurveyRef:
    """Return the survey and language that is spoken next."""
    if session is None:
        return turn.ref
    if turn.step:
        return session.ref.without_offers() if session.state == "question_wait" else session.ref
    return session.ref if _has_stopped(session, turn) else session.next_ref(turn.ref, now)


def decide(
    session: Session | None, turn: CallTurn, survey: Definition | UnusableError, context: Context
) -> Decision:
    """Return what to store and to say after a call's webhook; without a reply the call is to be hung up.

    Parameters
    ----------
    session : Session or None
        The respondent's session in the survey that the turn names.
    survey : Definition or UnusableError
        As `survey_to_ask` names it, or why it cannot be asked.
    """
    if turn.is_machine and session is not None:
        return _leave_machine(session, turn, context)
    if isinstance(survey, UnusableError):
        language = session.language if session else turn.ref.language
        return Decision(reply=apology("voice", survey.prompts, language))
    last_words = _last_words(session, turn, survey, context)
    if last_words is not None:
        return Decision(reply=last_words)
    if session is None:
        started = _start(None, turn, survey, context)
        if turn.is_machine:
            return Decision(started.end("VOICEMAIL", context.now))
        return Decision(started, prompt(started, survey, "voice"))
    after = (_answer if turn.step else _begin)(session, turn, survey, context)
    return Decision(after, prompt(after, survey, "voice"))


def end_call(session: Session | None, call_sid: str, session_id: str, status: Status, now: int) -> Decision:
    """Return the end of the survey that a call held when it ended; nothing to store if it held none."""
    if session is None or not session.is_held_by(call_sid, session_id):
        return Decision(session)
    return Decision(session.end(status, now))


def _last_words(
    session: Session | None, turn: CallTurn, survey: Definition, context: Context
) -> Prompt | None:
    """Return what a caller hears who has completed the survey, or comes once none begins any more."""
    if turn.step or (session is not None and _has_stopped(session, turn)):
        return None
    if session is not None and session.status == "COMPLETED":
        return completed_already(survey.prompts, "voice", session.fields)
    is_closed = survey.rules.is_closed(context.now, context.completions)
    is_turned_away = is_closed and engine.starts_anew(session, context.now)
    return closed(survey.prompts, "voice") if is_turned_away else None


def _leave_machine(session: Session, turn: CallTurn, context: Context) -> Decision:
    if not session.is_open or not session.is_held_by(turn.call_sid, turn.session_id):
        return Decision()
    return Decision(replace(session, call_sid=turn.call_sid).end("VOICEMAIL", context.now))


def _begin(session: Session, turn: CallTurn, survey: Definition, context: Context) -> Session:
    """Return the session after the first webhook of a call, which Twilio may deliver again."""
    if _has_stopped(session, turn):
        return session
    if session.is_under_way(context.now) and session.is_held_by(turn.call_sid, turn.session_id):
        if session.call_sid:
            return session
        return replace(session, version=session.version + 1, call_sid=turn.call_sid)
    return _start(session, turn, survey, context)


def _answer(session: Session, turn: CallTurn, survey: Definition, context: Context) -> Session:
    """Return the session after an answer, or silence: the same one if the answer comes again or too late."""
    if session.session_id != turn.session_id:
        return session
    if session.is_open and turn.step == str(session.version):
        answered = engine.advance(session, survey, turn.reply, context.now)
        return replace(answered, medium="voice", call_sid=turn.call_sid)
    if (
        session.status == "ABANDONED"
        and session.call_sid == turn.call_sid
        and turn.step == str(session.version - 1)
        and turn.reply is not None
    ):
        return engine.answer_after_hangup(session, survey, turn.reply, context.now)
    return session


def _has_stopped(session: Session, turn: CallTurn) -> bool:
    """Tell whether the respondent sent STOP while the phone rang."""
    return session.status == "OPTED_OUT" and session.session_id == turn.session_id


def _start(session: Session | None, turn: CallTurn, survey: Definition, context: Context) -> Session:
    return engine.start_session(
        survey,
        previous=session,
        respondent=turn.respondent,
        medium="voice",
        session_id=context.session_id,
        now=context.now,
        lifetime=context.lifetime,
        call_sid=turn.call_sid,
    )
