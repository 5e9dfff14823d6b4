"""Figures of a deployed stack's functions, from CloudWatch's answers as AWS describes them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from console.context import Console
from console.data.performance import HOURS, RECORDED, Performance, performance
from tools.stack.stack import StackResource

NOW = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
END = datetime(2026, 5, 4, 13, tzinfo=UTC)


class DeployedStack:
    """A stack of some functions, with a CloudWatch that answers what a test says."""

    name, region, is_local = "switchboard-prod", "us-east-1", False

    def __init__(self, functions: int) -> None:
        self.cloudwatch = boto3.client(
            "cloudwatch", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
        self.stubber = Stubber(self.cloudwatch)
        self._functions = [
            StackResource(
                f"Function{number}", f"switchboard-prod-Function{number}-1", "AWS::Lambda::Function"
            )
            for number in range(functions)
        ]

    def of_type(self, _kind: str) -> list[StackResource]:
        return self._functions

    def client(self, _service: str) -> Any:
        return self.cloudwatch

    def now(self) -> int:
        return int(NOW.timestamp() * 1000)

    def answer(self, *results: tuple[str, dict[int, float]]) -> None:
        """Expect a request; answer values by the hours before `END`."""
        found = [
            {
                "Id": name,
                "Timestamps": [END - timedelta(hours=hours) for hours in values],
                "Values": list(values.values()),
            }
            for name, values in results
        ]
        expected = {"MetricDataQueries": ANY, "StartTime": END - timedelta(hours=24), "EndTime": END}
        self.stubber.add_response("get_metric_data", {"MetricDataResults": found}, expected)


def console_of(stack: DeployedStack) -> Console:
    stack.stubber.activate()
    shown: Any = stack
    return Console(shown, Path("switchboard.toml"))


def test_functions_that_failed_come_first_and_idle_ones_are_left_out() -> None:
    stack = DeployedStack(3)
    stack.answer(
        ("invocations0", {1: 70.0, 2: 30.0}),
        ("errors0", {1: 0.0, 2: 0.0}),
        ("p500", {1: 20.0}),
        ("p950", {1: 80.0, 20: 95.0}),
        ("invocations1", {1: 5.0}),
        ("errors1", {1: 2.0}),
        ("hourly0", {1: 70.0, 2: 90.0}),
        ("hourly1", {1: 75.0}),
        ("cold", {1: 4.0, 20: 3.0}),
    )
    found = performance(console_of(stack))
    assert [(one.function, one.invocations, one.errors) for one in found.functions] == [
        ("Function1", 5, 2),
        ("Function0", 100, 0),
    ]
    assert (found.functions[1].p50, found.functions[1].p95) == (20.0, 95.0)
    assert found.functions[0].cold_starts is None
    assert (found.cold_starts, found.invocations, found.errors, found.p95) == (7, 105, 2, 95.0)
    assert [(bar.succeeded, bar.failed) for bar in found.bars] == [(30, 0), (73, 2)]
    assert [(bar.cold_starts, bar.slowest, bar.p95) for bar in found.bars] == [
        (0, "Function0", 90.0),
        (4, "Function1", 75.0),
    ]


def test_a_stack_that_has_done_nothing_has_no_figures() -> None:
    stack = DeployedStack(1)
    stack.answer()
    found = performance(console_of(stack))
    assert (list(found.functions), list(found.bars), found.cold_starts) == ([], [], 0)


@pytest.mark.parametrize("functions", [100, 199])
def test_more_metrics_than_one_request_may_name_are_asked_for_in_several(functions: int) -> None:
    stack = DeployedStack(functions)
    stack.answer(("invocations0", {1: 1.0}))
    stack.answer((f"invocations{functions - 1}", {1: 1.0}))
    found = performance(console_of(stack))
    assert {one.function for one in found.functions} == {"Function0", f"Function{functions - 1}"}
    stack.stubber.assert_no_pending_responses()


class Platform:
    """A platform with a record of invocations."""

    def __init__(self, records: list[dict[str, Any]]) -> None:
        self._records = records

    def request(self, _method: str, path: str) -> Any:
        return {"now": NOW.isoformat()} if path == "/clock" else self._records


def invocation(seconds: float, function: str = "Slow", **fields: Any) -> dict[str, Any]:
    return {
        "function": function,
        "at": (NOW - timedelta(seconds=seconds)).isoformat(),
        "outcome": "success",
        "durationMs": 10.0,
        "coldStart": False,
        **fields,
    }


def on_platform(records: list[dict[str, Any]]) -> Performance:
    stack: Any = DeployedStack(0)
    console = Console(stack, Path("switchboard.toml"))
    platform: Any = Platform(records)
    console.platform = platform
    return performance(console)


def test_each_span_names_its_slowest_function_and_counts_cold_starts_and_failures() -> None:
    found = on_platform(
        [
            invocation(2, durationMs=30.0, coldStart=True),
            invocation(2, "Quick", outcome="error", durationMs=1.0),
            invocation(0, "Quick", durationMs=2.0),
        ]
    )
    assert [(bar.succeeded, bar.failed, bar.cold_starts, bar.slowest, bar.p95) for bar in found.bars] == [
        (1, 1, 1, "Slow", 30.0),
        (0, 0, 0, "", 0.0),
        (1, 0, 0, "Quick", 2.0),
    ]
    assert not found.is_cut


def test_a_full_record_is_said_to_be_cut_unless_it_reaches_beyond_the_last_hours() -> None:
    full = [invocation(1) for _ in range(RECORDED)]
    assert on_platform(full).is_cut
    assert not on_platform([invocation(HOURS * 3600 + 1), *full[1:]]).is_cut
