"""Merging a later request into a task's attributes loses nothing, and changes nothing the second time."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from callback.domain.task_attributes import (
    attempts_of,
    follow_up_attributes,
    inherited_attributes,
    is_same_callback,
    merge_attributes,
    requeued_attributes,
)
from callback.requests.create_callback import CallbackRequest

RECORDING = "RE" + "0" * 32


@st.composite
def requests(draw: st.DrawFn) -> CallbackRequest:
    """A request about one call: any part of what is known of it may be missing."""
    return CallbackRequest(
        number_to_call="+14155550100",
        number_to_call_from="+14155550199",
        message=draw(st.sampled_from([None, "hello"])),
        conversation_id=draw(st.sampled_from([None, "CH1"])),
        recording_sid=draw(st.sampled_from([None, RECORDING])),
        recording_url=draw(st.sampled_from([None, "https://example.com/r"])),
        transcription_sid=draw(st.sampled_from([None, "TR" + "0" * 32])),
        transcription_text=draw(st.sampled_from([None, "Call me."])),
        is_deleted=draw(st.booleans()),
    )


def attributes(request: CallbackRequest) -> dict[str, Any]:
    return request.to_attributes("UTC", "2026-01-01T00:00:00.000Z")


@given(st.lists(requests(), min_size=1, max_size=4), st.randoms())
def test_the_order_of_requests_does_not_matter_and_repeating_one_changes_nothing(
    asked: list[CallbackRequest], random: Any
) -> None:
    def merged(order: list[CallbackRequest]) -> dict[str, Any]:
        known = attributes(order[0])
        for request in order[1:]:
            known = merge_attributes(known, attributes(request))
        return known

    once = merged(asked)
    shuffled = copy.copy(asked)
    random.shuffle(shuffled)
    assert merged(shuffled) == once
    assert merged([*asked, *shuffled]) == once
    known = [value for request in asked for value in (request.recording_sid, request.transcription_text)]
    assert once["callBackData"]["RecordingSid"] == (RECORDING if RECORDING in known else None)
    assert once["taskType"] == ("voicemail" if RECORDING in known else "callback")


@given(requests(), requests())
def test_a_task_is_recognized_by_its_request_after_more_was_merged_into_it(
    one: CallbackRequest, other: CallbackRequest
) -> None:
    first = attributes(one)
    assert is_same_callback(first, merge_attributes(first, attributes(other)))
    assert not is_same_callback(first, requeued_attributes(first, "WT1"))


@given(requests(), st.integers(0, 9))
def test_a_next_attempt_differs_in_attempts_and_conversation_only(
    request: CallbackRequest, more: int
) -> None:
    old = attributes(request)
    old["callBackData"]["attempts"] = more
    stale = {"call_sid": "CA1", "conference": {}, "reservation_attributes": {}, "hang_up_by": "agent"}
    conversations = old["conversations"] | {"abandoned": "Follow-Up", "hang_up_by": "agent"}
    new = requeued_attributes(old | stale | {"conversations": conversations}, "WT1")
    expected = copy.deepcopy(old)
    expected["callBackData"]["attempts"] = more + 1
    expected["conversations"]["conversation_id"] = request.conversation_id or "WT1"
    assert new == expected


def test_a_callback_keeps_the_skills_of_the_queued_call_that_it_replaces() -> None:
    queued = {"call_sid": "CA1", "skill": "billing", "name": "+1", "conversations": {"segment": "a"}}
    request = CallbackRequest(number_to_call="+14155550100", number_to_call_from="+14155550199")
    new = inherited_attributes(queued, attributes(request), "WT9")
    assert (new["skill"], new["name"]) == ("billing", "Callback (+14155550100)")
    assert new["conversations"] == {"segment": "a", "conversation_id": "WT9"}
    assert "call_sid" not in new


def test_attributes_that_another_application_has_broken_are_replaced() -> None:
    broken = {"callBackData": {"numberToCall": "+14155550100"}, "conversations": "broken"}
    assert follow_up_attributes(broken)["conversations"] == {"abandoned": "Follow-Up"}
    assert requeued_attributes(broken, "WT1")["conversations"] == {"conversation_id": "WT1"}
    assert inherited_attributes(broken, {}, "WT1")["conversations"] == {"conversation_id": "WT1"}
    assert attempts_of({"callBackData": {"attempts": "many"}}) == 0
    assert not is_same_callback(broken, {"callBackData": "broken"})
    merged = merge_attributes({"callBackData": "broken"}, broken)
    assert merged["callBackData"]["numberToCall"] == "+14155550100"


def said(at: str, **fields: Any) -> dict[str, Any]:
    numbers = {"number_to_call": "+14155550100", "number_to_call_from": "+14155550199"}
    return CallbackRequest(**{**numbers, **fields}).to_attributes("UTC", at)


FIRST, SECOND, THIRD = (f"2026-11-21T0{hour}:00:00.000Z" for hour in (7, 8, 9))


def test_the_messages_callers_ids_and_flows_of_all_requests_are_kept_with_their_times() -> None:
    first = said(FIRST, message="Invoice", flex_flow_sid="FW1")
    second = said(SECOND, message="Contract", flex_flow_sid="FW2", number_to_call_from="+14155550188")
    merged = merge_attributes(first, second)
    assert merged["message"] == f"{FIRST}: Invoice\n{SECOND}: Contract"
    assert merged["flow_execution_sid"] == "FW1"
    data = merged["callBackData"]
    assert (data["numberToCallFrom"], data["utcDateTimeReceived"]) == ("+14155550199", FIRST)
    assert [(one["flow_execution_sid"], one["numberToCallFrom"]) for one in data["requests"]] == [
        ("FW1", "+14155550199"),
        ("FW2", "+14155550188"),
    ]
    third = merge_attributes(merged, said(THIRD, message="Invoice", flex_flow_sid="FW1"))
    assert third == merged
    assert merge_attributes(third, said(THIRD, message="Hello"))["message"].count("\n") == 2


def test_a_message_that_comes_with_a_recordings_details_belongs_to_its_request() -> None:
    transcribed = said(FIRST, recording_sid=RECORDING, transcription_text="Call me.")
    merged = merge_attributes(transcribed, said(SECOND, recording_sid=RECORDING, message="hello"))
    assert merged["message"] == "hello"
    assert "requests" not in merged["callBackData"]


def test_messages_that_are_too_many_leave_out_those_in_the_middle() -> None:
    known = said(FIRST, message="first")
    for number in range(9):
        known = merge_attributes(known, said(f"2026-11-21T08:00:0{number}.000Z", message=f"{number}" * 2000))
    assert known["message"].startswith(f"{FIRST}: first")
    assert known["message"].endswith("8" * 2000)
    assert len(known["message"]) < 7000
