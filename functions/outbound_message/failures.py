"""Errors for the caller when Twilio refuses a request, or does not confirm it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from outbound_message.domain.message import OutboundMessage
from switchboard.errors import (
    BadRequest,
    Conflict,
    FieldError,
    ServiceUnavailable,
    SwitchboardError,
    TwilioUnreachable,
)
from switchboard.timestamps import now_ms
from switchboard.twilio import conversations
from switchboard.twilio.outcome import (
    CONTENT_REFUSED,
    CONVERSATION_CLOSED,
    OPTED_OUT,
    RECIPIENT_REFUSED,
    SENDER_REFUSED,
    Refused,
    definitely_not_sent,
)

_SETTLE_MS: Final = 30_000
"""After this time, a task or message that Twilio does not show was not created."""


class Unconfirmed(ServiceUnavailable):
    """Twilio did not confirm that it created a task or a message; the same request later looks it up.

    Parameters
    ----------
    what : str
        What may have happened, such as "The message may have been sent".
    asked_at : int
        When Twilio was asked to create it, in ms since the epoch.
    """

    def __init__(self, what: str, asked_at: int) -> None:
        super().__init__(
            f"{what}, but Twilio did not confirm it. Send the same request again.",
            retry_after=max(1, (asked_at + _SETTLE_MS - now_ms() + 999) // 1000),
        )


class ConversationClosed(Exception):
    """The conversation was closed or deleted while the request used it."""


def has_closed(error: Exception, conversation_sid: str) -> bool:
    """Tell whether a step failed because its conversation has been closed or deleted meanwhile."""
    if isinstance(error, ConversationClosed):
        return True
    if not isinstance(error, Refused):
        return False
    if error.code == CONVERSATION_CLOSED:
        return True
    if error.status != 404:
        return False
    found = conversations.fetch_conversation(conversation_sid)
    return found is None or found.is_closed


@contextmanager
def unconfirmed_unless_refused(what: str, asked_at: int) -> Iterator[None]:
    """Raise Unconfirmed for a failure that does not exclude that Twilio has carried out the request."""
    try:
        yield
    except (Refused, TwilioUnreachable) as error:
        if definitely_not_sent(error):
            raise
        raise Unconfirmed(what, asked_at) from error


def raise_if_too_recent(what: str, asked_at: int) -> None:
    """Raise Unconfirmed while Twilio may still be carrying out the request."""
    if now_ms() < asked_at + _SETTLE_MS:
        raise Unconfirmed(what, asked_at)


def refusal(error: Refused, message: OutboundMessage) -> SwitchboardError:
    """Return the error for the caller when Twilio refuses a request.

    Its code and its own words are part of the answer: https://www.twilio.com/docs/api/errors.
    """
    reason = f"({error.code}: {error.message})"
    if error.status == 429 or error.status >= 500:
        return ServiceUnavailable(f"Twilio cannot take the request now {reason}. Try again later.")
    if error.code == OPTED_OUT:
        return Conflict(f"toNumber has opted out by STOP, and is not contacted until it sends START {reason}")
    fields = {
        "fromNumber": SENDER_REFUSED,
        "toNumber": RECIPIENT_REFUSED,
        message.content_field: CONTENT_REFUSED,
    }
    errors = [
        FieldError(field=field, message=f"is refused by Twilio {reason}")
        for field, codes in fields.items()
        if error.code in codes
    ]
    return (
        BadRequest.about(*errors) if errors else SwitchboardError(502, f"Twilio refused the request {reason}")
    )
