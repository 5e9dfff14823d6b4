"""URLs that Twilio sees: this application's own, and Studio's webhooks."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from switchboard.settings import common

_STUDIO_WEBHOOK: Final = re.compile(
    r"https://webhooks\.twilio\.com/v1/Accounts/(AC[0-9a-fA-F]{32})/Flows/(FW[0-9a-fA-F]{32})/?(?:[?#].*)?"
)


@dataclass(frozen=True, slots=True)
class StudioWebhook:
    """The account and the flow that the webhook URL of a Studio flow names."""

    account_sid: str
    flow_sid: str


def path_prefix() -> str:
    """Return the path mapping of a custom domain, which comes before the routes' paths; empty without one."""
    return urlsplit(common().public_base_url).path.rstrip("/")


def studio_webhook_url(account_sid: str, flow_sid: str) -> str:
    """Return the webhook of a Studio flow, to which a redirected status callback ends the execution.

    https://help.twilio.com/articles/360019383714
    """
    return f"https://webhooks.twilio.com/v1/Accounts/{account_sid}/Flows/{flow_sid}"


def parse_studio_webhook_url(url: str) -> StudioWebhook | None:
    """Return what the webhook URL of a Studio flow names; None for any other URL."""
    found = _STUDIO_WEBHOOK.fullmatch(url)
    return StudioWebhook(found[1], found[2]) if found else None
