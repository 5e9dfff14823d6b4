"""Flex user tokens: only Twilio can read them, so it is asked, and its answers are kept for a while."""

import hashlib
import json
import time
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

from switchboard.errors import Forbidden, ServiceUnavailable, TwilioUnreachable
from switchboard.log import logger
from switchboard.request import Caller
from switchboard.settings import common

REMEMBERED_SECONDS = 300.0
REMEMBERED_TOKENS = 256
REFUSAL_SECONDS = 30.0
REMEMBERED_REFUSALS = 1024
MAX_TOKEN_CHARACTERS = 8192
_REFUSAL = "The Flex token is not valid."

# By the token's hash: a memory dump, or a careless log line, must not hold tokens that work. Refusals are
# kept apart, so that a flood of bad tokens pushes out no good one. switchboard.cache does not fit: each
# answer has an expiration of its own, and a hash does not tell the token.
_remembered: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()
_refused: OrderedDict[bytes, float] = OrderedDict()


def flex_user(token: str) -> Caller:
    """Return the Flex user that a token stands for.

    ``POST https://iam.twilio.com/v1/Accounts/{AccountSid}/Tokens/validate`` is asked at most once per token
    until the token expires or five minutes have passed; about a token that was refused, every 30 seconds.

    Raises
    ------
    Forbidden
        Twilio says that the token is not valid.
    ServiceUnavailable
        Twilio does not say either way.
    """
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise Forbidden(_REFUSAL)
    key = hashlib.sha256(token.encode("utf-8", "replace")).digest()
    now = time.time()
    until, caller = _remembered.get(key, (0.0, None))
    if caller is not None and now < until <= now + REMEMBERED_SECONDS:
        _remembered.move_to_end(key)
        return caller
    if now < _refused.get(key, 0.0) <= now + REFUSAL_SECONDS:
        raise Forbidden(_REFUSAL)
    answer = _ask_twilio(token)
    if answer is None:
        _remembered.pop(key, None)
        _refused[key] = now + REFUSAL_SECONDS
        _refused.move_to_end(key)
        while len(_refused) > REMEMBERED_REFUSALS:
            _refused.popitem(last=False)
        raise Forbidden(_REFUSAL)
    caller = _caller(answer)
    _remembered[key] = (min(now + REMEMBERED_SECONDS, _expiration(answer.get("expiration"), now)), caller)
    _remembered.move_to_end(key)
    while len(_remembered) > REMEMBERED_TOKENS:
        _remembered.popitem(last=False)
    return caller


def clear_flex_users() -> None:
    """Ask Twilio again about every token."""
    _remembered.clear()
    _refused.clear()


def _ask_twilio(token: str) -> dict[str, Any] | None:
    """Return what Twilio says of a valid token; None if it says that the token is not valid."""
    from switchboard.twilio import http

    account_sid = common().twilio_account_sid
    try:
        response = http().request(
            "POST",
            f"https://iam.twilio.com/v1/Accounts/{account_sid}/Tokens/validate",
            data={"token": token},
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
    except TwilioUnreachable as error:
        raise ServiceUnavailable("The Flex token cannot be checked now. Try again later.") from error
    try:
        answer = json.loads(response.text)
    except ValueError:
        answer = None
    if isinstance(answer, dict) and answer.get("valid") is True and response.status_code == 200:
        return answer
    if isinstance(answer, dict) and answer.get("valid") is False:
        return None
    # A refusal of our own credentials, say. It tells nothing about the token.
    code = answer.get("code") if isinstance(answer, dict) else None
    logger.error("Twilio did not judge a Flex token", extra={"status": response.status_code, "code": code})
    raise ServiceUnavailable("The Flex token cannot be checked now. Try again later.")


def _caller(answer: dict[str, Any]) -> Caller:
    roles = answer.get("roles")
    return Caller(
        kind="flex",
        identity=_text(answer.get("identity")),
        roles=tuple(str(role) for role in roles) if isinstance(roles, list) else (),
        worker_sid=_text(answer.get("worker_sid")),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _expiration(value: Any, now: float) -> float:
    """Return when a token expires, in seconds since the epoch; `now`, to keep nothing, if unclear."""
    if not isinstance(value, str):
        return now
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return now
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
