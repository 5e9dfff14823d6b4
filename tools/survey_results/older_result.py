"""A result file of the application before this one, as a session.

It wrote ``{surveyTo, surveyMedium, surveyStarted, surveyCompleted?, surveyStatus: "STARTED"|"COMPLETED",
currentState, questionIndex, languageSet, questions: [{answer?, answerConfidence?}]}``. The answers stand in
the order of the questions; an answer by text message to a ``dtmf`` question is a whole number, and null where
the message was none.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from survey.domain.answers import clean
from survey.domain.definition import Medium, Question, is_language, truncate_answer
from survey.domain.question_file import MOST_QUESTIONS
from survey.domain.question_types import as_number
from survey.domain.result import is_own_result, parse_result_key
from survey.domain.session import Answer, Session

_BEFORE_QUESTIONS: Final = frozenset({"", "welcome", "welcome_wait"})
_LARGEST_NUMBER: Final = 10**15
_LATEST_MS: Final = 10**14


class NotOlderResultError(ValueError):
    """A file is not a result of the older application; the message says why."""


class OwnResultError(NotOlderResultError):
    """The file was written by this application."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What sessions are made with.

    Attributes
    ----------
    questions : tuple of Question
        As survey-config.json lists them now.
    languages : frozenset of str
        Languages that have a prompt file.
    default_language : str
        The language of a session whose own has no prompt file.
    lifetime : int
        Milliseconds that an unfinished session waits for a reply.
    """

    questions: tuple[Question, ...]
    languages: frozenset[str]
    default_language: str
    lifetime: int


def parse_older_result(key: str, content: bytes, modified: int, survey: Survey, now: int) -> Session:
    """Return the session that an older result file is about.

    A completed one stays completed. Any other continues at its first question without an answer; one that has
    every answer is completed.

    Parameters
    ----------
    key : str
        The file's key in the bucket, which names the respondent.
    content : bytes
        The file.
    modified, now : int
        When the file was written last, and now, in milliseconds since the epoch.

    Raises
    ------
    OwnResultError
        This application wrote the file.
    NotOlderResultError
        The file is no result at all.
    """
    named = parse_result_key(key)
    if named is None:
        raise NotOlderResultError("its name is not a number's 7 to 15 digits and .json")
    if is_own_result(content):
        raise OwnResultError("this application wrote it")
    document = _parse(content)
    respondent, survey_id = named
    entries = document["questions"]
    answered_at = _milliseconds(document.get("surveyCompleted"), modified)
    answers = tuple(
        answer
        for index, entry in enumerate(entries)
        if (answer := _answer(index, entry, len(entries), survey.questions, answered_at))
    )
    started = min(_milliseconds(document.get("surveyStarted"), answered_at), answered_at)
    medium: Medium = "voice" if document.get("surveyMedium") == "voice" else "sms"
    session = Session(
        respondent=respondent,
        survey_id=survey_id,
        session_id=hashlib.sha256(f"{key}\0{started}".encode()).hexdigest()[:32],
        medium=medium,
        language=_language(document, survey),
        started_at=started,
        updated_at=answered_at,
        waits_until=answered_at + survey.lifetime,
        status="COMPLETED",
        state="post-survey",
        answers=answers,
        ended_at=answered_at,
    )
    is_open = document["surveyStatus"] == "STARTED"
    answered = session.answered
    following = next((question.key for question in survey.questions if question.key not in answered), None)
    if not is_open or following is None:
        return session
    return _unfinished(session, following, str(document.get("currentState", "")), survey, now)


def _unfinished(session: Session, question: str, state: str, survey: Survey, now: int) -> Session:
    waits = state in _BEFORE_QUESTIONS and not session.answers
    waits_until = now + survey.lifetime
    return replace(
        session,
        status="STARTED",
        state="welcome_wait" if waits else "question_wait",
        question="" if waits else question,
        updated_at=now,
        waits_until=waits_until,
        due_at=waits_until,
        ended_at=None,
    )


def _parse(content: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise NotOlderResultError("it is not JSON") from None
    if not isinstance(document, dict):
        raise NotOlderResultError("it is not a JSON object")
    status = document.get("surveyStatus")
    if status not in ("STARTED", "COMPLETED"):
        raise NotOlderResultError("surveyStatus is neither STARTED nor COMPLETED")
    questions = document.setdefault("questions", [])
    if not isinstance(questions, list):
        raise NotOlderResultError("questions is not a list")
    if len(questions) > MOST_QUESTIONS:
        raise NotOlderResultError(f"questions has more than {MOST_QUESTIONS} answers")
    return document


def _answer(
    index: int, entry: object, entries: int, questions: tuple[Question, ...], at: int
) -> Answer | None:
    """Return what a question was answered with; None where it was not asked (a hole in JavaScript's list)."""
    if not isinstance(entry, dict):
        return None
    question = questions[index] if index < len(questions) else None
    key = question.key if question else f"#{index + 1}"
    confidence = _confidence(entry.get("answerConfidence"))
    value = entry.get("answer")
    number: float | None = None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST_NUMBER:
        number, value = value, str(value)
    elif isinstance(value, float) and math.isfinite(value):
        value = str(value)
    text = truncate_answer(clean(value), max(entries, len(questions))) if isinstance(value, str) else ""
    if not text:
        return Answer(key, "", confidence, at, skipped=True)
    if number is None:
        number = as_number(question, text)
    return Answer(key, text, confidence, at, number=number)


def _confidence(value: object) -> float | str | None:
    if value in ("sms", "DTMF"):
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        confidence = float(value)
    except (ValueError, OverflowError):
        return None
    return round(min(max(confidence, 0.0), 1.0), 12) if math.isfinite(confidence) else None


def _milliseconds(value: object, otherwise: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _LATEST_MS:
        return otherwise
    return int(value)


def _language(document: Mapping[str, Any], survey: Survey) -> str:
    language = document.get("languageSet")
    if isinstance(language, str) and is_language(language) and language in survey.languages:
        return language
    return survey.default_language
