"""The call paths' part of ``switchboard bench``: what a webhook asks of AWS, and what a list costs."""

import statistics
from collections.abc import Callable, Sequence
from typing import Any

from local.platform import Platform
from tools.bench import requests
from tools.caller import Caller

HEADS = ("call paths", "AWS calls", "ms", "CPU ms", "read units")

_REPEATS = 15
_RECORDS = 1_000
_PAGE = 50
_FLOW = "FW" + "b" * 32
_PAGE_BYTES = 4_096
_EVENTUALLY = 0.5


def run(platform: Platform) -> list[tuple[str, str, str, str, str]]:
    """Return a row per webhook, and a row per size of the table for the latest 50 calls of one flow.

    AWS calls are those of nearly all invocations; times are medians of the function's own, on one machine.
    Read units follow from the sizes of what is read, by DynamoDB's own rule
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html). A million
    records do not fit into the stand-in for DynamoDB: their row is that rule, not a measurement. DynamoDB's
    time depends on what is read, and that is the same.
    """
    bench = _Bench(platform)
    rows = [(name, *bench.cost(function, send), "") for name, function, send in bench.webhooks()]
    bench.fill(_RECORDS)
    calls, elapsed, cpu = bench.cost("IvrPathListPaths", bench.list)
    units = f"{bench.units():g}"
    return [
        *rows,
        (f"latest {_PAGE} of one flow's {_RECORDS:,} (measured)", calls, elapsed, cpu, units),
        (f"latest {_PAGE} of one flow's 1,000,000 (by the rule)", calls, "same", "same", units),
    ]


class _Bench:
    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._caller = Caller(platform)
        self._dynamodb = platform.aws.client("dynamodb")
        self._table = platform.resource_name("IvrPaths")

    def webhooks(self) -> Sequence[tuple[str, str, Callable[[int], object]]]:
        """Return a name, the function and what sends it, for each webhook."""
        return (
            ("POST /widget-store-studio-data", "IvrPathLinkExecution", self._link),
            ("POST /widget-store-studio-data: the same again", "IvrPathLinkExecution", self._link),
            ("POST /pn-call-status-callback: in-progress", "IvrPathCallStatus", self._status("in-progress")),
            ("POST /pn-call-status-callback: completed", "IvrPathCallStatus", self._status("completed")),
            ("GET /ivr-paths/{callSid}", "IvrPathGetPath", self._get),
        )

    def cost(self, function: str, send: Callable[[int], object]) -> tuple[str, str, str]:
        """Send a request for several calls; return its AWS calls, and median time and CPU time."""
        send(0)  # the first fills the function's caches
        known = len(self._caller.invocations(function))
        for number in range(1, _REPEATS + 1):
            send(number)
        records = self._caller.invocations(function)[known:]
        usual = statistics.mode(tuple(record["aws"]) for record in records)
        times = (statistics.median(record[name] for record in records) for name in ("durationMs", "cpuMs"))
        elapsed, cpu = (f"{milliseconds:.1f}" for milliseconds in times)
        return requests.names(usual), elapsed, cpu

    def fill(self, number: int) -> None:
        """Put recorded calls of one flow into the table."""
        for start in range(0, number, 25):
            puts = [{"PutRequest": {"Item": _item(start + more)}} for more in range(25)]
            self._dynamodb.batch_write_item(RequestItems={self._table: puts})

    def list(self, _: int) -> None:
        """Ask for the latest calls of the flow."""
        answer = self._caller.key_get(f"/ivr-paths?flowSid={_FLOW}&limit={_PAGE}")
        if len(answer.json()["items"]) != _PAGE:
            raise RuntimeError(f"the list is not whole: {answer.text[:200]}")

    def units(self) -> float:
        """Return the read units of one page: keys from the index, then the records one by one."""
        keys = self._dynamodb.query(
            TableName=self._table,
            IndexName="byFlow",
            KeyConditionExpression="flowSid = :flow",
            ExpressionAttributeValues={":flow": {"S": _FLOW}},
            ScanIndexForward=False,
            Limit=_PAGE,
        )
        if keys["ScannedCount"] != _PAGE:
            raise RuntimeError(f"the index read {keys['ScannedCount']} entries for a page of {_PAGE}")
        of_keys = _units(sum(_size(item) for item in keys["Items"]))
        return of_keys + sum(_units(_size(_item(number))) for number in range(_PAGE))

    def _link(self, number: int) -> None:
        fields = {"callSid": _sid("CA", number), "executionSid": _sid("FN", number), "flowSid": _sid("FW", 0)}
        self._caller.signed_post("/widget-store-studio-data", fields)

    def _status(self, status: str) -> Callable[[int], object]:
        form = {"CallStatus": status, "From": "+12025550142", "To": "+12025550199", "CallDuration": "9"}
        return lambda number: self._caller.signed_post(
            "/pn-call-status-callback", form | {"CallSid": _sid("CA", number)}
        )

    def _get(self, number: int) -> None:
        self._caller.key_get(f"/ivr-paths/{_sid('CA', number)}")


def _sid(prefix: str, number: int) -> str:
    return f"{prefix}{0xBE << 96 | number:032x}"


def _item(number: int) -> dict[str, Any]:
    """Return a record as the table holds it: a path of twelve steps."""
    from ivr_path.domain.step import Step
    from ivr_path.storage.path_item import format_steps

    execution = _sid("FN", 10_000 + number)
    moment = 1_772_355_600_000 + number * 1000
    steps = [
        Step(
            _sid("FT", number * 100 + place), execution, f"widget_{place}", "keypress", "next", moment + place
        )
        for place in range(12)
    ]
    seconds = f"{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}"
    return {
        "id": {"S": _sid("CA", 10_000 + number)},
        "part": {"S": "record"},
        "kind": {"S": "call"},
        "flowSid": {"S": _FLOW},
        "startedAt": {"S": f"2026-03-01T{seconds}.000Z"},
        "firstSeen": {"N": str(moment)},
        "isRecorded": {"BOOL": True},
        "callStatus": {"S": "completed"},
        "callDuration": {"N": "42"},
        "from": {"S": "+12025550142"},
        "to": {"S": "+12025550101"},
        f"flow:{execution}": {"S": _FLOW},
        "steps": {"S": format_steps({step.sid: step for step in steps})},
        "widgets": {"S": '{"menu":{"Digits":"1"}}'},
    }


def _size(item: dict[str, Any]) -> int:
    """Return an item's size about as DynamoDB counts it: the bytes of names and values."""
    return sum(
        len(name.encode()) + len(str(next(iter(value.values()))).encode()) for name, value in item.items()
    )


def _units(size: int) -> float:
    return -(-size // _PAGE_BYTES) * _EVENTUALLY
