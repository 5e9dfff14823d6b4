"""Events out and in: the bus, processors behind rules and queues, effects that happen once."""

import json
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_lambda_powertools.utilities.idempotency.exceptions import IdempotencyAlreadyInProgressError
from pydantic import BaseModel, ConfigDict

from switchboard import aws
from switchboard.aws import idempotency
from switchboard.aws.idempotency import once
from switchboard.bus import BusError, publish, publish_all
from switchboard.deadline import within
from switchboard.http.auth import ApiKey
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, no_content
from switchboard.http.request import Request
from switchboard.invocation import lambda_context
from switchboard.processor import Event, ProcessingFailed, processor
from tests.unit.layer.events import Context, event, with_key
from tests.unit.layer.scripted_aws import Answer, ScriptedAws

EVENT: dict[str, Any] = {
    "version": "0",
    "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
    "detail-type": "survey.completed",
    "source": "switchboard.survey",
    "account": "123456789012",
    "region": "eu-west-1",
    "resources": [],
    "time": "2026-11-21T06:30:56Z",
    "detail": {"sessionId": "s-1", "respondent": "+15555550123"},
}


def queued(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [
            {"messageId": f"m-{number}", "eventSource": "aws:sqs", "body": body}
            for number, body in enumerate(bodies, 1)
        ]
    }


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedAws]:
    """EventBridge, answering what the test tells it to."""
    scripted = ScriptedAws()
    monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTBRIDGE", scripted.url)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    aws.clear_clients()
    yield scripted
    scripted.stop()
    aws.clear_clients()


def test_an_event_goes_onto_the_bus_in_one_call(events: ScriptedAws) -> None:
    events.answers = [Answer(200, {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]})]
    publish("switchboard.survey", "survey.completed", {"name": "Zoë", "n": 1})
    assert [asked.document for asked in events.asked] == [
        {
            "Entries": [
                {
                    "Source": "switchboard.survey",
                    "DetailType": "survey.completed",
                    "Detail": '{"name": "Zoë", "n": 1}',
                    "EventBusName": "switchboard-test",
                }
            ]
        }
    ]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            Answer(
                200,
                {
                    "FailedEntryCount": 1,
                    "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "later"}],
                },
            ),
            "InternalFailure: later",
        ),
        (Answer(400, {"__type": "ThrottlingException"}), "ThrottlingException"),
        (Answer(hangs_up=True), "ConnectionClosedError"),
    ],
)
def test_an_event_that_did_not_reach_the_bus_is_an_error(
    events: ScriptedAws, answer: Answer, reason: str
) -> None:
    events.answers = [answer]
    with pytest.raises(BusError, match=f"survey.completed: {reason}"):
        publish("switchboard.survey", "survey.completed", {})


def test_many_events_go_onto_the_bus_in_requests_at_once_within_the_deadline(events: ScriptedAws) -> None:
    accepted = {"FailedEntryCount": 0, "Entries": []}
    events.answers = [Answer(200, accepted, barrier=threading.Barrier(5))]
    publish_all("switchboard.survey", (("survey.ended", {"number": number}) for number in range(45)))
    entries = [entry for asked in events.asked for entry in asked.document["Entries"]]
    assert sorted(json.loads(entry["Detail"])["number"] for entry in entries) == list(range(45))
    assert len(events.asked) == 5
    events.asked.clear()
    with within(0.0), pytest.raises(BusError, match="no time is left"):
        publish_all("switchboard.survey", (("survey.ended", {"number": number}) for number in range(45)))
    assert events.asked == []


class SurveyCompleted(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    sessionId: str  # noqa: N815  # the sender's name


def test_an_event_carries_the_id_of_the_webhook_that_led_to_it(events: ScriptedAws, log_lines: Any) -> None:
    events.answers = [Answer(200, {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]})]

    def tell(request: Request) -> Reply:
        publish("switchboard.survey", "survey.completed", {"sessionId": "s-1"})
        return no_content()

    endpoint(ApiKey())(tell)(event(headers=with_key()), Context())
    detail = json.loads(events.asked[0].document["Entries"][0]["Detail"])
    log_lines()
    processor(SurveyCompleted)(lambda event: None)(EVENT | {"detail": detail}, Context())
    (line,) = log_lines()
    assert line["correlation_id"] == detail["correlationId"] == "JKJaXmPLvHcESHA="


