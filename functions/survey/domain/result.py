"""A session as its result file tells it."""

import json
from typing import Any

from survey.domain.session import DEFAULT_SURVEY, Answer, Session


def key(session: Session) -> str:
    """Return where in the bucket a session's result lies: under the respondent's digits, without the +."""
    file = f"survey-results/{session.respondent.removeprefix('+')}.json"
    return file if session.survey_id == DEFAULT_SURVEY else f"surveys/{session.survey_id}/{file}"


def content(session: Session) -> str:
    """Return a session's result file, as JSON text."""
    return json.dumps(as_document(session), ensure_ascii=False, indent=2) + "\n"


def as_document(session: Session) -> dict[str, Any]:
    """Return a session's result: the fields that result files have always had, and then ours."""
    return {
        "surveyTo": session.respondent.removeprefix("+"),
        "surveyMedium": session.medium,
        "surveyStarted": session.started_at,
        "surveyCompleted": session.ended_at if session.status == "COMPLETED" else None,
        "surveyStatus": session.status,
        "currentState": session.state,
        "questionIndex": session.question_index,
        "languageSet": session.language,
        "questions": [_answer(answer) for answer in session.answers],
        "surveyId": session.survey_id,
        "sessionId": session.session_id,
        "surveyEnded": session.ended_at,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    document: dict[str, Any] = {
        "answer": answer.text,
        "answerConfidence": answer.confidence,
        "questionName": answer.question,
        "answeredAt": answer.at,
        "skipped": answer.skipped,
    }
    if answer.skipped:
        document["lastReply"] = answer.said
    return document
