"""How moments are read: as aware datetimes, or as milliseconds since the epoch."""

import contextlib
import re
from datetime import UTC, date, datetime
from typing import Any, Final

from switchboard.inputs.forms import Form
from switchboard.timestamps import parse_iso_ms

_LATEST_MS: Final = 7_258_118_400_000  # the year 2200
_DAY_MS: Final = 86_400_000
_OLDEST_MS: Final = 10**11  # a smaller number is seconds


class MomentForm(Form):
    """A date and time in ISO 8601, as an aware datetime; without a zone it is UTC."""

    def read(self, value: Any) -> datetime:
        """Return the moment."""
        if isinstance(value, datetime) and value.tzinfo:
            return value
        text = value.strip() if isinstance(value, str) else ""
        if "T" in text:  # the plus sign of a time zone that was not encoded arrives as a space
            text = text.replace(" ", "+")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        # The outermost years have no room for time zones.
        if moment is None or not 1970 <= moment.year <= 9000:
            raise ValueError("must be a date and time in ISO 8601, such as 2026-03-01T09:00:00Z")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON schema."""
        description = "ISO 8601. A time without a zone is UTC, a date is its first moment."
        return {"type": "string", "description": description, "examples": ["2026-03-01T09:00:00Z"]}


class MomentMsForm(MomentForm):
    """The same texts, as milliseconds since the epoch."""

    def read(self, value: Any) -> int:  # type: ignore[override]  # the same texts, as a number
        """Return the moment."""
        return parse_iso_ms(super().read(value))


class PeriodEndForm(MomentMsForm):
    """The end of a period, as milliseconds since the epoch: a date counts whole."""

    def read(self, value: Any) -> int:  # type: ignore[override]  # as its base
        """Return the last millisecond of the period."""
        at = super().read(value)
        try:
            date.fromisoformat(value.strip())
        except ValueError:
            return at
        return at + _DAY_MS - 1

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON schema."""
        return {
            **super().json_schema(),
            "description": "ISO 8601. A time without a zone is UTC, a date is its last moment.",
        }


class TimestampForm(Form):
    """ISO 8601, or seconds or milliseconds since the epoch, as milliseconds since the epoch."""

    def read(self, value: Any) -> int:
        """Return the time."""
        at = 0
        if isinstance(value, str) and not value.isdecimal():
            with contextlib.suppress(ValueError):
                at = parse_iso_ms(MomentForm().read(value))
        elif not isinstance(value, bool) and re.fullmatch("[0-9]{1,15}", str(value)):
            at = int(value) if int(value) > _OLDEST_MS else int(value) * 1000
        if not 0 < at < _LATEST_MS:
            raise ValueError("must be a time: ISO 8601, or seconds or milliseconds since the epoch")
        return at

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON schema."""
        return {
            "type": ["string", "integer"],
            "description": "ISO 8601, or seconds or milliseconds since the epoch.",
        }
