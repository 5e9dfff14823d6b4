"""Rotation of the auth token: https://www.twilio.com/docs/iam/api/secondary_authtoken and …/authtoken.

What Twilio answers where there is a secondary token already is not documented; the stand-in refuses, so that
nobody relies on either answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.twilio.errors import TwilioError, not_found
from local.twilio.rest.product import ApiReply, ApiRequest, Product
from local.twilio.sids import iso8601

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn

accounts = Product("accounts.twilio.com")

_SECONDARY = "/v1/AuthTokens/Secondary"
_PROMOTE = "/v1/AuthTokens/Promote"


@accounts.route("POST", _SECONDARY)
def create(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Create the secondary token, which is told this once."""
    token = stand_in.account.tokens.create_secondary()
    if not token:
        raise TwilioError(409, 20409, "A secondary Auth Token exists")
    return ApiReply(_token(stand_in, request, secondary_auth_token=token), 201)


@accounts.route("DELETE", _SECONDARY)
def delete(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Delete the secondary token."""
    if not stand_in.account.tokens.delete_secondary():
        raise not_found(request.path)
    return ApiReply(None, 204)


@accounts.route("POST", _PROMOTE)
def promote(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Make the secondary token the primary; the primary before is refused from now on."""
    token = stand_in.account.tokens.promote()
    if not token:
        raise not_found("/AuthTokens/Promote")
    return ApiReply(_token(stand_in, request, auth_token=token))


def _token(stand_in: TwilioStandIn, request: ApiRequest, **token: str) -> dict[str, Any]:
    now = iso8601(stand_in.account.clock.now())
    return {
        "account_sid": stand_in.account.sid,
        "date_created": now,
        "date_updated": now,
        "url": f"https://accounts.twilio.com{request.path}",
        **token,
    }
