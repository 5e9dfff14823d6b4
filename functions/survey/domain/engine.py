"""The survey's state machine: what a reply, silence or an end does to a session. Voice and SMS share it.

::

    enter ──> welcome_wait ──reply──> question_wait ──answer──> question_wait … ──last answer──> post-survey
                 └─ another language, or the welcome again     └─ not usable: asked again, twice, then skipped
"""

from dataclasses import replace
from typing import Final

from survey.domain.answers import Reply, as_number, check, clean, continues, switches_language, truncate
from survey.domain.definition import Definition, Prompts
from survey.domain.session import (
    CLOSED_FOR_GOOD,
    MAX_PROCESSED_MESSAGES,
    Answer,
    Feedback,
    Medium,
    Preamble,
    Session,
    Status,
)

MAX_ATTEMPTS: Final = 3
"""How often a question is asked before it is skipped."""


def enter(
    definition: Definition,
    *,
    previous: Session | None,
    respondent: str,
    medium: Medium,
    session_id: str,
    now: int,
    lifetime: int,
    call_sid: str = "",
) -> Session:
    """Begin a survey, or take an unfinished one up again with its answers kept.

    Parameters
    ----------
    definition : Definition
        In the language to begin in; an unfinished session goes on in its own.
    previous : Session or None
        The respondent's session in this survey so far. It must not be COMPLETED.
    session_id : str
        Used if a new session begins.
    now, lifetime : int
        Milliseconds since the epoch, and for how many a session waits for a reply.
    """
    if previous is not None and resumes(previous, now):
        session = replace(
            previous,
            medium=medium,
            status="STARTED",
            state="welcome_wait",
            version=previous.version + 1,
            updated_at=now,
            expires_at=now + lifetime,
            ended_at=None,
            question="",
            attempts=0,
            feedback="",
            preamble="",
            call_sid=call_sid,
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
            expires_at=now + lifetime,
            version=previous.version + 1 if previous else 1,
            call_sid=call_sid,
            reply_day=previous.reply_day if previous else 0,
            reply_count=previous.reply_count if previous else 0,
        )
    if _waits_at_welcome(definition.prompts, medium):
        return session
    return _begin(session, definition, now, preamble="welcome")


def resumes(previous: Session, now: int) -> bool:
    """Whether `enter` goes on with this session instead of beginning anew."""
    if previous.status in CLOSED_FOR_GOOD or previous.is_expired(now):
        return False
    return previous.is_open or bool(previous.answers)


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
    session = replace(_touched(session, now), preamble="", feedback="")
    if session.state == "welcome_wait":
        return _welcomed(session, definition, reply, now)
    return _answered(session, definition, reply, now)


def end(session: Session, status: Status, now: int) -> Session:
    """Return the session ended with `status`; one that is not STARTED stays as it is."""
    if not session.is_open:
        return session
    ended = replace(_touched(session, now), status=status, state="post-survey", ended_at=now)
    return replace(ended, feedback="", preamble="")


def answer_after_hangup(session: Session, definition: Definition, reply: Reply, now: int) -> Session:
    """Return an ABANDONED session after an answer that was given just before the caller hung up.

    Twilio reports the end of the call and the last answer at the same time, so either may be processed first.
    """
    if session.status != "ABANDONED" or not session.question:
        return session
    open_again = replace(session, status="STARTED", state="question_wait", ended_at=None)
    answered = advance(open_again, definition, reply, now)
    return replace(end(answered, "ABANDONED", now), version=answered.version)


def _touched(session: Session, now: int) -> Session:
    lifetime = session.expires_at - session.updated_at
    return replace(session, version=session.version + 1, updated_at=now, expires_at=now + lifetime)


def remember(session: Session, *message_ids: str) -> Session:
    """Return the session with the (non-empty) ids noted as dealt with."""
    ids = (*session.processed_ids, *(message_id for message_id in message_ids if message_id))
    return replace(session, processed_ids=ids[-2 * MAX_PROCESSED_MESSAGES :])


def _welcomed(session: Session, definition: Definition, reply: Reply | None, now: int) -> Session:
    if reply is not None and switches_language(reply, definition.prompts):
        session = replace(session, language=definition.prompts.offered_language)
    elif reply is not None and not continues(reply, definition.prompts):
        return replace(session, attempts=session.attempts + 1)
    return _begin(session, definition, now, preamble="begin")


def _begin(session: Session, definition: Definition, now: int, preamble: Preamble) -> Session:
    return _ask_next(replace(session, state="question_wait", preamble=preamble), definition, now)


def _answered(session: Session, definition: Definition, reply: Reply | None, now: int) -> Session:
    if reply is None:
        return _ask_again(session, definition, "silence", None, now)
    question = definition.question(session.question)
    # Of a question that the operator removed while it was open, the reply is stored as it is.
    text = check(question, reply, definition.prompts) if question else clean(reply.text)
    if not text:
        return _ask_again(session, definition, "wrong", reply, now)
    text = truncate(text, len(definition.questions))
    number = as_number(question, text)
    answer = Answer(session.question, text, reply.recorded_confidence, now, number=number)
    return _ask_next(replace(session, answers=(*session.answers, answer)), definition, now)


def _ask_again(
    session: Session, definition: Definition, feedback: Feedback, reply: Reply | None, now: int
) -> Session:
    if session.attempts + 1 < MAX_ATTEMPTS:
        return replace(session, attempts=session.attempts + 1, feedback=feedback)
    said = truncate(clean(reply.text), len(definition.questions)) if reply else ""
    confidence = reply.recorded_confidence if reply and said else None
    skipped = Answer(session.question, "", confidence, now, skipped=True, said=said)
    return _ask_next(
        replace(session, answers=(*session.answers, skipped), feedback="skipped"), definition, now
    )


def _ask_next(session: Session, definition: Definition, now: int) -> Session:
    following = definition.first_open_question(session.answered)
    session = replace(session, attempts=0, question=following.key if following else "")
    if following:
        return session
    return replace(session, status="COMPLETED", state="post-survey", ended_at=now)


def offers_language(prompts: Prompts) -> bool:
    """Whether callers are offered another language before the survey begins."""
    return bool(
        prompts.offered_language
        and (prompts.text("languageOption") or prompts.text("languageOptionLanguageName"))
    )


def _waits_at_welcome(prompts: Prompts, medium: Medium) -> bool:
    if medium == "voice":
        return offers_language(prompts)
    return bool(prompts.text("welcome") or prompts.text("languageOptionSMS"))
