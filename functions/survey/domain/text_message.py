"""The decision on a respondent's text message: which session it belongs to, what to store, what to reply."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from survey.domain import engine
from survey.domain.answers import Reply, answer_to_welcome
from survey.domain.decision import Context, Decision, Limit
from survey.domain.definition import Definition, Medium, SurveyRef, UnusableError
from survey.domain.dialogue import Prompt, apology, closed, completed_already, prompt
from survey.domain.language.matching import matches
from survey.domain.session import RespondentState, Session

Keyword = Literal["", "STOP", "START", "HELP"]

MAX_WELCOMES: Final = 10
"""Number of replies in a row that do not begin the survey and get the welcome again: it may be a machine."""

_STOP: Final = ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout")
_START: Final = ("start", "unstop", "yes")
_HELP: Final = ("help", "info")
_KEYWORD_LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class Message:
    """An inbound message.

    Attributes
    ----------
    sender, recipient : str
        E.164 number of the respondent, and our number that received the message.
    ids : tuple of str
        MessageSid and idempotency token: the same when the webhook is delivered again.
    survey_id : str
        The survey that the webhook's URL names, or empty.
    ref : SurveyRef
        The survey and language to begin in.
    medium : {"sms", "whatsapp"}
        How the message came, and how the reply goes.
    payload : str
        The id of the button or of the list's entry that was tapped in WhatsApp, or empty.
    """

    sender: str
    recipient: str
    body: str
    opt_out_type: str
    ids: tuple[str, ...]
    survey_id: str
    ref: SurveyRef
    medium: Medium = "sms"
    payload: str = ""

    @property
    def reply(self) -> Reply:
        """The message as a reply to what was asked."""
        return Reply(self.body, "sms", payload=self.payload)

    @property
    def is_stop(self) -> bool:
        """Whether the message opts out."""
        return keyword(self.opt_out_type, self.body, opted_out=False) == "STOP"


def keyword(opt_out_type: str, body: str, *, opted_out: bool) -> Keyword:
    """Return the keyword that a message consists of, or the empty string.

    With Advanced Opt-Out, Twilio states it (OptOutType); without it, Twilio knows English words only, in any
    survey. Either way Twilio has replied already, but perhaps not to a word that stands in quotation marks or
    has invisible characters: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out

    Parameters
    ----------
    opt_out_type : str
        The webhook's OptOutType, empty without Advanced Opt-Out. Beside a value that Twilio does not document
        the message's words count.
    body : str
        The message.
    opted_out : bool
        Whether the respondent has opted out: only then are START, UNSTOP and YES keywords.
    """
    stated: dict[str, Keyword] = {"STOP": "STOP", "START": "START", "HELP": "HELP"}
    if opt_out_type.strip().upper() in stated:
        return stated[opt_out_type.strip().upper()]
    words: dict[Keyword, tuple[str, ...]] = {"STOP": _STOP, "HELP": _HELP}
    found = matches(body, words | ({"START": _START} if opted_out else {}), _KEYWORD_LANGUAGE)
    return found[0] if found else ""


def find_session(state: RespondentState, message: Message, now: int) -> Session | None:
    """Return the session that a message belongs to: by the survey named, or the open one, or the latest."""
    if message.survey_id:
        return state.session(message.survey_id)

    def claim(session: Session) -> tuple[bool, bool, bool, int]:
        is_repeated = session.has_processed(*message.ids)
        return is_repeated, session.is_resumable(now), session.is_open, session.updated_at

    return max(state.sessions, key=claim, default=None)


def survey_to_ask(session: Session | None, message: Message, now: int) -> SurveyRef:
    """Return the survey and language that the reply is in."""
    if session is None:
        return message.ref
    if session.state == "question_wait" and session.is_under_way(now) and session.medium != "voice":
        return session.ref.without_offers()
    return session.ref if session.has_processed(*message.ids) else session.next_ref(message.ref, now)


def decide(
    state: RespondentState,
    session: Session | None,
    message: Message,
    survey: Definition | UnusableError,
    context: Context,
) -> Decision:
    """Return what to store and to reply after a message that does not opt out.

    Parameters
    ----------
    session : Session or None
        As `find_session` returns it.
    survey : Definition or UnusableError
        As `survey_to_ask` names it, or why it cannot be asked.
    """
    if state.opted_out:
        word = keyword(message.opt_out_type, message.body, opted_out=True)
        return Decision(opts_in=word == "START")
    if _is_ignored(session, message, survey, context):
        return Decision()
    if isinstance(survey, UnusableError):
        language = session.language if session else message.ref.language
        reply = apology(message.medium, survey.prompts, language)
        return _reply_outside(state, session, message, reply, context)
    without_turn = _reply_without_turn(session, message, survey, context)
    if without_turn is not None:
        return without_turn
    if survey.rules.is_closed(context.now, context.completions) and engine.starts_anew(session, context.now):
        return _reply_outside(state, session, message, closed(survey.prompts, message.medium), context)
    return _take_turn(state, session, message, survey, context)


def _is_ignored(
    session: Session | None, message: Message, survey: Definition | UnusableError, context: Context
) -> bool:
    """Tell whether a message is for Twilio only, or neither belongs to a survey nor may start one."""
    if message.opt_out_type and not _is_go_ahead(session, message, survey):
        return True
    return not context.start_on_inbound and (
        session is None
        or not (
            session.status == "COMPLETED"
            or session.is_resumable(context.now)
            or session.has_processed(*message.ids)
        )
    )


def _is_go_ahead(session: Session | None, message: Message, survey: Definition | UnusableError) -> bool:
    """Tell whether a word that Twilio takes for START, such as YES, is the one that the welcome asked for."""
    if session is None or not session.is_open or session.state != "welcome_wait" or session.medium == "voice":
        return False
    if message.opt_out_type.upper() != "START" or isinstance(survey, UnusableError):
        return False
    answer = answer_to_welcome(message.reply, survey.prompts)
    return bool(survey.prompts.text("welcomeContinue")) and answer == "continue"


def _reply_outside(
    state: RespondentState, session: Session | None, message: Message, reply: Prompt, context: Context
) -> Decision:
    """Return a reply that neither begins nor continues a survey, within the day's limits."""
    if session is not None:
        return _count_reply(session, reply, context)
    limit = Limit(f"apologies#{message.sender}", context.replies_per_day)
    return Decision(reply=reply, limits=(limit, *_new_sender_limit(state, message, context)))


