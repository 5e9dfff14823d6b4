"""What never reaches a log: numbers, words that people wrote, secrets."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.log import count, logger, mask

CALL_SID = "CA" + "0123456789" * 3 + "01"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("+15555550123", "+***0123"),
        ("to +15555550123, from +442071838750.", "to +***0123, from +***8750."),
        ("whatsapp:+15555550123", "whatsapp:+***0123"),
        ("sip:+15555550123@example.com", "sip:+***0123@example.com"),
        ("To=%2B15555550123&x=%2b442071838750", "To=%2B***0123&x=%2b***8750"),
        ("+2901234", "+***34"),
        ("survey-results/15555550123.json", "survey-results/***0123.json"),
        ("'15555550123'", "'***0123'"),
        ("5555550123", "***0123"),
        ("tel:5555550123;ext=2", "tel:***0123;ext=2"),
    ],
)
def test_phone_numbers_are_masked_but_for_their_last_digits(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        CALL_SID,
        f"/2010-04-01/Accounts/{CALL_SID}/Calls.json",
        "2f4f7c2e-5a3b-4f0e-8a51-012345678901",
        "1-5759e988-012345678901234567890123",
        "2026-11-21T06:30:56.072+00:00",
        "0.1234567890123",
        "123456789",
        "+12345",
        "x1234567890",
        "1234567890_1",
        "line 4021",
        "arn:aws:iam::123456789012:role/x may not read arn:aws:ssm:eu-west-1:123456789012:parameter/a",
    ],
)
def test_sids_times_and_small_numbers_are_not_masked(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "GET /x?Token=s3cr3t&a=1",
        "{'Token': 's3cr3t'}",
        '{"authToken":"s3cr3t"}',
        "Authorization: Bearer s3cr3t",
        "authorization=Basic s3cr3t",
        "X-Twilio-Signature: s3cr3t",
        "access_token=s3cr3t",
        "password = s3cr3t",
    ],
)
def test_secrets_in_texts_are_masked(text: str) -> None:
    assert "s3cr3t" not in mask(text)


def test_fields_that_hold_texts_or_secrets_are_masked_at_any_depth() -> None:
    record = {
        "params": [{"Body": "words", "SpeechResult": "words", "CallSid": CALL_SID}],
        "headers": {"X-Twilio-Signature": "words", "authorization": "words"},
        "request": {
            "messageBody": "words",
            "TranscriptionText": "words",
            "Token": "words",
            "auth_token": "words",
        },
        "+15555550123": ("+15555550123", {"+15555550123"}),
        "empty": {"Body": ""},
    }
    masked = mask(record)
    assert "words" not in str(masked)
    assert "5555550123" not in str(masked)
    assert masked["params"][0]["CallSid"] == CALL_SID
    assert masked["empty"] == {"Body": ""}


numbers = st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True)
inner = st.one_of(numbers, numbers.map(lambda number: f"call {number}!"), st.none(), st.integers(0, 10**6))
nested = st.recursive(
    inner, lambda deeper: st.lists(deeper, max_size=3) | st.dictionaries(numbers, deeper, max_size=3)
)


@given(value=nested)
def test_phone_numbers_are_masked_at_any_depth(value: Any) -> None:
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", out)
        logger.warning("a record", extra={"value": value})
        logger.error({"message": "a dict for a message", "value": value})
        try:
            raise ValueError(value)
        except ValueError as error:
            error.add_note(f"with {value}")
            logger.exception("an exception")
    for number in _numbers(value):
        assert number[1:] not in out.getvalue()
    assert [json.loads(line)["level"] for line in out.getvalue().splitlines()] == [
        "WARNING",
        "ERROR",
        "ERROR",
    ]


def _numbers(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [number for pair in value.items() for item in pair for number in _numbers(item)]
    if isinstance(value, list):
        return [number for item in value for number in _numbers(item)]
    return [value.removeprefix("call ").removesuffix("!")] if isinstance(value, str) else []


def test_a_metric_is_one_line_of_the_embedded_format(capsys: pytest.CaptureFixture[str]) -> None:
    count("SurveyCompleted", medium="sms")
    (line,) = capsys.readouterr().out.splitlines()
    metric = json.loads(line)
    (directive,) = metric["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Switchboard"
    assert directive["Metrics"] == [{"Name": "SurveyCompleted", "Unit": "Count"}]
    assert (metric["medium"], metric["SurveyCompleted"]) == ("sms", [1.0])
    assert {"medium", "service"} == {name for names in directive["Dimensions"] for name in names}
