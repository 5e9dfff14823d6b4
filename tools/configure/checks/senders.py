"""Whether the numbers that text people in the US may: A2P 10DLC campaigns, toll-free verification.

https://www.twilio.com/docs/messaging/api/usapptoperson-resource and
https://www.twilio.com/docs/messaging/api/tollfree-verification-resource
"""

from collections.abc import Iterator
from typing import Any, Final

from tools.configure.checks.finding import Finding
from tools.configure.resources.messaging_service import service_numbers
from tools.configure.resources.number import find_number
from tools.configure.settings import Settings
from tools.stack.stack import Stack

_CHECK: Final = "senders"
_TOLL_FREE: Final = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")
_CARRIERS: Final = (
    "whether the carriers have the number registered with the campaign is not in the API: "
    "see the number in Twilio's console"
)


def check_senders(stack: Stack, settings: Settings) -> Iterator[Finding]:
    """Look up the registration of each number of North America that sends text messages."""
    texting = [one.number for one in settings.numbers if "sms" in one.channels]
    services: list[Any] | None = None
    for number in texting:
        found = find_number(stack.twilio, number)
        if found is None or not number.startswith("+1"):
            if found is not None:
                text = "whether its country wants senders registered is not in the API"
                yield Finding(_CHECK, number, "unknown", text)
        elif number.startswith(_TOLL_FREE):
            yield _toll_free(stack, number, str(found.sid))
        else:
            if services is None:
                services = list(stack.twilio.messaging.v1.services.list())
            yield from _long_code(stack, number, str(found.sid), services)


def _toll_free(stack: Stack, number: str, sid: str) -> Finding:
    found = stack.twilio.messaging.v1.tollfree_verifications.list(tollfree_phone_number_sid=sid)
    statuses = {str(one.status) for one in found}
    if "TWILIO_APPROVED" in statuses:
        return Finding(_CHECK, number, "ok", "is verified as a toll-free sender")
    if not statuses:
        return Finding(_CHECK, number, "problem", "is toll-free and not verified: its messages are blocked")
    text = f"its toll-free verification is {', '.join(sorted(statuses))}: its messages are blocked"
    return Finding(_CHECK, number, "problem", text)


def _long_code(stack: Stack, number: str, sid: str, services: list[Any]) -> Iterator[Finding]:
    client = stack.twilio
    service = next(
        (one for one in services if any(item.sid == sid for item in service_numbers(client, one.sid))), None
    )
    if service is None:
        text = (
            "is in no Messaging Service, so no A2P 10DLC campaign covers it: US carriers block its messages"
        )
        yield Finding(_CHECK, number, "problem", text)
        return
    campaigns = client.messaging.v1.services(service.sid).us_app_to_person.list()
    statuses = {str(one.campaign_status) for one in campaigns}
    if "VERIFIED" in statuses:
        yield Finding(_CHECK, number, "ok", f"Messaging Service {service.sid} has a verified A2P campaign")
        yield Finding(_CHECK, number, "unknown", _CARRIERS)
    elif statuses:
        text = f"the A2P campaign of {service.sid} is {', '.join(sorted(statuses))}"
        yield Finding(_CHECK, number, "problem", f"{text}: US carriers block its messages")
    else:
        text = f"Messaging Service {service.sid} has no A2P 10DLC campaign: US carriers block its messages"
        yield Finding(_CHECK, number, "problem", text)
