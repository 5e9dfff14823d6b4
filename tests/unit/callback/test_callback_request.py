"""Parameters of a request: any of them are read, or refused by the names of what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callback.requests.create_callback import LONGEST_TRANSCRIPTION, CallbackRequest
from switchboard.errors import BadRequest
from switchboard.inputs.model import read

NUMBERS = {"numberToCall": "+14155550100", "numberToCallFrom": "+14155550199"}
NAMES = [
    "numberToCall", "numberToCallFrom", "flexFlowSid", "workflowSid", "timeout", "priority", "attempts",
    "conversation_id", "message", "utcDateTimeReceived", "RecordingSid", "RecordingUrl", "TranscriptionSid",
    "TranscriptionText", "isDeleted", "taskChannel", "recordingSid", "transcriptText",
]  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "+14155550100",
            "0",
            "-1",
            "true",
            "null",
            "undefined",
            "RE" + "a" * 32,
            "²",
            "1e3",
            " ",
            "yes",
            "1.0",
        ]
    ),
)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_any_parameters_are_read_or_refused_by_name(params: dict[str, str]) -> None:
    problems: set[str] = set()
    try:
        request = read(CallbackRequest, params)
    except BadRequest as error:
        problems = {problem["field"] for problem in error.errors}
    else:
        assert request.timeout >= 1
        assert request.number_to_call.startswith("+") or request.recording_sid
    assert problems <= set(NAMES)


def test_a_long_transcription_is_shortened_rather_than_lost() -> None:
    text = read(CallbackRequest, NUMBERS | {"TranscriptionText": "x" * 9000}).transcription_text
    assert text is not None
    assert (len(text), text[-1]) == (LONGEST_TRANSCRIPTION, "…")


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("2026-11-21T09:30:00.000Z", "2026-11-21T09:30:00.000Z"),
        ("2026-11-21T10:30:00+01:00", "2026-11-21T10:30:00+01:00"),
        ("2026-11-21T10:30:00 01:00", "2026-11-21T10:30:00+01:00"),
        ("Sat, 21 Nov 2026 09:30:00 +0000", "2026-11-21T09:30:00.000Z"),
        ("Sat, 21 Nov 2026 09:30:00 GMT", "2026-11-21T09:30:00.000Z"),
        ("Sat Nov 21 2026 10:30:00 GMT+0100 (Central European Time)", "2026-11-21T09:30:00.000Z"),
        ("Sat Nov 21 2026 10:30:00 GMT 0100 (Central European Time)", "2026-11-21T09:30:00.000Z"),
        ("Sat Nov 21 2026 04:30:00 GMT-0500", "2026-11-21T09:30:00.000Z"),
        ("1795253400000", "2026-11-21T09:30:00.000Z"),
        ("yesterday", None),
        ("21/11/2026", None),
        ("undefined", None),
    ],
)
def test_the_time_of_a_request_is_read_as_twilio_and_javascript_write_it(
    sent: str, read_as: str | None
) -> None:
    assert read(CallbackRequest, NUMBERS | {"utcDateTimeReceived": sent}).utc_date_time_received == read_as
