"""Two stacks of this template live side by side, and a stack can be deleted and made again."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import chain

import pytest

from local.template import parameters
from local.template.document import Names, Resource, Template
from tests.data.template import ROOT, TEMPLATE

DATA = {"AWS::DynamoDB::Table", "AWS::S3::Bucket"}
_NOT_A_RESOURCES_OWN = {"MetricName", "StageName"}
_MADE_BY_SAM = {
    "AWS::ApiGatewayV2::Api",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Scheduler::Schedule",
}


@cache
def stack(name: str) -> tuple[Resource, ...]:
    template = Template(ROOT / "template.yaml", Names(stack=name), parameters.TEMPLATE_PARAMETERS)
    kinds = _MADE_BY_SAM | {resource["Type"] for resource in TEMPLATE["Resources"].values()}
    return tuple(chain.from_iterable(template.of_type(kind) for kind in sorted(kinds)))


def names_of(resource: Resource) -> Iterator[tuple[str, str, str]]:
    for key, value in resource.properties.items():
        if key.endswith("Name") and key not in _NOT_A_RESOURCES_OWN:
            yield resource.logical_id, key, json.dumps(value)


def metrics_of(name: str) -> set[str]:
    watched = ("Namespace", "MetricName", "Dimensions")
    alarms = [resource.properties for resource in stack(name) if resource.type == "AWS::CloudWatch::Alarm"]
    # The local platform calls every API "local"; AWS gives each an id of its own.
    alarms = [alarm for alarm in alarms if alarm["Namespace"] != "AWS/ApiGateway"]
    return {json.dumps({key: alarm[key] for key in watched if key in alarm}) for alarm in alarms}


def test_two_stacks_share_no_resource_name() -> None:
    one, two = ({name for r in stack(s) for name in names_of(r)} for s in ("one", "two"))
    assert len(one) >= 10
    assert one & two == set()


def test_an_alarm_watches_only_its_own_stack() -> None:
    assert metrics_of("one")
    assert metrics_of("one") & metrics_of("two") == set()


def test_an_alarm_watches_the_namespace_that_functions_write_to() -> None:
    functions = [r.properties for r in stack("one") if r.type == "AWS::Lambda::Function"]
    written = {f["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"] for f in functions}
    filters = [r.properties for r in stack("one") if r.type == "AWS::Logs::MetricFilter"]
    written |= {change["MetricNamespace"] for f in filters for change in f["MetricTransformations"]}
    watched = {r.properties["Namespace"] for r in stack("one") if r.type == "AWS::CloudWatch::Alarm"}
    assert {namespace for namespace in watched if not namespace.startswith("AWS/")} == written


@pytest.mark.parametrize("name", [n for n, r in TEMPLATE["Resources"].items() if r["Type"] in DATA])
def test_data_is_retained_when_a_stack_is_deleted_but_not_when_its_creation_fails(name: str) -> None:
    resource = TEMPLATE["Resources"][name]
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


def test_resources_that_cloudformation_deletes_are_not_protected_from_deletion() -> None:
    for name, resource in TEMPLATE["Resources"].items():
        if "DeletionProtectionEnabled" in resource["Properties"]:
            assert resource["DeletionPolicy"] == "RetainExceptOnCreate", name
