"""The parameters of every request that Twilio makes about a call.

https://www.twilio.com/docs/voice/twiml#request-parameters
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.twilio.params import API_VERSION, geography
from local.twilio.sids import rfc2822

if TYPE_CHECKING:
    from local.twilio.voice.call import Call


def voice_params(account_sid: str, call: Call) -> dict[str, str]:
    """Return the parameters that come with every request for a document."""
    params = {
        "CallSid": call.sid,
        "AccountSid": account_sid,
        "From": call.sender,
        "To": call.to,
        "Caller": call.sender,
        "Called": call.to,
        "Direction": call.direction,
        "CallStatus": call.status,
        "ApiVersion": API_VERSION,
    }
    for role, address in (
        ("From", call.sender),
        ("Caller", call.sender),
        ("To", call.to),
        ("Called", call.to),
    ):
        params |= geography(role, address)
    if call.parent_sid:
        params["ParentCallSid"] = call.parent_sid
    return {**params, **call.settings.extra_params}


def status_params(account_sid: str, call: Call, status: str, number: int, now: float) -> dict[str, str]:
    """Return the parameters of a status callback.

    https://www.twilio.com/docs/voice/api/call-resource#statuscallback

    Parameters
    ----------
    status
        What is reported as CallStatus.
    number
        Its place among the call's callbacks, from 0.
    now
        The platform's time.
    """
    params = voice_params(account_sid, call) | {
        "CallStatus": status,
        "SequenceNumber": str(number),
        "Timestamp": rfc2822(now) or "",
        "CallbackSource": "call-progress-events",
    }
    if call.answered_by:
        params["AnsweredBy"] = call.answered_by
    if status in {"completed", "busy", "failed", "no-answer", "canceled"}:
        params["CallDuration"] = str(call.duration)
        params["Duration"] = str(-(-call.duration // 60))
    return params
