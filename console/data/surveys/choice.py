"""Which survey the page shows, and which days: as the page's address says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import urlencode

from survey.domain.definition import DEFAULT_SURVEY, is_survey_id
from survey.domain.results.entry import LATEST_MS, day_of
from survey.domain.session import DAY_MS
from switchboard.timestamps import parse_iso_ms

SPANS: Final = {
    "today": "Today",
    "7": "Last 7 days",
    "30": "Last 30 days",
    "90": "Last 90 days",
    "all": "All time",
    "between": "Between two days",
}
"""Spans of time by the words of the address. Days are UTC, as the index of results has them."""

_DAYS: Final = {"today": 1, "7": 7, "30": 30, "90": 90}


@dataclass(frozen=True, slots=True)
class Choice:
    """A survey and the days on which its sessions started.

    Attributes
    ----------
    survey_id : str
    span : str
        One of `SPANS`.
    first, last : str
        ``YYYY-MM-DD`` of the span "between"; else empty.
    """

    survey_id: str = DEFAULT_SURVEY
    span: str = "30"
    first: str = ""
    last: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Choice":
        """Return the choice of an address; what is not understood is left out."""
        survey_id = query.get("survey", "")
        survey_id = survey_id if is_survey_id(survey_id) else DEFAULT_SURVEY
        span, first, last = (query.get(name, "") for name in ("span", "first", "last"))
        if span == "between" and not day_problem(first) and not day_problem(last) and first <= last:
            return cls(survey_id, span, first, last)
        return cls(survey_id, span) if span in SPANS and span != "between" else cls(survey_id)

    @property
    def query(self) -> str:
        """The query string of the address."""
        days = {"first": self.first, "last": self.last} if self.span == "between" else {}
        return urlencode({"survey": self.survey_id, "span": self.span, **days})

    def period(self, now: int) -> tuple[int, int]:
        """Return the first and the last millisecond since the epoch."""
        if self.span == "all":
            return 0, LATEST_MS
        if self.span == "between":
            return parse_iso_ms(self.first), parse_iso_ms(self.last) + DAY_MS - 1
        today = now - now % DAY_MS
        return today - (_DAYS[self.span] - 1) * DAY_MS, today + DAY_MS - 1

    def days(self, now: int) -> tuple[str, str]:
        """Return the first and the last day."""
        earliest, latest = self.period(now)
        return day_of(earliest), day_of(latest)


def day_problem(words: str) -> str:
    """Return what is wrong with a day that was typed; empty if nothing is."""
    try:
        found = date.fromisoformat(words)
    except ValueError:
        return "must be a day such as 2026-03-01"
    if words != found.isoformat() or found.year < datetime(1970, 1, 1, tzinfo=UTC).year:
        return "must be a day such as 2026-03-01, from 1970 on"
    return ""
