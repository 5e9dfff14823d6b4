"""One correlation id leads from a webhook to all that follows from it, by the bus or by the queue."""

from typing import Any

import pytest

from tests.integration.ivr_path.calls import StudioCall
from tests.integration.ivr_path.conftest import Lines
from tests.support import eventually


def ids(lines: Lines, function: str, **fields: str) -> set[str]:
    """Return the correlation ids of a function's lines that have these fields."""

    def look() -> set[str]:
        found = [line for name, line in lines if name == function and fields.items() <= line.items()]
        return {line["correlation_id"] for line in found}

    return eventually(look)


@pytest.mark.parametrize(
    "fault",
    [
        None,
        ("aws", {"match": "events.PutEvents", "times": 2}),
        ("twilio", {"match": "/Context", "status": 404, "times": 2}),
    ],
    ids=["by the bus", "by the queue", "at the third attempt"],
)
def test_the_lines_of_a_webhook_and_of_the_processor_have_one_id(
    lines: Lines, call: StudioCall, fault: tuple[str, dict[str, Any]] | None
) -> None:
    call.in_studio(call.walk("greeting"))
    call.link()
    if fault is not None:
        call.caller.local("POST", f"/{fault[0]}/faults", fault[1])
    call.status()
    call.recorded()
    (reported,) = ids(lines, "IvrPathCallStatus", CallSid=call.sid)
    assert ids(lines, "IvrPathRecordPath", CallSid=call.sid) == {reported}


def test_studios_events_lead_from_their_batch_to_the_record(lines: Lines, call: StudioCall) -> None:
    call.tell(*call.walk("greeting").events())
    call.recorded(steps=2)
    (received,) = ids(lines, "EventStreamReceive")
    assert ids(lines, "IvrPathStudioEvents", ExecutionSid=call.execution_sid) == {received}
    assert ids(lines, "IvrPathRecordPath", CallSid=call.sid) == {received}


def test_a_forwarded_record_names_the_id_of_the_webhook_that_led_to_it(
    lines: Lines, call: StudioCall
) -> None:
    call.in_studio(call.walk("greeting"))
    call.link()
    call.status()
    call.recorded()
    assert eventually(call.forwarded)
    posts = call.caller.local("GET", "/operator")
    sent = {post["body"]["correlationId"] for post in posts if post["body"]["callSid"] == call.sid}
    assert sent == ids(lines, "IvrPathCallStatus", CallSid=call.sid)
