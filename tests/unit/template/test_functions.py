"""What template.yaml promises of functions: code, time limits, retries, environment."""

import pytest

from tests.data.template import FUNCTIONS, TEMPLATE


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_names_its_own_code(name: str) -> None:
    # With SkipBuild, sam build rewrites a function's own CodeUri but not the one in Globals.
    assert FUNCTIONS[name]["CodeUri"] == "functions/"
    assert TEMPLATE["Resources"][name]["Metadata"] == {"SkipBuild": True}
    assert "CodeUri" not in TEMPLATE["Globals"]["Function"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_description(name: str) -> None:
    assert FUNCTIONS[name]["Description"]


def test_a_webhook_answers_before_twilio_gives_up() -> None:
    default = TEMPLATE["Globals"]["Function"]["Timeout"]
    for name, function in FUNCTIONS.items():
        if any(event["Type"] == "HttpApi" for event in function["Events"].values()):
            # Reads lists of 100,000 people, and is no webhook.
            most = 30 if name == "SurveyCreateCampaign" else 15
            assert function.get("Timeout", default) < most, name


def test_every_processor_has_retries_and_a_failure_destination() -> None:
    for name, function in FUNCTIONS.items():
        rules = [event for event in function["Events"].values() if event["Type"] == "EventBridgeRule"]
        for rule in rules:
            assert rule["Properties"]["DeadLetterConfig"], name
            assert rule["Properties"]["RetryPolicy"]["MaximumRetryAttempts"] > 0, name
        if rules:
            assert function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"], name


def test_no_function_has_a_secret_in_its_environment() -> None:
    environments = [TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]]
    environments += [f.get("Environment", {}).get("Variables", {}) for f in FUNCTIONS.values()]
    for variables in environments:
        for name in variables:
            assert not name.endswith(("TOKEN", "KEY", "KEYS", "SECRET", "PASSWORD")), name
