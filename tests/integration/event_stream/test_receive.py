"""POST /eventstream: checked, answered, put on the bus; nothing is lost and nothing blocks the rest."""

import json
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from event_stream import receive
from local.platform import Platform
from switchboard.errors import ServiceUnavailable
from tests.support import Caller


def event(number: int = 0, **fields: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "type": "com.twilio.taskrouter.task.created",
        "source": "test",
        "id": f"EZ{number:032x}",
        "data": {"payload": {"eventtype": "task.created"}},
        **fields,
    }


@pytest.fixture
def bus(platform: Platform) -> list[dict[str, Any]]:
    """Every entry that /eventstream puts on the bus from now on."""
    seen: list[dict[str, Any]] = []

    def see(call: Any) -> None:
        if call.operation == "PutEvents":
            entries = json.loads(call.request)["Entries"]
            # What other tests set going may still reach the bus.
            seen.extend(entry for entry in entries if entry["Source"] == "switchboard.event_stream")

    platform.aws.on_call(see)
    return seen


def test_every_event_goes_onto_the_bus_as_it_came(caller: Caller, bus: list[dict[str, Any]]) -> None:
    events = [event(number) for number in range(3)]
    answer = caller.signed_json("/eventstream", events)
    assert (answer.status, answer.body) == (204, b"")
    assert [json.loads(entry["Detail"]) for entry in bus] == events
    assert {(entry["Source"], entry["DetailType"]) for entry in bus} == {
        ("switchboard.event_stream", "com.twilio.taskrouter.task.created")
    }


def test_a_batch_takes_a_request_for_every_ten(caller: Caller, bus: list[dict[str, Any]]) -> None:
    caller.signed_json("/eventstream", [event()])
    caller.local("DELETE", "/invocations")
    assert caller.signed_json("/eventstream", [event(number) for number in range(25)]).status == 204
    (invocation,) = caller.invocations("EventStreamReceive")
    assert invocation["aws"] == ["events.PutEvents"] * 3
    assert len(bus) == 26


def test_large_events_share_a_request_only_if_they_fit(caller: Caller, bus: list[dict[str, Any]]) -> None:
    events = [event(number, data={"text": "x" * 100_000}) for number in range(2)]
    assert caller.signed_json("/eventstream", events).status == 204
    assert len(bus) == 2


def test_a_sink_that_does_not_batch_sends_one_object(caller: Caller, bus: list[dict[str, Any]]) -> None:
    assert caller.signed_json("/eventstream", event()).status == 204
    assert len(bus) == 1


def test_an_empty_batch_is_fine(caller: Caller, bus: list[dict[str, Any]]) -> None:
    assert caller.signed_json("/eventstream", []).status == 204
    assert bus == []


def test_what_is_no_event_does_not_keep_the_others_back(caller: Caller, bus: list[dict[str, Any]]) -> None:
    batch = [None, 3, "text", [], {}, {"type": 7}, {"type": ""}, event(type="x" * 129), event(1)]
    assert caller.signed_json("/eventstream", batch).status == 204
    assert [json.loads(entry["Detail"])["id"] for entry in bus] == [event(1)["id"]]


def test_half_a_character_in_one_event_does_not_keep_the_others_back(
    caller: Caller, bus: list[dict[str, Any]]
) -> None:
    batch = [event(1), event(2, data={"text": "cut \ud83d"}), event(3)]
    assert caller.signed_json("/eventstream", json.dumps(batch).encode()).status == 204
    details = [json.loads(entry["Detail"]) for entry in bus]
    assert [detail["id"] for detail in details] == [item["id"] for item in batch]
    assert details[1]["data"]["text"] == "cut \ufffd"


@pytest.mark.parametrize("content", [b'"text"', b"3", b"null", b"{", b"\xff"])
def test_a_body_that_is_no_batch_is_refused(caller: Caller, content: bytes) -> None:
    assert caller.signed_json("/eventstream", content).status == 400


def test_a_body_that_is_too_large_is_refused(caller: Caller) -> None:
    assert caller.signed_json("/eventstream", [event(data="x" * 300_000)]).status == 413


def test_a_form_is_no_batch(caller: Caller) -> None:
    assert caller.signed_post("/eventstream", {"type": "x"}).status == 400


def test_without_a_signature_nothing_goes_onto_the_bus(caller: Caller, bus: list[dict[str, Any]]) -> None:
    body = json.dumps([event()]).encode()
    assert caller.send("POST", "/eventstream", body, {"Content-Type": "application/json"}).status == 403
    assert caller.key_post("/eventstream", {}, as_json=True).status == 403
    assert bus == []


def test_while_the_bus_fails_twilio_is_asked_to_repeat(caller: Caller, bus: list[dict[str, Any]]) -> None:
    caller.local("POST", "/aws/faults", {"match": "events.PutEvents", "times": 3})
    assert caller.signed_json("/eventstream", [event()]).status == 503
    assert caller.signed_json("/eventstream", [event()]).status == 204
    assert len(bus) == 1


def test_a_batch_that_takes_too_long_is_asked_for_again_before_twilio_gives_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SimpleNamespace(now=0.0)
    taken: list[Any] = []

    def publish_all(_source: str, events: Iterable[Any], **_: Any) -> None:
        for item in events:
            taken.append(item)
            clock.now += 0.01

    monkeypatch.setattr(receive, "publish_all", publish_all)
    monkeypatch.setattr(receive, "time", SimpleNamespace(monotonic=lambda: clock.now))
    handle = receive.handler.__wrapped__  # type: ignore[attr-defined]  # without the guard
    assert handle(SimpleNamespace(json=[event(number) for number in range(300)])).status == 204
    assert len(taken) == 300
    with pytest.raises(ServiceUnavailable):
        handle(SimpleNamespace(json=[event(number) for number in range(8000)]))
    assert clock.now < 3 + 4.1
