"""The template is read as CloudFormation reads it."""

from pathlib import Path

import pytest

from local.template.application import Application
from local.template.document import Names, Template
from local.template.intrinsics import Intrinsics, UnresolvedError
from local.template.parameters import TEMPLATE_PARAMETERS
from tests.integration.local.sample import TEMPLATE, Sample

HEAD = 'AWSTemplateFormatVersion: "2010-09-09"\nTransform: AWS::Serverless-2016-10-31\n'


def resolver() -> Intrinsics:
    return Intrinsics(
        parameters={"Stage": "test", "List": ["a", "b"], "AWS::Region": "us-east-1"},
        conditions={
            "IsTest": {"Fn::Equals": [{"Ref": "Stage"}, "test"]},
            "IsNot": {"Fn::Not": [{"Condition": "IsTest"}]},
        },
        mappings={"Sizes": {"test": {"memory": 512}}},
        attribute=lambda resource, name: f"<{resource}.{name}>",
    )


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ({"Ref": "Stage"}, "test"),
        ({"Ref": "Table"}, "<Table.Ref>"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "<Table.Arn>"),
        ({"Fn::GetAtt": "Table.Arn"}, "<Table.Arn>"),
        (
            {"Fn::Sub": "/${Stage}/${!literal}/${Table.Arn}/${AWS::Region}"},
            "/test/${literal}/<Table.Arn>/us-east-1",
        ),
        ({"Fn::Sub": ["${a}-${List}", {"a": {"Ref": "Stage"}}]}, "test-a,b"),
        ({"Fn::Join": ["/", ["x", {"Ref": "Stage"}]]}, "x/test"),
        ({"Fn::Select": [1, {"Ref": "List"}]}, "b"),
        ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
        ({"Fn::If": ["IsTest", 1, 2]}, 1),
        ({"Fn::If": ["IsNot", 1, 2]}, 2),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "memory"]}, 512),
        ({"a": {"Fn::If": ["IsTest", {"Ref": "AWS::NoValue"}, 1]}, "b": 2}, {"b": 2}),
        (
            [{"Ref": "AWS::NoValue"}, {"Condition": "not a condition's name"}],
            [{"Condition": "not a condition's name"}],
        ),
    ],
)
def test_an_intrinsic_function_is_resolved_as_by_cloudformation(value: object, resolved: object) -> None:
    assert resolver().resolve(value) == resolved


def test_an_unknown_key_or_condition_is_named_in_the_error() -> None:
    with pytest.raises(UnresolvedError, match=r"Sizes\.prod\.memory"):
        resolver().resolve({"Fn::FindInMap": ["Sizes", "prod", "memory"]})
    with pytest.raises(UnresolvedError, match="no condition Never"):
        resolver().condition("Never")


def test_a_reference_to_a_missing_resource_is_named_in_the_error(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(HEAD + "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Missing}}}\n")
    with pytest.raises(UnresolvedError, match="no parameter or resource Missing"):
        Template(path)


def test_a_parameter_without_a_value_is_named_in_the_error(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(HEAD + "Parameters: {Needed: {Type: String}}\nResources: {Q: {Type: AWS::SQS::Queue}}\n")
    with pytest.raises(UnresolvedError, match=r"template parameter Needed .* local/template/parameters\.py"):
        Template(path)
    assert Template(path, values={"Needed": "given"}).intrinsics.resolve({"Ref": "Needed"}) == "given"


def test_functions_routes_rules_queues_and_schedules_are_read_from_the_template() -> None:
    application = Application(Template(TEMPLATE, Names("sample", "000000000002")))
    assert set(application.functions) == {
        "Echo",
        "Act",
        "Hasty",
        "SlowStart",
        "Broken",
        "Listener",
        "Worker",
        "Sweep",
    }
    assert {route.key for route in application.routes} == {
        "ANY /echo",
        "POST /echo/{name}",
        "POST /echo/{rest+}",
        "POST /echo/fixed",
        "POST /act",
        "POST /hasty",
        "GET /slow-start",
        "GET /broken",
    }
    listener = application.functions["Listener"]
    assert (listener.retries, listener.on_failure) == (1, "arn:aws:sqs:us-east-1:000000000002:sample-Dead")
    assert application.functions["Hasty"].timeout == 1
    assert [rule.name for rule in application.rules] == [
        "sample-HeardRule",
        "sample-HookRule",
        "sample-ListenerHeard",
    ]
    (source,) = application.queue_sources
    assert (source.function, source.batch_size, source.reports_item_failures) == ("Worker", 5, True)
    (schedule,) = application.schedules
    assert schedule.expression == "rate(1 hour)"
    assert application.cors is not None
    assert application.cors.origins == ("https://flex.twilio.com", "https://desk.example.com")


def test_a_resource_whose_condition_is_false_is_not_created(sample: Sample) -> None:
    buckets = {item["Name"] for item in sample.platform.aws.client("s3").list_buckets()["Buckets"]}
    assert buckets == {"sample-2-files"}


def test_secrets_are_stored_under_the_names_that_functions_have(sample: Sample) -> None:
    found = sample.platform.aws.client("ssm").get_parameter(
        Name="/sample/local/auth-token", WithDecryption=True
    )
    assert found["Parameter"]["Value"] == sample.platform.auth_token
    assert found["Parameter"]["Type"] == "SecureString"


def test_every_handler_in_the_applications_template_has_a_module() -> None:
    template = Path(__file__).resolve().parents[3] / "template.yaml"
    application = Application(Template(template))
    assert application.routes
    for function in application.functions.values():
        module = function.handler.rpartition(".")[0].replace(".", "/")
        assert any((Path(path) / f"{module}.py").is_file() for path in function.paths), function.handler


def test_the_local_parameter_values_satisfy_the_templates_patterns() -> None:
    import re

    template = Template(Path(__file__).resolve().parents[3] / "template.yaml")
    for name, definition in template.parameters.items():
        value = TEMPLATE_PARAMETERS.get(name)
        if value is not None and "AllowedPattern" in definition and name != "ForwardUrl":
            assert re.fullmatch(definition["AllowedPattern"], value), name
        if value is not None and "AllowedValues" in definition:
            assert value in definition["AllowedValues"], name
