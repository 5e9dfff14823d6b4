"""What GET /ivr-paths is asked for."""

from dataclasses import dataclass
from typing import Final

from ivr_path.cursor import Cursor, CursorError
from ivr_path.moment import iso, milliseconds
from switchboard.errors import BadRequest, FieldError
from switchboard.request import Params
from switchboard.validation import is_sid

DEFAULT_LIMIT: Final = 50
MOST: Final = 100  # what one BatchGetItem reads


@dataclass(frozen=True)
class ListQuery:
    """One page of a list.

    Attributes
    ----------
    flow_sid : str or None
        Calls that went through this flow; None: all calls.
    earliest, latest : str or None
        Bounds of the calls' start as ISO texts, both included.
    limit : int
        1 to 100.
    cursor : Cursor or None
        Of the page before.
    """

    flow_sid: str | None
    earliest: str | None
    latest: str | None
    limit: int
    cursor: Cursor | None

    @staticmethod
    def read(params: Params) -> "ListQuery":
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
        earliest = _moment("from", params, errors)
        latest = _moment("to", params, errors)
        if earliest and latest and earliest > latest:
            errors.append(FieldError(field="from", message="must not be after to"))
        limit = _limit(params, errors)
        cursor = None
        if text := params.get("cursor"):
            try:
                cursor = Cursor.read(text, flow_sid, earliest, latest)
            except CursorError as error:
                errors.append(FieldError(field="cursor", message=str(error)))
        if errors:
            raise BadRequest("; ".join(f"{item['field']} {item['message']}" for item in errors), errors)
        return ListQuery(flow_sid, earliest, latest, limit, cursor)


def _moment(field: str, params: Params, errors: list[FieldError]) -> str | None:
    text = params.get(field, "")
    if not text:
        return None
    try:
        # An offset's "+" that was not percent-encoded arrives as a space.
        return iso(milliseconds(text.replace(" ", "+") if "T" in text else text))
    except (ValueError, OverflowError):
        message = "must be a moment in ISO 8601, such as 2026-03-01T09:00:00Z"
        errors.append(FieldError(field=field, message=message))
        return None


def _limit(params: Params, errors: list[FieldError]) -> int:
    text = params.get("limit") or str(DEFAULT_LIMIT)
    if text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= MOST:
        return int(text)
    errors.append(FieldError(field="limit", message=f"must be a whole number from 1 to {MOST}"))
    return DEFAULT_LIMIT
