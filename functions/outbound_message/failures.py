"""What the caller is told where Twilio refuses, or does not say what it did."""

from typing import Final

from outbound_message.domain.twilio_refusal import field_of
from switchboard.errors import BadRequest, Conflict, FieldError, ServiceUnavailable, SwitchboardError
from switchboard.twilio.errors import NUMBER_REFUSED, OPTED_OUT

SETTLE_MS: Final = 30_000
"""What Twilio was asked for and does not show after so long has not been done."""


class Unconfirmed(ServiceUnavailable):
    """Twilio did not say whether it did what it was asked for; the same request later finds out."""

    def __init__(self, what: str, since: int, now: int) -> None:
        super().__init__(
            f"{what}, but Twilio did not confirm it. Send the same request again.",
            retry_after=max(1, (since + SETTLE_MS - now + 999) // 1000),
        )


def refusal(status: int, code: int | None, message: str) -> SwitchboardError:
    """Return what a refusal of Twilio's means to the caller.

    Parameters
    ----------
    status : int
        The HTTP status: 429 or 5xx is no verdict on the request, which may succeed later.
    code, message : int or None, str
        Twilio's error code and its meaning, https://www.twilio.com/docs/api/errors.
    """
    if status == 429 or status >= 500:
        return ServiceUnavailable(f"Twilio cannot take the request now ({code}: {message}). Try again later.")
    if code == OPTED_OUT:
        return Conflict(
            f"toNumber has opted out by STOP, and is not contacted until it sends START ({code}: {message})"
        )
    field = field_of(code, NUMBER_REFUSED)
    if field is not None:
        return BadRequest.about(FieldError(field=field, message=f"is refused by Twilio ({code}: {message})"))
    return SwitchboardError(502, f"Twilio refused the request ({code}: {message})")
