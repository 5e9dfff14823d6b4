"""What a first caller need not wait for: done while Lambda initialises the function, at a full CPU.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib

Nothing here is needed for a right answer. With SnapStart it is done before the snapshot, and again in every
environment that is restored from it: connections have died by then, and secrets may have changed.
"""

import os
import random
from collections.abc import Sequence
from typing import Final

from switchboard import aws
from switchboard.auth import ApiKey, Authenticator, FlexToken, TwilioSignature
from switchboard.aws.secrets import SecretError, clear_secrets, secret
from switchboard.deadline import within
from switchboard.settings import SettingsError, common

INITIALISE_WITHIN_SECONDS: Final = 3.0
"""Far below the 10 s that Lambda gives, so that a slow SSM does not make it start again."""


def is_initialising() -> bool:
    """Tell whether Lambda runs this process; tests and tools import handlers, too."""
    return "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ


def warm_up(authenticators: Sequence[Authenticator], services: Sequence[str]) -> None:
    """Import what checks the callers, read their secrets, and connect to AWS services.

    Where Lambda takes a snapshot of this process, all but the imports is done again after it is restored.

    Parameters
    ----------
    authenticators : Sequence[Authenticator]
        Who may call the endpoint.
    services : Sequence[str]
        The services that the endpoint asks, such as "dynamodb".
    """
    _prepare(authenticators, services)
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
        # Part of Lambda's own runtime
        # (https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html).
        from snapshot_restore_py import register_after_restore

        register_after_restore(_renew, authenticators, services)


def _renew(authenticators: Sequence[Authenticator], services: Sequence[str]) -> None:
    """Replace what every environment that is restored from a snapshot, perhaps weeks old, begins with."""
    random.seed()
    aws.clear_clients()
    # Not merely out of date: while SSM fails, an auth token in memory would serve on that is no longer valid.
    clear_secrets()
    _prepare(authenticators, services)


def _prepare(authenticators: Sequence[Authenticator], services: Sequence[str]) -> None:
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
