"""Initialization: what is done before the first request, while Lambda gives a full CPU.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib

Nothing here is needed for a right answer. With SnapStart imports, models and clients are in the snapshot;
connections, secrets and random numbers are each restored environment's own.
"""

import gc
import os
import random
from collections.abc import Sequence
from typing import Final, Literal

from switchboard import aws
from switchboard.aws.clients import Service
from switchboard.aws.rehearsal import rehearse
from switchboard.aws.secrets import SecretError, clear_secrets, secret
from switchboard.deadline import within
from switchboard.http.auth import ApiKey, Authenticator, FlexToken, TwilioSignature
from switchboard.inputs.forms import compile_patterns
from switchboard.settings import SettingsError, common

Used = Service | Literal["twilio"]

INITIALIZE_WITHIN_SECONDS: Final = 3.0
"""Far below the 10 s that Lambda gives, so that a slow SSM does not make it start again."""


def is_initializing() -> bool:
    """Tell whether Lambda runs this process; tests and tools import handlers, too."""
    return "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ


def warm_up(authenticators: Sequence[Authenticator], services: Sequence[Used]) -> None:
    """Import what checks the callers, make clients, read secrets, and connect to AWS services.

    Where Lambda takes a snapshot of this process, that is also practice: what Python and botocore make ready
    with a first use is in the snapshot. Connections and secrets are not.

    Parameters
    ----------
    authenticators : Sequence[Authenticator]
        Who may call the endpoint.
    services : Sequence[str]
        The services that the endpoint asks, such as "dynamodb". "events" and "twilio" are made ready for a
        snapshot only: many requests do without them, and a caller waits for a plain start.
    """
    for authenticator in authenticators:
        authenticator.prepare()
    aws_services: list[Service] = [service for service in services if service != "twilio"]
    asked = [service for service in aws_services if service != "events"]
    aws.make_clients("ssm", *asked)
    with within(INITIALIZE_WITHIN_SECONDS):
        if _read_secrets(authenticators):
            aws.connect(*asked)
    if os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"] != "snap-start":
        return
    compile_patterns()
    rehearse("ssm", *aws_services)
    if "twilio" in services:
        from switchboard.twilio import rehearsal, rest_client

        rest_client.prepare()
        rehearsal.rehearse()
    # Part of Lambda's own runtime
    # (https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html).
    from snapshot_restore_py import register_after_restore, register_before_snapshot

    register_before_snapshot(_forget)
    register_after_restore(_renew, authenticators)


def _forget() -> None:
    """Keep out of the snapshot what is out of date, perhaps by weeks, once it is restored."""
    aws.disconnect()
    # While SSM fails, an auth token in memory would serve on that is no longer valid.
    clear_secrets()
    # A collection after the restore then leaves alone what was made before it, whose pages are not in memory
    # yet (https://docs.python.org/3/library/gc.html#gc.freeze).
    gc.collect()
    gc.freeze()


def _renew(authenticators: Sequence[Authenticator]) -> None:
    """Give a restored environment random numbers and secrets of its own.

    A caller waits already, so that connections are left to the calls that need them.
    """
    random.seed()
    with within(INITIALIZE_WITHIN_SECONDS):
        _read_secrets(authenticators)


def _read_secrets(authenticators: Sequence[Authenticator]) -> bool:
    """Return whether the secrets of all authenticators are in memory; a failure has been logged."""
    try:
        for name in _secret_names(authenticators):
            secret(name)
    except (SecretError, SettingsError):
        return False  # They are read again for the first request.
    return True


def _secret_names(authenticators: Sequence[Authenticator]) -> set[str]:
    settings = common()
    names = set()
    for authenticator in authenticators:
        if isinstance(authenticator, TwilioSignature | FlexToken):
            names.add(settings.auth_token_parameter)
        elif isinstance(authenticator, ApiKey):
            names.add(settings.api_keys_parameter)
    return names
