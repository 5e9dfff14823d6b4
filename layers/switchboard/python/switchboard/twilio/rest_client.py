"""The account's client of Twilio's REST API, one per process; twilio.rest is imported when it is first used.

Only modules of this package use it. Every error is one of outcome.py.
"""

import functools
from typing import TYPE_CHECKING

from switchboard.aws.secrets import RETRY_SECONDS, secret
from switchboard.settings import SettingsError, common

if TYPE_CHECKING:
    from twilio.rest import Client

    from switchboard.twilio.http_client import RetryingHttpClient


@functools.cache
def rest_client() -> "Client":
    """Return the client of the account in the settings, the same one at every call.

    It holds no secret and opens no connection before its first request, so it may be built before a snapshot.
    """
    from twilio.rest import Client

    return Client(account_sid(), "read at each request", http_client=http())


@functools.cache
def http() -> "RetryingHttpClient":
    """Return the HTTP client under `rest_client`, for the few APIs that twilio.rest does not know."""
    from switchboard.twilio.http_client import RetryingHttpClient

    return RetryingHttpClient(_credentials, common().twilio_api_base_url)


def prepare() -> None:
    """Import what asks Twilio about calls and tasks, which takes as long as boto3, and build the client."""
    client = rest_client()
    # twilio.rest imports a product and its version when they are first used.
    _ = client.incoming_phone_numbers, client.queues, client.taskrouter.v1


def connect() -> None:
    """Build the client and read the account's credentials, once, before threads share them.

    Raises
    ------
    switchboard.aws.secrets.SecretError
        The auth token cannot be read.
    """
    _credentials(fresh=False)
    rest_client()


def account_sid() -> str:
    """Return the account's SID, AC….

    Raises
    ------
    SettingsError
        It is not set.
    """
    sid = common().twilio_account_sid
    if not sid:
        raise SettingsError("the environment variable TWILIO_ACCOUNT_SID is not set")
    return sid


def clear_client() -> None:
    """Make a new client at the next call, for a process whose settings have changed."""
    rest_client.cache_clear()
    http.cache_clear()


def _credentials(fresh: bool) -> tuple[str, str]:
    return account_sid(), secret(common().auth_token_parameter, RETRY_SECONDS if fresh else None)
