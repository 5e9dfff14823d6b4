"""The end of a call, passed on to the Studio flow that had it."""

import pytest

from local.template.parameters import ACCOUNT_SID
from switchboard.inputs.opening_hours import WEEKDAYS
from tests.data.route_tables import CALL_SID, FLOW_SID, FLOW_URL, route, route_table
from tests.integration.sip_router.router import SipRouter

OTHER_ACCOUNT = FLOW_URL.replace(ACCOUNT_SID, "AC" + "9" * 32)
ENDED = {
    "AccountSid": ACCOUNT_SID,
    "CallSid": CALL_SID,
    "CallStatus": "completed",
    "Direction": "inbound",
    "To": "sip:1@switchboard.sip.twilio.com",
}


def passed_on(router: SipRouter, **change: str) -> str | None:
    answer = router.caller.signed_post("/status-callback", {**ENDED, **change})
    if answer.status == 204:
        return None
    assert answer.status == 302
    return answer.header("location")


def test_the_end_of_a_call_is_redirected_to_its_studio_flow(router: SipRouter) -> None:
    router.publish(route_table(route("1", "webhook", FLOW_URL), route("2*", "webhook", f"{FLOW_URL}?a=b")))

    assert passed_on(router) == FLOW_URL
    assert passed_on(router, To="sip:23@x") == f"{FLOW_URL}?a=b"


def test_the_default_route_can_be_a_flow(router: SipRouter) -> None:
    router.publish({"routes": [], "default": {"type": "webhook", "destination": FLOW_URL}})

    assert passed_on(router, To="sip:anything@x") == FLOW_URL


@pytest.mark.parametrize(
    "change",
    [
        {"Direction": "outbound-api"},
        {"Direction": ""},
        {"AccountSid": ""},
        {"To": ""},
        {"To": "sip:2@x"},
        {"To": "sip:3@x"},
        {"To": "sip:4@x"},
        {"To": "sip:5@x"},
        {"To": "sip:6@x"},
        {"To": "sip:nobody@x"},
    ],
)
def test_the_end_of_any_other_call_is_answered_with_204(router: SipRouter, change: dict[str, str]) -> None:
    router.publish(
        route_table(
            route("1", "webhook", FLOW_URL),
            route("2", "webhook", OTHER_ACCOUNT),
            route("3", "webhook", "https://example.com/v1/Accounts/x"),
            route("4", "webhook", FLOW_URL.replace("https://", "https://evil.example.com/")),
            route("5", "webhook", FLOW_URL.replace("webhooks.twilio.com", "webhooks.twilio.com.example.com")),
            route("6", "say", FLOW_URL),
        )
    )

    assert passed_on(router, **change) is None


def test_the_end_of_a_call_is_redirected_to_the_flow_that_was_its_fallback(router: SipRouter) -> None:
    fallback = {"type": "webhook", "destination": FLOW_URL}
    router.publish(route_table(route("1", "dial-client", "alice", fallback=fallback)))

    assert passed_on(router) == FLOW_URL


def test_the_end_of_a_distributed_call_is_redirected_to_the_flow_that_it_went_to(router: SipRouter) -> None:
    second = FLOW_URL.replace(FLOW_SID, "FW" + "e" * 32)
    router.publish(
        route_table(
            route("1", "webhook", FLOW_URL, alternatives=[{"type": "webhook", "destination": second}])
        )
    )
    calls = [f"CA{number:032x}" for number in range(12)]

    went = [router.heard("1", call).removeprefix("<Redirect>").removesuffix("</Redirect>") for call in calls]

    assert set(went) == {FLOW_URL, second}
    assert [passed_on(router, CallSid=call) for call in calls] == went


def test_the_opening_hours_at_the_beginning_of_the_call_apply(router: SipRouter) -> None:
    hours = {"timeZone": "UTC", "weekly": {"mon": ["09:00-17:00"]}}
    closed = {"type": "say", "destination": "Closed"}
    router.publish(route_table(route("1", "webhook", FLOW_URL, schedule=hours, otherwise=closed)))
    ended = "Mon, 16 Nov 2026 17:05:00 +0000"

    assert passed_on(router, Timestamp=ended, CallDuration="600") == FLOW_URL
    assert passed_on(router, Timestamp=ended, CallDuration="60") is None
    assert passed_on(router, Timestamp=ended, CallDuration="many") is None


@pytest.mark.parametrize(
    "timestamp",
    [
        "yesterday",
        "",
        "Mon, 99 Nov 2026 17:05:00 +0000",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999",
        "Fri, 31 Dec 9999 23:59:59 -1200",
    ],
)
def test_the_time_is_now_where_the_timestamp_cannot_be_read(router: SipRouter, timestamp: str) -> None:
    hours = {"timeZone": "Asia/Tokyo", "weekly": {day: ["00:00-24:00"] for day in WEEKDAYS}}
    closed = {"type": "say", "destination": "Closed"}
    router.publish(route_table(route("1", "webhook", FLOW_URL, schedule=hours, otherwise=closed)))

    assert passed_on(router, Timestamp=timestamp, CallDuration="999999") == FLOW_URL


def test_the_end_of_a_call_without_an_address_goes_to_the_default_route(router: SipRouter) -> None:
    router.publish({"routes": [], "default": {"type": "webhook", "destination": FLOW_URL}})
    without = {name: value for name, value in ENDED.items() if name != "To"}

    assert passed_on(router, To="") == FLOW_URL
    assert router.caller.signed_post("/status-callback", without).header("location") == FLOW_URL


def test_a_request_that_twilio_did_not_sign_is_refused(router: SipRouter) -> None:
    assert router.caller.send("POST", "/status-callback", b"To=1&Direction=inbound").status == 403
    assert router.caller.key_post("/status-callback", ENDED).status == 403
