"""SnapStart: which functions are asked at a published version, and when a new one is published.

Seen in the template that SAM makes of ours, which is what CloudFormation gets.
"""

import re
from functools import cache
from typing import Any

import boto3
import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local.template.document import parse_template
from tests.data.template import FUNCTIONS, ROOT, TEMPLATE

A_PERSON_WAITS = (
    "CallbackWaitExperience",
    "IvrPathCallStatus",
    "IvrPathLinkExecution",
    "SipInbound",
    "SipStatusCallback",
    "SurveySmsWebhook",
    "SurveyVoiceWebhook",
)
_LONGEST_DESCRIPTION = 256


@cache
def expanded(code: str = "1", layers: str = "1") -> dict[str, Any]:
    """Return the resources that SAM makes of the template, with code and layers uploaded to these keys."""
    uploaded = {"CodeUri": f"s3://bucket/{code}", "ContentUri": f"s3://bucket/{layers}"}
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(CodeUri|ContentUri): .*", lambda found: f"{found[1]}: {uploaded[found[1]]}", text)
    session = boto3.Session(region_name="eu-west-1")
    translated = Translator({}, Parser(), boto_session=session).translate(parse_template(text), {})
    resources: dict[str, Any] = translated["Resources"]
    return resources


def of_type(kind: str, resources: dict[str, Any]) -> dict[str, Any]:
    return {name: resource for name, resource in resources.items() if resource["Type"] == kind}


def versions(resources: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    """Return each function's version: its logical ID, and the resource."""
    found = of_type("AWS::Lambda::Version", resources)
    return {version["Properties"]["FunctionName"]["Ref"]: (name, version) for name, version in found.items()}


def parameters_in(value: Any) -> set[str]:
    """Return the parameters of the template that a value refers to, in whatever depth."""
    named = set(re.findall(r"\{'Ref': '(\w+)'\}", str(value))) | set(re.findall(r"\$\{(\w+)\}", str(value)))
    return named & TEMPLATE["Parameters"].keys()


def test_functions_that_a_person_waits_for_and_no_others_start_from_a_snapshot_where_it_is_wanted() -> None:
    functions = of_type("AWS::Lambda::Function", expanded())
    snapped = {
        name: f["Properties"]["SnapStart"] for name, f in functions.items() if "SnapStart" in f["Properties"]
    }
    assert sorted(snapped) == sorted(versions(expanded())) == sorted(A_PERSON_WAITS)
    for snap_start in snapped.values():
        assert snap_start == {"ApplyOn": {"Fn::If": ["UsesSnapStart", "PublishedVersions", "None"]}}
    assert TEMPLATE["Conditions"]["UsesSnapStart"] == {"Fn::Equals": [{"Ref": "SnapStart"}, "true"]}


@pytest.mark.parametrize("name", A_PERSON_WAITS)
def test_the_api_asks_and_may_ask_the_alias_of_the_version(name: str) -> None:
    resources = expanded()
    alias = f"{name}Aliaslive"
    assert resources[alias]["Properties"]["FunctionVersion"]["Fn::GetAtt"] == [
        versions(resources)[name][0],
        "Version",
    ]
    asked = re.findall(rf"\$\{{{name}(?:Alias\w+)?(?:\.Arn)?\}}/invocations", str(resources["Api"]))
    assert set(asked) == {f"${{{alias}}}/invocations"}
    permissions = [
        permission["Properties"]["FunctionName"]
        for permission in of_type("AWS::Lambda::Permission", resources).values()
        if permission["Properties"]["FunctionName"] in ({"Ref": name}, {"Ref": alias})
    ]
    assert len(permissions) == len(FUNCTIONS[name]["Events"])
    assert all(permission == {"Ref": alias} for permission in permissions)


@pytest.mark.parametrize("changed", [{"code": "2"}, {"layers": "2"}])
def test_new_code_and_new_layers_publish_a_version(changed: dict[str, str]) -> None:
    before, after = versions(expanded()), versions(expanded(**changed))
    for name in A_PERSON_WAITS:
        assert before[name][0] != after[name][0]


@pytest.mark.parametrize("name", A_PERSON_WAITS)
def test_a_version_is_replaced_when_a_parameter_changes_that_its_function_reads_and_only_then(
    name: str,
) -> None:
    function = expanded()[name]["Properties"]
    description = versions(expanded())[name][1]["Properties"]["Description"]
    assert parameters_in(description) == parameters_in(function) | {"SnapStart"}


@pytest.mark.parametrize("name", A_PERSON_WAITS)
def test_the_description_of_a_version_is_short_enough_for_lambda(name: str) -> None:
    description = versions(expanded())[name][1]["Properties"]["Description"]["Fn::Sub"]
    longest = {"TwilioAccountSid": 34, "WorkspaceSid": 34, "CallbackWorkflowSid": 34, "PublicBaseUrl": 88}
    values = sum(longest.get(parameter, 8) for parameter in parameters_in(description))
    assert values + description.count(" ") <= _LONGEST_DESCRIPTION


@pytest.mark.parametrize("name", A_PERSON_WAITS)
def test_a_version_that_was_replaced_is_deleted_as_its_snapshot_is_charged_for(name: str) -> None:
    version = versions(expanded())[name][1]
    assert version["DeletionPolicy"] == "Delete"
    assert "UpdateReplacePolicy" not in version


@pytest.mark.parametrize("name", A_PERSON_WAITS)
def test_nothing_is_used_that_snap_start_does_not_support(name: str) -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-runtimes
    properties = expanded()[name]["Properties"]
    assert re.fullmatch(r"python3\.(1[2-9]|[2-9]\d)", properties["Runtime"])
    for refused in ("FileSystemConfigs", "EphemeralStorage", "ImageConfig"):
        assert refused not in properties
    assert "ProvisionedConcurrencyConfig" not in str(expanded())
