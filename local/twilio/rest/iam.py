"""Validation of Flex user tokens: ``POST https://iam.twilio.com/v1/Accounts/{AC}/Tokens/validate``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.template.parameters import FLEX_TOKENS
from local.twilio.errors import TwilioError, not_found
from local.twilio.rest.product import ApiReply, ApiRequest, Product
from local.twilio.sids import iso8601

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn

iam = Product("iam.twilio.com")

EXPIRED_TOKEN = "local-flex-expired"
"""A token that was good once."""

_LIFE_SECONDS = 3600.0


@dataclass(frozen=True)
class _User:
    identity: str
    roles: tuple[str, ...]
    worker_sid: str


_USERS = {
    FLEX_TOKENS["admin"]: _User("ada", ("admin",), "WK" + "a" * 32),
    FLEX_TOKENS["agent"]: _User("grace", ("agent",), "WK" + "b" * 32),
    EXPIRED_TOKEN: _User("ada", ("admin",), "WK" + "a" * 32),
}


@iam.route("POST", "/v1/Accounts/<account>/Tokens/validate")
def validate(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Validate a token: the status is 200 either way, and ``valid`` has the result."""
    if request.at["account"] != stand_in.account.sid:
        raise not_found(request.path)
    if not isinstance(request.body, dict):
        raise TwilioError(400, 20001, "The body must be a JSON object")
    token = request.body.get("token")
    if not isinstance(token, str) or not token:
        raise TwilioError(400, 20001, "Missing required parameter token in the post body")
    user = _USERS.get(token)
    if user is None:
        return _refusal(20101, "Invalid Access Token")
    if token == EXPIRED_TOKEN:
        return _refusal(20104, "Access Token expired or expiration date invalid")
    return ApiReply(
        {
            "valid": True,
            "code": 0,
            "message": None,
            "expiration": iso8601(stand_in.account.clock.now() + _LIFE_SECONDS),
            "realm_user_id": user.identity,
            "identity": user.identity,
            "roles": list(user.roles),
            "worker_sid": user.worker_sid,
        }
    )


def _refusal(code: int, message: str) -> ApiReply:
    no_user = dict.fromkeys(("expiration", "realm_user_id", "identity", "worker_sid"))
    return ApiReply({"valid": False, "code": code, "message": message, **no_user, "roles": []})
