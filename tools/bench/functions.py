"""Every function on a line of its own: calls, CPU time, and what its first caller waits for."""

import json
import os
import re
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from local.http_api.routing import Router
from local.lambda_runtime.invocations import Invocation
from local.platform import Platform
from local.template.model import Function
from tools.bench.cold_start import FirstAnswer, measure
from tools.event_payloads import Sample, Webhook, to_event
from tools.sample_events import SAMPLES

HEADS: Final = (
    "function",
    "AWS calls",
    "Twilio calls",
    "invocations",
    "warm CPU ms",
    "ready, CPU ms",
    "first answer, CPU ms",
    "whole / yardstick: before",
    "now",
)
BEFORE: Final = Path(__file__).with_name("before.json")
"""What the functions cost while they asked AWS through botocore; written by ``switchboard bench --save``."""

_WARM: Final = 12
_COUNTED: Final = 3
_QUIET_SECONDS: Final = 0.25
_NUMBER: Final = re.compile(r"\+1202555014\d")
_SID: Final = re.compile(r"\b(CA|CH|EZ|FN|FT|SM|WT)0{28}00\d\d\b")


@dataclass(frozen=True)
class Cost:
    """What one function costs: medians, times in milliseconds of CPU.

    Attributes
    ----------
    aws, twilio : float
        Calls that a warm invocation makes.
    invocations : float
        Lambda invocations in all, processors behind the bus included.
    warm_ms, ready_ms, first_ms, yardstick_ms : float
        A warm invocation; then, of a fresh process, as tools.bench.cold_start says.
    ratio : float
        The first answer in yardsticks, process by process.
    held_mb : float
        The most memory that the fresh process held.
    """

    aws: float
    twilio: float
    invocations: float
    warm_ms: float
    ready_ms: float
    first_ms: float
    yardstick_ms: float
    ratio: float
    held_mb: float


def measure_functions(platform: Platform, starts: int, only: str = "") -> dict[str, Cost]:
    """Return what the functions cost that have a sample event, webhooks of Twilio's first.

    Parameters
    ----------
    platform
        Where they run.
    starts
        How many fresh processes of each are measured. They take turns, so that a busy spell hits all.
    only
        The beginning of the logical IDs to measure; empty for all.
    """
    functions = platform.application.functions
    chosen = {name: sample for name, sample in SAMPLES.items() if name.startswith(only)}
    starts_of: dict[str, list[FirstAnswer]] = {name: [] for name in chosen}
    for number in range(starts + 1):
        for name, sample in chosen.items():
            event = _event(platform, sample, functions[name], number)
            found = measure(functions[name].handler, event, _variables(platform, functions[name]))
            if number:  # the first start writes bytecode and uploads what later ones find
                starts_of[name].append(found)
    ordered = sorted(chosen, key=lambda name: not isinstance(chosen[name], Webhook))
    warm = {name: _warm(platform, name, chosen[name], starts) for name in chosen}
    return {name: _cost(warm[name], starts_of[name]) for name in ordered}


def rows(costs: Mapping[str, Cost], before: Mapping[str, Cost]) -> Iterator[tuple[str, ...]]:
    """Yield a line for each function; its last number is the whole in yardsticks."""
    for name, cost in costs.items():
        earlier = before.get(name)
        yield (
            name,
            f"{cost.aws:g}",
            f"{cost.twilio:g}",
            f"{cost.invocations:.2g}",
            f"{cost.warm_ms:.1f}" + (f" (before {earlier.warm_ms:.1f})" if earlier else ""),
            f"{cost.ready_ms:.0f}",
            f"{cost.first_ms:.0f}",
            f"{earlier.ratio:.2f}" if earlier else "-",
            f"{cost.ratio:.2f}",
        )


def save(costs: Mapping[str, Cost], file: Path) -> None:
    """Write costs, for `load`."""
    numbers = {
        name: {field: round(value, 3) for field, value in asdict(cost).items()}
        for name, cost in costs.items()
    }
    file.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")


def load(file: Path) -> dict[str, Cost]:
    """Read costs that `save` has written."""
    return {name: Cost(**numbers) for name, numbers in json.loads(file.read_text(encoding="utf-8")).items()}


def varied(value: Any, number: int) -> Any:
    """Return a sample with other phone numbers, calls and messages in it, those of a number."""
    if isinstance(value, str):
        value = _NUMBER.sub(lambda found: f"+1{int(found[0][-1]) + 20}3{number:07}", value)
        return _SID.sub(lambda found: f"{found[1]}{number:030x}{found[0][-2:]}", value)
    if isinstance(value, Mapping):
        return {name: varied(member, number) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [varied(member, number) for member in value]
    return value


def _event(platform: Platform, sample: Sample, function: Function, number: int) -> Any:
    parts = sample if isinstance(sample, list) else vars(sample)
    changed: Any = varied(parts, number)
    other: Sample = changed if isinstance(sample, list) else type(sample)(**changed)
    return to_event(other, Router(platform.application.routes), function)


def _variables(platform: Platform, function: Function) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PYTHONPYCACHEPREFIX", "HOME") if name in os.environ}
    return {**kept, **platform.functions.environment(function), "PYTHONPATH": os.pathsep.join(function.paths)}


def _warm(platform: Platform, name: str, sample: Sample, from_number: int) -> tuple[list[Invocation], float]:
    """Invoke a function repeatedly; return its own invocations, and how many each of them led to in all."""
    function = platform.application.functions[name]
    in_all = []
    own: list[Invocation] = []
    for turn in range(_WARM + 1):
        platform.invocations.clear()
        event = _event(platform, sample, function, from_number + 1 + turn)
        platform.functions.invoke(name, event, "bench", "bench")
        if 0 < turn <= _COUNTED:
            in_all.append(_settled(platform))
        if turn:
            own += [record for record in platform.invocations.all() if record.trigger == "bench"]
    return own, statistics.median(in_all)


def _settled(platform: Platform) -> int:
    """Return the number of invocations once no more of them come.

    What comes from a queue is left out: it may have been asked for minutes ago, of another function.
    """
    known = -1
    while (
        number := len([record for record in platform.invocations.all() if record.trigger != "queue"])
    ) != known:
        known = number
        time.sleep(_QUIET_SECONDS)
    return known


def _cost(warm: tuple[list[Invocation], float], starts: list[FirstAnswer]) -> Cost:
    own, invocations = warm
    median = statistics.median
    return Cost(
        aws=median(len(record.aws) for record in own),
        twilio=median(len(record.twilio) for record in own),
        invocations=invocations,
        warm_ms=median(record.cpu_ms or 0.0 for record in own),
        ready_ms=median(start.ready_ms for start in starts),
        first_ms=median(start.first_ms for start in starts),
        yardstick_ms=median(start.yardstick_ms for start in starts),
        ratio=median(start.ratio for start in starts),
        held_mb=median(start.held_mb for start in starts),
    )
