"""What became of a request to Twilio's REST API: refused, failed or unanswered, and which refusals are known.

The HTTP client raises these errors for every product, pages of lists included, so features catch nothing of
the package twilio. https://www.twilio.com/docs/usage/twilios-response,
https://www.twilio.com/docs/api/errors
"""

import json
from collections.abc import Callable
from typing import Final, TypeVar

from switchboard.errors import TwilioUnreachable

T = TypeVar("T")

OPTED_OUT: Final = 21610
"""The recipient has replied STOP to this sender: https://www.twilio.com/docs/api/errors/21610."""

NAME_TAKEN: Final = 50353
"""A conversation with this unique name exists: https://www.twilio.com/docs/api/errors/50353."""

CONVERSATION_CLOSED: Final = 50377
"""A closed conversation cannot be changed: https://www.twilio.com/docs/api/errors/50377."""

BINDING_EXISTS: Final = 50416
"""Both numbers are in a conversation that is not closed: https://www.twilio.com/docs/api/errors/50416."""

NUMBER_REFUSED: Final = frozenset(
    {13223, 13224, 13225, 13227, 21202, 21211, 21214, 21215, 21216, 21217, 21219, 21265, 21408, 21612, 21614}
    | {21266, 21268, 21635}
)
"""Errors about the number that a message or a call is for."""

RECIPIENT_REFUSED: Final = NUMBER_REFUSED | {21604, 50407, 63003, 63024, 63112}
"""Errors about the recipient of a conversation's message: its number, or its WhatsApp address."""

SENDER_REFUSED: Final = frozenset({21212, 21603, 21606, 21607, 21659, 21660, 50408, 63007})
"""Errors about the account's number that a conversation's message comes from."""

CONTENT_REFUSED: Final = frozenset({21602, 21617, 21654, 21655, 21656, 50503, 63016, 63028})
"""Errors about a message's text or template."""


class Refused(Exception):
    """Twilio answered with a status other than success, after every try that was safe to make.

    A status of 500 or more is no verdict on the request: Twilio may have done what it was asked for
    (`definitely_not_sent`). 502 is also the status of an answer that cannot be read.

    Parameters
    ----------
    status : int
        The HTTP status.
    code : int or None
        Twilio's error code; None where it gave none.
    message : str
        Twilio's own words. They may contain phone numbers.
    details : object
        What some errors have besides, such as each problem of a flow definition; else None.
    """

    def __init__(self, status: int, code: int | None, message: str, details: object = None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    @property
    def is_temporary(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status in {408, 412, 429} or self.status >= 500


def refusal(status: int, text: str) -> Refused:
    """Return the error that an answer stands for.

    Parameters
    ----------
    status : int
        The HTTP status, none of success.
    text : str
        The body: ``{"code": 21211, "message": "…"}``, or ``detail`` and ``title`` in place of the message
        (RFC 9457); anything else tells nothing.
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    fields = body if isinstance(body, dict) else {}
    code = fields.get("code")
    words = fields.get("message") or fields.get("detail") or fields.get("title")
    return Refused(
        status,
        code if isinstance(code, int) else None,
        str(words or "Twilio refused the request."),
        fields.get("details"),
    )


def definitely_not_sent(error: Exception) -> bool:
    """Tell whether a request that failed did not reach Twilio, or was refused by it.

    Twilio refuses with 4xx, and with 503 before it does anything; any other 5xx says nothing about what was
    done (https://www.twilio.com/docs/usage/twilios-response). Of any error but `Refused` and
    `switchboard.errors.TwilioUnreachable` it is not known.
    """
    if isinstance(error, TwilioUnreachable):
        return error.never_connected
    return isinstance(error, Refused) and (400 <= error.status < 500 or error.status == 503)


def none_if_missing(fetch: Callable[[], T]) -> T | None:
    """Return what a request returns; None where Twilio has no such resource (404)."""
    try:
        return fetch()
    except Refused as error:
        if error.status == 404:
            return None
        raise
