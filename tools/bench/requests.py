"""What one kind of request costs: calls, invocations and CPU time, by the platform's record."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from tools.caller import Caller

HEADS: Final = ("AWS calls", "Twilio calls", "invocations", "CPU ms")

_REPEATS: Final = 15
_QUIET_SECONDS: Final = 0.4

Send = Callable[[int], object]


def table(caller: Caller, requests: Sequence[tuple[str, str, Send]]) -> list[tuple[str, ...]]:
    """Return a row for each kind of request: its name, and what it costs.

    Parameters
    ----------
    caller
        Reads the record of invocations.
    requests
        A name, the logical ID of the function that answers, and what sends a request for a number: 0, 1, 2 …
    """
    return [(name, *cost(caller, function, send)) for name, function, send in requests]


def cost(caller: Caller, function: str, send: Send) -> tuple[str, str, str, str]:
    """Send requests; return the AWS calls, Twilio calls, Lambda invocations in all, and CPU time of one.

    Calls are those of most invocations, CPU time is the median of the function's own. The first invocation of
    a function is a cold one and fills its caches: it is sent beforehand.
    """
    send(0)
    before = len(settled(caller))
    for number in range(1, _REPEATS + 1):
        send(number)
    records = settled(caller)[before:]
    own = [record for record in records if record["function"] == function]
    return (
        names(statistics.mode(tuple(record["aws"]) for record in own)),
        f"{statistics.median(record['twilioCalls'] for record in own):g}",
        f"{len(records) / _REPEATS:.2g}",
        f"{statistics.median(record['cpuMs'] for record in own):.1f}",
    )


def settled(caller: Caller) -> list[dict[str, Any]]:
    """Return the invocations so far, oldest first, once no more of them come."""
    known = -1
    while len(records := caller.invocations()) != known:
        known = len(records)
        time.sleep(_QUIET_SECONDS)
    return records


def names(calls: Sequence[str]) -> str:
    """Return calls as text: each once, with how often it was made."""
    counted = (
        f"{name} x {calls.count(name)}" if calls.count(name) > 1 else name for name in dict.fromkeys(calls)
    )
    return ", ".join(counted) or "none"
