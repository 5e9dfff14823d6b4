"""What a first caller need not wait for: done while Lambda initialises the function, at a full CPU.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib

Nothing here is needed for a right answer. A connection or a secret that is old by the time of the first
request (an environment restored from a SnapStart snapshot) is replaced as at any other time.
"""

import os
from collections.abc import Sequence
from typing import Final

from switchboard import aws
from switchboard.auth import ApiKey, Authenticator, FlexToken, TwilioSignature
from switchboard.aws.secrets import SecretError, secret
from switchboard.deadline import within
from switchboard.settings import SettingsError, common

INITIALISE_WITHIN_SECONDS: Final = 3.0
"""Far below the 10 s that Lambda gives, so that a slow SSM does not make it start again."""


def is_initialising() -> bool:
    """Tell whether Lambda runs this process; tests and tools import handlers, too."""
    return "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ


def warm_up(authenticators: Sequence[Authenticator], services: Sequence[str]) -> None:
    """Import what checks the callers, read their secrets, and connect to AWS services.

    Parameters
    ----------
    authenticators : Sequence[Authenticator]
        Who may call the endpoint.
    services : Sequence[str]
        The services that the endpoint asks, such as "dynamodb".
    """
    with within(INITIALISE_WITHIN_SECONDS):
        try:
            for name in _secret_names(authenticators):
                secret(name)
        except (SecretError, SettingsError):
            return  # Logged there, and read again for the first request.
        aws.connect(*services)


def _secret_names(authenticators: Sequence[Authenticator]) -> set[str]:
    settings = common()
    names = set()
    for authenticator in authenticators:
        if isinstance(authenticator, TwilioSignature | FlexToken):
            names.add(settings.auth_token_parameter)
        elif isinstance(authenticator, ApiKey):
            names.add(settings.api_keys_parameter)
        authenticator.prepare()
    return names
