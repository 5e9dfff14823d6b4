"""Errors that the endpoint turns into replies, wherever a handler raises them."""

from collections.abc import Sequence
from typing import Literal, TypedDict


class FieldError(TypedDict):
    """What was wrong with one field of a request."""

    field: str
    message: str


class SwitchboardError(Exception):
    """A request that ends with a status other than success.

    Parameters
    ----------
    status : int
        The HTTP status, 400 to 599.
    message : str
        One sentence for the caller. It is sent as it is, so it holds no secret and no stack trace.
    errors : Sequence[FieldError]
        What was wrong, field by field; may be empty.
    retry_after : int, optional
        Seconds after which the same request may succeed; sent as Retry-After.
    """

    def __init__(
        self,
        status: int,
        message: str,
        errors: Sequence[FieldError] = (),
        *,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = tuple(errors)
        self.retry_after = retry_after


class BadRequest(SwitchboardError):
    """400: the request cannot be read or understood, or a field is wrong.

    Parameters
    ----------
    message : str
        ``<field>: <what is wrong>`` of each field.
    errors : Sequence[FieldError]
        What is wrong, field by field.
    """

    def __init__(self, message: str, errors: Sequence[FieldError]) -> None:
        super().__init__(400, message, errors)

    @classmethod
    def about(cls, *errors: FieldError) -> "BadRequest":
        """Return the error whose message is made of what was wrong with each field."""
        return cls("; ".join(f"{error['field']}: {error['message']}" for error in errors), errors)

    @classmethod
    def about_part(cls, part: Literal["body", "query"], message: str) -> "BadRequest":
        """Return the error about a whole part of the request."""
        return cls.about(FieldError(field=part, message=message))


class Forbidden(SwitchboardError):
    """403: the caller is not authenticated, or lacks a role."""

    def __init__(self, message: str = "Forbidden") -> None:
        super().__init__(403, message)


class NotFound(SwitchboardError):
    """404: what the request names does not exist."""

    def __init__(self, message: str = "Not found") -> None:
        super().__init__(404, message)


class Conflict(SwitchboardError):
    """409: the request was made against a state that has changed since."""

    def __init__(self, message: str) -> None:
        super().__init__(409, message)


class PayloadTooLarge(SwitchboardError):
    """413: the body is larger than the route takes."""

    def __init__(self, message: str) -> None:
        super().__init__(413, message)


class UnsupportedMediaType(SwitchboardError):
    """415: the body is neither a form nor JSON."""

    def __init__(self, message: str) -> None:
        super().__init__(415, message)


class TooManyRequests(SwitchboardError):
    """429: the caller's limit is reached; Retry-After says in how many seconds to try again."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(429, message, retry_after=retry_after)


class ServiceUnavailable(SwitchboardError):
    """503: a service that the route needs does not answer; Retry-After says when to try again."""

    def __init__(self, message: str, *, retry_after: int = 5) -> None:
        super().__init__(503, message, retry_after=retry_after)


class TwilioUnreachable(ServiceUnavailable):
    """503: no answer from Twilio's REST API, after every try that was safe to make.

    Parameters
    ----------
    never_connected : bool
        Whether no connection was made, so that Twilio cannot have done anything.
    """

    def __init__(self, *, never_connected: bool = False) -> None:
        super().__init__("Twilio did not answer. Try again later.")
        self.never_connected = never_connected
