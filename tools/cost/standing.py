"""What stands and is charged by the month, although nobody calls."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tools.cost.files import prices
from tools.cost.price import gigabyte_seconds

_TEMPLATE: Final = Path(__file__).parents[2] / "template.yaml"
_MINUTES_A_MONTH: Final = 30 * 24 * 60
_UNITS: Final = {"minute": 1, "hour": 60, "day": 24 * 60}
_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_POLLS_A_MINUTE: Final = 15
"""Lambda waits for a queue in five connections of 20 seconds
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html)."""


def runs_a_month(expression: str) -> float:
    """Return how often a schedule runs in 30 days.

    >>> runs_a_month("rate(5 minutes)")
    8640.0
    """
    match = _RATE.fullmatch(expression)
    if match is None:
        raise ValueError(f"{expression} is not written as rate(…)")
    return _MINUTES_A_MONTH / (int(match[1]) * _UNITS[match[2]])


def monthly(measured: Mapping[str, Any], template: str = "") -> dict[str, float]:
    """Return what stands in the template costs in a month of 30 days, in dollars, by what it is.

    Parameters
    ----------
    measured
        What ``measured.json`` holds.
    template
        The template's text; the project's own unless given.
    """
    text = template or _TEMPLATE.read_text(encoding="utf-8")
    known = prices()
    queues = len(re.findall(r"^ +Type: SQS$", text, re.MULTILINE))
    schedules: Mapping[str, Mapping[str, Any]] = measured["schedules"]
    runs = {name: runs_a_month(schedule["expression"]) for name, schedule in schedules.items()}
    lasted = sum(gigabyte_seconds(schedules[name], number) for name, number in runs.items())
    reads = sum(number * schedules[name]["awsCalls"] for name, number in runs.items())
    return {
        "alarms": known["alarms"].of(text.count("Type: AWS::CloudWatch::Alarm")),
        "custom metrics": known["metrics"].of(measured["metrics"]),
        "dashboard": known["dashboards"].of(text.count("Type: AWS::CloudWatch::Dashboard")),
        "schedules": known["scheduledRuns"].of(sum(runs.values()))
        + known["lambdaRequests"].of(sum(runs.values()))
        + known["lambdaGbSeconds"].of(lasted)
        + known["readUnits"].of(reads),
        "waiting for queues": known["queueRequests"].of(queues * _POLLS_A_MINUTE * _MINUTES_A_MONTH),
    }


def snapshots() -> dict[str, float]:
    """Return what SnapStart costs, in dollars: a snapshot of 1 GB a month, and a thousand restores."""
    known = prices()
    return {
        "month": known["snapStartCachedGbSeconds"].of(_MINUTES_A_MONTH * 60),
        "restores": known["snapStartRestoredGb"].of(1000),
    }
