"""Where the next page of a list begins, as a text that callers only hand back."""

import base64
import binascii
import json
from dataclasses import dataclass

from ivr_path.moment import iso, milliseconds
from ivr_path.storage.table import KIND, RECORD
from switchboard.validation import is_sid


class CursorError(ValueError):
    """The text is no cursor of this list."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last entry of a page.

    Attributes
    ----------
    call_sid : str
    part : str
        "record", or the flow whose list the entry is in.
    started_at : str
        The entry's place in the list, as an ISO text.
    """

    call_sid: str
    part: str
    started_at: str

    def text(self) -> str:
        """Return the cursor as callers get it."""
        fields = json.dumps([self.call_sid, self.part, self.started_at], separators=(",", ":"))
        return base64.urlsafe_b64encode(fields.encode()).decode().rstrip("=")

    @staticmethod
    def read(text: str, flow_sid: str | None, earliest: str | None, latest: str | None) -> "Cursor":
        """Read a cursor for the list that is asked for.

        It names a place in a list and no list: that is the query's, so a cursor from elsewhere reaches
        nothing that the query alone would not.

        Raises
        ------
        CursorError
            It does not belong to this list, or was not made here.
        """
        try:
            padded = text + "=" * (-len(text) % 4)
            fields = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            call_sid, part, started_at = fields
            if not all(isinstance(field, str) for field in (call_sid, part, started_at)):
                raise CursorError
            is_whole = is_sid(call_sid, "CA") and part in {RECORD, flow_sid}
            if not is_whole or iso(milliseconds(started_at)) != started_at:
                raise CursorError
        except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
            raise CursorError("must be the cursor of the page before, for the same flow and times") from None
        if started_at < (earliest or started_at) or started_at > (latest or started_at):
            raise CursorError("must be the cursor of the page before, for the same flow and times")
        return Cursor(call_sid, part, started_at)

    def key(self, flow_sid: str | None) -> dict[str, dict[str, str]]:
        """Return the key at which DynamoDB goes on."""
        partition = {"flowSid": {"S": flow_sid}} if flow_sid else {"kind": {"S": KIND}}
        return {
            "id": {"S": self.call_sid},
            "part": {"S": self.part},
            "startedAt": {"S": self.started_at},
            **partition,
        }
