"""What a respondent's text message does: the respondent's state and the message in, one decision out."""

from dataclasses import dataclass, replace
from typing import Final

from survey.domain import engine
from survey.domain.answers import Reply, continues
from survey.domain.decision import Context, Decision, apply_reply, change, enter, say
from survey.domain.definition import SurveyRef, UnusableError
from survey.domain.dialogue import Prompt, apology, completed_already
from survey.domain.keywords import keyword
from survey.domain.session import RespondentState, Session

MAX_WELCOMES: Final = 10
"""How many replies in a row that do not begin the survey get the welcome again: it may be a machine."""


@dataclass(frozen=True, slots=True)
class Message:
    """An inbound message, as the webhook states it.

    Attributes
    ----------
    sender, recipient : str
        E.164 number of the respondent, and the number of ours that got the message.
    ids : tuple of str
        MessageSid and idempotency token: the same when the webhook is delivered again.
    survey_id : str
        The survey that the webhook's URL names, or empty.
    ref : SurveyRef
        The survey and language to begin in.
    """

    sender: str
    recipient: str
    body: str
    opt_out_type: str
    ids: tuple[str, ...]
    survey_id: str
    ref: SurveyRef


def is_stop(message: Message) -> bool:
    """Tell whether a message opts out."""
    return keyword(message.opt_out_type, message.body, opted_out=False) == "STOP"


def decide(state: RespondentState, message: Message, context: Context) -> Decision:
    """Return what to store, say and publish after a text message.

    Of a message that opts out, `state` is what is stored after the opt-out, so that a survey which is being
    started at the same moment is ended, too.
    """
    word = keyword(message.opt_out_type, message.body, opted_out=state.opted_out)
    if word == "STOP":
        return end_all(state, context.now)
    if word == "START" and state.opted_out:
        return Decision(opts_in=True)
    session = _addressed(state, message, context.now)
    if state.opted_out or (message.opt_out_type and not _is_go_ahead(message, session, context)):
        return Decision()
    try:
        return _answer(message, session, context, asks_for_help=word == "HELP")
    except UnusableError as reason:
        language = session.language if session else message.ref.language
        return _limited(Decision(say=apology("sms", reason.prompts, language)), session, context)


def end_all(state: RespondentState, now: int) -> Decision:
    """Return the end of every survey under way, for a respondent who opted out."""
    under_way = (session for session in state.sessions if session.is_open)
    return Decision(
        tuple(change(engine.end(session, "OPTED_OUT", now), session, now) for session in under_way)
    )


def _addressed(state: RespondentState, message: Message, now: int) -> Session | None:
    """Return the session that a message belongs to: the survey named, or the one under way, or the latest."""
    if message.survey_id:
        return state.session(message.survey_id)

    def claim(session: Session) -> tuple[bool, bool, bool, int]:
        is_repeated = session.has_processed(*message.ids)
        return is_repeated, engine.resumes(session, now), session.is_open, session.updated_at

    return max(state.sessions, key=claim, default=None)


def _is_go_ahead(message: Message, session: Session | None, context: Context) -> bool:
    """Whether a word such as YES, which Twilio took for START, is the reply that our welcome asked for."""
    if session is None or not session.is_open or session.state != "welcome_wait" or session.medium != "sms":
        return False
    if message.opt_out_type.upper() != "START":
        return False
    try:
        prompts = context.definitions(session.ref).prompts
    except UnusableError:
        return False
    return bool(prompts.text("welcomeContinue")) and continues(Reply(message.body, "sms"), prompts)


def _answer(message: Message, session: Session | None, context: Context, *, asks_for_help: bool) -> Decision:
    now = context.now
    if session is not None:
        if session.has_processed(*message.ids):
            return Decision(say=_next(session, context), session=session)
        if asks_for_help and session.is_under_way(now):
            return _limited(Decision(say=_next(session, context)), session, context)
        if session.status == "COMPLETED":
            prompts = context.definitions(session.ref).prompts
            return _limited(Decision(say=completed_already(prompts, "sms")), session, context)
    after = _after(message, session, context)
    if after is None:
        return Decision()
    after = engine.remember(after, *message.ids)
    prompt = _next(after, context)
    if not _goes_on(session, after):
        if session is not None and session.replies_today(now) >= context.replies_per_day:
            return Decision()
        after = after.with_reply(now)
    return Decision((change(after, session, now),), prompt, after)


def _goes_on(before: Session | None, after: Session) -> bool:
    """Whether the reply is part of the survey's questions, whose number is bounded anyway."""
    if before is None or not before.is_open or before.medium != "sms":
        return False
    return before.state == "question_wait" or after.state != "welcome_wait"


def _after(message: Message, session: Session | None, context: Context) -> Session | None:
    """Return the session after a message, or None where the message is not about a survey."""
    if session is not None and engine.resumes(session, context.now):
        if session.is_open and session.medium == "sms":
            return apply_reply(session, Reply(message.body, "sms"), context)
    elif not context.start_on_inbound:
        return None
    return enter(message.ref, session, context, respondent=message.sender, medium="sms")


def _next(session: Session, context: Context) -> Prompt | None:
    """Return what is to be read now; nothing where the welcome was sent over and over to no avail."""
    if session.is_open and session.state == "welcome_wait" and session.attempts > MAX_WELCOMES:
        return None
    return say(session, "sms", context)


def _limited(decision: Decision, session: Session | None, context: Context) -> Decision:
    """Return a reply that changes no survey, counted; nothing once the day's number of replies is reached."""
    if session is None or decision.say is None:
        return decision
    if session.replies_today(context.now) >= context.replies_per_day:
        return Decision()
    return replace(decision, session=session.with_reply(context.now), counts_reply=True)
