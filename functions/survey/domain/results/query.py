"""Queries of a survey's results, and positions in the list."""

from dataclasses import dataclass
from typing import Final

from survey.domain.results.entry import LATEST_MS

MOST_AT_ONCE: Final = 1000
"""Results of the largest page, and entries that one query of the index looks at."""


@dataclass(frozen=True, slots=True)
class Position:
    """An entry's place in the list of a survey's results, the latest first.

    Without a respondent it is the place behind every entry of that time.
    """

    started_at: int
    respondent: str


@dataclass(frozen=True, slots=True)
class ResultQuery:
    """Which results to read.

    Attributes
    ----------
    survey_id : str
    earliest, latest : int
        Bounds of the sessions' start in milliseconds since the epoch, both included.
    status : str or None
        Only results with this ``surveyStatus``.
    limit : int or None
        Results of a page; None for as many as fit into an answer.
    after : Position or None
        The last entry of the page before.
    """

    survey_id: str
    earliest: int = 0
    latest: int = LATEST_MS
    status: str | None = None
    limit: int | None = None
    after: Position | None = None
