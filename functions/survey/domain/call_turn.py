"""What a survey call's webhook does: the session and the turn in, one decision out.

The URL that an answer comes to names the session and its step, so an answer that Twilio delivers twice, or
too late, changes nothing and is answered with what is to be said now.
"""

from dataclasses import dataclass, replace

from survey.domain import engine
from survey.domain.answers import Reply
from survey.domain.decision import Context, Decision, apply_reply, change, enter, say
from survey.domain.definition import SurveyRef, UnusableError
from survey.domain.dialogue import apology, completed_already
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
        An answering machine or a fax took the call.
    """

    call_sid: str
    respondent: str
    ref: SurveyRef
    session_id: str = ""
    step: str = ""
    reply: Reply | None = None
    is_machine: bool = False


def decide(session: Session | None, turn: CallTurn, context: Context) -> Decision:
    """Return what to store, say and publish after a call's webhook; nothing to say means to hang up."""
    try:
        return (_leave_machine if turn.is_machine else _answer)(session, turn, context)
    except UnusableError as reason:
        language = session.language if session else turn.ref.language
        return Decision(say=apology("voice", reason.prompts, language))


def decide_end(session: Session | None, call_sid: str, session_id: str, status: Status, now: int) -> Decision:
    """Return the end of the survey that a call held when it ended; nothing where it held none."""
    if session is None or not session.is_open or not session.is_held_by(call_sid, session_id):
        return Decision()
    return Decision((change(engine.end(session, status, now), session, now),))


def _leave_machine(session: Session | None, turn: CallTurn, context: Context) -> Decision:
    now = context.now
    if session is None:
        ended = engine.end(_enter(turn, None, context), "VOICEMAIL", now)
        return Decision((change(ended, None, now),))
    if not session.is_open or not session.is_held_by(turn.call_sid, turn.session_id):
        return Decision()
    ended = engine.end(replace(session, call_sid=turn.call_sid), "VOICEMAIL", now)
    return Decision((change(ended, session, now),))


def _answer(session: Session | None, turn: CallTurn, context: Context) -> Decision:
    if session is not None and session.status == "COMPLETED" and not turn.step:
        return Decision(say=completed_already(context.definitions(session.ref).prompts, "voice"))
    after = _after(session, turn, context)
    changes = () if after == session else (change(after, session, context.now),)
    return Decision(changes, say(after, "voice", context), after)


def _after(session: Session | None, turn: CallTurn, context: Context) -> Session:
    """Return the session after a webhook: the same one where the webhook comes again or too late."""
    if session is None:
        return _enter(turn, None, context)
    if not turn.step:
        return _begin(session, turn, context)
    if session.session_id != turn.session_id:
        return session
    if session.is_open and turn.step == str(session.version):
        answered = apply_reply(session, turn.reply, context)
        return replace(answered, medium="voice", call_sid=turn.call_sid)
    if (
        session.status == "ABANDONED"
        and session.call_sid == turn.call_sid
        and turn.step == str(session.version - 1)
        and turn.reply is not None
    ):
        definition = context.definitions(session.ref)
        return engine.answer_after_hangup(session, definition, turn.reply, context.now)
    return session


def _begin(session: Session, turn: CallTurn, context: Context) -> Session:
    if session.status == "OPTED_OUT" and session.session_id == turn.session_id:
        # The respondent sent STOP while the phone rang.
        return session
    if session.is_under_way(context.now) and session.is_held_by(turn.call_sid, turn.session_id):
        if session.call_sid:
            return session
        return replace(session, version=session.version + 1, call_sid=turn.call_sid)
    return _enter(turn, session, context)


def _enter(turn: CallTurn, session: Session | None, context: Context) -> Session:
    return enter(
        turn.ref, session, context, respondent=turn.respondent, medium="voice", call_sid=turn.call_sid
    )
