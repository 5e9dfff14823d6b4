"""What a scenario costs on AWS: counts times prices, and durations from CPU time and waiting."""

from collections.abc import Mapping
from typing import Any, Final

from tools.cost.files import Sample, prices

ONE_CPU_MB: Final = 1769
"""Memory at which Lambda gives one vCPU
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html)."""

AWS_CALL_MS: Final = 5.0
"""What DynamoDB takes for a small item, about, the network included."""

TWILIO_CALL_MS: Final = 150.0
"""What Twilio's REST API takes, about."""

SAMPLE_MEMORY_MB: Final = 128
"""What Lambda gives where a template names no size, as the survey sample's."""

THOUSAND: Final = 1000
_GB: Final = 1024**3
_QUEUE_REQUESTS: Final = 2
"""Lambda receives a message and deletes it; sending it is counted where it is sent."""

SERVICES: Final = {
    "Lambda": ("lambdaRequests", "lambdaGbSeconds", "lambdaX86GbSeconds"),
    "API Gateway": ("httpApiRequests", "restApiRequests"),
    "DynamoDB": ("readUnits", "writeUnits"),
    "S3": ("s3Gets", "s3Puts"),
    "EventBridge": ("events",),
    "SQS": ("queueRequests",),
    "Logs": ("logGb",),
}
"""The services of the table, and the prices that each sums up."""


def duration_ms(function: Mapping[str, Any]) -> float:
    """Return how long a function runs on Lambda, in milliseconds, an invocation.

    CPU time is stretched by the share of a CPU that the memory gives; a call to AWS or Twilio is waited for.
    """
    waiting = function["awsCalls"] * AWS_CALL_MS + function["twilioCalls"] * TWILIO_CALL_MS
    cpu = function["cpuMs"] / min(function["memoryMb"] / ONE_CPU_MB, 1)
    return float(cpu + waiting / function["invocations"])


def gigabyte_seconds(function: Mapping[str, Any], invocations: float) -> float:
    """Return the memory times the duration that so many invocations are charged for."""
    return float(invocations * duration_ms(function) / 1000 * function["memoryMb"] / 1024)


def amounts(take: Mapping[str, Any]) -> dict[str, float]:
    """Return how much of each priced thing one of a measured scenario takes."""
    aws: Mapping[str, int] = take["aws"]
    functions = take["functions"].values()
    queued = sum(number for name, number in aws.items() if name.startswith("sqs."))
    return {
        "httpApiRequests": take["requests"],
        "lambdaRequests": sum(function["invocations"] for function in functions),
        "lambdaGbSeconds": sum(gigabyte_seconds(function, function["invocations"]) for function in functions),
        "readUnits": take["readUnits"],
        "writeUnits": take["writeUnits"],
        "s3Gets": aws.get("s3.GetObject", 0) + aws.get("s3.HeadObject", 0),
        "s3Puts": sum(
            number
            for name, number in aws.items()
            if name.startswith("s3.") and name not in {"s3.GetObject", "s3.HeadObject", "s3.DeleteObject"}
        ),
        "events": aws.get("events.PutEvents", 0),
        "queueRequests": queued + take["queueMessages"] * _QUEUE_REQUESTS,
        "logGb": take["logBytes"] / _GB,
    }


def sample_amounts(sample: Sample) -> dict[str, float]:
    """Return the same of a sample that runs on AWS: a REST API, and Lambda on x86 with 128 MB.

    The CPU time of its SDK is left out, as it could not be measured; it waits as long for each call as ours.
    """
    waiting = (sample.s3Gets + sample.s3Puts + sample.events) * AWS_CALL_MS
    seconds = (waiting + sample.twilioCalls * TWILIO_CALL_MS) / 1000
    return {
        "restApiRequests": sample.requests,
        "lambdaRequests": sample.invocations,
        "lambdaX86GbSeconds": seconds * SAMPLE_MEMORY_MB / 1024,
        "s3Gets": sample.s3Gets,
        "s3Puts": sample.s3Puts,
        "events": sample.events,
        "logGb": sample.logBytes / _GB,
    }


def dollars(taken: Mapping[str, float]) -> dict[str, float]:
    """Return what a thousand cost, in dollars, by service."""
    known = prices()
    return {
        service: sum(known[name].of(taken.get(name, 0) * THOUSAND) for name in names)
        for service, names in SERVICES.items()
    }
