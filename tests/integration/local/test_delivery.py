"""Rules, queues and API destinations deliver events, retry them, and move them to a dead-letter queue."""

import json
from typing import Any

from tests.integration.local.sample import Sample
from tests.support import eventually


def test_a_rule_delivers_the_event_to_its_function(sample: Sample) -> None:
    before = len(sample.invocations("Listener"))
    sample.act("publish", type="thing.made", detail={"id": "made"})
    (item,) = eventually(lambda: sample.items("event-made"))
    event = item["event"]
    assert (event["source"], event["detail-type"]) == ("sample", "thing.made")
    assert event["detail"] == {"id": "made"}
    assert (event["account"], event["region"], event["version"]) == ("000000000002", "us-east-1", "0")
    assert event["time"].endswith("Z")
    assert event["id"]
    (record,) = eventually(lambda: sample.invocations("Listener")[before:])
    assert (record["trigger"], record["outcome"]) == ("rule", "success")


def test_an_event_that_matches_no_rule_is_not_delivered(sample: Sample) -> None:
    assert sample.act("publish", type="other", detail={"id": "other"}).json() == {"failed": 0}
    sample.act("publish", type="thing.after", detail={"id": "after"})
    assert eventually(lambda: sample.items("event-after"))
    assert not sample.items("event-other")


def test_an_event_whose_function_keeps_failing_is_retried_and_then_sent_to_the_failure_destination(
    sample: Sample,
) -> None:
    sample.messages("Dead")
    sample.act("publish", type="thing.broken", detail={"id": "broken", "fail": True})
    (record,) = eventually(lambda: sample.messages("Dead"))
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["requestPayload"]["detail"] == {"id": "broken", "fail": True}
    assert record["responsePayload"]["errorMessage"] == "as asked"
    assert len(sample.items("event-broken")) == 2


def test_a_rule_delivers_to_a_queue(sample: Sample) -> None:
    sample.act("publish", type="copied", detail={"id": "copied"})
    (event,) = eventually(lambda: sample.messages("Heard"))
    assert event["detail"] == {"id": "copied"}


def test_an_api_destination_receives_the_transformed_event(sample: Sample) -> None:
    before = len(sample.invocations("Echo"))
    sample.act("publish", type="hooked", detail={"id": "seven"})
    assert eventually(lambda: sample.invocations("Echo")[before:])
    assert sample.invocations("Echo")[-1]["source"] == "POST /echo/{name}"


def test_a_rule_added_at_run_time_works_beside_those_of_the_template(sample: Sample) -> None:
    events, queues = sample.platform.aws.client("events"), sample.platform.aws.client("sqs")
    url = queues.create_queue(QueueName="overheard")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(
        Name="overhear", EventBusName="sample-local", EventPattern=json.dumps({"source": ["sample"]})
    )
    events.put_targets(Rule="overhear", EventBusName="sample-local", Targets=[{"Id": "1", "Arn": arn}])
    sample.act("publish", type="thing.heard", detail={"id": "heard"})
    assert queues.receive_message(QueueUrl=url)["Messages"]
    events.remove_targets(Rule="overhear", EventBusName="sample-local", Ids=["1"])


def test_each_message_of_a_queue_is_handed_to_its_function_once(sample: Sample) -> None:
    sample.act("send", bodies=[{"id": f"sent-{number}"} for number in range(12)])

    def received() -> list[dict[str, Any]]:
        return [item for item in sample.items("message-sent-") if item]

    eventually(lambda: sum(item["batch"] for item in received()) >= 12 or len(received()) >= 12)
    assert eventually(_is_empty(sample, "Work"))
    record = received()[0]["record"]
    assert record["eventSource"] == "aws:sqs"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"


def test_a_failed_message_is_received_again_and_then_moved_to_the_dead_letter_queue(sample: Sample) -> None:
    sample.messages("Dead")
    sample.act("send", bodies=[{"id": "poison", "fail": True}, {"id": "sound"}])
    assert eventually(lambda: sample.messages("Dead")) == [{"id": "poison", "fail": True}]
    assert len(sample.items("message-poison")) == 2
    assert len(sample.items("message-sound")) == 1


def test_a_delayed_message_is_delivered_when_the_platforms_clock_reaches_its_time(sample: Sample) -> None:
    sample.act("send", bodies=[{"id": "delayed"}], delay=600)
    assert not sample.items("message-delayed")
    sample.local("POST", "/clock", {"advanceSeconds": 601})
    assert eventually(lambda: sample.items("message-delayed"))


def _is_empty(sample: Sample, queue: str) -> Any:
    client = sample.platform.aws.client("sqs")
    url = client.get_queue_url(QueueName=sample.platform.resource_name(queue))["QueueUrl"]

    def is_empty() -> bool:
        attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        numbers = [int(value) for name, value in attributes.items() if name.startswith("ApproximateNumber")]
        return len(numbers) == 3 and not any(numbers)

    return is_empty
