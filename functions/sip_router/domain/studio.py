"""Studio flows as destinations."""

import re

from sip_router.domain.destination import Destination

_FLOW = re.compile(
    r"https://webhooks\.twilio\.com/v1/Accounts/(AC[0-9a-fA-F]{32})/Flows/FW[0-9a-fA-F]{32}/?(?:[?#].*)?"
)


def is_flow_of(destination: Destination, account_sid: str) -> bool:
    """Tell whether a destination is the webhook of one of an account's Studio flows."""
    match = _FLOW.fullmatch(destination.destination) if destination.type == "webhook" else None
    return match is not None and match[1] == account_sid
