"""The clean-up's part of ``switchboard bench``: the cost of an event and of a due channel, and the rate."""

import json
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from local.platform import Platform
from tools.caller import Caller
from tools.twilio_account import connect_to

HEADS = ("clean-up of conversations", "AWS calls", "Twilio calls", "CPU ms", "index entries read", "a second")

_SIZES = (1_000, 100_000)
_EVENTS = 20
_DUE = 50
_MANY = 400
_TWILIO_PER_SECOND = 100
_TRACK, _RELEASE = "ChannelCleanupTrackEvents", "ChannelCleanupReleaseChannels"
_DAY_MS = 86_400_000
_PATIENCE_SECONDS = 60.0


def run(platform: Platform) -> list[tuple[str, str, str, str, str, str]]:
    """Return a row per event and per due channel for each size of the table, and one for the rate.

    Half of the table's channels have an open task, half wait for their quiet time. For the rate, Twilio's
    stand-in answers 429 beyond 100 requests a second.
    """
    bench = _Bench(platform)
    rows = []
    for size in _SIZES:
        bench.fill(size)
        rows.append((f"an event of a task, {size:,} channels", *bench.event_cost(), "", ""))
        rows.append((f"a due channel, {size:,} channels", *bench.due_cost(), ""))
    bench.empty()
    rows.append((f"{_MANY} due channels, {_TWILIO_PER_SECOND} requests/s", *bench.rate()))
    return rows


class _Bench:
    def __init__(self, platform: Platform) -> None:
        self._caller = Caller(platform)
        self._twilio = connect_to(platform)
        self._dynamodb = platform.aws.client("dynamodb")
        self._table = platform.application.functions[_RELEASE].environment["CHANNELS_TABLE"]
        self._stored = platform.aws.backend("dynamodb").get_table(self._table)
        self._size = 0
        self._release()  # fills the function's caches

    def fill(self, size: int) -> None:
        """Let the table hold so many channels that are not due."""
        # Through AWS's API a hundred thousand items would take longer than everything else here.
        now = self._now_ms()
        for number in range(self._size, size):
            self._stored.put_item(_row(f"CH{0xF << 96 | number:032x}", now, is_idle=number % 2 == 0))
        self._size = size

    def empty(self) -> None:
        """Take every channel out of the table."""
        self._stored.items.clear()
        self._size = 0

    def event_cost(self) -> tuple[str, str, str]:
        """Send events of tasks of channels that are there; return the medians of their invocations."""
        known = len(self._caller.invocations(_TRACK))
        for number in range(_EVENTS + 1):  # the first fills the function's caches
            self._caller.signed_json("/eventstream", [self._event(number)])
        records = self._wait_for(known + _EVENTS + 1)[known + 1 :]
        return (*_calls(records, 1), f"{statistics.median(record['cpuMs'] for record in records):.1f}")

    def due_cost(self) -> tuple[str, str, str, str]:
        """Release channels; return what one took of the run, and the index entries read for it."""
        self._make_due(_DUE)
        read = self._entries_read()
        record = self._release()
        return (*_calls([record], _DUE), f"{record['cpuMs'] / _DUE:.1f}", f"{read / _DUE:g}")

    def rate(self) -> tuple[str, str, str, str, str]:
        """Release many channels against the limit; return the costs of one, and how many went a second."""
        self._make_due(_MANY)
        limit = {"match": ".", "status": 429, "times": 1_000_000, "perSecond": _TWILIO_PER_SECOND}
        self._caller.local("POST", "/twilio/faults", limit)
        try:
            record = self._release()
        finally:
            self._caller.local("DELETE", "/twilio/faults")
        costs = (*_calls([record], _MANY), f"{record['cpuMs'] / _MANY:.1f}")
        return (*costs, "", f"{_MANY / record['durationMs'] * 1000:.0f}")

    def _make_due(self, number: int) -> None:
        then = self._now_ms() - 3 * _DAY_MS
        for _ in range(number):
            sid = str(self._twilio.conversations.v1.conversations.create(attributes="{}").sid)
            self._dynamodb.put_item(TableName=self._table, Item=_row(sid, then, is_idle=True))

    def _entries_read(self) -> int:
        """Return how many entries of the index DynamoDB reads to find what is due."""
        before = {":shard": {"S": "due"}, ":before": {"N": str(self._now_ms() - 2 * _DAY_MS)}}
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="due",
            KeyConditionExpression="dueShard = :shard AND idleSince <= :before",
            ExpressionAttributeValues=before,
        )
        return sum(page["ScannedCount"] for page in pages)

    def _release(self) -> dict[str, Any]:
        known = len(self._caller.invocations(_RELEASE))
        self._caller.local("POST", f"/schedules/{_RELEASE}")
        record = self._caller.invocations(_RELEASE)[known:][-1]
        if record["outcome"] != "success":
            raise RuntimeError(f"{_RELEASE} failed: {record}")
        return record

    def _event(self, number: int) -> dict[str, Any]:
        moment = datetime.fromtimestamp(self._now_ms() / 1000, UTC).isoformat()
        payload = {
            "timestamp": moment,
            "task_sid": f"WT{0xBE << 96 | number:032x}",
            "task_attributes": json.dumps({"conversationSid": f"CH{0xF << 96 | number:032x}"}),
        }
        kind = "com.twilio.taskrouter.task.created"
        return {"type": kind, "id": f"EZ{number:032x}", "time": moment, "data": {"payload": payload}}

    def _wait_for(self, number: int) -> list[dict[str, Any]]:
        until = time.monotonic() + _PATIENCE_SECONDS
        while len(records := self._caller.invocations(_TRACK)) < number and time.monotonic() < until:
            time.sleep(0.1)
        return records

    def _now_ms(self) -> int:
        return int(self._caller.local("GET", "/clock")["epochSeconds"] * 1000)


def _row(sid: str, at: int, *, is_idle: bool) -> dict[str, Any]:
    task = "WT" + sid[2:]
    row: dict[str, Any] = {
        "conversationSid": {"S": sid},
        "stamp": {"S": f"{at:015d}.{4 if is_idle else 1}.{task}"},
        "lastEvent": {"S": "task.completed" if is_idle else "task.created"},
        "lastEventAt": {"N": str(at)},
        "taskSid": {"S": task},
        "tasks": {"SS": [task]},
    }
    if is_idle:
        row |= {"endedTasks": {"SS": [task]}, "dueShard": {"S": "due"}, "idleSince": {"N": str(at)}}
    return row


def _calls(records: Sequence[dict[str, Any]], share: int) -> tuple[str, str]:
    """Return the calls to AWS by name, and the number of those to Twilio, of one of so many."""
    counted = Counter(call for record in records for call in record["aws"])
    each = len(records) * share
    aws = ", ".join(f"{name} x {number / each:g}" for name, number in counted.items())
    return aws, f"{sum(record['twilioCalls'] for record in records) / each:g}"
