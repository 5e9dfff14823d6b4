"""Tokens of Flex users: https://www.twilio.com/docs/flex/developer/plugins/call-functions-from-a-plugin.

twilio.rest does not know them, and is not loaded.
"""

import json
from dataclasses import dataclass
from typing import Any

from switchboard.timestamps import parse_iso_ms
from switchboard.twilio.outcome import refusal
from switchboard.twilio.rest_client import account_sid, http


@dataclass(frozen=True, slots=True)
class FlexUser:
    """The user that a token stands for.

    Attributes
    ----------
    identity, worker_sid : str or None
        The worker is WK….
    roles : tuple of str
        Such as "agent", "supervisor" and "admin".
    expires_at : float or None
        When the token expires, in seconds since the epoch; None if Twilio does not say.
    """

    identity: str | None
    roles: tuple[str, ...]
    worker_sid: str | None
    expires_at: float | None


def validate_token(token: str) -> FlexUser | None:
    """Return the user of a valid token; None if Twilio says that the token is not valid.

    Raises
    ------
    switchboard.twilio.outcome.Refused
        Twilio says neither; the status is that of its answer. It may have refused the account's credentials.
    switchboard.errors.TwilioUnreachable
        Twilio does not answer.
    """
    response = http().answer(
        "POST",
        f"https://iam.twilio.com/v1/Accounts/{account_sid()}/Tokens/validate",
        data={"token": token},
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
    try:
        answer = json.loads(response.text)
    except ValueError:
        answer = None
    if isinstance(answer, dict) and answer.get("valid") is True and response.status_code == 200:
        return _user(answer)
    if isinstance(answer, dict) and answer.get("valid") is False:
        return None
    raise refusal(response.status_code, response.text)


def _user(answer: dict[str, Any]) -> FlexUser:
    roles = answer.get("roles")
    return FlexUser(
        identity=_text(answer.get("identity")),
        roles=tuple(str(role) for role in roles) if isinstance(roles, list) else (),
        worker_sid=_text(answer.get("worker_sid")),
        expires_at=_seconds(answer.get("expiration")),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _seconds(value: Any) -> float | None:
    try:
        return parse_iso_ms(value) / 1000 if isinstance(value, str) else None
    except ValueError:
        return None
