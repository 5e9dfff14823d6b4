"""The survey's state machine: what a reply, a silence or an ending does to a session.

Plain functions from values to values. Voice and SMS share them; the clock, ids and storage are the callers'.

::

    enter ──> welcome_wait ──reply──> question_wait ──answer──> question_wait … ──last answer──> post-survey
                 └─ another language, or the welcome again     └─ not usable: asked again, twice, then skipped
"""

from dataclasses import replace
from typing import Final

from survey.domain.answers import Reply, check, clean, kept
from survey.domain.definition import Definition, Prompts
from survey.domain.numbers import fold, number_in
from survey.domain.session import (
    CLOSED_FOR_GOOD,
    REMEMBERED_MESSAGES,
    Answer,
    Medium,
    Note,
    Opening,
    Session,
    Status,
)

ASKINGS: Final = 3
"""How often a question is asked at most before it is skipped."""

SWITCH_DIGIT: Final = "9"
"""The key that chooses the other language on the phone."""


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
            attempts=0,
            note="",
            opening="",
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
        )
    if _waits_at_welcome(definition.prompts, medium):
        return session
    return _begin(session, definition, now, opening="welcome")


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
    session = replace(_touched(session, now), opening="", note="")
    if session.state == "welcome_wait":
        return _welcomed(session, definition, reply, now)
    return _replied(session, definition, reply, now)


def end(session: Session, status: Status, now: int) -> Session:
    """Return the session ended with `status`; one that is not STARTED stays as it is."""
    if not session.is_open:
        return session
    ended = replace(_touched(session, now), status=status, state="post-survey", ended_at=now)
    return replace(ended, note="", opening="")


def answer_after_hangup(session: Session, definition: Definition, reply: Reply, now: int) -> Session:
    """Return an ABANDONED session after an answer that was given just before the caller hung up.

    Twilio reports the end of the call and the last answer at the same time; whichever is dealt with first,
    the answer counts.
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
    seen = (*session.seen, *(message_id for message_id in message_ids if message_id))
    return replace(session, seen=seen[-2 * REMEMBERED_MESSAGES :])


def offers_language(prompts: Prompts) -> bool:
    """Whether callers are offered another language before the survey begins."""
    return bool(
        prompts.offered_language
        and (prompts.text("languageOption") or prompts.text("languageOptionLanguageName"))
    )


def switches_language(reply: Reply, prompts: Prompts) -> bool:
    """Whether a reply to the welcome asks for the other language."""
    if not prompts.offered_language:
        return False
    if reply.source == "dtmf":
        return reply.text.strip() == SWITCH_DIGIT
    if _spellings(reply.text) & _listed(prompts.text("languageOptionLanguageReply")):
        return True
    if reply.source == "sms":
        return False
    name = fold(prompts.text("languageOptionLanguageName"))
    if name and f" {name} " in f" {fold(reply.text)} ":
        return True
    # "Nine" in either language: the offer is spoken in the one, the survey in the other.
    languages = (prompts.offered_language, prompts.language)
    return any(number_in(reply.text, language) == int(SWITCH_DIGIT) for language in languages)


def continues(reply: Reply, prompts: Prompts) -> bool:
    """Whether a reply to the welcome begins the survey: by SMS ``welcomeContinue``, if there is one."""
    expected = prompts.text("welcomeContinue")
    if reply.source != "sms" or not expected:
        return True
    return bool(_spellings(reply.text) & (_spellings(expected) | _listed(expected)))


def _welcomed(session: Session, definition: Definition, reply: Reply | None, now: int) -> Session:
    if reply is not None and switches_language(reply, definition.prompts):
        session = replace(session, language=definition.prompts.offered_language)
    elif reply is not None and not continues(reply, definition.prompts):
        return replace(session, attempts=session.attempts + 1)
    return _begin(session, definition, now, opening="begin")


def _begin(session: Session, definition: Definition, now: int, opening: Opening) -> Session:
    return _ask_next(replace(session, state="question_wait", opening=opening), definition, now)


def _replied(session: Session, definition: Definition, reply: Reply | None, now: int) -> Session:
    if reply is None:
        return _ask_again(session, definition, "silence", None, now)
    question = definition.question(session.question)
    # A question that the operator removed while it was open: what was said is kept as it is.
    text = check(question, reply, definition.prompts) if question else clean(reply.text)
    if not text:
        return _ask_again(session, definition, "wrong", reply, now)
    text = kept(text, len(definition.questions))
    answer = Answer(session.question, text, reply.recorded_confidence, now)
    return _ask_next(replace(session, answers=(*session.answers, answer)), definition, now)


def _ask_again(
    session: Session, definition: Definition, note: Note, reply: Reply | None, now: int
) -> Session:
    if session.attempts + 1 < ASKINGS:
        return replace(session, attempts=session.attempts + 1, note=note)
    said = kept(clean(reply.text), len(definition.questions)) if reply else ""
    confidence = reply.recorded_confidence if reply and said else None
    skipped = Answer(session.question, "", confidence, now, skipped=True, said=said)
    return _ask_next(replace(session, answers=(*session.answers, skipped), note="skipped"), definition, now)


def _ask_next(session: Session, definition: Definition, now: int) -> Session:
    remaining = definition.open_questions(frozenset(answer.question for answer in session.answers))
    session = replace(session, attempts=0, question=remaining[0].key if remaining else "")
    if remaining:
        return session
    return replace(session, status="COMPLETED", state="post-survey", ended_at=now)


def _waits_at_welcome(prompts: Prompts, medium: Medium) -> bool:
    if medium == "voice":
        return offers_language(prompts)
    return bool(prompts.text("welcome") or prompts.text("languageOptionSMS"))


def _spellings(text: str) -> set[str]:
    # Folding leaves nothing of an emoji, so the text itself counts too.
    return {text.strip().casefold(), fold(text)} - {""}


def _listed(words: str) -> set[str]:
    return {spelling for word in words.split(",") for spelling in _spellings(word)}
