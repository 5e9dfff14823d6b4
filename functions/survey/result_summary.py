"""The summary of a survey's results: days that have not changed since are counted once."""

from typing import Any, Final

from survey.domain.results.entry import LATEST_MS, day_of
from survey.domain.results.query import ResultQuery
from survey.domain.results.summary import ResultSummary
from survey.domain.session import DAY_MS
from survey.result_list import read_all
from survey.storage import result_days
from survey.storage.question_order import load_question_order
from survey.storage.result_days import ResultDay
from switchboard.deadline import remaining
from switchboard.errors import NotFound, ServiceUnavailable
from switchboard.timestamps import format_iso, now_ms, parse_iso_ms

_SECONDS_LEFT: Final = 1.0
_NO_DEADLINE: Final = 86_400.0
_LOOK_EVERY: Final = 100


def summarize(survey_id: str, earliest: int, latest: int) -> dict[str, Any]:
    """Return the summary of the results whose sessions started between two times, both included.

    Raises
    ------
    NotFound
        There is neither a result nor a survey of this id.
    ServiceUnavailable
        There are too many results to count while the caller waits. The days that were counted are kept, so
        that the next request gets further.
    """
    order = load_question_order(survey_id)
    questions = order or ()
    total = ResultSummary()
    for day in result_days.read_days(survey_id, day_of(earliest), day_of(latest)):
        start = parse_iso_ms(day.day)
        end = start + DAY_MS - 1
        query = ResultQuery(survey_id, max(earliest, start), min(latest, end))
        is_whole = (query.earliest, query.latest) == (start, end)
        total.add(summarize_day(day, questions) if is_whole else _count(query, questions))
    if order is None and not total.status:
        raise NotFound("There is no survey of this id.")
    return {
        "surveyId": survey_id,
        "from": format_iso(earliest) if earliest else None,
        "to": format_iso(latest) if latest < LATEST_MS else None,
        **total.to_document(questions),
    }


def summarize_day(day: ResultDay, questions: tuple[str, ...]) -> ResultSummary:
    """Return the summary of a whole day: the kept one, or what its results say now."""
    kept = result_days.load_summary(day)
    if kept is not None:
        return kept
    start, now = parse_iso_ms(day.day), now_ms()
    summary = _count(ResultQuery(day.survey_id, start, start + DAY_MS - 1), questions)
    if day.is_settled(now):
        result_days.save_summary(day, summary, now)
    return summary


def _count(query: ResultQuery, questions: tuple[str, ...]) -> ResultSummary:
    summary = ResultSummary()
    for number, entry in enumerate(read_all(query)):
        if number % _LOOK_EVERY == 0 and remaining(_NO_DEADLINE) < _SECONDS_LEFT:
            raise ServiceUnavailable(
                "There are too many results to count in one request. What was counted is kept: "
                "send the request again, or ask for fewer days with from and to."
            )
        summary.count(entry.document, entry.started_at, questions)
    return summary
