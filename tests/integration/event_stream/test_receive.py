"""POST /eventstream puts every event of a batch on the bus; a wrong one does not block the others."""

import gzip
import json
from typing import Any

import pytest

from local.platform import Platform
from local.template.parameters import ACCOUNT_SID
from tests.integration.ivr_path.conftest import Lines
from tests.support import Caller, check_durations, eventually

OTHER_ACCOUNT = "AC" + "9" * 32


def event(number: int = 0, **fields: Any) -> dict[str, Any]:
    """Return an event that no feature listens to."""
    return {
        "specversion": "1.0",
        "type": "com.twilio.taskrouter.reservation.created",
        "source": "test",
        "id": f"EZ{number:032x}",
        "data": {"payload": {"eventtype": "reservation.created"}},
        **fields,
    }


@pytest.fixture
def bus(platform: Platform) -> list[dict[str, Any]]:
    """Return the list to which every entry is added that /eventstream puts on the bus from now on."""
    seen: list[dict[str, Any]] = []

    def see(call: Any) -> None:
        if call.operation == "PutEvents":
            entries = json.loads(call.request)["Entries"]
            # What other tests have caused may still reach the bus.
            seen.extend(entry for entry in entries if entry["Source"] == "switchboard.event_stream")

    platform.aws.on_call(see)
    return seen


