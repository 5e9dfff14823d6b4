"""The number's status callback: Twilio gets the redirect, even while AWS fails."""

import pytest

from local.platform import Platform
from local.template.parameters import STUDIO_NUMBER
from tests.integration.ivr_path.calls import CALLER, RECEPTION, StudioCall, new_sid, widgets_of

STATUSES = [
    "queued",
    "initiated",
    "ringing",
    "in-progress",
    "completed",
    "busy",
    "failed",
    "no-answer",
    "canceled",
]


@pytest.fixture(autouse=True)
def _studio_knows_the_call(call: StudioCall) -> None:
    """Let every path be recorded at the first attempt: further attempts would keep the platform busy."""
    call.in_studio(call.walk("greeting"))


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_a_known_call_is_redirected(call: StudioCall, status: str) -> None:
    call.link()
    answer = call.status(status)
    assert (answer.status, answer.header("location"), answer.body) == (302, call.location(), b"")
    record = call.get()
    assert record is not None
    assert record["callStatus"] == status


def test_a_callback_of_another_account_is_refused_and_leaves_no_trace(call: StudioCall) -> None:
    call.link()
    before = call.get()
    assert call.status(AccountSid="AC" + "f" * 32).status == 403
    assert call.get() == before


@pytest.mark.parametrize("status", ["ringing", "completed"])
def test_the_status_of_an_unknown_call_is_answered_with_204_and_not_recorded(
    call: StudioCall, status: str
) -> None:
    assert call.status(status).status == 204
    assert call.get() is None


def test_a_status_is_redirected_to_the_flow_that_its_url_names(call: StudioCall) -> None:
    assert call.status(query=f"?flowSid={call.flow_sid}").header("location") == call.location()
    assert call.status(query="?flowSid=nonsense").header("location") == call.location()


def test_a_status_is_redirected_to_the_flow_of_the_called_number(call: StudioCall) -> None:
    assert call.status("ringing", To=STUDIO_NUMBER).header("location") == call.location(RECEPTION)


def test_the_flow_of_a_number_is_read_once(call: StudioCall) -> None:
    for _ in range(2):
        call.sid = new_sid("CA")
        call.status("ringing", To="+12025550188")
    assert len(call.caller.twilio_requests("PhoneNumber=%2B12025550188")) == 1


def test_an_outbound_call_is_not_redirected_to_the_flow_of_its_number(call: StudioCall) -> None:
    assert call.status(Direction="outbound-api", To=STUDIO_NUMBER).status == 204


@pytest.mark.parametrize("sid", ["", "CA1", "FN" + "0" * 32])
def test_a_callback_without_a_call_is_refused(call: StudioCall, sid: str) -> None:
    answer = call.status(CallSid=sid)
    assert (answer.status, answer.json()["errors"][0]["field"]) == (400, "CallSid")


def test_a_status_callback_makes_at_most_two_calls_to_aws(call: StudioCall) -> None:
    call.link()
    call.status("ringing")
    call.caller.local("DELETE", "/invocations")
    call.status("in-progress")
    call.status("completed")
    assert [item["aws"] for item in call.caller.invocations("IvrPathCallStatus")] == [
        ["dynamodb.UpdateItem"],
        ["dynamodb.UpdateItem", "events.PutEvents"],
    ]


def test_status_callbacks_in_the_wrong_order_keep_the_final_status(call: StudioCall) -> None:
    call.link()
    for status in ("completed", "ringing", "in-progress"):
        assert call.status(status).status == 302
    record = call.get()
    assert record is not None
    assert (record["callStatus"], record["callDuration"]) == ("completed", 31)


@pytest.mark.parametrize("statuses", [("busy", "completed"), ("completed", "busy")])
def test_two_final_statuses_end_in_the_same_record_in_any_order(
    call: StudioCall, statuses: tuple[str, str]
) -> None:
    call.link()
    for status in statuses:
        assert call.status(status).status == 302
    record = call.recorded()
    assert (record["callStatus"], record["callDuration"]) == ("completed", 31)


def test_the_path_is_recorded_although_the_bus_fails(call: StudioCall) -> None:
    call.link()
    call.caller.local("POST", "/aws/faults", {"match": "events.PutEvents", "times": 2})
    assert call.status().header("location") == call.location()
    assert widgets_of(call.recorded()) == ["Trigger", "greeting"]


@pytest.mark.parametrize("fault", [{"status": 500, "times": 2}, {"status": 503, "times": 2}])
def test_while_the_table_fails_the_flow_in_the_url_is_used(call: StudioCall, fault: dict[str, int]) -> None:
    call.link()
    call.caller.local("POST", "/aws/faults", {"match": "dynamodb.UpdateItem", **fault})
    answer = call.status(query=f"?flowSid={call.flow_sid}")
    assert answer.header("location") == call.location()
    record = call.recorded()
    assert widgets_of(record) == ["Trigger", "greeting"]
    assert (record["callStatus"], record["callDuration"], record["from"]) == ("completed", 31, CALLER)


def test_while_the_table_fails_the_cached_flow_of_the_number_is_used(
    platform: Platform, call: StudioCall
) -> None:
    call.link()
    call.status("ringing", To="+12025550155")
    call.caller.local("POST", "/aws/faults", {"match": "dynamodb.UpdateItem", "times": 2})
    assert call.status("in-progress", To="+12025550155").header("location") == call.location()


def test_while_the_table_fails_the_flow_of_the_number_is_read_from_twilio(call: StudioCall) -> None:
    call.flow_sid = RECEPTION
    call.link()
    platform = call.platform
    platform.functions.recycle()  # nothing is remembered in memory
    call.caller.local("POST", "/aws/faults", {"match": "dynamodb.UpdateItem", "times": 2})
    assert call.status("in-progress", To=STUDIO_NUMBER).header("location") == call.location()


def test_a_status_is_redirected_in_time_although_the_table_is_slow(call: StudioCall) -> None:
    call.link()
    slow = {"match": "dynamodb.UpdateItem", "times": 2, "delaySeconds": 2}
    call.caller.local("POST", "/aws/faults", slow)
    assert call.status(query=f"?flowSid={call.flow_sid}").header("location") == call.location()


def test_while_all_of_aws_fails_the_flow_in_the_url_gets_the_redirect(call: StudioCall) -> None:
    for service in ("dynamodb", "events", "sqs"):
        call.caller.local("POST", "/aws/faults", {"match": service, "times": 9})
    assert call.status(query=f"?flowSid={call.flow_sid}").header("location") == call.location()
