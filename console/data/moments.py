"""Points in time, as pages show them."""

from datetime import UTC, datetime


def moment(at: int) -> str:
    """Return milliseconds since the epoch as a text, by the clock of UTC; "not known" for 0.

    Example
    -------
        >>> moment(1_796_000_000_000)
        '2026-11-30 01:33 UTC'
    """
    if not at:
        return "not known"
    try:
        return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return "not known"
