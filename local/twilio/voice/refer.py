"""<Refer>: transfer a SIP call to another SIP address, https://www.twilio.com/docs/voice/twiml/refer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.twilio.twiml import BadTwiml, Element
from local.twilio.voice.inputs import OtherSide
from local.twilio.voice.turns import Fetch, Listening

if TYPE_CHECKING:
    from local.twilio.voice.executor import Executor

# https://www.twilio.com/docs/voice/twiml/refer#action: after a referral that works out the new call goes on.
_PARAMS = {
    "completed": {
        "ReferCallStatus": "in-progress",
        "ReferSipResponseCode": "202",
        "NotifySipResponseCode": "200",
    },
    "busy": {"ReferCallStatus": "busy", "ReferSipResponseCode": "202", "NotifySipResponseCode": "486"},
    "failed": {"ReferCallStatus": "failed", "ReferSipResponseCode": "405"},
}


def refer(executor: Executor, verb: Element) -> Fetch | None:
    """Transfer the call; the other side accepts unless the phone is set to refuse.

    Raises
    ------
    BadTwiml
        No SIP address, or a call that is not a SIP call.
    """
    target = next((child.text for child in verb.children), "")
    if not target.lower().startswith(("sip:", "sips:")):
        raise BadTwiml(12200, "Schema validation: <Refer> needs <Sip> with a sip: address")
    if not executor.call.phone.lower().startswith(("sip:", "sips:")):
        raise BadTwiml(13243, "<Refer> is only possible in a SIP call")
    executor.call.note("refer", to=target)
    item = executor.listen(Listening("Refer", {"to": target}))
    outcome = item.result if isinstance(item, OtherSide) else "completed"
    return executor.action(verb, _PARAMS.get(outcome, _PARAMS["completed"]))