def test_a_rule_delivers_a_typed_event(log_lines: Any) -> None:
    seen: list[Event[SurveyCompleted]] = []
    processor(SurveyCompleted)(seen.append)(EVENT, Context())
    (event,) = seen
    assert (event.id, event.source, event.detail_type) == (
        EVENT["id"],
        "switchboard.survey",
        "survey.completed",
    )
    assert event.detail == SurveyCompleted(sessionId="s-1")
    assert event.time == datetime(2026, 11, 21, 6, 30, 56, tzinfo=UTC)
    (line,) = log_lines()
    assert (line["event_id"], line["detail_type"]) == (EVENT["id"], "survey.completed")


def test_a_schedule_delivers_an_event_too() -> None:
    seen: list[Event[dict[str, Any]]] = []
    scheduled = EVENT | {"detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": "{}"}
    processor(dict[str, Any])(seen.append)(scheduled, Context())
    assert [(event.source, event.detail) for event in seen] == [("aws.scheduler", {})]


def test_a_failure_is_logged_and_raised_so_that_aws_tries_again(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(event: Event[SurveyCompleted]) -> None:
        raise RuntimeError("no luck with +15555550123")

    with pytest.raises(ProcessingFailed) as raised:
        processor(SurveyCompleted)(fail)(EVENT, Context())
    assert str(raised.value) == "RuntimeError: no luck with +***0123"
    assert raised.value.__suppress_context__
    fault, metric = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (fault["event_id"], fault["exception_name"]) == (EVENT["id"], "RuntimeError")
    assert "no luck with +***0123" in fault["exception"]
    assert metric["ProcessingFailed"] == [1.0]


def test_a_detail_that_does_not_fit_is_a_failure_that_repeats_nothing_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    seen: list[Event[SurveyCompleted]] = []
    with pytest.raises(ProcessingFailed, match="ValidationError") as raised:
        processor(SurveyCompleted)(seen.append)(EVENT | {"detail": {"Body": "secret words"}}, Context())
    assert seen == []
    assert "secret words" not in str(raised.value) + capsys.readouterr().out


def test_only_the_failed_messages_of_a_batch_come_again() -> None:
    seen: list[str] = []

    def fail_some(event: Event[SurveyCompleted]) -> None:
        if event.id == "2":
            raise RuntimeError
        seen.append(event.id)

    handler = processor(SurveyCompleted)(fail_some)
    bodies = [json.dumps(EVENT | {"id": str(number)}) for number in (1, 2, 3)]
    assert handler(queued(*bodies, "{"), Context()) == {
        "batchItemFailures": [{"itemIdentifier": "m-2"}, {"itemIdentifier": "m-4"}]
    }
    assert seen == ["1", "3"]
    assert handler(queued(bodies[0]), Context()) == {"batchItemFailures": []}


def test_a_batch_that_failed_whole_is_a_failed_invocation_whose_error_repeats_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(event: Event[SurveyCompleted]) -> None:
        raise RuntimeError("no luck with +15555550123")

    with pytest.raises(ProcessingFailed) as raised:
        processor(SurveyCompleted)(fail)(queued(json.dumps(EVENT), "{"), Context())
    told = "".join(traceback.format_exception(raised.value)) + capsys.readouterr().out
    assert "5555550123" not in told


@pytest.fixture
def _table() -> Any:
    dynamodb = aws.client("dynamodb")
    dynamodb.create_table(
        TableName="Idempotency",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    lambda_context.set(Context())
    yield
    idempotency._store.cache_clear()
    dynamodb.delete_table(TableName="Idempotency")


@pytest.mark.usefixtures("_table")
def test_an_effect_happens_once_and_its_result_is_remembered() -> None:
    done: list[int] = []

    def effect() -> dict[str, int]:
        done.append(1)
        return {"count": len(done)}

    assert [once("summary/1", effect) for _ in range(3)] == [{"count": 1}] * 3
    assert once("summary/2", effect) == {"count": 2}
    (item, *_) = aws.client("dynamodb").scan(TableName="Idempotency")["Items"]
    assert {"id", "expiration", "status", "data"} <= item.keys()


@pytest.mark.usefixtures("_table")
def test_an_effect_that_failed_may_happen_again() -> None:
    def fail() -> None:
        raise RuntimeError("not sent")

    with pytest.raises(RuntimeError):
        once("summary/1", fail)
    assert once("summary/1", lambda: "sent") == "sent"


@pytest.mark.usefixtures("_table")
def test_an_effect_that_another_invocation_is_running_is_not_repeated() -> None:
    def meanwhile() -> str:
        with pytest.raises(IdempotencyAlreadyInProgressError):
            once("summary/1", lambda: "twice")
        return "sent"

    assert once("summary/1", meanwhile) == "sent"