def details(bus: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the details of the bus's events, without the correlation id, which each has."""
    found = [json.loads(entry["Detail"]) for entry in bus]
    assert all(detail.pop("correlationId") for detail in found)
    return found


def test_every_event_is_published_unchanged(caller: Caller, bus: list[dict[str, Any]]) -> None:
    events = [event(0), event(1, subject=None), event(2, data=None)]
    answer = caller.signed_json("/eventstream", events)
    assert (answer.status, answer.body) == (204, b"")
    assert details(bus) == events
    assert {(entry["Source"], entry["DetailType"]) for entry in bus} == {
        ("switchboard.event_stream", "com.twilio.taskrouter.reservation.created")
    }


def test_ten_events_are_published_in_one_request(caller: Caller, bus: list[dict[str, Any]]) -> None:
    caller.signed_json("/eventstream", [event()])
    caller.local("DELETE", "/invocations")
    assert caller.signed_json("/eventstream", [event(number) for number in range(25)]).status == 204
    (invocation,) = caller.invocations("EventStreamReceive")
    assert invocation["aws"] == ["events.PutEvents"] * 3
    assert len(bus) == 26


@pytest.mark.parametrize("number", [3, 250], ids=["one by one", "in packs"])
def test_the_events_of_a_batch_have_one_correlation_id(
    caller: Caller, bus: list[dict[str, Any]], number: int
) -> None:
    assert caller.signed_json("/eventstream", [event(each) for each in range(number)]).status == 204
    assert eventually(lambda: len(bus) == number)
    (correlation_id,) = {json.loads(entry["Detail"])["correlationId"] for entry in bus}
    assert correlation_id


def test_an_event_that_fits_onto_the_bus_only_without_its_correlation_id_is_shortened(
    caller: Caller, bus: list[dict[str, Any]]
) -> None:
    kind = event()["type"]
    room = 256 * 1024 - 100 - len(kind) - len(json.dumps(event(data={"text": ""})))
    assert caller.signed_json("/eventstream", [event(data={"text": "x" * room})]).status == 204
    assert details(bus) == [event(data={}, truncated=["data.text"])]


def test_large_events_share_a_request_only_if_they_fit(caller: Caller, bus: list[dict[str, Any]]) -> None:
    events = [event(number, data={"text": "x" * 100_000}) for number in range(2)]
    assert caller.signed_json("/eventstream", events).status == 204
    assert len(bus) == 2


def test_an_object_is_a_batch_of_one_event(caller: Caller, bus: list[dict[str, Any]]) -> None:
    assert caller.signed_json("/eventstream", event()).status == 204
    assert len(bus) == 1


def test_an_empty_batch_is_accepted(caller: Caller, bus: list[dict[str, Any]]) -> None:
    assert caller.signed_json("/eventstream", []).status == 204
    assert bus == []


def test_an_invalid_event_does_not_hold_up_the_others(caller: Caller, bus: list[dict[str, Any]]) -> None:
    batch = [None, 3, "text", [], {}, {"type": 7}, {"type": ""}, event(type="x" * 129), event(1)]
    assert caller.signed_json("/eventstream", batch).status == 204
    assert details(bus) == [event(1)]


def test_a_lone_surrogate_in_one_event_does_not_hold_up_the_others(
    caller: Caller, bus: list[dict[str, Any]]
) -> None:
    batch = [event(1), event(2, data={"text": "cut \ud83d"}), event(3)]
    assert caller.signed_json("/eventstream", json.dumps(batch).encode()).status == 204
    assert details(bus) == [event(1), event(2, data={"text": "cut \ufffd"}), event(3)]


@pytest.mark.parametrize("content", [b'"text"', b"3", b"null", b"{", b"\xff"])
def test_a_body_that_is_not_a_batch_is_refused(caller: Caller, content: bytes) -> None:
    assert caller.signed_json("/eventstream", content).status == 400


def test_a_batch_can_be_as_large_as_lambda_accepts(caller: Caller, bus: list[dict[str, Any]]) -> None:
    events = [event(number, data={"text": "x" * 120_000}) for number in range(8)]
    # Most of it is no event, because the bus of this machine is slow.
    batch = [*events[:4], "x" * 4_800_000, *events[4:]]
    assert len(json.dumps(batch)) > 5_700_000
    assert caller.signed_json("/eventstream", batch).status == 204
    assert eventually(lambda: len(bus) == len(events))
    assert sorted(str(detail["id"]) for detail in details(bus)) == [item["id"] for item in events]


def test_many_small_events_are_all_published(caller: Caller, bus: list[dict[str, Any]]) -> None:
    events = [event(number, data={"text": "x" * 500}) for number in range(1200)]
    caller.local("DELETE", "/invocations")
    assert caller.signed_json("/eventstream", events).status == 204
    (invocation,) = caller.invocations("EventStreamReceive")
    assert invocation["aws"] == ["events.PutEvents"] * 5
    assert eventually(lambda: len(bus) >= len(events), within=30)
    assert sorted(details(bus), key=lambda item: str(item["id"])) == events


def test_a_large_event_in_a_long_batch_reaches_the_bus_too(caller: Caller, bus: list[dict[str, Any]]) -> None:
    large = event(999, data={"text": "x" * 250_000})
    batch = [*(event(number) for number in range(250)), large, event(1000)]
    assert caller.signed_json("/eventstream", batch).status == 204
    assert eventually(lambda: len(bus) == len(batch), within=20)
    assert large in details(bus)


def test_only_an_event_that_is_too_large_for_the_bus_is_shortened(
    caller: Caller, bus: list[dict[str, Any]]
) -> None:
    payload = {"eventtype": "task.created", "task_sid": "WT" + "0" * 32, "task_attributes": "x" * 300_000}
    oversized = event(2, data={"account_sid": ACCOUNT_SID, "payload": payload})
    batch = [event(1), oversized, event(3)]
    assert caller.signed_json("/eventstream", batch).status == 204
    one, cut, three = details(bus)
    assert [one, three] == [event(1), event(3)]
    del payload["task_attributes"]
    assert cut == {**oversized, "truncated": ["data.payload.task_attributes"]}


def test_an_event_that_cannot_be_shortened_enough_is_dropped(
    caller: Caller, bus: list[dict[str, Any]]
) -> None:
    batch = [event(1), event(2, id="x" * 300_000), event(3)]
    assert caller.signed_json("/eventstream", batch).status == 204
    assert details(bus) == [batch[0], batch[2]]


def test_dropped_and_truncated_events_are_counted_once_per_batch(caller: Caller, lines: Lines) -> None:
    batch = [1, 2, event(data={"account_sid": OTHER_ACCOUNT}), event(data={"text": "x" * 300_000}), event()]
    assert caller.signed_json("/eventstream", batch).status == 204
    assert eventually(lambda: any(line.get("status") == 204 for _, line in lines))
    metrics = [line for _, line in lines if "_aws" in line]
    counted = [(one.get("reason"), one["EventRefused"]) for one in metrics if "EventRefused" in one]
    assert sorted(counted) == [("account", [1.0]), ("form", [2.0])]
    assert [one["EventTruncated"] for one in metrics if "EventTruncated" in one] == [[1.0]]


def test_a_batch_beyond_lambdas_limit_is_refused_before_it_is_decompressed(caller: Caller) -> None:
    body = gzip.compress(b"[" + b" " * 7_000_000 + b"]")
    answer = caller.signed_json("/eventstream", body, {"Content-Encoding": "gzip"})
    assert answer.status == 413


@pytest.mark.parametrize(
    "data",
    [
        {"account_sid": OTHER_ACCOUNT},
        {"accountSid": OTHER_ACCOUNT},
        {"payload": {"account_sid": OTHER_ACCOUNT}},
        {"account_sid": ACCOUNT_SID, "payload": {"account_sid": OTHER_ACCOUNT}},
    ],
)
def test_an_event_of_another_account_is_dropped(
    caller: Caller, bus: list[dict[str, Any]], data: dict[str, Any]
) -> None:
    assert caller.signed_json("/eventstream", [event(1, data=data), event(2)]).status == 204
    assert details(bus) == [event(2)]


@pytest.mark.parametrize("depth", [100, 900, 5_000, 100_000])
def test_deeply_nested_events_never_cause_an_internal_error(
    caller: Caller, bus: list[dict[str, Any]], depth: int
) -> None:
    body = json.dumps([event(1), event(2, data="HERE")]).replace('"HERE"', "[" * depth + "]" * depth)
    assert caller.signed_json("/eventstream", body.encode()).status in {204, 400}


@pytest.mark.parametrize("item", [b"0", b"{}"])
def test_a_million_invalid_events_are_answered_in_time(caller: Caller, item: bytes) -> None:
    body = b"[" + b",".join([item] * 1_000_000) + b"]"
    assert caller.signed_json("/eventstream", body).status == 204
    check_durations(caller.invocations(), {"EventStreamReceive": 5})


def test_a_form_is_refused(caller: Caller) -> None:
    assert caller.signed_post("/eventstream", {"type": "x"}).status == 400


def test_a_batch_without_a_signature_is_not_published(caller: Caller, bus: list[dict[str, Any]]) -> None:
    body = json.dumps([event()]).encode()
    assert caller.send("POST", "/eventstream", body, {"Content-Type": "application/json"}).status == 403
    assert caller.key_post("/eventstream", {}, as_json=True).status == 403
    assert bus == []


def test_while_the_bus_fails_twilio_is_asked_to_send_the_batch_again(
    caller: Caller, bus: list[dict[str, Any]]
) -> None:
    caller.local("POST", "/aws/faults", {"match": "events.PutEvents", "times": 3})
    assert caller.signed_json("/eventstream", [event()]).status == 503
    assert caller.signed_json("/eventstream", [event()]).status == 204
    assert len(bus) == 1
