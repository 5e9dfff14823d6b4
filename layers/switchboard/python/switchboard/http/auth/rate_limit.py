"""Limits of API keys: how many messages and calls a key may start, and to which countries.

A key that leaks, or a job that runs wild, then costs little. One DynamoDB item per key counts the current
minute and the current day (UTC); RATE_LIMITS_TABLE has the partition key ``id`` and the TTL attribute
``expiresAt``.
"""

import time
from collections.abc import Mapping
from typing import Any, Final

from switchboard import aws
from switchboard.aws.conditional import WriteConflict, conflicts
from switchboard.errors import BadRequest, FieldError, ServiceUnavailable, TooManyRequests
from switchboard.http.request import Caller
from switchboard.log import count
from switchboard.settings import Settings, Words, from_environment

_MINUTE: Final = 60
_DAY: Final = 86_400
_TRIES: Final = 20
_NO_LIMIT: Final = 10**12


class RateLimitSettings(Settings):
    """The limits of each API key.

    Attributes
    ----------
    rate_limits_table : str
        Name of the table that counts.
    key_messages_per_minute, key_messages_per_day : int
        How many messages and calls a key may start; 0 is no limit.
    allowed_country_prefixes : tuple[str, ...]
        Beginnings of the numbers that a key may contact, such as ``+1``; empty allows every number.
    """

    rate_limits_table: str
    key_messages_per_minute: int = 3_000
    key_messages_per_day: int = 20_000
    allowed_country_prefixes: Words = ()


def check_limits(caller: Caller, number: str, field: str) -> None:
    """Count one message or call of an API key; other callers have no limits here.

    Parameters
    ----------
    caller : Caller
        Who asks for it.
    number, field : str
        E.164 number that is contacted, and the request's field that names it.

    Raises
    ------
    BadRequest
        The key may not contact this country.
    TooManyRequests
        The key's limit is reached; Retry-After says when it ends.
    """
    if caller.key_id is None:
        return
    settings = from_environment(RateLimitSettings)
    if problem := country_problem(number):
        raise BadRequest.about(FieldError(field=field, message=problem))
    if not settings.key_messages_per_minute and not settings.key_messages_per_day:
        return
    known: Mapping[str, Any] | None = None
    for _ in range(_TRIES):
        try:
            _count(caller.key_id, known, settings)
        except WriteConflict as conflict:
            known = conflict.item
        else:
            return
    raise ServiceUnavailable("The API key is used by too many requests at once. Try again.", retry_after=1)


def country_problem(number: str) -> str:
    """Return why API keys may not contact a number, by its country; empty if they may."""
    prefixes = from_environment(RateLimitSettings).allowed_country_prefixes
    if not prefixes or number.startswith(prefixes):
        return ""
    return f"must begin with one of {', '.join(prefixes)}: the API key may contact no other country"


def _count(key_id: str, known: Mapping[str, Any] | None, settings: RateLimitSettings) -> None:
    """Count in one conditional write; the first try assumes that the key was already used in this minute.

    Raises
    ------
    WriteConflict
        The item is not as known; as it is, it comes with the error.
    """
    now = time.time()
    minute, day = int(now // _MINUTE), int(now // _DAY)
    per_minute = settings.key_messages_per_minute or _NO_LIMIT
    per_day = settings.key_messages_per_day or _NO_LIMIT
    if known is None:
        known = {"minute": minute, "minuteCount": 0, "day": day, "dayCount": 0}
    in_minute = known["minuteCount"] if known.get("minute") == minute else 0
    in_day = known["dayCount"] if known.get("day") == day else 0
    if in_minute >= per_minute:
        raise _refusal("minute", per_minute, (minute + 1) * _MINUTE - now)
    if in_day >= per_day:
        raise _refusal("day", per_day, (day + 1) * _DAY - now)
    values = {":one": 1, ":minute": minute, ":day": day, ":expires": int(now) + 2 * _DAY}
    if known:
        condition = (
            "#minute = :knownMinute AND #day = :knownDay AND minuteCount < :most AND dayCount < :mostDay"
        )
        values |= {":knownMinute": known["minute"], ":knownDay": known["day"]}
        values |= {":most": per_minute if known["minute"] == minute else _NO_LIMIT}
        values |= {":mostDay": per_day if known["day"] == day else _NO_LIMIT}
    else:
        condition = "attribute_not_exists(id)"
    with conflicts():
        aws.client("dynamodb").update_item(
            TableName=settings.rate_limits_table,
            Key=aws.to_item({"id": key_id}),
            UpdateExpression=(
                "SET #minute = :minute, #day = :day, expiresAt = :expires, "
                f"minuteCount = {'minuteCount + :one' if known.get('minute') == minute else ':one'}, "
                f"dayCount = {'dayCount + :one' if known.get('day') == day else ':one'}"
            ),
            ConditionExpression=condition,
            ExpressionAttributeNames={"#minute": "minute", "#day": "day"},
            ExpressionAttributeValues=aws.to_item(values),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )


def _refusal(window: str, limit: int, seconds: float) -> TooManyRequests:
    count("RateLimited", window=window)
    return TooManyRequests(
        f"The API key has reached its limit of {limit} a {window}.", retry_after=int(seconds) + 1
    )
