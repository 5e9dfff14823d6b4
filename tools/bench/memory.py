"""What each memory size would cost, from measured CPU time, as AWS Lambda Power Tuning shows it.

https://github.com/alexcasalboni/aws-lambda-power-tuning. Lambda gives CPU in proportion to memory, one vCPU
at 1,769 MB (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). So CPU time stretches
by that share, while waiting for AWS and Twilio does not.
"""

from collections.abc import Sequence
from typing import Final

from tools.bench.functions import Cost

SIZES: Final = (128, 256, 512, 1024, 1769)

_ONE_CPU_MB: Final = 1769
_AWS_CALL_MS: Final = 5.0
"""What DynamoDB takes for a small item, about, the network included."""
_TWILIO_CALL_MS: Final = 150.0
"""What Twilio's REST API takes, about."""
_GB_SECOND: Final = 0.0000133334
_REQUEST: Final = 0.0000002
"""Dollars on Arm in us-east-1 (https://aws.amazon.com/lambda/pricing/)."""

HEADS: Final = (
    "held MB",
    "by memory size: first answer ms, plain / restored / later answer ms / $ per million",
    *(f"{size} MB" for size in SIZES),
)


def row(name: str, cost: Cost) -> Sequence[str]:
    """Return what a function would take and cost at each size; a size below what it held is not enough."""
    waiting = cost.aws * _AWS_CALL_MS + cost.twilio * _TWILIO_CALL_MS
    return f"{cost.held_mb:.0f}", name, *(_at(size, cost, waiting) for size in SIZES)


def _at(size: int, cost: Cost, waiting_ms: float) -> str:
    if cost.held_mb > size:
        return "not enough"
    share = min(size / _ONE_CPU_MB, 1.0)
    first, restored, warm = (cpu.ms / share + waiting_ms for cpu in (cost.plain, cost.restored, cost.warm))
    dollars = 1e6 * (warm / 1000 * size / 1024 * _GB_SECOND + _REQUEST)
    return f"{first:.0f} / {restored:.0f} / {warm:.0f} / {dollars:.2f}"
