"""Errors of requests that start a survey: the respondent was not contacted, or it is unknown whether."""

from typing import Final, Literal

from switchboard.errors import Conflict, ServiceUnavailable, SwitchboardError
from switchboard.timestamps import now_ms

SETTLE_MS: Final = 30_000
"""After this time, a message or call that Twilio does not show was not created."""

Reason = Literal["completed", "optedOut", "underWay", "busy", "closed"]

_MESSAGES: Final[dict[Reason, str]] = {
    "completed": "To has completed this survey. With again: true it is started anew.",
    "optedOut": "To has opted out by STOP, and is not contacted until it sends START.",
    "underWay": "To is taking this survey. With again: true it is continued from where it is open.",
    "closed": "This survey is closed: its end date has passed, or its quota is reached.",
    "busy": (
        "To is being contacted for this survey at this moment. Once that is done, a request with again: true "
        "continues the survey."
    ),
}


class NotContacted(Conflict):
    """409: the respondent is not to be contacted, or not now.

    Attributes
    ----------
    reason : Reason
        ``busy``: on a call about the survey, or a concurrent request starts it.
    """

    def __init__(self, reason: Reason, message: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(message or _MESSAGES[reason])
        self.retry_after = retry_after
        self.reason: Reason = reason


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
