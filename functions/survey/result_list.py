"""Results of a survey, the latest first: a page at a time, or one after the other.

The cost depends on what is read and not on how many results there are: a query for the days, and some
for each day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from survey.domain.results.entry import ResultEntry, day_of
from survey.domain.results.query import MOST_AT_ONCE, Position, ResultQuery
from survey.domain.results.table import columns, csv_header, csv_row, table_row
from survey.storage.question_order import load_question_order
from survey.storage.result_days import read_days
from survey.storage.result_index import read_day, with_content
from switchboard.deadline import remaining
from switchboard.errors import NotFound
from switchboard.timestamps import parse_iso_ms

_PAGE_BYTES: Final = 4_500_000  # Lambda returns 6 MB at most
_SECONDS_LEFT: Final = 3.0
_NO_DEADLINE: Final = 86_400.0
_NO_SURVEY: Final = "There is no survey of this id."


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Results, the latest first, and the position behind which the next page begins; None: the last page."""

    entries: tuple[ResultEntry, ...]
    last: Position | None


def read_page(query: ResultQuery) -> ResultPage:
    """Return a page; it ends early where an answer would become too large, or too late.

    Raises
    ------
    NotFound
        There is neither a result nor a survey of this id.
    """
    page = _fill_page(query)
    nothing = not page.entries and page.last is None and query.after is None
    if nothing and load_question_order(query.survey_id) is None:
        raise NotFound(_NO_SURVEY)
    return page


def check_exists(query: ResultQuery) -> None:
    """Make sure that there is something to list.

    Raises
    ------
    NotFound
        There is neither a result nor a survey of this id.
    """
    if load_question_order(query.survey_id) is None and next(read_entries(query), None) is None:
        raise NotFound(_NO_SURVEY)


def read_all(query: ResultQuery) -> Iterator[ResultEntry]:
    """Yield all results without regard to the query's limit; memory does not grow with their number."""
    for entry in read_entries(query):
        if found := with_content(entry):
            yield found


def read_entries(query: ResultQuery) -> Iterator[ResultEntry]:
    """Yield all entries of the index; a large one has no content, which only its file holds."""
    for entries, _ in _read_chunks(query, MOST_AT_ONCE):
        yield from entries


def question_order(survey_id: str) -> tuple[str, ...]:
    """Return the questions of a survey in their order; none where its survey-config.json cannot be used."""
    return load_question_order(survey_id) or ()


def to_csv(page: ResultPage, query: ResultQuery) -> str:
    """Return a page as CSV, with a header line."""
    order = question_order(query.survey_id)
    questions = question_columns(query, order)
    rows = (csv_row(table_row(entry.document, order), questions) for entry in page.entries)
    return csv_header(questions) + "".join(rows)


def question_columns(query: ResultQuery, order: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of questions: the same for every page of a query.

    Parameters
    ----------
    query : ResultQuery
    order : tuple[str, ...]
        The survey's questions in their order; others that results have had come behind them.
    """
    days = read_days(query.survey_id, day_of(query.earliest), day_of(query.latest))
    seen = frozenset(name for day in days for name in day.question_names)
    return columns(order, seen)


def _fill_page(query: ResultQuery) -> ResultPage:
    entries: list[ResultEntry] = []
    filled = 0
    # One more than the page holds tells whether there is another page.
    at_once = MOST_AT_ONCE if query.limit is None or query.status else min(query.limit + 1, MOST_AT_ONCE)
    for chunk, position in _read_chunks(query, at_once):
        for entry in chunk:
            is_late = bool(entries) and remaining(_NO_DEADLINE) < _SECONDS_LEFT
            if len(entries) == query.limit or is_late:
                return ResultPage(tuple(entries), _position(entries[-1]))
            found = with_content(entry)
            if found is None:
                continue
            filled += len(found.content.encode())
            if filled > _PAGE_BYTES and entries:
                return ResultPage(tuple(entries), _position(entries[-1]))
            entries.append(found)
        if remaining(_NO_DEADLINE) < _SECONDS_LEFT:
            return ResultPage(tuple(entries), position)
    return ResultPage(tuple(entries), None)


def _read_chunks(query: ResultQuery, limit: int) -> Iterator[tuple[list[ResultEntry], Position]]:
    """Yield entries, and the position behind them."""
    after = query.after
    if after is not None and not after.respondent:
        query, after = replace(query, latest=min(query.latest, after.started_at - 1)), None
    latest = query.latest if after is None else min(query.latest, after.started_at)
    if latest < query.earliest:
        return
    for day in read_days(query.survey_id, day_of(query.earliest), day_of(latest)):
        position = after if after is not None and day_of(after.started_at) == day.day else None
        is_read = False
        while not is_read:
            entries, position = read_day(replace(query, after=position, limit=limit), day.day)
            is_read = position is None
            yield entries, position or Position(parse_iso_ms(day.day), "")


def _position(entry: ResultEntry) -> Position:
    return Position(entry.started_at, entry.respondent)
