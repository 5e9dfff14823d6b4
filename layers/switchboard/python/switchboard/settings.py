"""Settings: frozen models that are filled from the function's environment."""

import functools
import os
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

S = TypeVar("S", bound="Settings")


class SettingsError(Exception):
    """An environment variable is missing or cannot be read as the type it should have."""


class Settings(BaseModel):
    """The base of settings: a field ``session_seconds`` is read from the variable ``SESSION_SECONDS``.

    Fields are ``str``, ``int``, ``float``, ``bool`` (true/false, 1/0, yes/no, on/off) or `Words`.
    """

    model_config = ConfigDict(frozen=True)


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Words separated by commas."""


def from_environment(settings: type[S]) -> S:
    """Fill a settings model from the environment, once per class.

    A variable that is not set, or blank where the field is no text, leaves the field's default.

    Raises
    ------
    SettingsError
        If a variable without a default is not set, or a value cannot be read as its field's type.

    Example
    -------
        >>> class SurveySettings(Settings):
        ...     config_bucket: str
        ...     session_seconds: int = 86400
        >>> from_environment(SurveySettings).session_seconds
        86400
    """
    found: S = _from_environment(settings)  # type: ignore[assignment]
    return found


def clear_settings() -> None:
    """Read every setting again when it is next needed."""
    _from_environment.cache_clear()


@functools.cache
def _from_environment(settings: type[Settings]) -> Settings:
    values = {}
    for name, field in settings.model_fields.items():
        text = os.environ.get(name.upper())
        if text is not None and (text.strip() or field.annotation is str):
            values[name] = text if field.annotation is str else text.strip()
    try:
        return settings.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(
            f"the environment variable {str(problem['loc'][0]).upper()}: "
            + ("is not set" if problem["type"] == "missing" else f"{problem['msg']} ({problem['input']!r})")
            for problem in error.errors()
        )
        raise SettingsError(f"{settings.__name__}: {problems}") from None


class Common(Settings):
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
    allowed_origins: Words = ()
    secret_cache_seconds: int = 300
    twilio_api_base_url: str = ""


def common() -> Common:
    """Return the settings that every function has."""
    return from_environment(Common)
