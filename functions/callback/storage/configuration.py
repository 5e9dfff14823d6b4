"""Business hours and messages as operators keep them in the bucket, in memory for a while.

=====================================  =======================================================
``callback/hours.json``                when the team is there; without it, always
``callback/messages-<language>.json``  what a waiting caller hears; without it, the defaults
=====================================  =======================================================
"""

import json
import re
from typing import Any, Final

from callback.domain.business_hours import BusinessHours, HoursError, parse_hours
from callback.domain.messages import Messages, MessagesError, default_messages, parse_messages
from callback.settings import ConfigSettings
from switchboard import aws
from switchboard.aws import s3
from switchboard.cache import Cache
from switchboard.log import count, logger
from switchboard.settings import from_environment

HOURS_KEY: Final = "callback/hours.json"

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def messages_key(language: str) -> str:
    """Return where the messages of a language lie in the bucket."""
    return f"callback/messages-{language}.json"


def hours() -> BusinessHours:
    """Return the business hours; a file that cannot be read or used is logged and counts as always open."""
    try:
        return _hours.get("")
    except aws.AwsError as error:
        logger.warning("The business hours cannot be read", exc_info=error)
        return BusinessHours()


def messages(language: str) -> Messages:
    """Return what a waiting caller hears, in a language or, where it is none, in the settings' own."""
    chosen = language if _LANGUAGE.fullmatch(language) else from_environment(ConfigSettings).callback_language
    try:
        return _messages.get(chosen)
    except aws.AwsError as error:
        logger.warning("The messages cannot be read", exc_info=error)
        return default_messages(chosen)


def _read_hours(_: str) -> BusinessHours:
    document = _document(HOURS_KEY)
    try:
        return parse_hours(document) if document is not None else BusinessHours()
    except HoursError as error:
        _complain(HOURS_KEY, str(error))
        return BusinessHours()


def _read_messages(language: str) -> Messages:
    document = _document(messages_key(language))
    try:
        return parse_messages(document, language) if document is not None else default_messages(language)
    except MessagesError as error:
        _complain(messages_key(language), str(error))
        return default_messages(language)


def _document(key: str) -> Any | None:
    content = s3.read(from_environment(ConfigSettings).config_bucket, key)
    if content is None:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return "not JSON"


def _complain(key: str, problem: str) -> None:
    logger.error("A configuration file cannot be used", extra={"file": key, "problem": problem})
    count("ConfigurationUnusable", file=key)


def _seconds() -> float:
    return from_environment(ConfigSettings).config_cache_seconds


_hours: Cache[str, BusinessHours] = Cache(_read_hours, _seconds, stale_on=(aws.AwsError,))
_messages: Cache[str, Messages] = Cache(_read_messages, _seconds, stale_on=(aws.AwsError,))
