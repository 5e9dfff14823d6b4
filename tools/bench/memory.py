"""What each memory size would cost, from measured CPU time, as AWS Lambda Power Tuning shows it.

https://github.com/alexcasalboni/aws-lambda-power-tuning. Lambda gives CPU in proportion to memory, one vCPU
at 1,769 MB (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). So CPU time stretches
by that share, while waiting for AWS and Twilio does not.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from tools.bench.functions import Cost
from tools.cost.files import prices
from tools.cost.price import AWS_CALL_MS, ONE_CPU_MB, TWILIO_CALL_MS

SIZES: Final = (128, 256, 512, 1024, 1769)

HEADS: Final = (
    "held MB",
    "by memory size: first answer ms, plain / restored / later answer ms / $ per million",
    *(f"{size} MB" for size in SIZES),
)


class AtSize(NamedTuple):
    """What a function takes at one size: first answers and a later one in ms, dollars for a million."""

    first_ms: float
    restored_ms: float
    later_ms: float
    dollars: float


def row(name: str, cost: Cost) -> Sequence[str]:
    """Return what a function would take and cost at each size; a size below what it held is not enough."""
    cells = (
        f"{at.first_ms:.0f} / {at.restored_ms:.0f} / {at.later_ms:.0f} / {at.dollars:.2f}"
        if at
        else "not enough"
        for at in at_sizes(cost).values()
    )
    return f"{cost.held_mb:.0f}", name, *cells


def at_sizes(cost: Cost) -> dict[int, AtSize | None]:
    """Return the same as numbers, by size in MB; None below what the function held."""
    return {size: None if cost.held_mb > size else _at(size, cost) for size in SIZES}


def _at(size: int, cost: Cost) -> AtSize:
    waiting_ms = cost.aws * AWS_CALL_MS + cost.twilio * TWILIO_CALL_MS
    share = min(size / ONE_CPU_MB, 1.0)
    first, restored, warm = (cpu.ms / share + waiting_ms for cpu in (cost.plain, cost.restored, cost.warm))
    known = prices()
    dollars = known["lambdaGbSeconds"].of(1e3 * warm * size / 1024) + known["lambdaRequests"].of(1e6)
    return AtSize(first, restored, warm, dollars)
