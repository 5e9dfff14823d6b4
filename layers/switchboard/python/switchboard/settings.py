"""Settings: a frozen dataclass names them, the function's environment gives them."""

import functools
import os
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off", ""})


class SettingsError(Exception):
    """An environment variable is missing or cannot be read as the type it should have."""


def _boolean(text: str) -> bool:
    folded = text.strip().lower()
    if folded not in _TRUE | _FALSE:
        raise ValueError("expected true or false")
    return folded in _TRUE


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    bool: _boolean,
    tuple[str, ...]: _words,
}


def from_environment(settings: type[T]) -> T:
    """Fill a settings dataclass from the environment, once per class.

    A field ``session_seconds`` is read from ``SESSION_SECONDS``. Fields are ``str``, ``int``, ``float``,
    ``bool`` (true/false, 1/0, yes/no, on/off) or ``tuple[str, ...]`` (comma-separated). A variable that is
    not set leaves the field's default.

    Parameters
    ----------
    settings : type
        A frozen dataclass.

    Returns
    -------
    T
        The same instance at every call until `clear_settings`.

    Raises
    ------
    SettingsError
        If a variable without a default is not set, or a value cannot be read as its field's type.

    Example
    -------
        >>> @dataclass(frozen=True)
        ... class SurveySettings:
        ...     config_bucket: str
        ...     session_seconds: int = 86400
        >>> from_environment(SurveySettings).session_seconds
        86400
    """
    found: T = _from_environment(settings)  # type: ignore[arg-type]  # a class is hashable
    return found


def clear_settings() -> None:
    """Read every setting again when it is next needed."""
    _from_environment.cache_clear()


@functools.cache
def _from_environment(settings: Any) -> Any:
    types = get_type_hints(settings)
    found: dict[str, Any] = {}
    for field in fields(settings):
        variable = field.name.upper()
        text = os.environ.get(variable)
        if text is None:
            if field.default is MISSING and field.default_factory is MISSING:
                raise SettingsError(f"{settings.__name__}: the environment variable {variable} is not set")
            continue
        try:
            found[field.name] = _READERS[types[field.name]](text)
        except ValueError as error:
            raise SettingsError(f"{settings.__name__}: {variable} is {text!r}: {error}") from None
    return settings(**found)


@dataclass(frozen=True)
class Common:
    """The settings that every function has.

    Attributes
    ----------
    twilio_account_sid : str
        The account whose webhooks are trusted and whose REST API is called.
    auth_token_parameter, previous_auth_token_parameter, webhook_keys_parameter, api_keys_parameter : str
        Names of SSM SecureString parameters. Those of the previous auth token and of the shared keys that
        sign webhooks may name a parameter that does not exist.
    public_base_url : str
        Base of the URLs that Twilio signs; empty where the API's own domain name is the public one.
    allowed_origins : tuple[str, ...]
        Origins of browser callers besides https://flex.twilio.com.
    secret_cache_seconds : int
        How long a secret is used before it is read again.
    twilio_api_base_url : str
        Where Twilio's REST hosts are found instead, the real host becoming the first part of the path; empty:
        at Twilio.
    """

    stage: str = "dev"
    twilio_account_sid: str = ""
    auth_token_parameter: str = ""
    previous_auth_token_parameter: str = ""
    webhook_keys_parameter: str = ""
    api_keys_parameter: str = ""
    public_base_url: str = ""
    event_bus_name: str = "default"
    allowed_origins: tuple[str, ...] = ()
    secret_cache_seconds: int = 300
    twilio_api_base_url: str = ""


def common() -> Common:
    """Return the settings that every function has."""
    return from_environment(Common)
