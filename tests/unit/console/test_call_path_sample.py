"""The sample of a span's calls: what is listed, what is read, and where from."""

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest

from console.data.call_paths import sample
from console.data.call_paths.sample import load_sample
from console.data.call_paths.selection import DAYS, Selection
from switchboard.aws import to_item
from switchboard.timestamps import parse_iso_ms

NOW = parse_iso_ms("2026-03-10T12:00:00.000Z")
HOUR_MS = 3_600_000


class Table:
    """DynamoDB with many recorded calls, and a count of the requests."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.queries: list[dict[str, Any]] = []
        self.batches = 0

    def get_paginator(self, _: str) -> "Table":
        return self

    def paginate(self, **request: Any) -> Any:
        self.queries.append(request)
        for start in range(0, self.number, 7000):
            numbers = range(start, min(start + 7000, self.number))
            yield {"Items": [to_item({"id": f"CA{one:032x}", "startedAt": "2026-03-10"}) for one in numbers]}

    def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803
        self.batches += 1
        ((name, wanted),) = RequestItems.items()
        sids = [key["id"]["S"] for key in wanted["Keys"]]
        return {"Responses": {name: [to_item(item(sid)) for sid in sids]}, "UnprocessedKeys": {}}


def item(sid: str) -> dict[str, Any]:
    steps = [
        [f"FT{number}", "FN1", widget, "next", following, NOW - HOUR_MS + number * 1000, None]
        for number, (widget, following) in enumerate(
            [("Trigger", "menu"), ("menu", "hours"), ("hours", "Ended")]
        )
    ]
    return {
        "id": sid,
        "isRecorded": True,
        "callStatus": "completed",
        "firstSeen": NOW - HOUR_MS,
        "steps": json.dumps(steps),
        "flow:FN1": "FW1",
        "started:FN1": NOW - HOUR_MS,
    }


def console_of(table: Any, bucket: Any, **parameters: str) -> Any:
    clients = {"dynamodb": table, "s3": bucket}
    stack = SimpleNamespace(
        now=lambda: NOW, client=clients.__getitem__, physical=lambda name: name, parameters=parameters
    )
    return SimpleNamespace(stack=stack)


class NoBucket:
    """S3 that must not be asked."""

    def __getattr__(self, operation: str) -> Any:
        raise AssertionError(operation)


class EmptyBucket:
    """S3 that notes what it was asked to list."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get_paginator(self, _: str) -> "EmptyBucket":
        return self

    def paginate(self, **request: str) -> list[dict[str, Any]]:
        self.asked.append(request["Prefix"])
        return [{}]


def test_of_a_hundred_thousand_calls_two_thousand_are_read_the_same_each_time() -> None:
    table = Table(100_000)
    console = console_of(table, NoBucket())
    began = time.monotonic()
    first = load_sample(console, Selection())
    print(f"100,000 calls listed, 2,000 read and counted: {time.monotonic() - began:.2f} s")
    assert (first.total, first.chosen, len(first.journeys), table.batches) == (100_000, 2000, 2000, 20)
    assert first.is_sample
    assert not first.is_cut
    assert load_sample(console, Selection()).journeys == first.journeys


def test_more_calls_than_are_listed_are_said_to_be_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "MOST_LISTED", 10)
    found = load_sample(console_of(Table(20), NoBucket()), Selection())
    assert (found.total, found.is_cut, found.is_sample) == (10, True, False)


@pytest.mark.parametrize(
    ("selection", "parameters", "days"),
    [
        (Selection(span="day"), {"IvrPathSeconds": "86400"}, []),
        (Selection(span="month"), {"IvrPathSeconds": "0"}, []),
        (Selection(span="week"), {"IvrPathSeconds": "604800"}, []),
        (Selection(span=DAYS, first="2026-03-08", last="2026-03-10"), {}, ["09", "08"]),
        (Selection(span=DAYS, first="2026-02-28", last="2026-03-01"), {}, ["01", "28"]),
    ],
)
def test_the_archive_is_asked_only_for_days_that_the_table_may_have_lost(
    selection: Selection, parameters: dict[str, str], days: list[str]
) -> None:
    bucket = EmptyBucket()
    load_sample(console_of(Table(0), bucket, **parameters), selection)
    assert sorted(one[-3:-1] for one in bucket.asked) == sorted(days)


def test_the_flow_and_the_span_are_those_of_the_index() -> None:
    table = Table(0)
    load_sample(console_of(table, NoBucket()), Selection(flow="FW1", span="hour"))
    (query,) = table.queries
    values = query["ExpressionAttributeValues"]
    assert query["IndexName"] == "byFlow"
    assert values[":partition"] == {"S": "FW1"}
    assert values[":earliest"] == {"S": "2026-03-10T11:00:00.000Z"}
    assert values[":latest"] == {"S": "2026-03-10T12:00:00.000Z"}
