"""How functions did in the last hours: invocations, failures, duration, cold starts.

Of the platform on this machine, from its record of invocations; of a deployed stack, from CloudWatch:
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from console.context import Console
from tools.phone.client import PhoneClient
from tools.stack.stack import Stack

HOURS: Final = 24
_BARS: Final = 48
_DAY: Final = 86_400
_METRICS: Final = (
    ("invocations", "Invocations", "Sum", 3600),
    ("errors", "Errors", "Sum", 3600),
    ("p50", "Duration", "p50", _DAY),
    ("p95", "Duration", "p95", _DAY),
    ("hourly", "Duration", "p95", 3600),
)
"""Name here, metric, statistic and period in seconds."""
RECORDED: Final = 10_000
"""Invocations that the platform's record keeps."""

_MOST_QUERIES: Final = 500
"""Of one GetMetricData."""


@dataclass(frozen=True)
class FunctionFigures:
    """What one function did.

    Attributes
    ----------
    function : str
        Its name in the template.
    invocations, errors : int
    p50, p95 : float
        Milliseconds in its handler.
    cold_starts : int or None
        None where they are known of all functions together only.
    last_error : str
        The latest error's words; "" where there is none, or it is in the logs only.
    """

    function: str
    invocations: int
    errors: int
    p50: float
    p95: float
    cold_starts: int | None = None
    last_error: str = ""


@dataclass(frozen=True)
class Bar:
    """Invocations of a span of time.

    Attributes
    ----------
    at : str
        Its beginning, ISO 8601.
    succeeded, failed, cold_starts : int
    slowest : str
        The function whose p95 was the highest; "" where none is known.
    p95 : float
        That p95, ms.
    """

    at: str
    succeeded: int
    failed: int
    cold_starts: int
    slowest: str
    p95: float


@dataclass(frozen=True)
class Performance:
    """What all functions did.

    Attributes
    ----------
    functions : Sequence[FunctionFigures]
        Those with failures first, then by number of invocations.
    bars : Sequence[Bar]
        In equal spans, oldest first; empty where nothing was invoked.
    cold_starts : int
    is_cut : bool
        Whether there were more, which the platform's record has forgotten.
    """

    functions: Sequence[FunctionFigures]
    bars: Sequence[Bar]
    cold_starts: int
    is_cut: bool = False

    @property
    def invocations(self) -> int:
        """How many there were."""
        return sum(one.invocations for one in self.functions)

    @property
    def errors(self) -> int:
        """How many of them failed."""
        return sum(one.errors for one in self.functions)

    @property
    def p95(self) -> float:
        """The slowest function's p95, ms."""
        return max((one.p95 for one in self.functions), default=0.0)


def performance(console: Console) -> Performance:
    """Return what functions did in the last `HOURS`; of the platform, since it was started at most."""
    if console.platform:
        return _of_platform(console.platform)
    return _of_cloudwatch(console.stack)


def _of_platform(platform: PhoneClient) -> Performance:
    records: list[dict[str, Any]] = platform.request("GET", "/invocations")
    now = datetime.fromisoformat(platform.request("GET", "/clock")["now"])
    recent = [one for one in records if datetime.fromisoformat(one["at"]) > now - timedelta(hours=HOURS)]
    by_function: dict[str, list[dict[str, Any]]] = {}
    for record in recent:
        by_function.setdefault(record["function"], []).append(record)
    figures = [_figures(name, found) for name, found in by_function.items()]
    cold = sum(one["coldStart"] for one in recent)
    is_cut = len(recent) == len(records) >= RECORDED
    return Performance(_sorted(figures), list(_bars(recent)), cold, is_cut)


def _figures(function: str, records: Sequence[Mapping[str, Any]]) -> FunctionFigures:
    durations = sorted(float(one["durationMs"]) for one in records)
    failed = [one for one in records if one["outcome"] != "success"]
    return FunctionFigures(
        function,
        len(records),
        len(failed),
        _percentile(durations, 0.5),
        _percentile(durations, 0.95),
        sum(one["coldStart"] for one in records),
        _words(failed[-1]) if failed else "",
    )


def _words(record: Mapping[str, Any]) -> str:
    error = record.get("error", {})
    found = [str(error[key]) for key in ("errorType", "errorMessage") if error.get(key)]
    return ": ".join(found) or str(record["outcome"])


