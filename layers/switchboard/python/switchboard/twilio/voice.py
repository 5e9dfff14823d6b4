"""Calls and queues: https://www.twilio.com/docs/voice/api.

Each verb raises switchboard.twilio.outcome.Refused or switchboard.errors.TwilioUnreachable.
"""

import json
from dataclasses import dataclass

from switchboard.twilio.fields import CLOCK_SKEW_MS, LATEST, milliseconds
from switchboard.twilio.outcome import Refused, none_if_missing
from switchboard.twilio.rest_client import account_sid, http, rest_client


@dataclass(frozen=True, slots=True)
class Call:
    """A call, with the texts that Twilio gives.

    https://www.twilio.com/docs/voice/api/call-resource#call-properties

    Attributes
    ----------
    sid : str
    status, duration : str or None
        The duration in seconds, once the call has ended.
    from_, to : str or None
        E.164 numbers, ``sip:`` or ``client:`` addresses.
    direction : str or None
        Such as "inbound".
    """

    sid: str
    status: str | None
    duration: str | None
    from_: str | None
    to: str | None
    direction: str | None


def fetch_call(sid: str) -> Call | None:
    """Return a call; None if Twilio has none of that SID."""
    found = none_if_missing(rest_client().calls(sid).fetch)
    if found is None:
        return None
    return Call(
        sid=sid,
        status=str(found.status) if found.status else None,
        duration=found.duration,
        # "from" is no name in Python; this is what Twilio's client calls it.
        from_=found._from,  # noqa: SLF001
        to=found.to,
        direction=found.direction,
    )


def create_call(to: str, caller_id: str, url: str, *, status_url: str, machine_detection: str = "") -> str:
    """Place a call, and return its SID.

    https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource

    Parameters
    ----------
    to, caller_id : str
        Whom to call, and from which number of the account.
    url, status_url : str
        Where Twilio posts when the call is answered, for TwiML, and when it is completed.
    machine_detection : str
        ``Enable`` or ``DetectMessageEnd``; empty for none.
    """
    call = rest_client().calls.create(
        to=to,
        from_=caller_id,
        url=url,
        method="POST",
        status_callback=status_url,
        status_callback_event=["completed"],
        status_callback_method="POST",
        machine_detection=machine_detection or None,
    )
    return str(call.sid)


def redirect_call(sid: str, url: str) -> bool:
    """Give a call another TwiML document, out of its queue if it waits in one; False if the call is over.

    https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource
    """
    try:
        rest_client().calls(sid).update(url=url, method="POST")
    except Refused as error:
        if error.status in {400, 404}:
            return False
        raise
    return True


def queue_name(sid: str) -> str:
    """Return a queue's name: the workflow's SID where calls wait for one, empty for an unknown queue.

    https://www.twilio.com/docs/voice/api/queue-resource
    """
    url = f"https://api.twilio.com/2010-04-01/Accounts/{account_sid()}/Queues/{sid}.json"
    # By the HTTP client alone: a caller waits, and twilio.rest has hundreds of modules.
    found = none_if_missing(lambda: http().request("GET", url))
    return "" if found is None else str(json.loads(found.text)["friendly_name"] or "")


def find_call(caller_id: str, to: str, since: int) -> str | None:
    """Return the SID of a call that `create_call` has placed since a time in ms; None if there is none.

    https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources
    """
    for call in rest_client().calls.list(to=to, from_=caller_id, limit=LATEST, page_size=LATEST):
        created = milliseconds(call.date_created) or 0
        if str(call.direction) == "outbound-api" and created >= since - CLOCK_SKEW_MS:
            return str(call.sid)
    return None
