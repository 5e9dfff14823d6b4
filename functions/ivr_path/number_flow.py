"""The flow of a phone number, for calls whose flow is not in the table, or while the table fails.

A number that is connected to a flow has the flow's webhook as its voice URL, so Twilio knows the flow.
"""

from typing import Final

from ivr_path.domain.call import Call
from switchboard.cache import Cache
from switchboard.deadline import within
from switchboard.errors import TwilioUnreachable
from switchboard.inputs.types import PHONE_NUMBER
from switchboard.log import count, logger
from switchboard.public_url import parse_studio_webhook_url
from switchboard.twilio import numbers
from switchboard.twilio.outcome import Refused

_CACHE_SECONDS: Final = 300
_LOOKUP_SECONDS: Final = 3.0
_FAILURES: Final = (TwilioUnreachable, Refused)


def lookup_flow(call: Call) -> str | None:
    """Return the flow that the called number is connected to; None without one, or if Twilio does not answer.

    Twilio is asked at most once in five minutes about a number, and has 3 s to answer, or less if the
    request's deadline is nearer.
    """
    number = _number(call)
    if number is None:
        return None
    try:
        with within(_LOOKUP_SECONDS):
            return _flows.get(number)
    except _FAILURES:
        logger.warning("The number's flow is not known in time")
        count("FlowOfNumberFailed")
        return None


def remember_flow(call: Call, flow_sid: str) -> None:
    """Remember the flow of a number's latest call, for when the table fails."""
    number = _number(call)
    if number is not None:
        _latest.set(number, flow_sid)


def latest_flow(call: Call) -> str | None:
    """Return the flow of the number's latest call in the last minutes; None if there was none."""
    number = _number(call)
    return None if number is None else _latest.get(number)


def _number(call: Call) -> str | None:
    """Return the account's number that was called; None for an outbound call."""
    if call.direction in {None, "inbound"} and call.to and PHONE_NUMBER.matches(call.to):
        return call.to
    return None


def _read_flow(number: str) -> str | None:
    webhook = parse_studio_webhook_url(numbers.voice_url(number) or "")
    return webhook.flow_sid if webhook else None


def _unknown_flow(_number: str) -> str | None:
    return None


_flows: Cache[str, str | None] = Cache(_read_flow, _CACHE_SECONDS, stale_on=_FAILURES)
_latest: Cache[str, str | None] = Cache(_unknown_flow, _CACHE_SECONDS)
