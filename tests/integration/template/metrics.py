"""The metrics that the template's dashboard and alarms show, and those that functions write."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from local.template.document import Resource, Template
from local.template.parameters import TEMPLATE_PARAMETERS
from tests.data.template import ROOT

TEMPLATE = Template(ROOT / "template.yaml", values=TEMPLATE_PARAMETERS)
NAMESPACE = "Switchboard/switchboard-local"

_SEARCH = re.compile(r"""SEARCH\('\{"([^"]+)",([\w,]+)\} MetricName="(\w+)"', '\w+', \d+\)""")


class Metric(NamedTuple):
    """A metric, by the names of its dimensions; one that is searched for has no values of theirs."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]

    @property
    def schema(self) -> tuple[str, tuple[str, ...]]:
        return self.name, tuple(name for name, _ in self.dimensions)


def of_type(kind: str) -> list[Resource]:
    return list(TEMPLATE.of_type(kind))


def widgets() -> list[dict[str, Any]]:
    """Return the properties of the dashboard's widgets."""
    (dashboard,) = of_type("AWS::CloudWatch::Dashboard")
    return [widget["properties"] for widget in json.loads(dashboard.properties["DashboardBody"])["widgets"]]


def rows() -> Iterator[list[Any]]:
    """Yield the rows of all widgets: a metric, or an expression."""
    for widget in widgets():
        yield from widget["metrics"]


def shown() -> set[Metric]:
    """Return the metrics of the dashboard."""
    found = set()
    for row in rows():
        if isinstance(row[0], dict):
            if search := _SEARCH.fullmatch(row[0]["expression"]):
                names = tuple((name, "") for name in sorted(search[2].split(",")))
                found.add(Metric(search[1], search[3], names))
            continue
        namespace, name, *pairs = (part for part in row if not isinstance(part, dict))
        found.add(Metric(namespace, name, tuple(sorted(zip(pairs[::2], pairs[1::2], strict=True)))))
    return found


def watched() -> set[Metric]:
    """Return the metrics of the alarms."""
    return {
        Metric(
            alarm.properties["Namespace"],
            alarm.properties["MetricName"],
            tuple(sorted((item["Name"], item["Value"]) for item in alarm.properties.get("Dimensions", ()))),
        )
        for alarm in of_type("AWS::CloudWatch::Alarm")
    }


def filtered() -> set[Metric]:
    """Return the metrics that CloudWatch makes of log lines."""
    return {
        Metric(change["MetricNamespace"], change["MetricName"], ())
        for item in of_type("AWS::Logs::MetricFilter")
        for change in item.properties["MetricTransformations"]
    }


def written(line: str) -> Iterator[Metric]:
    """Yield the metrics of a line in the embedded metric format; none of another line.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    if '"_aws"' not in line:
        return
    document = json.loads(line)
    for part in document["_aws"]["CloudWatchMetrics"]:
        for metric in part["Metrics"]:
            for names in part["Dimensions"]:
                pairs = tuple(sorted((name, str(document[name])) for name in names))
                yield Metric(part["Namespace"], metric["Name"], pairs)
