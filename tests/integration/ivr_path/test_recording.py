"""Requests in any order, repeated, late or missing: the record is the same."""

import json
import threading
from typing import Any

import pytest

from local.platform import Platform
from local.template.parameters import STUDIO_NUMBER
from local.twilio.studio.execution import Frame
from tests.data.walks import Walk
from tests.integration.ivr_path.calls import (
    CALLER,
    RECEPTION,
    StudioCall,
    bucket,
    bus_event,
    dead_letters,
    item,
    new_sid,
    objects,
    widgets_of,
    without_correlation_id,
)
from tests.integration.ivr_path.conftest import Lines
from tests.support import eventually


def settled(call: StudioCall) -> dict[str, Any]:
    """Return the record once all messages about the call are processed."""
    call.recorded()
    for _ in range(3):
        call.platform.advance(2)
        assert call.platform.wait_until_idle(30)
    return call.get() or {}


def test_a_linked_call_is_recorded_after_its_final_status(call: StudioCall) -> None:
    way = call.walk("greeting", "menu", "sales")
    call.in_studio(way, {"menu": {"Digits": "2"}})
    assert call.link().status == 200
    assert call.status("completed").status == 302
    record = call.recorded()
    assert widgets_of(record) == ["Trigger", "greeting", "menu", "sales"]
    assert [step["durationMs"] for step in record["steps"]] == [0, 1000, 1000, 1000]
    assert record["widgets"] == {"menu": {"Digits": "2"}}
    assert (record["from"], record["callDuration"], record["direction"]) == (CALLER, 31, "inbound")


def test_a_call_whose_status_arrives_before_its_link_is_recorded(call: StudioCall) -> None:
    call.in_studio(call.walk("greeting"))
    assert call.status(query=f"?flowSid={call.flow_sid}").status == 302
    assert call.link().status == 200
    assert widgets_of(call.recorded()) == ["Trigger", "greeting"]


def test_the_status_of_an_unlinked_call_is_kept_until_the_link_arrives(call: StudioCall) -> None:
    call.in_studio(call.walk("greeting"))
    assert call.status().status == 204
    call.platform.advance(5)
    call.link()
    record = call.recorded()
    assert (widgets_of(record), record["callDuration"]) == (["Trigger", "greeting"], 31)


def test_a_call_without_a_link_is_recorded_through_the_flow_of_its_number(call: StudioCall) -> None:
    call.flow_sid = RECEPTION
    start = int(call.platform.clock.now()) * 1000 - 31_000
    call.in_studio(call.walk("greeting", start=start))
    assert call.status(To=STUDIO_NUMBER).header("location") == call.location()
    record = call.recorded()
    assert widgets_of(record) == ["Trigger", "greeting"]
    assert record["executions"][0]["executionSid"] == call.execution_sid


def test_repeated_webhooks_and_events_end_in_the_same_record(call: StudioCall) -> None:
    way = call.walk("greeting", "menu")
    call.in_studio(way)
    for _ in range(2):
        call.link()
        assert call.status("ringing").status == call.status("completed").status == 302
        call.tell(*way.events(), *way.events())
    record = settled(call)
    assert widgets_of(record) == ["Trigger", "greeting", "menu"]
    assert eventually(lambda: call.forwarded()[-1:] == [record])
    assert json.loads(next(iter(call.archived().values()))) == record


def test_an_execution_that_ends_late_is_recorded(call: StudioCall) -> None:
    execution = call.in_studio(call.walk("greeting"), ended=False)
    call.caller.local("DELETE", "/twilio/requests")
    call.link()
    call.status()

    def tried() -> bool:
        call.platform.advance(3)
        return len(call.caller.twilio_requests(execution.sid)) >= 3

    assert eventually(tried)
    record = call.get()
    assert record is not None
    assert (record["status"], record["callStatus"]) == ("ended", "completed")
    execution.ended = execution.started + 2
    assert widgets_of(call.recorded()) == ["Trigger", "greeting"]


