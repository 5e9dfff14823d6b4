"""Callers, and background work, get a bounded share of the account's capacity."""

import pytest

from tests.data.template import FUNCTIONS, TEMPLATE, as_list, resources

_NEW_ACCOUNT = 10  # concurrent executions that a new account may have
API = resources("AWS::Serverless::HttpApi")["Api"]


def default(parameter: str) -> float:
    return float(TEMPLATE["Parameters"][parameter]["Default"])


def test_the_api_takes_a_settable_rate_of_requests() -> None:
    settings = API["DefaultRouteSettings"]
    assert default(settings["ThrottlingRateLimit"]["Ref"]) > 0
    assert default(settings["ThrottlingBurstLimit"]["Ref"]) > 0


def test_event_streams_has_a_lower_rate_limit_than_callers() -> None:
    settings = API["RouteSettings"]["POST /eventstream"]
    for key in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
        assert default(settings[key]["Ref"]) < default(API["DefaultRouteSettings"][key]["Ref"])


def test_a_throttled_request_raises_an_alarm() -> None:
    watched = resources("AWS::Logs::MetricFilter")["ThrottledRequests"]
    assert watched["FilterPattern"] == '{ $.status = "429" }'
    (change,) = watched["MetricTransformations"]
    assert any(
        alarm["MetricName"] == change["MetricName"] and alarm["Namespace"] == change["MetricNamespace"]
        for alarm in resources("AWS::CloudWatch::Alarm").values()
    )


def test_queues_leave_most_of_a_new_accounts_concurrency_to_callers() -> None:
    for name, function in FUNCTIONS.items():
        for event in function["Events"].values():
            if event["Type"] == "SQS":
                limit = event["Properties"]["ScalingConfig"]["MaximumConcurrency"]["Ref"]
                assert 2 <= default(limit) <= _NEW_ACCOUNT / 4, name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_background_functions_can_have_reserved_concurrency(name: str) -> None:
    kinds = {event["Type"] for event in FUNCTIONS[name]["Events"].values()}
    reserved = FUNCTIONS[name].get("ReservedConcurrentExecutions")
    if kinds & {"HttpApi", "SQS"}:
        assert reserved is None
    else:
        condition, limit, nothing = reserved["Fn::If"]
        assert TEMPLATE["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [limit, 0]}]}
        assert default(limit["Ref"]) == 0
        assert as_list(nothing) == [{"Ref": "AWS::NoValue"}]
