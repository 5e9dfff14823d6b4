"""The daily limit of callbacks to a number, and the number of voicemails that alarms operators."""

import time
from dataclasses import dataclass

from callback.domain.callback_record import DAY_SECONDS, DesiredTask
from callback.settings import RequestSettings
from callback.storage import records
from switchboard import aws
from switchboard.errors import TooManyRequests
from switchboard.log import count, logger
from switchboard.settings import from_environment


@dataclass(frozen=True)
class DailyLimit:
    """The number that is counted, and how many callbacks it may have in a day (UTC)."""

    number: str
    per_day: int


class TooManyCallbacksError(TooManyRequests):
    """429: the number has had all its callbacks for today."""

    def __init__(self, limit: int, now: int) -> None:
        super().__init__(
            f"numberToCall has reached its limit of {limit} callbacks a day.",
            retry_after=DAY_SECONDS - now // 1000 % DAY_SECONDS,
        )


def limit_for(number: str) -> DailyLimit:
    """Return how many callbacks a number may have in a day."""
    return DailyLimit(number, from_environment(RequestSettings).callbacks_per_day)


def count_task(desired: DesiredTask, limit: DailyLimit | None, now: int) -> None:
    """Count a new task of a number; while the table fails, nothing is counted.

    A voicemail is never refused: above a far higher limit of its own, operators are alarmed.

    Raises
    ------
    TooManyCallbacksError
        The limit of callbacks is reached.
    """
    try:
        if desired.recording_sid:
            _count_voicemail(desired.number, now)
        elif limit is not None and limit.per_day:
            _count_callback(limit, now)
    except aws.AwsError as error:
        logger.warning("A number's requests of the day cannot be counted", exc_info=error)


def _count_callback(limit: DailyLimit, now: int) -> None:
    if records.count_request("callbacks", limit.number, _day(now), now, limit.per_day) is None:
        count("CallbackRefused", reason="limit")
        raise TooManyCallbacksError(limit.per_day, now)


def _count_voicemail(number: str, now: int) -> None:
    per_day = from_environment(RequestSettings).voicemails_per_day
    number_of_today = records.count_request("voicemails", number, _day(now), now) if per_day else None
    if number_of_today is not None and number_of_today > per_day:
        logger.error("A number leaves more voicemails than people do", extra={"voicemails": number_of_today})
        count("VoicemailsOverLimit")


def _day(now: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(now // 1000))
