"""Cursors: opaque texts that say where the next page of a list begins."""

import base64
import json


class CursorError(ValueError):
    """The text is not a cursor."""


def encode_cursor(*fields: str) -> str:
    """Return the fields of a page's last entry as one text, safe in a URL."""
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(text: str) -> list[str]:
    """Return the fields that a cursor was made of.

    Callers can change a cursor, so its fields are checked like any other input.

    Raises
    ------
    CursorError
        The text is not base64 of a JSON array of texts.
    """
    try:
        padded = text + "=" * (-len(text) % 4)
        fields = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        raise CursorError("must be the cursor of the page before") from None
    if not isinstance(fields, list) or not all(isinstance(field, str) for field in fields):
        raise CursorError("must be the cursor of the page before")
    return fields
