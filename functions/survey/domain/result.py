"""Result files: their keys, and the content for a session."""

import json
import re
from typing import Any, Final

from survey.domain.answers import Recording
from survey.domain.definition import DEFAULT_SURVEY, survey_folder
from survey.domain.session import Answer, Session

RESULTS_FOLDER: Final = "survey-results/"

_RESULT_KEY: Final = re.compile(
    r"(?:surveys/(?P<survey>[A-Za-z0-9_-]+)/)?survey-results/(?P<respondent>[0-9]{7,15}|CA[0-9a-fA-F]{32})\.json"
)


def result_key(respondent: str, survey_id: str) -> str:
    """Return the key of a respondent's result file: the digits of the number, without the +."""
    return f"{survey_folder(survey_id)}{RESULTS_FOLDER}{respondent.removeprefix('+')}.json"


def parse_result_key(key: str) -> tuple[str, str] | None:
    """Return the respondent and the survey of a result file's key; None for any other key."""
    found = _RESULT_KEY.fullmatch(key)
    if found is None:
        return None
    survey_id = found["survey"] or DEFAULT_SURVEY
    respondent = found["respondent"]
    return f"+{respondent}" if respondent.isdecimal() else respondent, survey_id


def result_content(session: Session) -> str:
    """Return a session's result file, as JSON text."""
    return json.dumps(result_document(session), ensure_ascii=False, indent=2) + "\n"


def result_document(session: Session) -> dict[str, Any]:
    """Return a session's result: the fields of the application before this one, then our additions.

    ``openQuestion`` is the question that waits for an answer, or at which the respondent left; a completed
    result has none.
    """
    document: dict[str, Any] = {
        "surveyTo": session.respondent.removeprefix("+"),
        "surveyMedium": session.medium,
        "surveyStarted": session.started_at,
        "surveyCompleted": session.ended_at if session.status == "COMPLETED" else None,
        "surveyStatus": session.status,
        "currentState": session.state,
        "questionIndex": session.question_index,
        "languageSet": session.language,
        "questions": [_answer(answer, session) for answer in session.answers],
        "surveyId": session.survey_id,
        "sessionId": session.session_id,
        "surveyEnded": session.ended_at,
        **({"fields": dict(session.fields)} if session.fields else {}),
    }
    if session.status != "COMPLETED":
        document["openQuestion"] = session.question or None
    return document


def is_own_result(content: bytes) -> bool:
    """Tell whether a result file is one that this application wrote: only those have a sessionId."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and isinstance(document.get("sessionId"), str)


def _answer(answer: Answer, session: Session) -> dict[str, Any]:
    is_number = answer.confidence == "sms" and answer.number is not None
    document: dict[str, Any] = {
        "answer": answer.number if is_number else answer.text,
        "answerConfidence": answer.confidence,
        "questionName": answer.question,
        "value": None if answer.skipped else answer.value,
        "answeredAt": answer.at,
        "skipped": answer.skipped,
    }
    if answer.skipped:
        document["lastReply"] = answer.said
    if answer.recording:
        document |= _recording(answer.recording, session)
    return document


def _recording(sid: str, session: Session) -> dict[str, Any]:
    """Return what a recorded answer has instead of a text: the words once there are any, else the URL."""
    recording = session.recordings.get(sid, Recording())
    return {
        "answer": recording.transcription or recording.url,
        "value": recording.transcription or None,
        "recordingSid": sid,
        "recordingUrl": recording.url,
        "recordingSeconds": recording.seconds,
        "recordingStatus": recording.status or None,
        "transcriptionStatus": recording.transcription_status or None,
    }
