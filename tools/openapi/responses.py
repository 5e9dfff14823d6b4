"""The responses that an endpoint of the layer can give whatever its handler does."""

from typing import Final, Literal

from switchboard.http.endpoint import Endpoint
from tools.openapi.operation import JSON, ReplyModel, Response, json_response


class FieldProblem(ReplyModel):
    """What is wrong with one field.

    Attributes
    ----------
    field : str
        As the caller named it, such as `numberToCall` or `routes[3].address`.
    message : str
        What it must be.
    """

    field: str
    message: str


class Error(ReplyModel):
    """Why a request was not served.

    Attributes
    ----------
    message : str
        One sentence; where fields are wrong, `<field>: <what is wrong>` for each.
    errors : list
        The fields that are wrong.
    success : bool
        Only on routes whose other answers have it.
    """

    message: str
    errors: tuple[FieldProblem, ...] = ()
    success: Literal[False] = False


RESPONSES: Final = {
    400: (
        "BadRequest",
        json_response("The request cannot be read, or a field is wrong: `errors` names it.", Error),
    ),
    403: (
        "Forbidden",
        json_response("No proof of who is calling, a wrong one, or a role that is missing.", Error),
    ),
    413: ("PayloadTooLarge", json_response("The body is too large.", Error)),
    415: ("UnsupportedMediaType", json_response("The body is neither a form nor JSON.", Error)),
    431: (
        "RequestHeaderFieldsTooLarge",
        json_response(
            "API Gateway takes 10,240 bytes of request line and headers, query string included.", Error
        ),
    ),
    500: ("InternalError", json_response("A fault of Switchboard's own. Its log says which.", Error)),
    503: (
        "ServiceUnavailable",
        Response(
            "AWS or Twilio does not answer. The same request may succeed later.",
            {JSON: Error},
            {"Retry-After": "Seconds after which to try again."},
        ),
    ),
}
"""By status: the name in the document's components, and the response."""


LIMITED: Final = Response(
    "The API key has reached its limit.", {JSON: Error}, {"Retry-After": "Seconds until the limit ends."}
)
"""For routes that count what an API key starts."""


def common_statuses(endpoint: Endpoint, *, has_body: bool) -> tuple[int, ...]:
    """Return the statuses that an endpoint can answer beside those of its handler."""
    statuses = (400, 403, *((413, 415) if has_body else ()), 431)
    # A fallback answers what its caller can use instead.
    return statuses if endpoint.has_fallback else (*statuses, 500, 503)
