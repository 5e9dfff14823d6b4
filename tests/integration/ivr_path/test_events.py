"""Studio's events alone, without requests of the flow or the number, make the same record."""

import random
from typing import Any

import pytest

from local.platform import Platform
from tests.data.walks import Walk
from tests.integration.ivr_path.calls import CALLER, StudioCall, new_sid, objects, widgets_of
from tests.integration.ivr_path.conftest import NewCall
from tests.support import eventually

STEP = "com.twilio.studio.flow.step.ended"
ENDED = "com.twilio.studio.flow.execution.ended"


def plan(call: StudioCall) -> Walk:
    return call.walk("greeting", "menu", "goodbye")


def test_a_call_is_recorded_from_events_alone(call: StudioCall) -> None:
    way = plan(call)
    call.tell(*way.events())
    record = call.recorded(steps=4)
    assert widgets_of(record) == ["Trigger", "greeting", "menu", "goodbye"]
    assert (record["callStatus"], record["widgets"]) == (None, {})
    assert record["executions"][0]["studioReason"] == "FLOW_END"
    assert (record["endedAt"], record["endedReason"]) == ("goodbye", "flowEnded")


@pytest.mark.parametrize("seed", range(3))
def test_events_in_any_order_and_repeated_end_in_the_same_record(new_call: NewCall, seed: int) -> None:
    chance = random.Random(seed)
    call = new_call()
    way = plan(call)
    events = way.events() + chance.choices(way.events(), k=4)
    chance.shuffle(events)
    for event in events:
        call.tell(event)

    record = call.recorded(steps=4)
    assert widgets_of(record) == ["Trigger", "greeting", "menu", "goodbye"]
    assert [step["durationMs"] for step in record["steps"]] == [0, 1000, 1000, 1000]


def test_the_event_of_a_started_execution_links_its_call(call: StudioCall) -> None:
    call.tell(plan(call).events()[0])
    record = eventually(call.get)
    assert record
    assert (record["status"], record["executions"][0]["flowSid"]) == ("linked", call.flow_sid)
    assert call.status("ringing").header("location") == call.location()


def test_the_call_resource_completes_what_events_do_not_contain(platform: Platform, call: StudioCall) -> None:
    placed = call.caller.local("POST", "/phone/calls", {"from": CALLER, "to": "+12025550100"})
    call.sid = placed["sid"]
    call.caller.local("POST", f"/phone/calls/{call.sid}/hangup", {})
    way = plan(call)
    call.in_studio(way, {"menu": {"Digits": "1"}})
    call.tell(*way.events())
    record = call.recorded()
    assert (record["from"], record["to"], record["callStatus"]) == (CALLER, "+12025550100", "completed")
    assert record["widgets"] == {"menu": {"Digits": "1"}}


def test_the_record_of_a_call_in_progress_is_not_finished(platform: Platform, call: StudioCall) -> None:
    # A new caller: one who has completed the survey behind this number is thanked, and the call ends.
    placed = call.caller.local("POST", "/phone/calls", {"from": "+14155550911", "to": "+12025550100"})
    call.sid = placed["sid"]
    call.tell(*plan(call).events())
    record = eventually(lambda: (found := call.get()) and found["steps"] and found)
    assert record
    assert record["status"] == "linked"
    assert not call.archived()
    call.caller.local("POST", f"/phone/calls/{call.sid}/hangup", {})
    assert call.recorded()["callStatus"] == "completed"


def test_an_execution_without_a_call_is_ignored(call: StudioCall) -> None:
    way = Walk(call.execution_sid, call.flow_sid, new_sid("SM"), 0, plan(call).steps)
    call.caller.local("DELETE", "/invocations")
    call.tell(way.events()[0])
    (invocation,) = eventually(lambda: call.caller.invocations("IvrPathStudioEvents"))
    assert (invocation["outcome"], invocation["awsCalls"]) == ("success", 0)


def test_a_malformed_event_is_dropped_and_the_others_are_used(call: StudioCall) -> None:
    way = plan(call)
    events = way.events()
    odd = {"type": STEP, "data": {**events[1]["data"], "step_sid": new_sid("FT"), "transitioned_from": {}}}
    shapes: list[Any] = [{"type": STEP, "data": "text"}, {"type": STEP}, {"type": ENDED, "data": [1]}]
    call.caller.local("DELETE", "/invocations")
    call.tell(*shapes, odd, *events)
    assert widgets_of(call.recorded(steps=4)) == ["Trigger", "greeting", "menu", "goodbye"]
    outcomes = [item["outcome"] for item in call.caller.invocations("IvrPathStudioEvents")]
    assert outcomes == ["success"] * (len(shapes) + 1 + len(events))


def test_a_call_is_archived_under_one_day_only(platform: Platform, call: StudioCall) -> None:
    call.tell(*plan(call).events())
    call.recorded(steps=4)
    keys = [key for key, _ in objects(platform, "ivr-paths/") if call.sid in key]
    assert len(keys) == 1
