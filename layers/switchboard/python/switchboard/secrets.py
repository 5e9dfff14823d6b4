"""Secrets: SSM SecureString parameters, read when first needed, kept for a while, and never written down."""

import time
from dataclasses import dataclass

from switchboard import aws
from switchboard.log import logger
from switchboard.settings import common

# After a failed read, and at most this often when a caller asks for a fresher value, seconds.
RETRY_SECONDS = 5.0


class SecretError(Exception):
    """A secret that is needed cannot be read. The message names the parameter, never its value."""


@dataclass
class _Kept:
    value: str | None
    read_at: float
    retry_at: float = 0.0


_kept: dict[str, _Kept] = {}


def secret(name: str, max_age: float | None = None) -> str:
    """Return the value of an SSM SecureString parameter.

    It is read once and again when it is older than SECRET_CACHE_SECONDS. If it cannot be read again, the
    value read last goes on serving, and the failure is logged.

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
    value = _value(name, max_age)
    if value is None:
        raise SecretError(f"the SSM parameter {name!r} does not exist")
    return value


def optional_secret(name: str, max_age: float | None = None) -> str | None:
    """Return the value of a parameter that need not exist; None if it does not.

    None, too, if it cannot be read, which is logged. That it does not exist is remembered like a value.
    """
    if not name:
        return None
    try:
        return _value(name, max_age)
    except SecretError:
        _kept[name] = _Kept(None, 0.0, time.time() + RETRY_SECONDS)
        return None


def clear_secrets() -> None:
    """Read every secret again when it is next needed."""
    _kept.clear()


def _value(name: str, max_age: float | None) -> str | None:
    # Wall-clock time: a frozen Lambda environment's monotonic clock may stand still for hours.
    now = time.time()
    kept = _kept.get(name)
    limit = common().secret_cache_seconds if max_age is None else max_age
    if kept and (0 <= now - kept.read_at < limit or 0 < kept.retry_at - now <= RETRY_SECONDS):
        return kept.value
    try:
        value = _read(name)
    except SecretError:
        if kept is None:
            raise
        kept.retry_at = now + RETRY_SECONDS
        return kept.value
    _kept[name] = _Kept(value, now)
    return value


def _read(name: str) -> str | None:
    if not name:
        raise SecretError("the name of an SSM parameter is missing from the environment")
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = aws.client("ssm").get_parameter(Name=name, WithDecryption=True)
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and aws.error_code(error) == "ParameterNotFound":
            return None
        logger.exception("A secret could not be read", extra={"parameter": name})
        raise SecretError(f"the SSM parameter {name!r} cannot be read: {type(error).__name__}") from error
    # People paste secrets with a line break after them; none of ours begins or ends with white space.
    return answer["Parameter"]["Value"].strip()