def _percentile(ordered: Sequence[float], share: float) -> float:
    """Return the nearest rank."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _bars(records: Sequence[Mapping[str, Any]]) -> Iterator[Bar]:
    """Yield spans between the first and the last invocation, of a length that a person would choose."""
    if not records:
        return
    times = [datetime.fromisoformat(one["at"]).timestamp() for one in records]
    length = max(times) - min(times)
    seconds = next((one for one in (1, 5, 15, 60, 300, 900, 1800) if length / one < _BARS), 3600)
    spans: dict[int, list[Mapping[str, Any]]] = {}
    for at, record in zip(times, records, strict=True):
        spans.setdefault(int(at) // seconds, []).append(record)
    for place in range(min(spans), max(spans) + 1):
        yield _bar(datetime.fromtimestamp(place * seconds, UTC), spans.get(place, ()))


def _bar(at: datetime, records: Sequence[Mapping[str, Any]]) -> Bar:
    succeeded = sum(one["outcome"] == "success" for one in records)
    durations: dict[str, list[float]] = {}
    for one in records:
        durations.setdefault(one["function"], []).append(float(one["durationMs"]))
    slowest = {name: _percentile(sorted(found), 0.95) for name, found in durations.items()}
    cold = sum(one["coldStart"] for one in records)
    return Bar(at.isoformat(), succeeded, len(records) - succeeded, cold, *_highest(slowest))


def _highest(values: Mapping[str, float]) -> tuple[str, float]:
    return max(values.items(), key=lambda item: item[1], default=("", 0.0))


def _of_cloudwatch(stack: Stack) -> Performance:
    functions = [one for one in stack.of_type("AWS::Lambda::Function") if one.physical_id]
    queries = [
        _query(f"{name}{place}", "AWS/Lambda", metric, statistic, period, FunctionName=function.physical_id)
        for place, function in enumerate(functions)
        for name, metric, statistic, period in _METRICS
    ]
    cold = _query("cold", f"Switchboard/{stack.name}", "ColdStart", "SampleCount", 3600)
    found = _ask(stack, [*queries, cold])
    by_hour: dict[datetime, list[float]] = {}
    slowest: dict[datetime, dict[str, float]] = {}
    figures = []
    for place, function in enumerate(functions):
        invoked, failed = found[f"invocations{place}"], found[f"errors{place}"]
        # A span of a day may touch two of CloudWatch's days: the slower one is shown.
        p50, p95 = (max(found[f"{name}{place}"].values(), default=0.0) for name in ("p50", "p95"))
        if invoked:
            count, errors = int(sum(invoked.values())), int(sum(failed.values()))
            figures.append(FunctionFigures(function.logical_id, count, errors, p50, p95))
        for at, value in found[f"hourly{place}"].items():
            slowest.setdefault(at, {})[function.logical_id] = value
        for at, value in invoked.items():
            sums = by_hour.setdefault(at, [0.0, 0.0])
            sums[0] += value
            sums[1] += failed.get(at, 0.0)
    cold_starts = found["cold"]
    bars = [
        Bar(
            at.isoformat(),
            int(all_ - bad),
            int(bad),
            int(cold_starts.get(at, 0)),
            *_highest(slowest.get(at, {})),
        )
        for at, (all_, bad) in sorted(by_hour.items())
    ]
    return Performance(_sorted(figures), bars, int(sum(cold_starts.values())))


def _query(
    name: str, namespace: str, metric: str, statistic: str, period: int, **dimensions: str
) -> dict[str, Any]:
    metric_named = {
        "Namespace": namespace,
        "MetricName": metric,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }
    return {"Id": name, "MetricStat": {"Metric": metric_named, "Period": period, "Stat": statistic}}


def _ask(stack: Stack, queries: Sequence[Mapping[str, Any]]) -> Mapping[str, Mapping[datetime, float]]:
    """Return the values of each query by time."""
    end = datetime.fromtimestamp(stack.now() / 1000, UTC).replace(minute=0, second=0, microsecond=0)
    end += timedelta(hours=1)
    pages = stack.client("cloudwatch").get_paginator("get_metric_data")
    found: dict[str, dict[datetime, float]] = {str(query["Id"]): {} for query in queries}
    for start in range(0, len(queries), _MOST_QUERIES):
        part = list(queries[start : start + _MOST_QUERIES])
        for page in pages.paginate(
            MetricDataQueries=part, StartTime=end - timedelta(hours=HOURS), EndTime=end
        ):
            for result in page["MetricDataResults"]:
                found[result["Id"]].update(zip(result["Timestamps"], result["Values"], strict=True))
    return found


def _sorted(figures: Iterable[FunctionFigures]) -> Sequence[FunctionFigures]:
    return sorted(figures, key=lambda one: (-one.errors, -one.invocations, one.function))
