"""The REST client of an account, for commands; its retries are those of the functions."""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twilio.rest import Client

    from local.platform import Platform


def connect(account_sid: str, auth_token: str, base_url: str = "") -> "Client":
    """Return the client of an account at Twilio, or at a stand-in with this base URL.

    What it logs for functions, a command says itself, so nothing is logged from now on.
    """
    from twilio.rest import Client

    from switchboard.log import logger
    from switchboard.twilio.http_client import RetryingHttpClient

    logger.setLevel(logging.CRITICAL)
    http = RetryingHttpClient(lambda _: (account_sid, auth_token), base_url)
    return Client(account_sid, auth_token, http_client=http)


def connect_to(platform: "Platform") -> "Client":
    """Return the client of a running platform's account."""
    return connect(platform.account_sid, platform.auth_token, f"{platform.base_url}/_local/twilio/api")
