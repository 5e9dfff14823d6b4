"""Many recorded calls of made-up callers, as items of the table IvrPaths."""

import json
import random
import uuid
from collections.abc import Mapping
from typing import Any

from ivr_path.storage.table import CALL, KIND
from local.platform import Platform
from local.template.parameters import PUBLIC_BASE_URL, STUDIO_NUMBER
from local.twilio.studio.flow import RECEPTION, sample_flows
from switchboard import aws
from switchboard.timestamps import format_iso, parse_iso_ms
from tools.ivr_report.sample import sample_records

_ENDED = 4
_AREAS = ("202555", "415555", "617555", "303555")


def store_calls(platform: Platform, number: int, hours: float = 24, failures: int = 3) -> list[str]:
    """Put recorded calls of the last hours into the table; return their SIDs, oldest first.

    Parameters
    ----------
    platform, number, hours
    failures
        In so many of a hundred calls the flow's request fails.
    """
    chance = random.Random(7)
    now = int(platform.clock.now() * 1000)
    moments = sorted(now - chance.randrange(int(hours * 3_600_000)) for _ in range(number))
    records = sample_records(sample_flows(PUBLIC_BASE_URL), min(number, 2000))
    patterns = [_rows(record["steps"], parse_iso_ms(record["startedAt"])) for record in records]
    table = platform.aws.backend("dynamodb").get_table(platform.resource_name("IvrPaths"))
    sids = []
    for place, moment in enumerate(moments):
        sid = f"CA{uuid.UUID(int=chance.getrandbits(128)).hex}"
        rows = patterns[place % len(patterns)]
        fails = chance.randrange(100) < failures
        table.put_item(aws.to_item(_item(sid, moment, rows, chance, fails=fails)))
        sids.append(sid)
    return sids


def _item(
    sid: str, moment: int, rows: list[list[Any]], chance: random.Random, *, fails: bool
) -> Mapping[str, Any]:
    execution = "FN" + sid[2:]
    steps = [
        [f"FT{sid[2:18]}{number:016x}", execution, widget, event, following, moment + at, parent]
        for number, (widget, event, following, at, parent) in enumerate(rows)
    ]
    for step in steps:
        step[3] = "failed" if fails and step[2] == "link" else step[3]
        step[6] = None if step[6] is None else steps[step[6]][0]
    last = rows[-1][3]
    return {
        "id": sid,
        "part": CALL,
        "kind": KIND,
        "flowSid": RECEPTION,
        "startedAt": format_iso(moment),
        "firstSeen": moment,
        "version": 3,
        "isRecorded": True,
        "from": f"+1{chance.choice(_AREAS)}{chance.randrange(10_000):04}",
        "to": STUDIO_NUMBER,
        "direction": "inbound",
        "callStatus": "completed",
        "callRank": _ENDED + 4,
        "callDuration": last // 1000 + 1,
        "steps": json.dumps(steps),
        "widgets": json.dumps({execution: {"menu": {"Digits": str(chance.randrange(1, 4))}}}),
        f"flow:{execution}": RECEPTION,
        f"started:{execution}": moment,
        f"ended:{execution}": moment + last,
    }


def _rows(steps: list[dict[str, Any]], start: int) -> list[list[Any]]:
    """Return steps as rows: widget, event, next, ms after the start, the parent's place."""
    rows: list[list[Any]] = []
    _add(rows, steps, start, None)
    return rows


def _add(rows: list[list[Any]], steps: list[dict[str, Any]], start: int, parent: int | None) -> None:
    for step in steps:
        place = len(rows)
        at = parse_iso_ms(step["at"]) - start
        rows.append([step["widget"], step["event"], step["next"], at, parent])
        _add(rows, step.get("steps", []), start, place)
