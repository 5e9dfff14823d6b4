"""Queues: https://www.twilio.com/docs/voice/api/queue-resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.twilio.errors import not_found
from local.twilio.rest.api import ACCOUNT, api
from local.twilio.rest.product import ApiReply, ApiRequest, page

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn


@api.route("GET", f"{ACCOUNT}/Queues.json")
def index(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the queues that calls have been in."""
    return page(request, "queues", [_render(stand_in, sid) for sid in stand_in.queues.names()])


@api.route("GET", f"{ACCOUNT}/Queues/<sid>.json")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one queue; the name of a workflow's queue is the workflow's SID."""
    if request.at["sid"] not in stand_in.queues.names():
        raise not_found(request.path)
    return ApiReply(_render(stand_in, request.at["sid"]))


def _render(stand_in: TwilioStandIn, sid: str) -> dict[str, Any]:
    name = stand_in.queues.names()[sid]
    waiting = [
        call
        for call in stand_in.calls.all()
        if call.live and call.listening and call.listening.details.get("queueSid") == sid
    ]
    return {
        "sid": sid,
        "account_sid": stand_in.account.sid,
        "friendly_name": name,
        "current_size": len(waiting),
        "max_size": 1000,
        "average_wait_time": 0,
        "date_created": None,
        "date_updated": None,
        "uri": f"/2010-04-01/Accounts/{stand_in.account.sid}/Queues/{sid}.json",
    }
