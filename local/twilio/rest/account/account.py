"""The account itself: https://www.twilio.com/docs/iam/api/account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.twilio.rest.api import api
from local.twilio.rest.product import ApiReply, ApiRequest

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn


@api.route("GET", "/2010-04-01/Accounts/<account>.json")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:  # noqa: ARG001
    """Return the account, whose auth token Twilio shows, too, and the stand-in does not."""
    return ApiReply(
        {
            "sid": stand_in.account.sid,
            "friendly_name": "Switchboard on this machine",
            "status": "active",
            "type": "Full",
            "owner_account_sid": stand_in.account.sid,
            "uri": f"/2010-04-01/Accounts/{stand_in.account.sid}.json",
        }
    )