@pytest.mark.parametrize(("resource", "status"), [("Executions/FN", 429), ("/Steps", 503), ("/Context", 503)])
def test_a_path_is_recorded_although_studio_throttles(call: StudioCall, resource: str, status: int) -> None:
    call.in_studio(call.walk("greeting"))
    # The client makes five attempts; the sixth request is the next attempt to record the path.
    call.caller.local("POST", "/twilio/faults", {"match": resource, "status": status, "times": 6})
    call.link()
    call.status()
    assert widgets_of(call.recorded()) == ["Trigger", "greeting"]


def test_a_path_is_recorded_although_its_context_is_available_late(call: StudioCall) -> None:
    call.in_studio(call.walk("greeting"))
    call.caller.local("POST", "/twilio/faults", {"match": "/Context", "status": 404, "times": 2})
    call.link()
    call.status()
    assert widgets_of(call.recorded()) == ["Trigger", "greeting"]


def test_a_path_is_recorded_although_studio_answers_late(call: StudioCall) -> None:
    call.in_studio(call.walk("greeting"))
    slow = {"match": "/Steps", "status": 200, "times": 1, "delaySeconds": 5.2}
    call.caller.local("POST", "/twilio/faults", slow)
    call.link()
    call.status()
    assert widgets_of(call.recorded()) == ["Trigger", "greeting"]


def test_the_steps_of_every_page_are_recorded(call: StudioCall) -> None:
    names = [f"widget_{number}" for number in range(230)]
    call.in_studio(call.walk(*names))
    call.link()
    call.status()
    assert widgets_of(call.recorded()) == ["Trigger", *names]
    assert len(call.caller.twilio_requests(f"{call.execution_sid}/Steps")) == 3


def test_both_executions_of_a_call_are_in_its_record(call: StudioCall) -> None:
    first = call.walk("greeting", "redirect")
    call.in_studio(first, {"greeting": {"n": 1}})
    second = Walk(new_sid("FN"), new_sid("FW"), call.sid, first.end + 1000, [])
    other = StudioCall(call.platform, call.caller, second.flow_sid)
    other.sid, other.execution_sid = call.sid, second.execution_sid
    other.in_studio(other.walk("greeting", "voicemail", start=first.end + 1000), {"greeting": {"n": 2}})
    call.link()
    other.link()
    call.status()
    record = call.recorded()
    assert widgets_of(record) == ["Trigger", "greeting", "redirect", "Trigger", "greeting", "voicemail"]
    assert record["widgets"] == {"greeting": {"n": 1}, f"greeting@{second.execution_sid}": {"n": 2}}
    assert record["endedAt"] == "voicemail"
    for flow_sid in (call.flow_sid, second.flow_sid):
        listed = call.caller.key_get(f"/ivr-paths?flowSid={flow_sid}").json()["items"]
        assert [one["callSid"] for one in listed] == [call.sid]


def test_an_abandoned_execution_is_ended(call: StudioCall) -> None:
    # The redirect of the callback goes to the second flow; Studio does not learn about the first.
    left = call.in_studio(call.walk("greeting", "redirect"), ended=False)
    left.frames = [Frame(call.flow_sid, widget="redirect", widgets={"greeting": {}})]
    other = StudioCall(call.platform, call.caller)
    other.sid = call.sid
    other.in_studio(other.walk("voicemail", start=int(left.started + 2) * 1000))
    call.link()
    other.link()
    call.status()
    record = call.recorded()
    assert left.status == "ended"
    assert (record["endedAt"], len(record["executions"])) == ("voicemail", 2)
    (request,) = [r for r in call.caller.twilio_requests(left.sid) if r["method"] == "POST"]
    assert request["params"] == {"Status": "ended"}


def test_a_large_context_is_stored_in_the_bucket_and_returned(platform: Platform, call: StudioCall) -> None:
    large = {"http": {"body": "é" * 300_000}, "menu": {"Digits": "1"}}
    call.in_studio(call.walk("greeting"), large)
    call.link()
    call.status()
    record = call.recorded()
    assert record["widgets"] == large
    kept = item(platform, call.sid, "record")
    assert len(json.dumps(kept)) < 10_000
    (text,) = [text for key, text in objects(platform, "ivr-contexts/") if key == kept["overflow"]["S"]]
    assert json.loads(text)["widgets"] == {call.execution_sid: large}
    (post,) = eventually(call.forwarded)
    assert post["widgets"] is None
    assert post["largeObject"] == f"s3://{bucket(platform)}/{kept['overflow']['S']}"
    assert json.loads(next(iter(call.archived().values()))) == record


