"""Failures of requests that start surveys: whether the respondent may have been contacted."""

from typing import Final

from switchboard.errors import ServiceUnavailable, SwitchboardError
from switchboard.timestamps import now_ms

SETTLE_MS: Final = 30_000
"""After this time, a message or call that Twilio does not show was not created."""


class Unconfirmed(SwitchboardError):
    """502: Twilio may have placed the call or sent the message, but did not confirm it."""

    def __init__(self, what: str) -> None:
        super().__init__(502, f"{what}: Twilio did not confirm it.")


def raise_if_too_recent(since: int) -> None:
    """Raise ServiceUnavailable while Twilio may still be carrying out a request of that time, in ms."""
    left = since + SETTLE_MS - now_ms()
    if left > 0:
        raise ServiceUnavailable(
            "Twilio has not confirmed an earlier try of this request. Send the same request again.",
            retry_after=(left + 999) // 1000,
        )
