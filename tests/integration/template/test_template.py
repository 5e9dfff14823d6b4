"""What template.yaml promises: every resource is protected, every policy is narrow, every handler exists."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from local.platform import Platform
from tools.sample_events import as_file, sample_events

ROOT = Path(__file__).parents[3]
TEMPLATE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())


def resources(kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: resource["Properties"]
        for name, resource in TEMPLATE["Resources"].items()
        if resource["Type"] == kind
    }


FUNCTIONS = resources("AWS::Serverless::Function")
STATEMENTS = [
    pytest.param(statement, id=f"{name}-{statement['Sid']}")
    for name, function in FUNCTIONS.items()
    for policy in function.get("Policies", [])
    for statement in policy["Statement"]
]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_handler_can_be_imported_and_called(name: str) -> None:
    module, attribute = FUNCTIONS[name]["Handler"].rsplit(".", 1)
    assert callable(getattr(importlib.import_module(module), attribute))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_names_its_code_itself(name: str) -> None:
    # With SkipBuild, sam build rewrites a function's own CodeUri but not the one in Globals.
    assert FUNCTIONS[name]["CodeUri"] == "functions/"
    assert TEMPLATE["Resources"][name]["Metadata"] == {"SkipBuild": True}
    assert "CodeUri" not in TEMPLATE["Globals"]["Function"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_does(name: str) -> None:
    assert FUNCTIONS[name]["Description"]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_policy_statement_names_actions_and_resources(statement: dict[str, Any]) -> None:
    assert all("*" not in action for action in listed(statement["Action"]))
    assert "*" not in listed(statement["Resource"])


def test_a_survey_function_reads_definitions_only_and_the_result_writer_alone_updates_sessions() -> None:
    for name, function in FUNCTIONS.items():
        statements = [s for policy in function.get("Policies", []) for s in policy["Statement"]]
        if name.startswith("Survey"):
            readable = [r for s in statements if "s3:GetObject" in listed(s["Action"]) for r in s["Resource"]]
            endings = ("/survey-config.json", "/voice-prompts/*")
            assert all(resource["Fn::Sub"].endswith(endings) for resource in readable), name
        table = {"Fn::GetAtt": ["SurveySessions", "Arn"]}
        sessions = [s for s in statements if s["Resource"] in (table, {"Fn::GetAtt": "SurveySessions.Arn"})]
        updates = any("dynamodb:UpdateItem" in listed(s["Action"]) for s in sessions)
        assert updates == (name == "SurveyWriteResult"), name


def test_a_webhook_answers_before_twilio_gives_up() -> None:
    default = TEMPLATE["Globals"]["Function"]["Timeout"]
    for name, function in FUNCTIONS.items():
        if any(event["Type"] == "HttpApi" for event in function["Events"].values()):
            assert function.get("Timeout", default) < 15, name


def test_a_processor_has_retries_and_a_place_for_what_fails() -> None:
    for name, function in FUNCTIONS.items():
        rules = [event for event in function["Events"].values() if event["Type"] == "EventBridgeRule"]
        for rule in rules:
            assert rule["Properties"]["DeadLetterConfig"], name
            assert rule["Properties"]["RetryPolicy"]["MaximumRetryAttempts"] > 0, name
        if rules:
            assert function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"], name


@pytest.mark.parametrize("name", resources("AWS::DynamoDB::Table"))
def test_a_table_is_encrypted_on_demand_recoverable_and_protected_in_prod(name: str) -> None:
    table = resources("AWS::DynamoDB::Table")[name]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"]["SSEEnabled"] is True
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProd", True, False]}


@pytest.mark.parametrize("name", resources("AWS::S3::Bucket"))
def test_a_bucket_is_encrypted_private_versioned_and_refuses_plain_http(name: str) -> None:
    bucket = resources("AWS::S3::Bucket")[name]
    assert bucket["BucketEncryption"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    policies = [p for p in resources("AWS::S3::BucketPolicy").values() if p["Bucket"] == {"Ref": name}]
    assert any(
        statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for policy in policies
        for statement in policy["PolicyDocument"]["Statement"]
    )


def test_no_secret_is_handed_over_in_the_environment() -> None:
    environments = [TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]]
    environments += [f.get("Environment", {}).get("Variables", {}) for f in FUNCTIONS.values()]
    for variables in environments:
        for name in variables:
            assert not name.endswith(("TOKEN", "KEY", "KEYS", "SECRET", "PASSWORD")), name


def test_there_is_a_sample_event_for_every_function_and_it_is_what_make_events_writes() -> None:
    written = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "events").glob("*.json")}
    assert written == {name: as_file(event) for name, event in sample_events().items()}
    assert set(written) == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_sample_event_is_taken(platform: Platform, name: str) -> None:
    event = json.loads((ROOT / "events" / f"{name}.json").read_text(encoding="utf-8"))
    outcome = platform.functions.invoke(name, event, "test", "sample event")
    assert outcome.ok, outcome
    if "routeKey" in event:
        assert outcome.result["statusCode"] < 400, outcome.result