def _reply_without_turn(
    session: Session | None, message: Message, survey: Definition, context: Context
) -> Decision | None:
    """Return the reply to a repeated message, HELP, or a message after completion; None for any other."""
    if session is None:
        return None
    if session.has_processed(*message.ids):
        again = _next_prompt(session, survey, message.medium)
        if again is not None and again.content is not None:
            again = replace(again, content=replace(again.content, since=session.updated_at))
        return Decision(session, again)
    word = keyword(message.opt_out_type, message.body, opted_out=False)
    if word == "HELP" and session.is_under_way(context.now):
        return _count_reply(session, _next_prompt(session, survey, message.medium), context)
    if session.status == "COMPLETED":
        return _count_reply(
            session, completed_already(survey.prompts, message.medium, session.fields), context
        )
    return None


def _take_turn(
    state: RespondentState, session: Session | None, message: Message, survey: Definition, context: Context
) -> Decision:
    after = _reply_or_start(session, message, survey, context).with_message(*message.ids)
    if not _is_answer(session, after):
        if not _is_within_daily_limit(session, context):
            return Decision()
        after = after.with_reply(context.now)
    limits = _new_sender_limit(state, message, context)
    return Decision(after, _next_prompt(after, survey, message.medium), limits=limits)


def _reply_or_start(
    session: Session | None, message: Message, survey: Definition, context: Context
) -> Session:
    if session is not None and session.is_under_way(context.now) and session.medium != "voice":
        return replace(engine.advance(session, survey, message.reply, context.now), medium=message.medium)
    return engine.start_session(
        survey,
        previous=session,
        respondent=message.sender,
        medium=message.medium,
        session_id=context.session_id,
        now=context.now,
        lifetime=context.lifetime,
    )


def _is_answer(before: Session | None, after: Session) -> bool:
    """Tell whether a message answers a question, or begins the questions, whose number is bounded anyway."""
    if before is None or not before.is_open or before.medium == "voice":
        return False
    return before.state == "question_wait" or after.state != "welcome_wait"


def _next_prompt(session: Session, survey: Definition, medium: Medium) -> Prompt | None:
    """Return the next prompt; None if the welcome was repeated too often without a reply that begins."""
    if session.is_open and session.state == "welcome_wait" and session.attempts > MAX_WELCOMES:
        return None
    return prompt(session, survey, medium)


def _count_reply(session: Session, reply: Prompt | None, context: Context) -> Decision:
    """Return a reply that changes no survey, counted; none once the day's number of replies is reached."""
    if reply is None:
        return Decision(session)
    if not _is_within_daily_limit(session, context):
        return Decision()
    return Decision(session.with_reply(context.now), reply, counts_reply=True)


def _is_within_daily_limit(session: Session | None, context: Context) -> bool:
    return session is None or session.replies_today(context.now) < context.replies_per_day


def _new_sender_limit(state: RespondentState, message: Message, context: Context) -> tuple[Limit, ...]:
    if state.sessions:
        return ()
    return (Limit(f"new-senders#{message.recipient}", context.new_senders_per_day),)
