"""The flow behind a phone number, for calls of which the table cannot or does not yet tell.

A number that is connected to a flow has the flow's webhook as its voice URL, so Twilio itself knows.
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

import json
import re
import time
from dataclasses import dataclass
from typing import Final

from ivr_path.domain.call import Call
from ivr_path.hurry import within
from switchboard.log import count, logger
from switchboard.settings import common
from switchboard.validation import is_e164

_FLOW: Final = re.compile(
    r"https://webhooks\.twilio\.com/v1/Accounts/AC[0-9a-f]{32}/Flows/(FW[0-9a-f]{32})\b"
)
_REMEMBERED_SECONDS: Final = 300
_PATIENCE_SECONDS: Final = 4.0


@dataclass(frozen=True)
class _Answer:
    flow_sid: str | None


_asked: dict[str, tuple[float, str | None]] = {}
_seen: dict[str, tuple[float, str]] = {}


def flow_of_number(call: Call, seconds: float = _PATIENCE_SECONDS) -> str | None:
    """Return the flow that the number called is connected to, or None: to none, or nobody can tell in time.

    Twilio is asked at most once in five minutes and number, and has 4 s to answer, or as long as the caller
    has.
    """
    number = _number(call)
    if number is None:
        return None
    moment, flow_sid = _asked.get(number, (0.0, None))
    if time.time() - moment < _REMEMBERED_SECONDS:
        return flow_sid
    answer = within(min(seconds, _PATIENCE_SECONDS), lambda: _ask(number), None)
    if answer is None:
        logger.warning("The number's flow is not known in time")
        count("FlowOfNumberFailed")
        return None
    _asked[number] = (time.time(), answer.flow_sid)
    return answer.flow_sid


def remember(call: Call, flow_sid: str) -> None:
    """Remember the flow of a number's latest call, in case the table fails."""
    number = _number(call)
    if number is not None:
        _seen[number] = (time.time(), flow_sid)


def remembered(call: Call) -> str | None:
    """Return the flow of the number's latest call, if minutes old: a guess, for when the table fails."""
    moment, flow_sid = _seen.get(_number(call) or "", (0.0, ""))
    return flow_sid if time.time() - moment < _REMEMBERED_SECONDS else None


def _number(call: Call) -> str | None:
    """Return our number, if the call came in on one."""
    if call.direction in {None, "inbound"} and call.to and is_e164(call.to):
        return call.to
    return None


def _ask(number: str) -> "_Answer | None":
    from switchboard.twilio_client import http

    url = (
        f"https://api.twilio.com/2010-04-01/Accounts/{common().twilio_account_sid}/IncomingPhoneNumbers.json"
    )
    response = http().request("GET", url, params={"PhoneNumber": number})
    if response.status_code != 200:
        return None
    # The filter also finds numbers that only contain this one.
    numbers = json.loads(response.text)["incoming_phone_numbers"]
    urls = [item.get("voice_url") or "" for item in numbers if item.get("phone_number") == number]
    found = _FLOW.match(urls[0]) if urls else None
    return _Answer(found[1] if found else None)
