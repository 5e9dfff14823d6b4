"""Every function on a line of its own: calls, CPU time, and what its first caller waits for."""

import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from local.platform import Platform
from tools.bench.cold_start import Interpreter, Started
from tools.bench.credentials import credentials_endpoint
from tools.bench.events import names, prepared_event
from tools.deploy.emulate import judge

HEADS: Final = (
    "function",
    "AWS calls",
    "Twilio calls",
    "invocations",
    "warm CPU ms",
    "plain, CPU ms",
    "restored, CPU ms",
    "in yardsticks: warm",
    "plain",
    "restored",
)

_RESTORES: Final = 3
_ANSWERS: Final = 17
"""Events that a plainly started process answers: the first, and warm ones, faster up to about the tenth."""
_COUNTED: Final = 3
_COUNTED_FROM: Final = 9_000_000
_KEYS: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_QUIET_SECONDS: Final = 0.25


@dataclass(frozen=True)
class Cpu:
    """CPU time: the median in milliseconds, and that of its ratio to the yardstick measured just before."""

    ms: float
    yardsticks: float


@dataclass(frozen=True)
class Cost:
    """What one function costs, in medians.

    Attributes
    ----------
    aws, twilio
        Calls that a warm invocation makes.
    invocations
        Lambda invocations in all, processors behind the bus included.
    warm
        A later answer of a process.
    plain
        The first answer of a fresh process, from the start of the process.
    restored
        The first answer of a process that was restored from a snapshot, from there.
    yardstick_ms
        What tools.bench.cold_start says.
    held_mb
        The most memory that the process held.
    """

    aws: float
    twilio: float
    invocations: float
    warm: Cpu
    plain: Cpu
    restored: Cpu
    yardstick_ms: float
    held_mb: float


@dataclass
class _Starts:
    """What processes of one function took, in the order they were started."""

    yardstick: list[float] = field(default_factory=list)
    plain: list[Started] = field(default_factory=list)
    restored: list[Started] = field(default_factory=list)


def measure_functions(
    platform: Platform, interpreter: Interpreter, starts: int, only: str = ""
) -> dict[str, Cost]:
    """Return what the functions cost that have a sample event, webhooks of Twilio's first.

    Parameters
    ----------
    platform
        Where they find AWS and Twilio.
    interpreter
        What they run on.
    starts
        How many fresh processes of each are measured. They take turns, so that a busy spell hits all.
    only
        The beginning of the logical IDs to measure; empty for all.

    Raises
    ------
    FirstAnswerError
        A function failed.
    EmulatorError
        A function refused its event.
    """
    ordered = names(only)
    found = {name: _Starts() for name in ordered}
    with credentials_endpoint() as credentials:
        for number in range(starts + 1):
            for name in ordered:
                taken = _start(platform, interpreter, name, number, credentials)
                if number:  # the first start writes bytecode and uploads what later ones find
                    found[name].yardstick.append(taken[0])
                    found[name].plain.append(taken[1])
                    found[name].restored.append(taken[2])
    return {name: _cost(found[name], *_calls(platform, name)) for name in ordered}


def rows(costs: Mapping[str, Cost]) -> Iterator[tuple[str, ...]]:
    """Yield a line for each function; its last two numbers are both kinds of first answers in yardsticks."""
    for name, cost in costs.items():
        yield (
            name,
            f"{cost.aws:g}",
            f"{cost.twilio:g}",
            f"{cost.invocations:.2g}",
            f"{cost.warm.ms:.1f}",
            f"{cost.plain.ms:.0f}",
            f"{cost.restored.ms:.1f}",
            f"{cost.warm.yardsticks:.3f}",
            f"{cost.plain.yardsticks:.2f}",
            f"{cost.restored.yardsticks:.2f}",
        )


def _start(
    platform: Platform, interpreter: Interpreter, name: str, turn: int, credentials: str
) -> tuple[float, Started, Started]:
    """Return the yardstick, a plain start and a restored one, measured one after another."""
    function = platform.application.functions[name]
    each = _ANSWERS + _RESTORES
    numbers = range(turn * each, (turn + 1) * each)
    events = [prepared_event(platform, name, number) for number in numbers]
    plainly = platform.functions.environment(function)
    from_snapshot = {
        **{key: value for key, value in plainly.items() if key not in _KEYS},
        "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{credentials}{name}/{turn}",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "bench",
    }
    yardstick = interpreter.measure_yardstick()
    plain = interpreter.start(function.handler, events[:_ANSWERS], plainly, function.paths)
    restored = interpreter.start(function.handler, events[_ANSWERS:], from_snapshot, function.paths)
    for event, answer in zip(
        events[:_ANSWERS] + events[_ANSWERS:], plain.answers + restored.answers, strict=True
    ):
        judge(name, event, answer)
    return yardstick, plain, restored


def _calls(platform: Platform, name: str) -> tuple[float, float, float]:
    """Return the calls to AWS and to Twilio of an invocation, and how many invocations it leads to in all."""
    own, in_all = [], []
    for turn in range(_COUNTED + 1):
        event = prepared_event(platform, name, _COUNTED_FROM + turn)
        _settled(platform)
        platform.invocations.clear()
        platform.functions.invoke(name, event, "bench", "bench")
        settled = _settled(platform)
        if turn:
            in_all.append(settled)
            own += [record for record in platform.invocations.all() if record.trigger == "bench"]
    median = statistics.median
    aws, twilio = median(len(record.aws) for record in own), median(len(record.twilio) for record in own)
    return aws, twilio, median(in_all)


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


def _cost(starts: _Starts, aws: float, twilio: float, invocations: float) -> Cost:
    median = statistics.median
    warm = [_median_difference(start.answered_ms) for start in starts.plain]
    return Cost(
        aws=aws,
        twilio=twilio,
        invocations=invocations,
        warm=_cpu(warm, starts.yardstick),
        plain=_cpu([start.answered_ms[0] for start in starts.plain], starts.yardstick),
        restored=_cpu([median(start.answered_ms) for start in starts.restored], starts.yardstick),
        yardstick_ms=median(starts.yardstick),
        held_mb=median(start.held_mb for start in starts.plain),
    )


def _median_difference(times: list[float]) -> float:
    return statistics.median(later - earlier for earlier, later in pairwise(times))


def _cpu(taken: list[float], yardsticks: list[float]) -> Cpu:
    ratios = (ms / yardstick for ms, yardstick in zip(taken, yardsticks, strict=True))
    return Cpu(statistics.median(taken), statistics.median(ratios))
