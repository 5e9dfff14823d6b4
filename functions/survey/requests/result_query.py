"""The query strings of GET /surveys/{surveyId}/results and GET /surveys/{surveyId}/summary."""

import re
from typing import Annotated, Final, Self

from pydantic import model_validator

from survey.domain.results.entry import LATEST_MS
from survey.domain.results.query import MOST_AT_ONCE, Position, ResultQuery
from survey.domain.session import Status
from switchboard.cursor import encode_cursor
from switchboard.errors import BadRequest, FieldError
from switchboard.inputs.errors import WrongField
from switchboard.inputs.forms import Sid, WholeNumber
from switchboard.inputs.model import RequestModel
from switchboard.inputs.types import PHONE_NUMBER, Cursor, MomentMs, PeriodEnd

_CALL_SID: Final = Sid("CA")
_DEFAULT_LIMIT: Final = 100
_WRONG_CURSOR: Final = "must be the cursor of the page before, for the same survey and times"
_MEDIA_TYPES: Final = frozenset({"text/csv", "application/json"})
_WEIGHT: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


class ResultPeriod(RequestModel):
    """The bounds of the sessions' start, both included."""

    from_: MomentMs | None = None
    to: PeriodEnd | None = None

    @model_validator(mode="after")
    def _check_period(self) -> Self:
        if self.earliest > self.latest:
            raise WrongField("from", "must not be after to")
        return self

    @property
    def earliest(self) -> int:
        """The first time, in milliseconds since the epoch."""
        return self.from_ or 0

    @property
    def latest(self) -> int:
        """The last time, in milliseconds since the epoch."""
        return LATEST_MS if self.to is None else min(self.to, LATEST_MS)


class ListResults(ResultPeriod):
    """The bounds of the sessions' start, a status, and the page.

    Attributes
    ----------
    limit : int or None
        Results of a page: 100 unless set, and as many as fit into an answer for CSV.
    """

    status: Status | None = None
    limit: Annotated[int, WholeNumber(1, MOST_AT_ONCE)] | None = None
    cursor: Cursor | None = None

    @model_validator(mode="after")
    def _check_cursor(self) -> Self:
        after = self._position()
        if self.cursor is not None and (
            after is None or not self.earliest <= after.started_at <= self.latest
        ):
            raise WrongField("cursor", _WRONG_CURSOR)
        return self

    def to_query(self, survey_id: str, *, is_table: bool) -> ResultQuery:
        """Return the query as the use case takes it.

        Raises
        ------
        BadRequest
            The cursor is of another survey.
        """
        if self.cursor is not None and self.cursor[-1] != survey_id:
            raise BadRequest.about(FieldError(field="cursor", message=_WRONG_CURSOR))
        default = None if is_table else _DEFAULT_LIMIT
        return ResultQuery(
            survey_id, self.earliest, self.latest, self.status, self.limit or default, self._position()
        )

    def _position(self) -> Position | None:
        """Return the position that the cursor names; None if it names none."""
        if self.cursor is None or len(self.cursor) != 3:
            return None
        started_at, respondent, _ = self.cursor
        is_time = started_at.isascii() and started_at.isdecimal() and len(started_at) <= 15
        is_respondent = not respondent or PHONE_NUMBER.matches(respondent) or _CALL_SID.matches(respondent)
        return Position(int(started_at), respondent) if is_time and is_respondent else None


def cursor_after(last: Position | None, survey_id: str) -> str | None:
    """Return the cursor of the page behind a position; None if there is no such page."""
    return encode_cursor(str(last.started_at), last.respondent, survey_id) if last else None


def prefers_csv(accept: str) -> bool:
    """Tell whether a header Accept prefers text/csv to application/json, by weight or else by order.

    https://www.rfc-editor.org/rfc/rfc9110#name-accept
    """
    best, is_csv = 0.0, False
    for part in accept.split(","):
        media_type, *options = (text.strip().lower() for text in part.split(";"))
        if media_type in _MEDIA_TYPES:
            weight = next((_weight(option[2:]) for option in options if option.startswith("q=")), 1.0)
            if weight > best:
                best, is_csv = weight, media_type == "text/csv"
    return is_csv


def _weight(text: str) -> float:
    return float(text) if _WEIGHT.fullmatch(text) else 0.0
