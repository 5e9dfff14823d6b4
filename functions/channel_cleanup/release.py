"""A run of the clean-up: release the channels that are due, until the time is over."""

import json
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from channel_cleanup.domain.channel import Channel, quiet_since_if_not_due
from channel_cleanup.open_tasks import TasksUnknown
from channel_cleanup.pace import ASK_SECONDS, OutOfTime, Pace
from channel_cleanup.settings import ChannelSettings, ReleaseSettings
from channel_cleanup.storage import channels
from channel_cleanup.twilio_channels import Result, TwilioChannels
from switchboard import aws
from switchboard.log import count, logger
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms
from switchboard.twilio import rest_client

_LEASE_MS: Final = 900_000
"""A claim lasts longer than a run may, so that a channel whose run died is due again in the next one."""
_AT_ONCE: Final = 8
"""Requests to Twilio at the same time; the pace keeps them within the limits."""
_UNDER_WAY: Final = 2 * _AT_ONCE
_LEAST_SECONDS: Final = 4 * ASK_SECONDS


class StillActive(Exception):
    """A channel has become active since it was claimed.

    Parameters
    ----------
    since : int
        When it last was, in ms since the epoch.
    """

    def __init__(self, since: int) -> None:
        super().__init__("a message or a task has come")
        self.since = since


@dataclass
class Outcome:
    """How many channels a run has released, postponed, failed at and given up."""

    released: int = 0
    waiting: int = 0
    failed: int = 0
    given_up: int = 0
    is_finished: bool = True

    @property
    def due(self) -> int:
        """How many channels were due."""
        return self.released + self.waiting + self.failed + self.given_up

    @property
    def has_progress(self) -> bool:
        """Whether the state of any channel has changed."""
        return bool(self.due)


@dataclass(frozen=True)
class _Claimed:
    channel: Channel
    idle_since: int
    """Since when it was idle before the claim."""

    def put_back(self) -> None:
        """Release the claim without counting an attempt."""
        channels.put_back(self.channel, self.idle_since, attempts=self.channel.attempts - 1)


class Run:
    """One invocation's share of a run.

    Parameters
    ----------
    started_at : int
        When the run began, in ms since the epoch: what comes due later is the next run's.
    seconds : float
        How long this invocation may take.
    """

    def __init__(self, started_at: int, seconds: float) -> None:
        self._settings = from_environment(ReleaseSettings)
        self._quiet_ms = from_environment(ChannelSettings).quiet_seconds * 1000
        self._started_at = started_at
        self._pace = Pace(self._settings.twilio_requests_per_second, seconds)
        self._twilio = TwilioChannels(self._settings, self._pace)
        self._unknown: TasksUnknown | None = None
        self.outcome = Outcome()

    def release_due(self) -> Outcome:
        """Release the channels that are due; one channel's failure does not stop the others.

        Raises
        ------
        TasksUnknown
            TaskRouter does not say which tasks are open.
        """
        under_way: deque[tuple[_Claimed, Future[Result]]] = deque()
        with ThreadPoolExecutor(_AT_ONCE) as workers:
            for conversation_sid, idle_since in channels.due(self._started_at - self._quiet_ms):
                if self._pace.seconds_left < _LEAST_SECONDS:
                    self.outcome.is_finished = False
                if not self.outcome.is_finished or self._unknown is not None:
                    break
                rest_client.connect()
                claimed = self._claim(conversation_sid, idle_since)
                if claimed is None:
                    continue
                under_way.append((claimed, workers.submit(self._release, claimed.channel)))
                if len(under_way) > _UNDER_WAY:
                    self._store_outcome(*under_way.popleft())
            while under_way:
                self._store_outcome(*under_way.popleft())
        if self._unknown is not None:
            raise self._unknown
        return self.outcome

    def _claim(self, conversation_sid: str, idle_since: int) -> _Claimed | None:
        """Claim a channel; None if it is not due any more, or is given up."""
        now = now_ms()
        channel = channels.claim(conversation_sid, idle_since, now - self._quiet_ms + _LEASE_MS)
        if channel is None:
            return None  # A concurrent run has it, or a new event has come.
        quiet_since = quiet_since_if_not_due(channel, self._quiet_ms, now)
        if quiet_since is not None:
            self._postpone(channel, quiet_since)
        elif channel.attempts > self._settings.release_tries:
            self._give_up(channel, "every run that tried it died")
        else:
            return _Claimed(channel, idle_since)
        return None

    def _release(self, channel: Channel) -> Result:
        return self._twilio.release(channel.conversation_sid, lambda: self._look_again(channel))

    def _look_again(self, channel: Channel) -> None:
        """Look for a message or a task that has come since the claim, or whose event is still to come.

        Raises
        ------
        StillActive
            There is one, so the channel is not released.
        """
        written_at = self._twilio.written_at(channel.conversation_sid)
        current = channels.load(channel.conversation_sid)
        latest = current.model_copy(update={"message_at": max(current.message_at, written_at)})
        quiet_since = quiet_since_if_not_due(latest, self._quiet_ms, now_ms())
        if quiet_since is not None:
            raise StillActive(quiet_since)

    def _store_outcome(self, claimed: _Claimed, result: Future[Result]) -> None:
        channel = claimed.channel
        try:
            done = result.result()
        except OutOfTime:
            claimed.put_back()
            self.outcome.is_finished = False
        except TasksUnknown as error:
            claimed.put_back()
            self._unknown = error
        except StillActive as error:
            self._postpone(channel, error.since)
        except Exception as error:  # noqa: BLE001  # one channel's failure does not stop the others
            self._note_failure(channel, error)
        else:
            if done == "in use":
                self._postpone(channel, now_ms())
                return
            channels.mark_released(channel, now_ms())
            count("ChannelReleased", outcome=done)
            self.outcome.released += 1

    def _postpone(self, channel: Channel, quiet_since: int) -> None:
        channels.put_back(channel, quiet_since, attempts=0)
        self.outcome.waiting += 1

    def _note_failure(self, channel: Channel, error: Exception) -> None:
        """Leave the channel to the next run; after the last try, to the dead-letter queue."""
        code = getattr(error, "code", None)
        extra = {"conversation_sid": channel.conversation_sid, "attempts": channel.attempts, "code": code}
        logger.warning("A channel could not be released", extra=extra, exc_info=error)
        if channel.attempts < self._settings.release_tries:
            # After all channels that this run still releases, so that it does not try this one again.
            channels.put_back(channel, self._started_at - self._quiet_ms + 1, attempts=channel.attempts)
            self.outcome.failed += 1
        else:
            self._give_up(channel, type(error).__name__, code, getattr(error, "status", None))

    def _give_up(
        self, channel: Channel, reason: str, code: int | None = None, status: int | None = None
    ) -> None:
        letter = {
            "conversationSid": channel.conversation_sid,
            "attempts": channel.attempts,
            "error": reason,
            "code": code,
            "status": status,
        }
        aws.client("sqs").send_message(
            QueueUrl=self._settings.channel_dead_letters_url, MessageBody=json.dumps(letter)
        )
        channels.mark_failed(channel, now_ms())
        count("ChannelGivenUp")
        self.outcome.given_up += 1
