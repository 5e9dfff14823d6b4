"""Twilio's refusals: an HTTP status and a JSON body with Twilio's own error code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class TwilioError(Exception):
    """A request that Twilio refuses.

    Parameters
    ----------
    status
        HTTP status of the answer.
    code
        Twilio's error code, https://www.twilio.com/docs/api/errors.
    message
        What the answer says.
    details
        More about it, where the resource has that.
    """

    def __init__(
        self, status: int, code: int, message: str, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def body(self) -> dict[str, Any]:
        """Return the JSON body that Twilio answers with."""
        body = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return body if self.details is None else {**body, "details": self.details}


def authenticate() -> TwilioError:
    """Wrong or missing credentials."""
    return TwilioError(401, 20003, "Authenticate")


def not_found(path: str) -> TwilioError:
    """No such resource."""
    return TwilioError(404, 20404, f"The requested resource {path} was not found")


def method_not_allowed() -> TwilioError:
    """Refuse a method that the resource does not have."""
    return TwilioError(405, 20004, "Method not allowed")


def invalid_parameter(message: str) -> TwilioError:
    """Refuse a parameter that has no error code of its own."""
    return TwilioError(400, 20001, message)
