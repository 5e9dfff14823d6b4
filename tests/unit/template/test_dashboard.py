"""The dashboard, its queries and filters: every function and queue, and nothing that does not exist."""

import json
import re
from typing import Any

import pytest

from local.template.document import Resource
from tests.data.template import FUNCTIONS, resources
from tests.integration.template.metrics import TEMPLATE, filtered, of_type, rows, shown, widgets

AWS_METRICS = {
    "AWS/ApiGateway": {"Count", "4xx", "5xx", "Latency"},
    "AWS/Lambda": {"Invocations", "Errors", "Duration", "Throttles"},
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible"},
}
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html,
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"""

REPORT = {
    "time": "2026-03-01T09:00:00.000Z",
    "type": "platform.report",
    "record": {
        "requestId": "79b4f56e-95b1-4643-9700-2807f4e68189",
        "metrics": {
            "durationMs": 12.1,
            "billedDurationMs": 13,
            "memorySizeMB": 1024,
            "maxMemoryUsedMB": 96,
            "initDurationMs": 480.2,
        },
        "status": "success",
    },
}
"""https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report"""


@pytest.mark.parametrize("metric", ["Invocations", "Errors", "Duration", "Throttles"])
def test_the_dashboard_has_every_function(metric: str) -> None:
    found = {pair[1] for one in shown() if one.name == metric for pair in one.dimensions}
    assert found == {TEMPLATE.resource_name(name) for name in FUNCTIONS}


def test_a_function_is_among_those_of_its_feature() -> None:
    for widget in widgets():
        functions = [
            row[-1]["label"] for row in widget["metrics"] if row[0] == "AWS/Lambda" and row[1] != "Throttles"
        ]
        features = {FUNCTIONS[name]["Handler"].partition(".")[0] for name in functions}
        assert len(features) <= 1, widget["title"]


def test_the_dashboard_has_every_queue() -> None:
    found = {pair[1] for one in shown() if one.namespace == "AWS/SQS" for pair in one.dimensions}
    assert found == {TEMPLATE.resource_name(name) for name in resources("AWS::SQS::Queue")}


def test_metrics_of_aws_exist() -> None:
    known = {(space, name) for space, names in AWS_METRICS.items() for name in names}
    found = {(one.namespace, one.name) for one in shown() if one.namespace.startswith("AWS/")}
    assert found == known


def test_what_is_labelled_is_what_is_shown() -> None:
    for row in rows():
        if row[0] == "AWS/Lambda" and "label" in row[-1]:
            assert TEMPLATE.resource_name(row[-1]["label"]) == row[3]


def test_widgets_do_not_overlap() -> None:
    (dashboard,) = of_type("AWS::CloudWatch::Dashboard")
    placed = json.loads(dashboard.properties["DashboardBody"])["widgets"]
    cells = [
        (x, y)
        for widget in placed
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def value_at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document


def test_cold_starts_are_found_in_lambdas_reports() -> None:
    found = {item.logical_id: item.properties for item in of_type("AWS::Logs::MetricFilter")}
    pattern = found["ColdStarts"]["FilterPattern"]
    for path in re.findall(
        r"\$\.([\w.]+)", pattern + found["ColdStarts"]["MetricTransformations"][0]["MetricValue"]
    ):
        assert value_at(REPORT, path), path
    assert {one.name for one in filtered()} == {"ThrottledRequests", "ColdStart"}


def query(name: str) -> Resource:
    return next(item for item in of_type("AWS::Logs::QueryDefinition") if item.logical_id == name)


def test_queries_name_this_stacks_log_groups() -> None:
    groups = {TEMPLATE.name_of(item) for item in of_type("AWS::Logs::LogGroup")}
    for item in of_type("AWS::Logs::QueryDefinition"):
        assert set(item.properties["LogGroupNames"]) <= groups
        assert item.properties["Name"].startswith("switchboard-local/")


def test_the_query_of_durations_reads_lambdas_reports() -> None:
    text = query("ColdStartsQuery").properties["QueryString"]
    for path in re.findall(r"record\.[\w.]+", text):
        assert value_at(REPORT, path), path


def test_the_query_of_routes_reads_the_access_log() -> None:
    (stage,) = of_type("AWS::ApiGatewayV2::Stage")
    fields = json.loads(stage.properties["AccessLogSettings"]["Format"]).keys()
    text = query("RoutesQuery").properties["QueryString"]
    assert {"route", "status", "latencyMs"} <= fields
    assert set(re.findall(r"pct\((\w+),", text)) | set(re.search(r"by (\w+), (\w+)", text).groups()) <= fields  # type: ignore[union-attr]
