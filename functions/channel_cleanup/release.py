"""A run of the clean-up: releases the channels that are due, one after another, until its time is over."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from channel_cleanup import twilio_channels
from channel_cleanup.domain.channel import Channel, judge
from channel_cleanup.pace import Pace
from channel_cleanup.settings import ChannelSettings, ReleaseSettings
from channel_cleanup.storage import channels
from switchboard import aws
from switchboard.deadline import within
from switchboard.errors import TwilioUnreachable
from switchboard.log import count, logger
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms

T = TypeVar("T")

_LEASE_MS: Final = 900_000
"""A claim lasts longer than a run may, so that a channel whose run died is due again in the next one."""
_CHANNEL_SECONDS: Final = 12.0
_TASKS_FRESH_SECONDS: Final = 10.0


@dataclass
class Outcome:
    """What became of the channels that a run looked at."""

    released: int = 0
    waiting: int = 0
    failed: int = 0
    given_up: int = 0
    is_finished: bool = True


class _Throttled(Exception):
    """Twilio answers 429, and there is no time left to wait."""


class Run:
    """One invocation's share of a run.

    Parameters
    ----------
    started_at : int
        When the run began, in ms since the epoch: what comes due later is the next run's.
    seconds_left : Callable[[], float]
        How long this invocation may go on.
    """

    def __init__(self, started_at: int, seconds_left: Callable[[], float]) -> None:
        self._settings = from_environment(ReleaseSettings)
        self._quiet_ms = from_environment(ChannelSettings).quiet_seconds * 1000
        self._started_at = started_at
        self._seconds_left = seconds_left
        self._pace = Pace(self._settings.twilio_requests_per_second)
        self._open: frozenset[str] = frozenset()
        self._open_at = float("-inf")
        self.outcome = Outcome()

    def release_due(self) -> Outcome:
        """Release what is due; one channel's failure does not stop the others."""
        for conversation_sid, idle_since in channels.due(self._started_at - self._quiet_ms):
            if self._seconds_left() < _CHANNEL_SECONDS:
                self.outcome.is_finished = False
                break
            channel = channels.claim(conversation_sid, idle_since, now_ms() - self._quiet_ms + _LEASE_MS)
            if channel is None:
                continue
            try:
                self._settle(channel)
            except _Throttled:
                channels.put_back(channel, idle_since, attempts=channel.attempts - 1)
                self.outcome.is_finished = False
                break
        return self.outcome

    def _settle(self, channel: Channel) -> None:
        """Release a claimed channel, or give it another place in time."""
        now = now_ms()
        verdict, idle_since = judge(channel, self._quiet_ms, now)
        if verdict == "wait":
            channels.put_back(channel, idle_since, attempts=0)
            self.outcome.waiting += 1
            return
        from twilio.base.exceptions import TwilioRestException

        try:
            with within(_CHANNEL_SECONDS):
                if self._has_open_task(channel.conversation_sid):
                    channels.put_back(channel, now, attempts=0)
                    self.outcome.waiting += 1
                    return
                done = self._unthrottled(
                    lambda: twilio_channels.release(channel.conversation_sid, self._pace)
                )
        except (TwilioRestException, TwilioUnreachable) as error:
            self._note_failure(channel, error)
            return
        channels.mark_released(channel, now)
        count("ChannelReleased", outcome=done)
        self.outcome.released += 1

    def _has_open_task(self, conversation_sid: str) -> bool:
        """Look once more for a task, which events may not have told of yet."""
        if time.monotonic() > self._open_at + _TASKS_FRESH_SECONDS:
            self._open = self._unthrottled(lambda: twilio_channels.open_conversations(self._pace))
            self._open_at = time.monotonic()
        return conversation_sid in self._open

    def _unthrottled(self, ask: Callable[[], T]) -> T:
        from twilio.base.exceptions import TwilioRestException

        while True:
            try:
                answer = ask()
            except TwilioRestException as error:
                if error.status != 429:
                    raise
                pause = self._pace.slow_down()
                count("TwilioThrottled")
                if self._seconds_left() < pause + _CHANNEL_SECONDS:
                    raise _Throttled from error
                time.sleep(pause)
            else:
                self._pace.speed_up()
                return answer

    def _note_failure(self, channel: Channel, error: Exception) -> None:
        """Leave the channel to the next run; after the last try, to the dead-letter queue."""
        code = getattr(error, "code", None)
        extra = {"conversation_sid": channel.conversation_sid, "attempts": channel.attempts, "code": code}
        logger.warning("A channel could not be released", extra=extra, exc_info=error)
        if channel.attempts < self._settings.release_tries:
            channels.put_back(channel, self._started_at - self._quiet_ms + 1, attempts=channel.attempts)
            self.outcome.failed += 1
            return
        letter = {
            "conversationSid": channel.conversation_sid,
            "attempts": channel.attempts,
            "error": type(error).__name__,
            "code": code,
            "status": getattr(error, "status", None),
        }
        aws.client("sqs").send_message(
            QueueUrl=self._settings.channel_dead_letters_url, MessageBody=json.dumps(letter)
        )
        channels.mark_failed(channel, now_ms())
        count("ChannelGivenUp")
        self.outcome.given_up += 1
