"""The survey's state machine: what a contact and a reply do to a session. Voice and SMS share it.

::

    start_session ─> welcome_wait ─reply─> question_wait ─answer─> question_wait … ─last answer─> post-survey
                       └─ other language, or welcome again  └─ unusable: asked again, twice, then skipped
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from survey.domain.answers import Recording, Reply, answer_to_welcome
from survey.domain.definition import Definition, Medium
from survey.domain.languages import listed_language, waits_at_welcome
from survey.domain.path import next_step
from survey.domain.question_types import check, typed_value
from survey.domain.session import Answer, Feedback, Preamble, Session

MAX_ATTEMPTS: Final = 3
"""Number of times that a question is asked before it is skipped."""

_NO_FIELDS: Final[Mapping[str, str]] = MappingProxyType({})


def start_session(
    definition: Definition,
    *,
    previous: Session | None,
    respondent: str,
    medium: Medium,
    session_id: str,
    now: int,
    lifetime: int,
    call_sid: str = "",
    fields: Mapping[str, str] = _NO_FIELDS,
) -> Session:
    """Begin a survey, or resume an unfinished one with its answers kept.

    Parameters
    ----------
    definition : Definition
        As `Session.next_ref` names it; for a new respondent, as the request names it.
    previous : Session or None
        The respondent's session in this survey so far; a completed one is replaced.
    session_id : str
        The id of a new session.
    now, lifetime : int
        Milliseconds since the epoch, and the milliseconds that a session waits for a reply.
    fields : mapping of str to str
        What placeholders in the prompts stand for. A survey that is resumed keeps those it has, too.
    """
    if previous is not None and previous.is_resumable(now):
        session = replace(
            previous,
            medium=medium,
            status="STARTED",
            state="welcome_wait",
            version=previous.version + 1,
            updated_at=now,
            waits_until=now + lifetime,
            ended_at=None,
            question="",
            attempts=0,
            feedback="",
            preamble="",
            call_sid=call_sid,
            message_sid="",
            fields={**previous.fields, **fields},
        )
    else:
        session = Session(
            respondent=respondent,
            survey_id=definition.survey_id,
            session_id=session_id,
            medium=medium,
            language=definition.prompts.language,
            started_at=now,
            updated_at=now,
            waits_until=now + lifetime,
            version=previous.version + 1 if previous else 1,
            call_sid=call_sid,
            reply_day=previous.reply_day if previous else 0,
            reply_count=previous.reply_count if previous else 0,
            fields=dict(fields),
        )
    if waits_at_welcome(definition, medium):
        return session
    return _begin(session, definition.for_respondent(respondent), now, preamble="welcome")


def advance(session: Session, definition: Definition, reply: Reply | None, now: int) -> Session:
    """Return the session after a reply, or after silence (None).

    Parameters
    ----------
    session : Session
        As stored. Unless it is STARTED, nothing changes.
    definition : Definition
        In the session's language.
    """
    if not session.is_open:
        return session
    definition = definition.for_respondent(session.respondent)
    session = replace(session.next_turn(now), preamble="", feedback="")
    if session.state == "welcome_wait":
        return _reply_to_welcome(session, definition, reply, now)
    return _reply_to_question(session, definition, reply, now)


def answer_after_hangup(session: Session, definition: Definition, reply: Reply, now: int) -> Session:
    """Return an ABANDONED session after an answer that was given just before the caller hung up.

    Twilio reports the end of the call and the last answer at the same time, so either may be processed first.
    """
    if session.status != "ABANDONED" or not session.question:
        return session
    open_again = replace(session, status="STARTED", state="question_wait", ended_at=None)
    answered = advance(open_again, definition, reply, now)
    return replace(answered.end("ABANDONED", now), version=answered.version)


def starts_anew(previous: Session | None, now: int) -> bool:
    """Tell whether the next contact at `now` (ms) begins a session: none is completed, none is resumed."""
    return previous is None or not (previous.status == "COMPLETED" or previous.is_resumable(now))


def _reply_to_welcome(session: Session, definition: Definition, reply: Reply | None, now: int) -> Session:
    if definition.listed:
        language = listed_language(reply, definition) if reply else definition.prompts.language
        if not language:
            return replace(session, attempts=session.attempts + 1)
        return _begin(replace(session, language=language), definition, now, preamble="begin")
    answer = answer_to_welcome(reply, definition.prompts) if reply else "continue"
    if answer == "unknown":
        return replace(session, attempts=session.attempts + 1)
    # If the other language's file cannot be used, the survey continues in the current language.
    if answer == "switch" and definition.offered:
        session = replace(session, language=definition.offered.language)
    return _begin(session, definition, now, preamble="begin")


def _begin(session: Session, definition: Definition, now: int, preamble: Preamble) -> Session:
    return _ask_next(replace(session, state="question_wait", preamble=preamble), definition, now)


def _reply_to_question(session: Session, definition: Definition, reply: Reply | None, now: int) -> Session:
    if reply is None:
        return _ask_again(session, definition, "silence", None, now)
    question = definition.question(session.question)
    # If the operator has removed the question while it was open, the reply is stored as it is.
    plain = reply.recording.url if reply.recording else reply.cleaned().text
    text = check(question, reply, definition.prompts) if question else plain
    if not text:
        return _ask_again(session, definition, "wrong", reply, now)
    text = definition.truncate(text)
    number, typed = typed_value(question, text)
    answer = Answer(
        session.question,
        text,
        reply.recorded_confidence,
        now,
        number=number,
        typed=typed,
        recording=reply.recording.sid if reply.recording else "",
    )
    if reply.recording:
        made = Recording(url=reply.recording.url, seconds=reply.recording.seconds)
        session = session.with_recording(reply.recording.sid, made)
    return _ask_next(replace(session, answers=(*session.answers, answer)), definition, now)


def _ask_again(
    session: Session, definition: Definition, feedback: Feedback, reply: Reply | None, now: int
) -> Session:
    if session.attempts + 1 < MAX_ATTEMPTS:
        return replace(session, attempts=session.attempts + 1, feedback=feedback)
    said = definition.truncate(reply.cleaned().text) if reply else ""
    confidence = reply.recorded_confidence if reply and said else None
    skipped = Answer(session.question, "", confidence, now, skipped=True, said=said)
    answers = (*session.answers, skipped)
    return _ask_next(replace(session, answers=answers, feedback="skipped"), definition, now)


def _ask_next(session: Session, definition: Definition, now: int) -> Session:
    following = next_step(definition, session.answers).question
    session = replace(session, attempts=0, question=following.key if following else "")
    if following:
        return session
    is_counted = definition.rules.quota is not None
    return replace(session, status="COMPLETED", state="post-survey", ended_at=now, is_counted=is_counted)
