"""What Twilio's REST errors mean.

https://www.twilio.com/docs/api/errors
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from switchboard.errors import TwilioUnreachable
from switchboard.twilio.outcome import NUMBER_REFUSED, OPTED_OUT

__all__ = ["NUMBER_REFUSED", "OPTED_OUT", "definitely_not_sent", "error_code", "page_refusals"]


def error_code(error: BaseException) -> int | None:
    """Return Twilio's own code of an error, such as 21610; None where it has none."""
    code = getattr(error, "code", None)
    return code if isinstance(code, int) else None


@contextmanager
def page_refusals() -> Iterator[None]:
    """Turn the refusal of a list's page into the error that every other refusal is.

    For a page twilio.rest raises TwilioException, without status and code, but with Twilio's answer.

    Example
    -------
        >>> with page_refusals():
        ...     tasks = client().taskrouter.v1.workspaces(sid).tasks.list(limit=50)
    """
    from twilio.base.exceptions import TwilioException, TwilioRestException
    from twilio.http.response import Response

    try:
        yield
    except TwilioException as error:
        answer = error.args[-1] if type(error) is TwilioException and error.args else None
        if not isinstance(answer, Response):
            raise
        try:
            body = json.loads(answer.text)
        except ValueError:
            body = None
        fields = body if isinstance(body, dict) else {}
        status = answer.status_code
        message, code = str(fields.get("message", "Unable to fetch page")), fields.get("code")
        raise TwilioRestException(status, "", message, code if isinstance(code, int) else status) from error


def definitely_not_sent(error: Exception) -> bool:
    """Tell whether a request that failed did not reach Twilio, or was refused by it.

    Twilio refuses with 4xx, and with 503 before it does anything; any other 5xx says nothing about what was
    done (https://www.twilio.com/docs/usage/twilios-response).

    Parameters
    ----------
    error : Exception
        twilio.base.exceptions.TwilioRestException or switchboard.errors.TwilioUnreachable; of any other error
        it is not known.
    """
    if isinstance(error, TwilioUnreachable):
        return error.never_connected
    status = getattr(error, "status", None)
    return isinstance(status, int) and (400 <= status < 500 or status == 503)
