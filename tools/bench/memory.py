"""What each memory size would cost, from measured CPU time, as AWS Lambda Power Tuning shows it.

https://github.com/alexcasalboni/aws-lambda-power-tuning. Lambda gives CPU in proportion to memory, one vCPU
at 1,769 MB (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). So CPU time stretches
by that share, while waiting for AWS and Twilio does not.
"""

from collections.abc import Sequence
from typing import Final

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
    "by memory size: first answer ms / later answer ms / $ per million",
    *(f"{size} MB" for size in SIZES),
)


def row(
    name: str, *, first_cpu_ms: float, warm_cpu_ms: float, calls: tuple[float, float], held_mb: float
) -> Sequence[str]:
    """Return what a function would take and cost at each size.

    Parameters
    ----------
    name
        The function.
    first_cpu_ms, warm_cpu_ms
        CPU time from the start of the process to the first answer, and of a later answer.
    calls
        How many of AWS's and of Twilio's operations a later answer needs.
    held_mb
        The most memory that the process held; a size below it is shown as not enough.
    """
    waiting = calls[0] * _AWS_CALL_MS + calls[1] * _TWILIO_CALL_MS
    sizes = (_at(size, first_cpu_ms, warm_cpu_ms, waiting, held_mb) for size in SIZES)
    return f"{held_mb:.0f}", name, *sizes


def _at(size: int, first_cpu_ms: float, warm_cpu_ms: float, waiting_ms: float, held_mb: float) -> str:
    if held_mb > size:
        return "not enough"
    share = min(size / _ONE_CPU_MB, 1.0)
    warm = warm_cpu_ms / share + waiting_ms
    dollars = 1e6 * (warm / 1000 * size / 1024 * _GB_SECOND + _REQUEST)
    return f"{first_cpu_ms / share + waiting_ms:.0f} / {warm:.0f} / {dollars:.2f}"
