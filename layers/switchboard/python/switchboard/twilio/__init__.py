"""Twilio's REST API: one client per process. twilio.rest is imported when it is first used."""

import functools
from typing import TYPE_CHECKING

from switchboard.aws.secrets import RETRY_SECONDS, secret
from switchboard.settings import SettingsError, common

if TYPE_CHECKING:
    from twilio.rest import Client

    from switchboard.twilio.http_client import RetryingHttpClient


@functools.cache
def client() -> "Client":
    """Return the client of the account in the settings, the same one at every call.

    Requests take at most 5 s each and are retried as `RetryingHttpClient` in http_client.py says. Errors are
    twilio.base.exceptions.TwilioRestException, whose ``code`` is Twilio's
    (https://www.twilio.com/docs/api/errors), and switchboard.errors.TwilioUnreachable.

    Example
    -------
        >>> client().messages.create(to="+15555550123", from_="+15555550100", body="Hello")
    """
    from twilio.rest import Client

    account_sid, auth_token = _credentials(fresh=False)
    return Client(account_sid, auth_token, http_client=http())


@functools.cache
def http() -> "RetryingHttpClient":
    """Return the HTTP client under `client`, for the few APIs that twilio.rest does not know."""
    from switchboard.twilio.http_client import RetryingHttpClient

    return RetryingHttpClient(_credentials, common().twilio_api_base_url)


def clear_client() -> None:
    """Make a new client at the next call, for a process whose settings have changed."""
    client.cache_clear()
    http.cache_clear()


def _credentials(fresh: bool) -> tuple[str, str]:
    settings = common()
    if not settings.twilio_account_sid:
        raise SettingsError("the environment variable TWILIO_ACCOUNT_SID is not set")
    return settings.twilio_account_sid, secret(
        settings.auth_token_parameter, RETRY_SECONDS if fresh else None
    )
