"""What callbacks' attributes say in words, whatever other applications have written into them."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.data.callbacks import words
from console.data.callbacks.board import Choice
from console.data.callbacks.recording import Recording
from console.data.moments import moment
from tools.open_work.callbacks import OpenCallback
from tools.open_work.masking import is_withheld
from tools.open_work.tasks import OpenTask

SID = "RE" + 32 * "a"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
known_names = st.sampled_from(
    [
        *(
            "numberToCall",
            "attempts",
            "RecordingSid",
            "recordingSid",
            "RecordingUrl",
            "isDeleted",
            "requests",
        ),
        *("TranscriptionText", "transcriptText", "nextOpening", "mainTimeZone", "utcDateTimeReceived"),
    ]
)


def callback(**data: Any) -> OpenCallback:
    return OpenCallback("voicemail", "+14155550100", 1000, {"callBackData": data}, "WW1")


def task(place: int, queue: str = "Sales", status: str = "pending") -> OpenTask:
    return OpenTask(f"WT{place}", status, queue, "WQ1", "WW1", 0, 60, 1000, 1000, {}, place, 9)


@given(st.dictionaries(known_names, json_values, max_size=8), json_values)
@example({"attempts": float("inf")}, None)
def test_attributes_of_any_type_are_put_into_words(data: dict[str, Any], message: Any) -> None:
    item = OpenCallback("callback", "+1", 1, {"callBackData": data, "message": message}, "WW1")
    for said in (words.transcript_of(item), words.next_opening_of(item), words.recording_sid_of(item)):
        assert isinstance(said, str)
    assert isinstance(item.attempts, int)
    assert isinstance(words.messages_of(item), list)
    assert Choice(words="x").of([item]) in ([], [item])


@pytest.mark.parametrize("broken", [None, [], "text", 7])
def test_a_callback_without_an_object_of_data_is_put_into_words(broken: Any) -> None:
    item = OpenCallback("callback", "+1", 1, {"callBackData": broken}, "WW1")
    assert (words.recording_sid_of(item), words.transcript_of(item)) == ("", "")
    assert words.messages_of(item)[0].message is None


@pytest.mark.parametrize(
    ("data", "sid"),
    [
        ({"RecordingSid": SID}, SID),
        ({"recordingSid": SID}, SID),
        ({"RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/{SID}"}, SID),
        ({"RecordingSid": SID, "isDeleted": True}, ""),
        ({"RecordingSid": SID, "isDeleted": "true"}, ""),
        ({"RecordingSid": "../" + SID}, ""),
        ({"RecordingUrl": "https://elsewhere.example/a.mp3"}, ""),
    ],
)
def test_a_recording_is_known_by_its_sid_unless_it_was_deleted(data: dict[str, Any], sid: str) -> None:
    assert words.recording_sid_of(callback(**data)) == sid


@pytest.mark.parametrize(
    ("given_moment", "zone", "shown"),
    [
        ("2026-11-30T14:00:00.000Z", "America/New_York", "Mon 30 Nov 2026, 09:00 (America/New_York)"),
        ("2026-11-30T14:00:00", "nowhere/at all", "Mon 30 Nov 2026, 14:00 (UTC)"),
        ("2026-11-30T14:00:00Z", "../../etc/passwd", "Mon 30 Nov 2026, 14:00 (UTC)"),
        ("0001-01-01T00:00:00+14:00", "America/New_York", "0001-01-01T00:00:00+14:00"),
        ("soon", "UTC", "soon"),
    ],
)
def test_an_opening_is_told_by_the_teams_clock(given_moment: str, zone: str, shown: str) -> None:
    assert words.in_zone(given_moment, zone) == shown


@pytest.mark.parametrize(
    ("number", "is_so"),
    [
        ("anonymous", True),
        ("Restricted", True),
        ("+266696687", True),
        ("+1266696687", True),
        ("+14155550100", False),
        ("sip:anonymous@example.com", False),
        ("", False),
    ],
)
def test_withheld_numbers_are_known_in_words_and_on_the_keys(number: str, is_so: bool) -> None:
    assert is_withheld(number) is is_so


def test_one_queue_is_listed_in_its_order_and_all_the_oldest_first() -> None:
    first, second, third = (
        OpenCallback("callback", f"+1{place}", since, {}, "WW1", f"WT{place}", task=task(place))
        for place, since in ((2, 10), (1, 20), (3, 30))
    )
    items = [first, second, third]
    assert Choice().of(items) == items
    assert Choice(queue="Sales").of(items) == [second, first, third]
    assert Choice(queue="Support").of(items) == []


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-1", (0, 2)),
        ("bytes=2-", (2, 4)),
        ("bytes=-3", (1, 4)),
        ("bytes=-9", (0, 4)),
        ("bytes=1-99", (1, 4)),
        ("bytes=4-", (4, 4)),
        ("", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=0-1,2-3", None),
    ],
)
def test_a_part_of_a_recording_is_the_one_that_is_asked_for(asked: str, part: tuple[int, int] | None) -> None:
    assert Recording(b"abcd", "audio/mpeg").part(asked) == part


@given(st.integers(-(10**18), 10**18))
def test_any_time_has_a_text(at: int) -> None:
    assert moment(at).endswith("UTC") or moment(at) == "not known"
