"""Logs: all in the stack's own groups, kept as long as the parameter says, and gone with the stack."""

import pytest

from tests.data.template import FUNCTIONS, TEMPLATE, resources

GROUPS = resources("AWS::Logs::LogGroup")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_logs_json_to_the_stacks_own_group(name: str) -> None:
    # A group that Lambda makes by itself would keep its logs for ever, and remain.
    settings = TEMPLATE["Globals"]["Function"]["LoggingConfig"]
    assert settings == {"LogFormat": "JSON", "LogGroup": {"Ref": "LogGroup"}}
    assert "LoggingConfig" not in FUNCTIONS[name]


def test_the_api_logs_requests_to_a_group_of_the_stack_without_what_callers_sent() -> None:
    settings = resources("AWS::Serverless::HttpApi")["Api"]["AccessLogSettings"]
    assert settings["DestinationArn"] in (
        {"Fn::GetAtt": ["AccessLogGroup", "Arn"]},
        {"Fn::GetAtt": "AccessLogGroup.Arn"},
    )
    for sent in ("$context.path", "querystring", "requestOverride", "header", "body"):
        assert sent not in settings["Format"]


@pytest.mark.parametrize("name", GROUPS)
def test_log_groups_have_the_retention_of_the_parameter_and_are_deleted_with_the_stack(name: str) -> None:
    assert GROUPS[name]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert TEMPLATE["Resources"][name]["DeletionPolicy"] == "Delete"
    assert "LogGroupName" not in GROUPS[name]  # a name that two stacks would share
