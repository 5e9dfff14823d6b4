"""Retention of items."""

from typing import Final

UNLINKED_SECONDS: Final = 86_400
"""Retention of a call that no flow has claimed, and of what Studio's events report."""


def expiry(now_ms: int, seconds: int, *, is_linked: bool = True) -> int | None:
    """Return when an item that is written now expires, in seconds since the epoch; None: never.

    Parameters
    ----------
    now_ms : int
        The current time in milliseconds since the epoch.
    seconds : int
        How long records are kept; 0: for ever.
    is_linked : bool
        Whether a flow has claimed the call.
    """
    if not is_linked:
        seconds = min(seconds or UNLINKED_SECONDS, UNLINKED_SECONDS)
    return now_ms // 1000 + seconds if seconds else None


def has_expired(expires_at: int | None, now_ms: int) -> bool:
    """Tell whether an item has expired; DynamoDB deletes it within a few days of that."""
    return expires_at is not None and expires_at <= now_ms // 1000
