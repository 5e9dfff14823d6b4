"""Secrets: SSM SecureString parameters, read when first needed, kept in memory, and never written down.

They are read by Powertools' provider
(https://docs.aws.amazon.com/powertools/python/latest/utilities/parameters/). This module adds that the
last value serves while SSM fails, that a missing parameter is remembered, and errors that tell what happened.
"""

import random
import time
from typing import Final

from aws_lambda_powertools.utilities.parameters import SSMProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

from switchboard import aws
from switchboard.cache import RETRY_SECONDS, Cache
from switchboard.deadline import remaining, within
from switchboard.log import logger
from switchboard.settings import common

__all__ = ["RETRY_SECONDS", "SecretError", "SecretUnavailable", "clear_secrets", "optional_secret", "secret"]

READ_WITHIN_SECONDS: Final = 6.0
"""How long reading a secret for the first time is retried where there is no deadline."""

READ_AGAIN_WITHIN_SECONDS: Final = 1.0
"""How long a caller waits for a secret that was read before; after that its last value is used."""

_PAUSE_SECONDS: Final = 0.4

_failures: dict[str, tuple[float, type["SecretError"]]] = {}


class SecretError(Exception):
    """A secret that is needed cannot be read. The message names the parameter, never its value."""


class SecretUnavailable(SecretError, aws.Unreachable):
    """SSM throttles or does not answer: the same request may be served later."""


def secret(name: str, max_age: float | None = None) -> str:
    """Return the value of an SSM SecureString parameter.

    It is read once and again when it is older than SECRET_CACHE_SECONDS. If it cannot be read again, the
    last value is used, and the failure is logged.

    Parameters
    ----------
    name : str
        The parameter's name.
    max_age : float, optional
        Oldest acceptable value, in seconds, where a caller has reason to believe that it has changed.

    Raises
    ------
    SecretError
        If the parameter does not exist, or cannot be read and never was.
    """
    value = _cache.get(name, max_age)
    if value is None:
        raise SecretError(f"the SSM parameter {name!r} does not exist")
    return value


def optional_secret(name: str, max_age: float | None = None) -> str | None:
    """Return the value of a parameter that need not exist; None if it does not, which is remembered, too.

    Raises
    ------
    SecretError
        If it cannot be read and never was, which is remembered for RETRY_SECONDS.
    """
    if not name:
        return None
    failed_at, failure = _failures.get(name, (-RETRY_SECONDS, None))
    if failure is not None and 0 <= time.time() - failed_at < RETRY_SECONDS:
        raise failure(f"the SSM parameter {name!r} could not be read a moment ago")
    try:
        return _cache.get(name, max_age)
    except SecretError as error:
        _failures[name] = time.time(), type(error)
        raise


def clear_secrets() -> None:
    """Read every secret again when it is next needed."""
    _cache.clear()
    _failures.clear()


def _read(name: str) -> str | None:
    """Read a parameter, or None if it does not exist.

    A burst of cold starts exceeds what SSM answers in a second (40 GetParameter by default,
    https://docs.aws.amazon.com/general/latest/gr/ssm.html), so a refusal of that kind is tried again for as
    long as the caller has time.
    """
    if not name:
        raise SecretError("the name of an SSM parameter is missing from the environment")
    if _peek(name) is not None:
        with within(READ_AGAIN_WITHIN_SECONDS):
            return _get_parameter(name, gives_up_at=0.0)
    return _get_parameter(
        name, time.monotonic() + min(READ_WITHIN_SECONDS, remaining(2 * READ_WITHIN_SECONDS) / 2)
    )


def _get_parameter(name: str, gives_up_at: float) -> str | None:
    """Read a parameter; one that is throttled is tried again until a time of the monotonic clock."""
    while True:
        try:
            # People paste secrets with a line break after them; no secret begins or ends with white space.
            return str(_provider().get(name, decrypt=True, force_fetch=True)).strip()
        except GetParameterError as wrapper:
            error = wrapper.__context__
            if not isinstance(error, aws.AwsError):
                raise
            if isinstance(error, aws.ServiceError) and error.code == "ParameterNotFound":
                return None
            pause = random.uniform(0, _PAUSE_SECONDS)  # noqa: S311  # parts cold starts, guards nothing
            is_throttled = isinstance(error, aws.ServiceError) and aws.is_temporary(error)
            if is_throttled and time.monotonic() + pause < gives_up_at:
                time.sleep(pause)
                continue
            logger.exception("A secret could not be read", extra={"parameter": name})
            kind = SecretUnavailable if aws.is_temporary(error) else SecretError
            raise kind(f"the SSM parameter {name!r} cannot be read: {error}") from error


def _provider() -> SSMProvider:
    return SSMProvider(boto3_client=aws.client("ssm"))


def _peek(name: str) -> str | None:
    return _cache.peek(name)


_cache: Cache[str, str | None] = Cache(
    _read, lambda: float(common().secret_cache_seconds), stale_on=(SecretError,)
)
