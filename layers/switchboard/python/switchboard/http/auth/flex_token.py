"""Flex user tokens: only Twilio can read them, so it is asked, and its answers are remembered."""

import hashlib
import time
from collections import OrderedDict

from switchboard.errors import Forbidden, ServiceUnavailable, TwilioUnreachable
from switchboard.http.request import Caller
from switchboard.log import logger
from switchboard.twilio.flex_tokens import FlexUser, validate_token
from switchboard.twilio.outcome import Refused

REMEMBERED_SECONDS = 300.0
REMEMBERED_TOKENS = 256
REFUSAL_SECONDS = 30.0
REMEMBERED_REFUSALS = 1024
MAX_TOKEN_CHARACTERS = 8192
_REFUSAL = "The Flex token is not valid."
_UNKNOWN = "The Flex token cannot be checked now. Try again later."

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
    user = _validate(token)
    if user is None:
        _remembered.pop(key, None)
        _refused[key] = now + REFUSAL_SECONDS
        _refused.move_to_end(key)
        while len(_refused) > REMEMBERED_REFUSALS:
            _refused.popitem(last=False)
        raise Forbidden(_REFUSAL)
    caller = Caller(kind="flex", identity=user.identity, roles=user.roles, worker_sid=user.worker_sid)
    # A token whose expiration is not known is not remembered.
    _remembered[key] = (min(now + REMEMBERED_SECONDS, user.expires_at or now), caller)
    _remembered.move_to_end(key)
    while len(_remembered) > REMEMBERED_TOKENS:
        _remembered.popitem(last=False)
    return caller


def clear_flex_users() -> None:
    """Ask Twilio again about every token."""
    _remembered.clear()
    _refused.clear()


def _validate(token: str) -> FlexUser | None:
    try:
        return validate_token(token)
    except Refused as error:
        # A refusal of the account's credentials, say. It tells nothing about the token.
        extra = {"status": error.status, "code": error.code}
        logger.error("Twilio did not judge a Flex token", extra=extra)
        raise ServiceUnavailable(_UNKNOWN) from error
    except TwilioUnreachable as error:
        raise ServiceUnavailable(_UNKNOWN) from error
