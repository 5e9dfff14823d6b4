"""The flow of a phone number, for calls whose flow is not in the table, or while the table fails.

A number that is connected to a flow has the flow's webhook as its voice URL, so Twilio itself knows.
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

import json
from typing import Final

from ivr_path.domain.call import Call
from switchboard.cache import Cache
from switchboard.deadline import within
from switchboard.errors import TwilioUnreachable
from switchboard.log import count, logger
from switchboard.public_url import parse_studio_webhook_url
from switchboard.settings import common
from switchboard.validation import is_e164

_CACHE_SECONDS: Final = 300
_LOOKUP_SECONDS: Final = 3.0


def lookup_flow(call: Call) -> str | None:
    """Return the flow that the number called is connected to; None without one, or if Twilio does not answer.

    Twilio is asked at most once in five minutes and number, and has 3 s to answer, or less if the request's
    deadline is nearer.
    """
    number = _number(call)
    if number is None:
        return None
    try:
        with within(_LOOKUP_SECONDS):
            return _flows.get(number)
    except TwilioUnreachable:
        logger.warning("The number's flow is not known in time")
        count("FlowOfNumberFailed")
        return None


def remember_flow(call: Call, flow_sid: str) -> None:
    """Remember the flow of a number's latest call, for when the table fails."""
    number = _number(call)
    if number is not None:
        _latest.set(number, flow_sid)


def latest_flow(call: Call) -> str | None:
    """Return the flow of the number's latest call, if that was minutes ago; None if there was none."""
    number = _number(call)
    return None if number is None else _latest.get(number)


def _number(call: Call) -> str | None:
    """Return our number, if the call came in on one."""
    if call.direction in {None, "inbound"} and call.to and is_e164(call.to):
        return call.to
    return None


def _read_flow(number: str) -> str | None:
    from switchboard.twilio import http

    account_sid = common().twilio_account_sid
    url = f"https://api.twilio.com/2010-04-01/Accounts/{account_sid}/IncomingPhoneNumbers.json"
    response = http().request("GET", url, params={"PhoneNumber": number})
    if response.status_code != 200:
        raise TwilioUnreachable
    # The filter also finds numbers that only contain this one.
    numbers = json.loads(response.text)["incoming_phone_numbers"]
    urls = [item.get("voice_url") or "" for item in numbers if item.get("phone_number") == number]
    webhook = parse_studio_webhook_url(urls[0]) if urls else None
    return webhook.flow_sid if webhook else None


def _unknown_flow(_number: str) -> str | None:
    return None


_flows: Cache[str, str | None] = Cache(_read_flow, _CACHE_SECONDS, stale_on=(TwilioUnreachable,))
_latest: Cache[str, str | None] = Cache(_unknown_flow, _CACHE_SECONDS)
