"""The query string of GET /ivr-paths."""

from typing import Annotated, Final, Self

from pydantic import model_validator

from ivr_path.domain.path_query import ListPosition, PathQuery
from switchboard.cursor import encode_cursor
from switchboard.inputs.errors import WrongField
from switchboard.inputs.forms import Sid, WholeNumber
from switchboard.inputs.model import RequestModel
from switchboard.inputs.types import Cursor, FlowSid, MomentMs, PeriodEnd
from switchboard.timestamps import format_iso, parse_iso_ms

_CALL_SID: Final = Sid("CA")
_MAX_LIMIT: Final = 100  # what one BatchGetItem reads


class ListPaths(RequestModel):
    """The flow and the bounds of the calls' start, both optional, and the page."""

    flow_sid: FlowSid | None = None
    from_: MomentMs | None = None
    to: PeriodEnd | None = None
    limit: Annotated[int, WholeNumber(1, _MAX_LIMIT)] = 50
    cursor: Cursor | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise WrongField("from", "must not be after to")
        if self.cursor is not None and not self._is_entry(self.cursor):
            raise WrongField("cursor", "must be the cursor of the page before, for the same flow and times")
        return self

    def to_query(self) -> PathQuery:
        """Return the query as storage takes it."""
        earliest, latest = (None if at is None else format_iso(at) for at in (self.from_, self.to))
        after = None
        if self.cursor is not None:
            call_sid, list_flow, started_at = self.cursor
            after = ListPosition(call_sid, list_flow or None, started_at)
        return PathQuery(self.flow_sid, earliest, latest, self.limit, after)

    def _is_entry(self, cursor: tuple[str, ...]) -> bool:
        """Tell whether a cursor names an entry of this list.

        The list is the query's, so a cursor from another list reaches nothing that the query would not.
        """
        try:
            call_sid, list_flow, started_at = cursor
            at = parse_iso_ms(started_at)
            is_exact = format_iso(at) == started_at
        except (ValueError, OverflowError):
            return False
        is_within = (self.from_ is None or self.from_ <= at) and (self.to is None or at <= self.to)
        return _CALL_SID.matches(call_sid) and list_flow in {"", self.flow_sid} and is_exact and is_within


def cursor_after(last: ListPosition | None) -> str | None:
    """Return the cursor for the page that begins after an entry; None if there is no such page."""
    return encode_cursor(last.call_sid, last.flow_sid or "", last.started_at) if last else None
