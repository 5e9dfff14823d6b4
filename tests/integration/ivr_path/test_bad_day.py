"""While AWS or Twilio fails, each of these routes gives Twilio an answer that it can use, in time.

That a silent service keeps nobody waiting is tested for all routes at once, in tests/integration/layer.
"""

from collections.abc import Callable
from typing import Any

import pytest

from local.http_messages import HttpResponse
from local.platform import Platform
from local.template.parameters import STUDIO_NUMBER
from tests.integration.ivr_path.calls import RECEPTION, StudioCall, new_sid
from tests.support import check_durations

pytestmark = pytest.mark.slow

REFUSES: dict[str, Any] = {"status": 400}
FAILS: dict[str, Any] = {"status": 500}
EVERYTHING = ["dynamodb", "events", "sqs"]
SECONDS = {"IvrPathCallStatus": 14, "IvrPathLinkExecution": 9.5, "EventStreamReceive": 4.9}


def fail(call: StudioCall, service: str, fault: dict[str, Any]) -> None:
    call.caller.local("POST", "/aws/faults", {"match": service, "times": 100_000, **fault})


def in_time(call: StudioCall, ask: Callable[[], HttpResponse]) -> HttpResponse:
    """Return an answer that came while its caller still waited."""
    call.caller.local("DELETE", "/invocations")
    reply = ask()
    check_durations(call.caller.invocations(), SECONDS)
    return reply


@pytest.mark.parametrize("fault", [REFUSES, FAILS], ids=["refuses", "fails"])
@pytest.mark.parametrize("service", ["ssm", *EVERYTHING])
def test_a_status_is_redirected_to_the_flow_in_its_url(
    platform: Platform, call: StudioCall, service: str, fault: dict[str, Any]
) -> None:
    fail(call, service, fault)
    if service == "ssm":
        platform.functions.recycle()  # with warm secrets nothing would be asked
    answer = in_time(call, lambda: call.status(query=f"?flowSid={call.flow_sid}"))
    assert (answer.status, answer.header("location")) == (302, call.location())


@pytest.mark.parametrize("fault", [REFUSES, FAILS], ids=["refuses", "fails"])
def test_a_status_is_redirected_while_all_of_aws_fails(call: StudioCall, fault: dict[str, Any]) -> None:
    for service in EVERYTHING:
        fail(call, service, fault)
    answer = in_time(call, lambda: call.status(query=f"?flowSid={call.flow_sid}"))
    assert answer.header("location") == call.location()


@pytest.mark.parametrize("fault", [REFUSES, FAILS], ids=["refuses", "fails"])
def test_a_status_whose_flow_is_unknown_is_answered_with_204(
    platform: Platform, call: StudioCall, fault: dict[str, Any]
) -> None:
    platform.functions.recycle()  # nothing is remembered in memory
    fail(call, "dynamodb", fault)
    call.caller.local(
        "POST", "/twilio/faults", {"match": "IncomingPhoneNumbers", "times": 100, "status": 503}
    )
    assert in_time(call, lambda: call.status(To=STUDIO_NUMBER)).status == 204


@pytest.mark.parametrize("fault", [REFUSES, FAILS], ids=["refuses", "fails"])
def test_a_status_is_redirected_to_the_numbers_flow_while_the_table_fails(
    call: StudioCall, fault: dict[str, Any]
) -> None:
    fail(call, "dynamodb", fault)
    assert in_time(call, lambda: call.status(To=STUDIO_NUMBER)).header("location") == call.location(RECEPTION)


@pytest.mark.parametrize("fault", [REFUSES, FAILS], ids=["refuses", "fails"])
@pytest.mark.parametrize("service", ["ssm", *EVERYTHING])
def test_a_flow_continues_although_its_link_cannot_be_stored(
    platform: Platform, call: StudioCall, service: str, fault: dict[str, Any]
) -> None:
    fail(call, service, fault)
    if service == "ssm":
        platform.functions.recycle()  # with warm secrets nothing would be asked
    answer = in_time(call, call.link)
    assert (answer.status, answer.json()["success"]) == (200, service != "ssm")


@pytest.mark.parametrize("fault", [REFUSES, FAILS], ids=["refuses", "fails"])
def test_a_flow_continues_while_all_of_aws_fails(call: StudioCall, fault: dict[str, Any]) -> None:
    for service in EVERYTHING:
        fail(call, service, fault)
    answer = in_time(call, call.link)
    assert (answer.status, answer.json()["success"]) == (200, False)


@pytest.mark.parametrize(("service", "fault"), [("ssm", FAILS), ("events", REFUSES), ("events", FAILS)])
def test_events_that_cannot_be_published_are_requested_again(
    platform: Platform, call: StudioCall, service: str, fault: dict[str, Any]
) -> None:
    fail(call, service, fault)
    if service == "ssm":
        platform.functions.recycle()  # with warm secrets nothing would be asked
    event = {"specversion": "1.0", "type": "com.twilio.unknown", "id": new_sid("EZ"), "data": {}}
    assert in_time(call, lambda: call.caller.signed_json("/eventstream", [event])).status == 503


def test_a_request_whose_signature_cannot_be_checked_changes_nothing(
    platform: Platform, call: StudioCall
) -> None:
    fail(call, "ssm", REFUSES)
    platform.functions.recycle()
    call.status(query=f"?flowSid={call.flow_sid}")
    call.link()
    call.caller.local("DELETE", "/aws/faults")
    assert call.get() is None
