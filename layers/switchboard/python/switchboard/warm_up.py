"""Initialization: what is done before the first request, while Lambda gives a full CPU.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib

Nothing here is needed for a right answer. With SnapStart imports, models and clients are in the snapshot;
connections, secrets and random numbers are each restored environment's own.
"""

import os
import random
from collections.abc import Sequence
from typing import Final

from switchboard import aws
from switchboard.auth import ApiKey, Authenticator, FlexToken, TwilioSignature
from switchboard.aws.clients import Service
from switchboard.aws.secrets import SecretError, clear_secrets, secret
from switchboard.deadline import within
from switchboard.settings import SettingsError, common

INITIALIZE_WITHIN_SECONDS: Final = 3.0
"""Far below the 10 s that Lambda gives, so that a slow SSM does not make it start again."""


def is_initializing() -> bool:
    """Tell whether Lambda runs this process; tests and tools import handlers, too."""
    return "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ


def warm_up(authenticators: Sequence[Authenticator], services: Sequence[Service]) -> None:
    """Import what checks the callers, make clients, read secrets, and connect to AWS services.

    Where Lambda takes a snapshot of this process, secrets and connections wait until it is restored.

    Parameters
    ----------
    authenticators : Sequence[Authenticator]
        Who may call the endpoint.
    services : Sequence[str]
        The services that the endpoint asks, such as "dynamodb".
    """
    for authenticator in authenticators:
        authenticator.prepare()
    aws.make_clients("ssm", *services)
    if os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"] != "snap-start":
        _connect(authenticators, services)
        return
    # Part of Lambda's own runtime
    # (https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html).
    from snapshot_restore_py import register_after_restore

    register_after_restore(_renew, authenticators, services)


def _renew(authenticators: Sequence[Authenticator], services: Sequence[Service]) -> None:
    """Renew secrets, connections and random numbers after a snapshot, perhaps weeks old, is restored."""
    random.seed()
    aws.disconnect()
    # Not merely out of date: while SSM fails, an auth token in memory would serve on that is no longer valid.
    clear_secrets()
    _connect(authenticators, services)


def _connect(authenticators: Sequence[Authenticator], services: Sequence[Service]) -> None:
    with within(INITIALIZE_WITHIN_SECONDS):
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
    return names
