"""Trouble is heard of: background work that fails, and what is thrown away."""

from typing import Any

import pytest

from local.template.document import Template
from local.template.parameters import TEMPLATE_PARAMETERS
from tests.data.template import FUNCTIONS, ROOT, TEMPLATE, resources

ALARMS = resources("AWS::CloudWatch::Alarm")
SCHEDULED = [
    name
    for name, function in FUNCTIONS.items()
    if any(event["Type"] in {"Schedule", "ScheduleV2"} for event in function["Events"].values())
]


def watching(metric: str, dimension: str, value: Any) -> list[dict[str, Any]]:
    return [
        alarm
        for alarm in ALARMS.values()
        if alarm["MetricName"] == metric and {"Name": dimension, "Value": value} in alarm["Dimensions"]
    ]


@pytest.mark.parametrize("name", SCHEDULED)
def test_a_scheduled_function_that_fails_raises_an_alarm(name: str) -> None:
    assert watching("Errors", "FunctionName", {"Ref": name})


@pytest.mark.parametrize("name", SCHEDULED)
def test_every_schedule_has_a_dead_letter_queue(name: str) -> None:
    for event in FUNCTIONS[name]["Events"].values():
        assert event["Properties"]["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadLetters", "Arn"]}} or (
            event["Properties"]["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": "DeadLetters.Arn"}}
        )


def test_every_dead_letter_queue_has_an_alarm() -> None:
    queues = resources("AWS::SQS::Queue")
    targets = {name for name in queues if "RedrivePolicy" not in queues[name]}
    assert targets
    for name in targets:
        value = {"Fn::GetAtt": [name, "QueueName"]}
        other = {"Fn::GetAtt": f"{name}.QueueName"}
        metric = "ApproximateNumberOfMessagesVisible"
        assert watching(metric, "QueueName", value) or watching(metric, "QueueName", other), name


def dead_letter_queue(event: dict[str, Any], function: dict[str, Any]) -> str:
    """Return the queue that gets what a function could not do for an event that no caller waits for."""
    if event["Type"] == "SQS":
        queue = event["Properties"]["Queue"]["Fn::GetAtt"]
        name = queue[0] if isinstance(queue, list) else queue.partition(".")[0]
        target = resources("AWS::SQS::Queue")[name]["RedrivePolicy"]["deadLetterTargetArn"]
    else:
        target = function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"]
    queue = target["Fn::GetAtt"]
    return str(queue[0] if isinstance(queue, list) else queue.partition(".")[0])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_failure_of_a_function_reaches_an_alarm(name: str) -> None:
    for event in FUNCTIONS[name]["Events"].values():
        if event["Type"] == "HttpApi":
            assert watching("5xx", "ApiId", {"Ref": "Api"})
        elif event["Type"] in {"Schedule", "ScheduleV2"}:
            assert watching("Errors", "FunctionName", {"Ref": name})
        else:
            queue = dead_letter_queue(event, FUNCTIONS[name])
            metric = "ApproximateNumberOfMessagesVisible"
            assert any(
                watching(metric, "QueueName", {"Fn::GetAtt": value})
                for value in ([queue, "QueueName"], f"{queue}.QueueName")
            )


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_what_is_wrong_and_notifies_the_topic(name: str) -> None:
    assert ALARMS[name]["AlarmDescription"].endswith(".")
    assert ALARMS[name]["AlarmActions"] == [
        {"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AWS::NoValue"}]},
        {"Fn::If": ["HasAlarmAddress", {"Ref": "AlarmTopic"}, {"Ref": "AWS::NoValue"}]},
    ]
    assert {"HasAlarmTopic", "HasAlarmAddress"} <= TEMPLATE["Conditions"].keys()


@pytest.mark.parametrize(
    ("values", "actions"),
    [
        ({}, []),
        ({"AlarmAddress": "ops@example.com"}, ["switchboard-local-AlarmTopic"]),
        ({"AlarmTopicArn": "arn:aws:sns:eu-west-1:1:own"}, ["arn:aws:sns:eu-west-1:1:own"]),
    ],
)
def test_alarms_notify_whom_the_parameters_name(values: dict[str, str], actions: list[str]) -> None:
    template = Template(ROOT / "template.yaml", values={**TEMPLATE_PARAMETERS, **values})
    (alarm,) = (item for item in template if item.logical_id == "DeadLettersAlarm")
    assert alarm.properties["AlarmActions"] == actions
    topics = [item.properties for item in template.of_type("AWS::SNS::Topic")]
    subscribed = [subscription["Endpoint"] for topic in topics for subscription in topic["Subscription"]]
    assert subscribed == [value for name, value in values.items() if name == "AlarmAddress"]
