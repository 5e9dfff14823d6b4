"""Opening hours and messages, which operators keep in the bucket; each is cached for a settable time.

=====================================  =======================================================
``callback/hours.json``                when the team is there; without it, always
``callback/messages-<language>.json``  what a waiting caller hears; without it, the defaults
=====================================  =======================================================
"""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from callback.domain.messages import Messages, default_messages, read_messages
from callback.settings import ConfigSettings
from switchboard import aws
from switchboard.aws.file_versions import read_usable
from switchboard.cache import Cache
from switchboard.inputs.files import FileError, read_json
from switchboard.inputs.opening_hours import OpeningHours
from switchboard.log import count, logger
from switchboard.settings import from_environment

T = TypeVar("T")

HOURS_KEY: Final = "callback/hours.json"


def messages_key(language: str) -> str:
    """Return where the messages of a language lie in the bucket."""
    return f"callback/messages-{language}.json"


def hours() -> OpeningHours:
    """Return the team's hours; files that cannot be read or used are logged and count as always open."""
    try:
        return _hours.get("")
    except aws.AwsError as error:
        logger.warning("The opening hours cannot be read", exc_info=error)
        return OpeningHours()


def messages(language: str | None) -> Messages:
    """Return what a waiting caller hears, in a language or, if it is None, in the one of the settings."""
    chosen = language or from_environment(ConfigSettings).callback_language
    try:
        return _messages.get(chosen)
    except aws.AwsError as error:
        logger.warning("The messages cannot be read", exc_info=error)
        return default_messages(chosen)


def _read_hours(_: str) -> OpeningHours:
    return _read(HOURS_KEY, partial(read_json, OpeningHours)) or OpeningHours()


def _read_messages(language: str) -> Messages:
    read = partial(read_messages, language=language)
    return _read(messages_key(language), read) or default_messages(language)


def _read(key: str, read: Callable[[bytes, str], T]) -> T | None:
    """Return what the newest usable version of a file holds; None without one, which is logged."""
    bucket = from_environment(ConfigSettings).config_bucket
    try:
        return read_usable(bucket, key, lambda version: read(version.body, key), FileError)
    except FileError as error:
        logger.error("A configuration file cannot be used", extra={"file": key, "problem": str(error)})
        count("ConfigurationUnusable")
        return None


def _seconds() -> float:
    return from_environment(ConfigSettings).config_cache_seconds


_hours: Cache[str, OpeningHours] = Cache(_read_hours, _seconds, stale_on=(aws.AwsError,))
_messages: Cache[str, Messages] = Cache(_read_messages, _seconds, stale_on=(aws.AwsError,))
