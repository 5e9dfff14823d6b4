"""Timestamps: whole milliseconds since the epoch, and their ISO 8601 texts."""

import time
from datetime import UTC, datetime


def now_ms() -> int:
    """Return the current time in milliseconds since the epoch."""
    return int(time.time() * 1000)


def parse_iso_ms(moment: str | datetime) -> int:
    """Return a point in time as milliseconds since the epoch.

    Studio's REST API gives whole seconds (``2026-03-01T09:00:00Z``), Event Streams milliseconds
    (``2026-03-01T09:00:00.123Z``). A time without a zone is UTC.

    Raises
    ------
    ValueError
        The text is not ISO 8601.
    """
    read = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    aware = read if read.tzinfo else read.replace(tzinfo=UTC)
    # Not timestamp(): a float would lose the last millisecond now and then.
    elapsed = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (elapsed.days * 86_400 + elapsed.seconds) * 1000 + elapsed.microseconds // 1000


def format_iso(moment: int) -> str:
    """Return milliseconds since the epoch as ``2026-03-01T09:00:00.123Z``; such texts sort by time."""
    seconds, rest = divmod(moment, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"
