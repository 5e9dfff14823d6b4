"""Dead letters unwrapped: each service's envelope, and whatever else may lie in a queue."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.dead_letters.letter import read_letter

EVENT = {
    "source": "switchboard.survey",
    "detail-type": "survey.ended",
    "detail": {"respondent": "+12025550142"},
}
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:stack-SurveyWriteResult-1:$LATEST"


def message(body: Any, attributes: dict[str, str] | None = None, **system: str) -> dict[str, Any]:
    named = {name: {"DataType": "String", "StringValue": text} for name, text in (attributes or {}).items()}
    return {
        "MessageId": "1",
        "Body": body if isinstance(body, str) else json.dumps(body),
        "MessageAttributes": named,
        "Attributes": {"SentTimestamp": "1772355600000", **system},
    }


def test_an_invocation_that_failed_for_good_tells_its_error_and_its_event() -> None:
    record = {
        "version": "1.0",
        "timestamp": "2026-03-01T09:00:00.000Z",
        "requestContext": {
            "requestId": "2",
            "functionArn": FUNCTION,
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": EVENT,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {
            "errorType": "ProcessingFailed",
            "errorMessage": "ServiceError: AccessDenied (403)",
        },
    }
    letter = read_letter("DeadLetters", message(record))
    assert (letter.kind, letter.what, letter.attempts) == ("invocation", FUNCTION, 3)
    assert (letter.payload, letter.event_type) == (EVENT, "survey.ended")
    assert letter.why == "ProcessingFailed: ServiceError: AccessDenied (403)"
    assert letter.since.isoformat() == "2026-03-01T09:00:00+00:00"


def test_an_event_that_grew_too_old_has_no_error_but_a_condition() -> None:
    context = {"functionArn": FUNCTION, "condition": "EventAgeExceeded", "approximateInvokeCount": 0}
    letter = read_letter("DeadLetters", message({"requestContext": context, "requestPayload": EVENT}))
    assert (letter.why, letter.attempts) == ("EventAgeExceeded", 0)


@pytest.mark.parametrize(("arn", "kind"), [("RULE_ARN", "rule"), ("SCHEDULE_ARN", "schedule")])
def test_an_event_that_did_not_reach_its_target_tells_target_and_error(arn: str, kind: str) -> None:
    attributes = {
        arn: "arn:aws:events:eu-west-1:123456789012:rule/bus/rule",
        "TARGET_ARN": FUNCTION,
        "ERROR_CODE": "NO_PERMISSIONS",
        "ERROR_MESSAGE": "Lambda refuses.",
        "RETRY_ATTEMPTS": "0",
    }
    letter = read_letter("DeadLetters", message(EVENT, attributes))
    assert (letter.kind, letter.what, letter.attempts) == (kind, FUNCTION, 1)
    assert letter.why == "NO_PERMISSIONS: Lambda refuses."
    assert arn in letter.details


def test_a_message_that_was_received_too_often_names_its_queue() -> None:
    source = "arn:aws:sqs:eu-west-1:123456789012:stack-IvrQueue-1"
    letter = read_letter(
        "DeadLetters", message(EVENT, DeadLetterQueueSourceArn=source, ApproximateReceiveCount="6")
    )
    assert (letter.kind, letter.what, letter.attempts) == ("queue", source, 6)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "requestContext",
                    "requestPayload",
                    "responsePayload",
                    "conversationSid",
                    "attempts",
                    "detail-type",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["RULE_ARN", "SCHEDULE_ARN", "TARGET_ARN", "ERROR_CODE", "RETRY_ATTEMPTS", "x"]),
    st.text(max_size=5),
    max_size=3,
)


@given(body=JSON | st.text(), attributes=ATTRIBUTES)
def test_whatever_lies_in_a_queue_is_shown(body: Any, attributes: dict[str, str]) -> None:
    letter = read_letter("DeadLetters", message(body, attributes))
    assert letter.id == "1"
    assert letter.why
    assert letter.attempts >= 0
