"""The query string of GET /ivr-paths, and the cursor that leads to the next page."""

from typing import Final

from ivr_path.domain.path_query import ListPosition, PathQuery
from ivr_path.storage.table import CALL
from switchboard.cursor import CursorError, decode_cursor, encode_cursor
from switchboard.errors import BadRequest, FieldError
from switchboard.request import Params
from switchboard.timestamps import format_iso, parse_iso_ms
from switchboard.validation import is_sid

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 100  # what one BatchGetItem reads

_CURSOR: Final = "must be the cursor of the page before, for the same flow and times"


def parse_query(params: Params) -> PathQuery:
    """Read a query string.

    Raises
    ------
    BadRequest
        With one entry per field that is wrong.
    """
    errors: list[FieldError] = []
    flow_sid = params.get("flowSid") or None
    if flow_sid and not is_sid(flow_sid, "FW"):
        errors.append(FieldError(field="flowSid", message="must be a SID: FW and 32 hex digits"))
    earliest = _parse_time("from", params, errors)
    latest = _parse_time("to", params, errors)
    if earliest and latest and earliest > latest:
        errors.append(FieldError(field="from", message="must not be after to"))
    limit = _parse_limit(params, errors)
    after = None
    if text := params.get("cursor"):
        after = _parse_cursor(text, flow_sid, earliest, latest)
        if after is None:
            errors.append(FieldError(field="cursor", message=_CURSOR))
    if errors:
        raise BadRequest.about(*errors)
    return PathQuery(flow_sid, earliest, latest, limit, after)


def format_cursor(last: ListPosition | None) -> str | None:
    """Return the cursor for the page after `last`."""
    return encode_cursor(last.call_sid, last.part, last.started_at) if last else None


def _parse_cursor(
    text: str, flow_sid: str | None, earliest: str | None, latest: str | None
) -> ListPosition | None:
    """Return the place that a cursor names; None if it is not one of this list.

    The list itself is the query's, so a cursor from elsewhere reaches nothing that the query would not.
    """
    try:
        call_sid, part, started_at = decode_cursor(text)
        is_date = format_iso(parse_iso_ms(started_at)) == started_at
    except (CursorError, ValueError, OverflowError):
        return None
    is_entry = is_sid(call_sid, "CA") and part in {CALL, flow_sid}
    is_in_bounds = (earliest or started_at) <= started_at <= (latest or started_at)
    return ListPosition(call_sid, part, started_at) if is_entry and is_date and is_in_bounds else None


def _parse_time(field: str, params: Params, errors: list[FieldError]) -> str | None:
    text = params.get(field, "")
    if not text:
        return None
    try:
        # An offset's "+" that was not percent-encoded arrives as a space.
        return format_iso(parse_iso_ms(text.replace(" ", "+") if "T" in text else text))
    except (ValueError, OverflowError):
        message = "must be a date and time in ISO 8601, such as 2026-03-01T09:00:00Z"
        errors.append(FieldError(field=field, message=message))
        return None


def _parse_limit(params: Params, errors: list[FieldError]) -> int:
    text = params.get("limit") or str(DEFAULT_LIMIT)
    if text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= MAX_LIMIT:
        return int(text)
    errors.append(FieldError(field="limit", message=f"must be a whole number from 1 to {MAX_LIMIT}"))
    return DEFAULT_LIMIT
