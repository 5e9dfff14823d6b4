"""Letting a respondent into a survey, whichever way they come, and taking what they reply."""

import uuid
from dataclasses import replace

from survey.domain import engine
from survey.domain.answers import Reply
from survey.domain.definition import DefinitionError
from survey.domain.session import Medium, Session
from survey.settings import SessionSettings
from survey.storage import definitions
from survey.webhook_params import Choice
from switchboard.log import logger
from switchboard.settings import from_environment


def entered(
    choice: Choice,
    previous: Session | None,
    *,
    respondent: str,
    medium: Medium,
    now: int,
    call_sid: str = "",
) -> Session:
    """Return the session of a respondent who begins a survey, or goes on with one.

    Parameters
    ----------
    choice : Choice
        The survey and language to begin in, where there is nothing to go on with.
    previous : Session or None
        The respondent's session so far; its survey and, if it goes on, its language count.

    Raises
    ------
    survey.domain.definition.UnusableError
        The survey cannot be asked.
    """
    survey_id, language = choice.survey_id, choice.language
    if previous is not None:
        survey_id = previous.survey_id
        if engine.resumes(previous, now):
            language = previous.language
    settings: SessionSettings = from_environment(SessionSettings)
    return engine.enter(
        definitions.definition(survey_id, language),
        previous=previous,
        respondent=respondent,
        medium=medium,
        session_id=uuid.uuid4().hex,
        now=now,
        lifetime=settings.lifetime,
        call_sid=call_sid,
    )


def replied(session: Session, reply: Reply | None, now: int) -> Session:
    """Return an open session after a reply, or after silence (None).

    Where the respondent chose a language whose files cannot be used, the survey goes on in the current one.

    Raises
    ------
    survey.domain.definition.UnusableError
        The survey cannot be asked.
    """
    after = engine.advance(session, definitions.of_session(session), reply, now)
    if after.language == session.language:
        return after
    try:
        definitions.of_session(after)
    except DefinitionError:
        # Which file, line and key is wrong, the library has logged.
        logger.error(
            "A respondent chose a language that cannot be used; the survey goes on in the other",
            extra={"chosen": after.language, "survey_id": session.survey_id, "language": session.language},
        )
        return replace(after, language=session.language)
    return after
