"""Parameters of a request: whatever comes, it is read or refused with the names of what is wrong."""

from hypothesis import given
from hypothesis import strategies as st

from callback.domain import number_policy
from callback.domain.callback_request import (
    LONGEST_TRANSCRIPTION,
    CallbackRequest,
    InvalidRequestError,
    parse_request,
)
from callback.domain.menu import after_key, may_call

NAMES = [
    "numberToCall", "numberToCallFrom", "flexFlowSid", "workflowSid", "timeout", "priority", "attempts",
    "conversation_id", "message", "utcDateTimeReceived", "RecordingSid", "RecordingUrl", "TranscriptionSid",
    "TranscriptionText", "isDeleted", "taskChannel", "recordingSid", "transcriptText",
]  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["+14155550100", "0", "-1", "true", "null", "undefined", "RE" + "a" * 32, "²", "1e3", " "]
    ),
)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_any_parameters_are_read_or_refused_by_name(params: dict[str, str]) -> None:
    problems: set[str] = set()
    try:
        request = parse_request(params)
    except InvalidRequestError as error:
        problems = set(error.problems)
    else:
        assert request.timeout >= 1
        assert request.number_to_call.startswith("+")
    assert problems <= set(NAMES)


def test_a_long_transcription_is_shortened_rather_than_lost() -> None:
    params = {"numberToCall": "+14155550100", "numberToCallFrom": "+14155550199"}
    text = parse_request(params | {"TranscriptionText": "x" * 9000}).transcription_text
    assert text is not None
    assert (len(text), text[-1]) == (LONGEST_TRANSCRIPTION, "…")
    assert parse_request(params) == CallbackRequest("+14155550100", "+14155550199")


@given(st.from_regex(r"\+[0-9]{1,16}", fullmatch=True))
def test_any_digits_are_judged(number: str) -> None:
    assert number_policy.refusal(number) is None or not may_call(number)


@given(
    st.sampled_from(["choice", "option", "number", "typed", "confirm"]),
    st.text("0123456789*#", max_size=18),
    st.booleans(),
)
def test_every_key_leads_somewhere_and_no_call_goes_to_a_refused_number(
    step: str, digits: str, is_open: bool
) -> None:
    following = after_key(step, digits, caller="anonymous", is_open=is_open, number="+19005550123")
    assert following.kind != "call back"
    assert following.tries <= 3
