"""What functions may do: each permission is written once, narrow, and given to the functions that need it."""

import json
from typing import Any

import pytest

from tests.data.permissions import callable_actions, granted_actions
from tests.data.template import FUNCTIONS, as_list, resources

POLICIES = resources("AWS::IAM::ManagedPolicy")
STATEMENTS = [
    pytest.param(statement, id=f"{name}-{statement['Sid']}")
    for name, policy in POLICIES.items()
    for statement in policy["PolicyDocument"]["Statement"]
]
READ_RESULTS = {"SurveyWriteResult", "SurveyForgetResult", "SurveyListResults", "SurveySummarizeResults"}
_ATTACHED_AT_MOST = 10  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html


def statements_of(function: str) -> list[dict[str, Any]]:
    names = [policy["Ref"] for policy in FUNCTIONS[function]["Policies"]]
    return [statement for name in names for statement in POLICIES[name]["PolicyDocument"]["Statement"]]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_uses_named_policies_only(name: str) -> None:
    policies = FUNCTIONS[name]["Policies"]
    assert all(policy.get("Ref") in POLICIES for policy in policies)
    assert len({policy["Ref"] for policy in policies}) == len(policies)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_no_more_policies_than_iam_attaches_to_a_role(name: str) -> None:
    reads_queue = any(event["Type"] == "SQS" for event in FUNCTIONS[name]["Events"].values())
    added_by_sam = 2 if reads_queue else 1  # AWSLambdaBasicExecutionRole, AWSLambdaSQSQueueExecutionRole
    assert len(FUNCTIONS[name]["Policies"]) + added_by_sam <= _ATTACHED_AT_MOST


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_has_a_permission_that_its_code_does_not_use(name: str) -> None:
    assert granted_actions(name) - callable_actions(name) == set()


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_policy_statement_names_actions_and_resources(statement: dict[str, Any]) -> None:
    assert all("*" not in action for action in as_list(statement["Action"]))
    assert "*" not in as_list(statement["Resource"])


def test_no_permission_is_written_twice() -> None:
    written = [
        json.dumps([as_list(s["Action"]), as_list(s["Resource"]), s.get("Condition")], sort_keys=True)
        for policy in POLICIES.values()
        for s in policy["PolicyDocument"]["Statement"]
    ]
    assert sorted(written) == sorted(set(written))


def test_every_policy_is_used_and_described() -> None:
    used = {policy["Ref"] for function in FUNCTIONS.values() for policy in function["Policies"]}
    assert used == set(POLICIES)
    assert all(policy["Description"] for policy in POLICIES.values())


def test_only_the_survey_functions_that_need_it_read_results_or_update_sessions() -> None:
    for name in FUNCTIONS:
        statements = statements_of(name)
        if name.startswith("Survey"):
            readable = [
                r for s in statements if "s3:GetObject" in as_list(s["Action"]) for r in s["Resource"]
            ]
            of_results = [r for r in readable if r["Fn::Sub"].endswith("/survey-results/*")]
            assert bool(of_results) == (name in READ_RESULTS), name
            endings = ("/survey-config.json", "/voice-prompts/*", "/survey-results/*")
            if "Campaign" in name:
                endings = (*endings, "/campaigns/*", "/*.csv")
            assert all(resource["Fn::Sub"].endswith(endings) for resource in readable), name
        table = {"Fn::GetAtt": ["SurveySessions", "Arn"]}
        sessions = [s for s in statements if s["Resource"] in (table, {"Fn::GetAtt": "SurveySessions.Arn"})]
        # What may only change the items that count completed surveys changes no session.
        sessions = [s for s in sessions if "Condition" not in s]
        updates = any("dynamodb:UpdateItem" in as_list(s["Action"]) for s in sessions)
        assert updates == (name in {"SurveyWriteResult", "SurveySmsWebhook"}), name
