"""Numbers of phones on this machine: whom one can call, and phones that nobody has used yet."""

from collections.abc import Collection, Mapping
from typing import Final

from local.template.parameters import FLEX_NUMBER, SIP_DOMAIN
from tools.phone.client import PhoneClient

QUEUE: Final = FLEX_NUMBER
"""Who calls it waits in a queue for an agent."""

SIP_ADDRESS: Final = f"sip:4321@{SIP_DOMAIN}"
"""An address that the SIP router answers for."""

_FIRST: Final = 12025550142
_SIP_PHONES: Final = (
    "sip:ada@office.example.com",
    "sip:grace@office.example.com",
    "sip:alan@office.example.com",
)


def numbers(client: PhoneClient) -> Mapping[str, str]:
    """Return whom one can text and call: address, and address with its name."""
    found = {str(one["address"]): f"{one['name']} ({one['address']})" for one in client.numbers()}
    return {**found, SIP_ADDRESS: f"SIP router ({SIP_ADDRESS})"}


def first_number() -> str:
    """Return the number of the phone that is there before any is added."""
    return f"+{_FIRST}"


def unused_number(client: PhoneClient, taken: Collection[str]) -> str:
    """Return a number that is not taken, and that has neither texted nor called yet."""
    number = _FIRST
    while f"+{number}" in taken or client.events(0, f"+{number}")["events"]:
        number += 1
    return f"+{number}"


def sip_phone(taken: Collection[str]) -> str:
    """Return the address of a SIP phone that is not taken; "" where all are."""
    return next((address for address in _SIP_PHONES if address not in taken), "")
