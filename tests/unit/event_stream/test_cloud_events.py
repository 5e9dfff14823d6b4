"""Selection, truncation and packing of the events of a batch."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from event_stream.cloud_events import pack, select_events
from switchboard.bus import BYTES_PER_REQUEST, size

OURS = "AC" + "1" * 32
THEIRS = "AC" + "2" * 32


def event(**fields: Any) -> dict[str, Any]:
    return {"type": "com.twilio.taskrouter.task.created", "id": "EZ1", "data": {}, **fields}


def test_events_that_fit_are_left_as_they_are() -> None:
    batch = [event(), event(data={"account_sid": OURS, "payload": {"account_sid": OURS}}), event(data=None)]
    selection = select_events(batch, OURS)
    assert (selection.events, dict(selection.refused), selection.truncated) == (batch, {}, 0)


def test_events_that_are_dropped_are_counted_by_reason() -> None:
    batch = [
        None,
        {},
        {"type": 7},
        event(type="é" * 65),
        event(data={"account_sid": THEIRS}),
        event(id="x" * 300_000),
    ]
    selection = select_events(batch, OURS)
    assert selection.events == []
    assert selection.refused == {"form": 4, "account": 1, "size": 1}


def test_an_account_sid_that_is_malformed_does_not_name_another_account() -> None:
    # Twilio's own examples have account SIDs that are a digit short.
    batch = [
        event(data={"account_sid": "AC0000000000000000000000000000001"}),
        event(data={"account_sid": None}),
    ]
    assert select_events(batch, OURS).events == batch


def test_the_largest_fields_are_taken_out_first_and_named() -> None:
    payload = {"task_sid": "WT1", "a": "x" * 200_000, "b": "y" * 150_000, "c": "z" * 50_000}
    (cut,) = select_events([event(data={"payload": payload, "name": "n"})], OURS).events
    assert cut["data"] == {"payload": {"task_sid": "WT1", "b": payload["b"], "c": payload["c"]}, "name": "n"}
    assert cut["truncated"] == ["data.payload.a"]


@given(
    st.recursive(
        st.one_of(st.integers(0, 9), st.integers(0, 200_000).map(lambda length: "x" * length)),
        lambda inner: st.dictionaries(st.sampled_from(["payload", "a", "b", "c"]), inner, max_size=4),
        max_leaves=6,
    )
)
def test_a_truncated_event_fits_onto_the_bus_and_has_its_id_and_type(data: Any) -> None:
    selection = select_events([event(data=data)], OURS)
    assert len(selection.events) + selection.refused["size"] == 1
    for kept in selection.events:
        assert (kept["id"], kept["type"]) == ("EZ1", event()["type"])
        assert size(kept["type"], kept) <= BYTES_PER_REQUEST
        assert ("truncated" in kept) == (kept["data"] != data)


@given(st.lists(st.integers(0, 260_000), max_size=40))
def test_packs_hold_every_event_once_in_order_and_fit_onto_the_bus(lengths: list[int]) -> None:
    events = [event(id=str(number), data="x" * length) for number, length in enumerate(lengths)]
    packs = list(pack(events))
    assert [item for packed in packs for item in packed] == events
    assert all(len(packed) == 1 or size("", {"events": packed}) < 210_000 for packed in packs)