def test_a_very_long_path_is_stored_in_the_bucket(platform: Platform, call: StudioCall) -> None:
    names = [f"widget_with_a_rather_long_name_{number % 7}" for number in range(1500)]
    call.in_studio(call.walk(*names))
    call.link()
    call.status()
    assert widgets_of(call.recorded()) == ["Trigger", *names]
    assert item(platform, call.sid, "record")["steps"] == {"S": "[]"}


def test_concurrent_processors_make_one_record(platform: Platform, call: StudioCall) -> None:
    way = call.walk("greeting", "menu")
    call.in_studio(way)
    call.link()
    call.status("in-progress")
    ended = {"callSid": call.sid, "callStatus": "completed", "callDuration": 5, "from": CALLER}
    event = bus_event("call.ended", ended)
    outcomes: list[Any] = []

    def process() -> None:
        outcomes.append(platform.functions.invoke("IvrPathRecordPath", event, "test", "test"))

    threads = [threading.Thread(target=process) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(outcome.ok for outcome in outcomes), outcomes
    record = call.recorded()
    assert widgets_of(record) == ["Trigger", "greeting", "menu"]
    assert all(post == record for post in eventually(call.forwarded))


def test_a_repeated_message_of_a_recorded_call_changes_nothing(platform: Platform, call: StudioCall) -> None:
    call.in_studio(call.walk("greeting"))
    call.link()
    call.status()
    settled(call)
    before = item(platform, call.sid, "record")
    ended = {"callSid": call.sid, "callStatus": "completed", "callDuration": 31, "from": CALLER}
    event = bus_event("call.ended", ended)
    assert platform.functions.invoke("IvrPathRecordPath", event, "test", "test").ok
    assert item(platform, call.sid, "record") == before
    assert len(call.forwarded()) == 1


def test_a_message_goes_to_the_dead_letter_queue_after_its_last_attempt(
    platform: Platform, lines: Lines, call: StudioCall
) -> None:
    call.in_studio(call.walk("greeting"), ended=False)
    call.link()
    call.status("completed")
    body = bus_event("call.record-again", {"callSid": call.sid, "attempt": 99})
    batch = {"Records": [{"messageId": "1", "body": json.dumps(body)}]}
    outcome = platform.functions.invoke("IvrPathRecordPath", batch, "test", "test")
    assert outcome.kind == "error"
    assert eventually(lambda: any("still active" in line.get("exception", "") for _, line in lines))
    record = call.get()
    assert record is not None
    assert record["status"] == "ended"


def test_forwarding_is_retried(call: StudioCall) -> None:
    call.caller.local("POST", "/operator/faults", {"status": 503, "times": 2})
    call.in_studio(call.walk("greeting"))
    call.link()
    call.status()
    record = call.recorded()
    assert eventually(call.forwarded) == [record]


def test_a_record_that_cannot_be_forwarded_goes_to_the_dead_letter_queue(
    platform: Platform, call: StudioCall
) -> None:
    dead_letters(platform)
    call.caller.local("POST", "/operator/faults", {"status": 400, "times": 1})
    call.in_studio(call.walk("greeting"))
    call.link()
    call.status()
    record = call.recorded()
    (letter,) = eventually(lambda: dead_letters(platform))
    assert without_correlation_id(letter) == record


def test_a_record_is_announced_although_the_bus_fails_at_first(call: StudioCall) -> None:
    call.in_studio(call.walk("greeting"))
    call.link()
    call.status("in-progress")
    call.caller.local("POST", "/aws/faults", {"match": "events.PutEvents", "times": 4})
    # The webhook's event takes two of these faults, the processor's the others.
    call.status("completed")
    record = call.recorded()
    assert eventually(call.forwarded) == [record]
