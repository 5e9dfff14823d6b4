"""Measure what each scenario takes on a local platform; ``switchboard cost --measure`` writes the result."""

import json
import statistics
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from local.lambda_runtime.invocations import Invocation
from local.log_lines import Terminal
from local.platform import Platform
from local.template.document import Names
from tools.cost.scenarios import SCENARIOS, WITH_EVENTS, Scenario, World, register_events
from tools.cost.units import Units, counted_units

FILE: Final = Path(__file__).with_name("measured.json")

_REPORT_BYTES: Final = 600
"""What Lambda itself logs of an invocation in JSON: platform.start, platform.report
(https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html)."""


_OFF: Final = {"ArchiveIvrPaths": "false", "ArchiveSurveyResults": "false", "ForwardUrl": ""}
"""What make run turns on and a deployment does not have unless it is set."""


class _CountedLines(Terminal):
    """Counts the bytes that functions log and the metrics that they write, and prints nothing."""

    def __init__(self) -> None:
        super().__init__(quiet=True)
        self.bytes = 0
        self.metrics: set[tuple[str, ...]] = set()
        self._counting = threading.Lock()

    def function_line(self, function: str, line: str) -> None:  # noqa: ARG002
        """Count a line."""
        with self._counting:
            self.bytes += len(line.encode()) + 1
            if '"_aws"' in line:
                self.metrics.update(_series(json.loads(line)))


def _series(entry: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the metrics of a line in the embedded metric format: each with its dimensions is one."""
    for directive in entry["_aws"]["CloudWatchMetrics"]:
        for dimensions in directive["Dimensions"]:
            values = tuple(str(entry.get(name, "")) for name in dimensions)
            for metric in directive["Metrics"]:
                yield (directive["Namespace"], metric["Name"], *values)


def measure(repeats: int = 5, warm_ups: int = 2, names: Names | None = None) -> dict[str, Any]:
    """Return what one of each scenario, and a run of each schedule, takes on a platform made for it.

    Counts are those of most repeats; CPU and bytes are medians. What comes first, in new environments and
    without caches, is left out.

    Parameters
    ----------
    repeats, warm_ups
        How often each takes place and is measured, and how often before that.
    names
        Of the platform, where another one runs in this process.
    """
    lines = _CountedLines()
    found: dict[str, Any] = {}
    with (
        Platform(port=0, terminal=lines, watch=False, parameters=_OFF, names=names) as platform,
        counted_units(platform.aws.backend("dynamodb")) as units,
    ):
        world = World(platform)
        is_registered = False
        for index, scenario in enumerate(SCENARIOS):
            if scenario.name in WITH_EVENTS and not is_registered:
                register_events(world)
                is_registered = True
            takes = [
                _once(world, scenario, f"+1202{index + 1}{number:06}", lines, units)
                for number in range(repeats + warm_ups)
            ]
            found[scenario.name] = _usual(takes[warm_ups:])
        schedules = _schedules(world)
    return {"scenarios": found, "schedules": schedules, "metrics": len(lines.metrics)}


def _schedules(world: World) -> dict[str, Any]:
    """Return what a run of each schedule takes while nothing is due, and its expression."""
    listed = world.caller.local("GET", "/schedules")
    return {one["function"]: _run(world, one["function"], one["expression"]) for one in listed}


def _run(world: World, function: str, expression: str) -> dict[str, Any]:
    for _ in range(2):
        world.settle()
        world.platform.invocations.clear()
        world.caller.local("POST", f"/schedules/{function}")
        world.settle()
    records = [one for one in world.platform.invocations.all() if one.function == function]
    take = _take(world, records, 0, Units())
    return {"expression": expression, **take["functions"][function]}


def _once(
    world: World, scenario: Scenario, number: str, lines: _CountedLines, units: Units
) -> dict[str, Any]:
    world.settle()
    world.platform.invocations.clear()
    lines.bytes, units.reads, units.writes = 0, 0, 0
    scenario.run(world, number)
    world.settle()
    # A schedule runs at its own time, also amid a scenario.
    records = [one for one in world.platform.invocations.all() if one.trigger != "schedule"]
    failed = [record for record in records if record.outcome != "success"]
    if failed:
        raise RuntimeError(f"{scenario.name}: {failed[0]}")
    return _take(world, records, lines.bytes, units)


def _take(world: World, records: Sequence[Invocation], log_bytes: int, units: Units) -> dict[str, Any]:
    aws = Counter(call for record in records for call in record.aws)
    functions = {
        name: {
            "invocations": len(own),
            "memoryMb": world.platform.application.functions[name].memory,
            "cpuMs": round(sum(record.cpu_ms or 0 for record in own) / len(own), 1),
            "awsCalls": sum(len(record.aws) for record in own),
            "twilioCalls": sum(len(record.twilio) for record in own),
        }
        for name in sorted({record.function for record in records})
        if (own := [record for record in records if record.function == name])
    }
    return {
        "requests": sum(record.trigger == "http" for record in records),
        "functions": functions,
        "aws": dict(sorted(aws.items())),
        "queueMessages": sum(record.trigger == "queue" for record in records),
        "readUnits": units.reads,
        "writeUnits": units.writes,
        "logBytes": log_bytes + _REPORT_BYTES * len(records),
    }


def _usual(takes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the take whose counts most have, with the medians of what varies."""
    kinds = Counter(json.dumps(counts(take), sort_keys=True) for take in takes)
    usual = kinds.most_common(1)[0][0]
    alike = [take for take in takes if json.dumps(counts(take), sort_keys=True) == usual]
    result: dict[str, Any] = json.loads(json.dumps(alike[0]))
    for name in ("readUnits", "writeUnits", "logBytes"):
        result[name] = round(statistics.median(take[name] for take in alike))
    for name, function in result["functions"].items():
        function["cpuMs"] = round(statistics.median(take["functions"][name]["cpuMs"] for take in alike), 1)
    return result


def counts(take: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a measured scenario is the same on every machine."""
    functions = {
        name: {key: value for key, value in function.items() if key != "cpuMs"}
        for name, function in take["functions"].items()
    }
    return {"requests": take["requests"], "functions": functions, "aws": take["aws"]}
