"""What a turn comes to: one value that says what to store, what to say and what to publish."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from survey.domain import engine
from survey.domain.answers import Reply
from survey.domain.definition import Definitions, SurveyRef, UnusableError
from survey.domain.dialogue import Prompt, prompt
from survey.domain.engine import offers_language
from survey.domain.result import result_content
from survey.domain.session import Medium, Session

EventType = Literal["survey.started", "survey.ended"]

RECORD_WITHIN_MS: Final = 120_000
"""How long the event has to get the result file written before expire_sessions publishes it again."""

MAX_SUPERSEDED_BYTES: Final = 150_000
"""What a replaced session may take up in the item of its successor (DynamoDB's limit is 400 KB)."""


@dataclass(frozen=True, slots=True)
class Change:
    """A session to store in place of the one that was read, and the event to publish then."""

    session: Session
    replaces: Session | None
    event: EventType | None = None

    @property
    def begins(self) -> bool:
        """Whether the survey was not under way before."""
        return self.replaces is None or not self.replaces.is_open


@dataclass(frozen=True, slots=True)
class Decision:
    """What a message, a call's webhook or a call's end comes to.

    Attributes
    ----------
    changes : tuple of Change
        At most one, except where STOP ends several surveys.
    say : Prompt or None
        The answer; None for none.
    session : Session or None
        The session that the answer is about, as it is after the turn.
    counts_reply : bool
        The session does not change but for the number of text messages that it brought.
    opts_in : bool
        The respondent's opt-out ends.
    """

    changes: tuple[Change, ...] = ()
    say: Prompt | None = None
    session: Session | None = None
    counts_reply: bool = False
    opts_in: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision rests on besides the respondent's state and the message.

    Attributes
    ----------
    now : int
        Milliseconds since the epoch.
    lifetime : int
        Milliseconds that a session waits for a reply.
    definitions : callable
        Finds a survey in a language.
    session_id : str
        The id of a session that begins.
    start_on_inbound : bool
        Whether a text message from a number without a session starts a survey.
    replies_per_day : int
        Text messages that one number gets in a day without a new question.
    """

    now: int
    lifetime: int
    definitions: Definitions
    session_id: str
    start_on_inbound: bool = True
    replies_per_day: int = 20


def change(session: Session, replaces: Session | None, now: int) -> Change:
    """Return the change from one session to the next, with its event where a result file must follow."""
    if not needs_recording(session, replaces):
        return Change(session, replaces)
    event: EventType = "survey.started" if session.is_open else "survey.ended"
    return Change(_to_be_recorded(session, replaces, now), replaces, event)


def needs_recording(session: Session, before: Session | None) -> bool:
    """Whether a session began, ended or was taken up again, or changed after its end."""
    if before is None or not session.is_open:
        return True
    return (session.session_id, session.status) != (before.session_id, before.status)


def _to_be_recorded(session: Session, replaces: Session | None, now: int) -> Session:
    """Return the session marked as not in its result file yet.

    Where it replaces a session whose result file is not written yet, it carries that result.
    """
    superseded = session.superseded
    if (
        replaces is not None
        and replaces.session_id != session.session_id
        and (replaces.is_open or replaces.due_at)
    ):
        content = result_content(engine.end(replaces, "EXPIRED", now))
        superseded = content if len(content.encode()) <= MAX_SUPERSEDED_BYTES else ""
    return replace(session, due_at=now + RECORD_WITHIN_MS, superseded=superseded)


def enter(
    ref: SurveyRef,
    previous: Session | None,
    context: Context,
    *,
    respondent: str,
    medium: Medium,
    call_sid: str = "",
) -> Session:
    """Return the session of a respondent who begins a survey, or goes on with one.

    Parameters
    ----------
    ref : SurveyRef
        The survey and language to begin in; a previous session's own survey counts, and its language where it
        goes on.

    Raises
    ------
    UnusableError
        The survey cannot be asked.
    """
    survey_id, language = ref.survey_id, ref.language
    if previous is not None:
        survey_id = previous.survey_id
        if engine.resumes(previous, context.now):
            language = previous.language
    return engine.enter(
        context.definitions(SurveyRef(survey_id, language)),
        previous=previous,
        respondent=respondent,
        medium=medium,
        session_id=context.session_id,
        now=context.now,
        lifetime=context.lifetime,
        call_sid=call_sid,
    )


def apply_reply(session: Session, reply: Reply | None, context: Context) -> Session:
    """Return an open session after a reply, or after silence (None).

    Where the respondent chose a language whose files cannot be used, the survey goes on in the current one.

    Raises
    ------
    UnusableError
        The survey cannot be asked.
    """
    after = engine.advance(session, context.definitions(session.ref), reply, context.now)
    if after.language == session.language:
        return after
    try:
        context.definitions(after.ref)
    except UnusableError:
        return replace(after, language=session.language)
    return after


def say(session: Session, medium: Medium, context: Context) -> Prompt:
    """Return what the respondent hears or reads now; raises what `context.definitions` raises."""
    definition = context.definitions(session.ref)
    offered = None
    if medium == "voice" and session.is_open and session.state == "welcome_wait":
        prompts = definition.prompts
        if offers_language(prompts):
            try:
                offered = context.definitions(SurveyRef(session.survey_id, prompts.offered_language)).prompts
            except UnusableError:
                # The offer is made all the same: a respondent who accepts it goes on in the current language.
                offered = None
    return prompt(session, definition, medium, offered)
