"""Calls to the SIP domain, through the edge."""

from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sip_router.domain.destination import DestinationType
from tests.data.route_tables import CALL_SID, DESTINATIONS, TWIML, route, route_table
from tests.integration.sip_router.router import DOMAIN, SipRouter, inside, ok
from tests.support import Caller


def test_every_route_type_gives_its_twiml(router: SipRouter) -> None:
    router.publish(route_table(*(route(kind, kind, DESTINATIONS[kind]) for kind in DestinationType)))

    answers = {kind: router.call(kind) for kind in DestinationType}

    assert {kind: inside(answer) for kind, answer in answers.items()} == TWIML
    assert {answer.header("content-type") for answer in answers.values()} == {"text/xml; charset=utf-8"}
    assert router.heard("another address") == "<Say>Nobody</Say>"


@pytest.mark.parametrize("kind", DestinationType)
def test_every_route_type_can_be_the_default_route(router: SipRouter, kind: str) -> None:
    router.publish({"routes": [], "default": {"type": kind, "destination": DESTINATIONS[kind]}})

    assert router.heard("anything") == TWIML[kind]


def test_a_call_can_use_get(router: SipRouter) -> None:
    query = urlencode({"To": f"sip:4000@{DOMAIN}", "CallSid": CALL_SID})

    answer = router.caller.signed_get(f"/inbound-sip-router?{query}")

    assert answer.status == 200
    assert "from eight in the morning" in inside(answer)


def test_a_request_that_twilio_did_not_sign_is_refused(router: SipRouter) -> None:
    assert router.caller.send("POST", "/inbound-sip-router", b"To=4321").status == 403
    assert router.caller.key_post("/inbound-sip-router", {"To": "4321"}).status == 403
    assert router.caller.send("POST", "/inbound-sip-router/fallback", b"type=say&destination=a").status == 403
    forged = {"X-Twilio-Signature": router.caller.sign("/inbound-sip-router", {"To": "4321"})}
    assert router.caller.send("POST", "/inbound-sip-router", b"To=4322", forged).status in {403, 415}


def test_a_call_without_an_address_takes_the_default_route(router: SipRouter) -> None:
    answer = router.caller.signed_post("/inbound-sip-router", {"CallSid": CALL_SID})

    assert inside(answer) == "<Say>There is nobody at this address. Goodbye.</Say>"


HEADERS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="sip:@;<>%+*\"'&4321 \t\r\n[]{}\\^$?=/", max_size=40),
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["sip:", "sips:", "SIP:", "tel:", "", '"A <b>" <sip:', "<", "sip:sip:"]),
        st.sampled_from(
            ["4321", "%2B4930", "%", "%zz", "%ff", "a:b", "*97*", "^(a+)+$", "é", "\u202e", "", "a" * 300]
        ),
        st.sampled_from(["", "@", "@[::1]", f"@{DOMAIN}", "@x@y", ";a=b@c", ">;tag=1"]),
        st.sampled_from(["", ";user=phone", "?X-A=%0d%0a", ":99999", ">", "\x7f"]),
    ),
)


# The platform is shared on purpose: what one example does to it must not harm the next.
@settings(max_examples=100)
@given(to=HEADERS)
def test_any_to_header_is_answered(caller: Caller, to: str) -> None:
    answer = caller.signed_post("/inbound-sip-router", {"To": to, "CallSid": CALL_SID})

    assert answer.status == 200, to
    assert ET.fromstring(answer.text).tag == "Response"


def test_a_route_table_in_memory_is_used_without_asking_dynamodb(router: SipRouter) -> None:
    router.publish(route_table(route("4321")))
    router.call("4321")

    seen = len(router.caller.invocations("SipInbound"))
    router.call("4321")
    router.call("4322")
    fresh = router.caller.invocations("SipInbound")[seen:]
    router.grow_stale()
    router.call("4321")
    stale = router.caller.invocations("SipInbound")[-1]

    assert [item["awsCalls"] for item in fresh] == [0, 0]
    assert stale["awsCalls"] == 1
    assert {item["twilioCalls"] for item in (*fresh, stale)} == {0}


def test_a_schedule_decides_by_the_time_of_the_call(router: SipRouter) -> None:
    always = {
        "timeZone": "UTC",
        "weekly": {day: ["00:00-24:00"] for day in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
    }
    never = {"timeZone": "UTC", "weekly": {}}
    closed = {"type": "say", "destination": "Closed"}
    router.publish(
        route_table(
            route("1", schedule=always, otherwise=closed),
            route("2", schedule=never, otherwise=closed),
        )
    )

    assert router.heard("1") == "<Say>Hello</Say>"
    assert router.heard("2") == "<Say>Closed</Say>"


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2027-03-14T06:29:59Z", False),
        ("2027-03-14T06:45:00Z", False),
        ("2027-03-14T06:59:59Z", False),
        ("2027-03-14T07:00:00Z", True),
        ("2027-03-14T07:29:59Z", True),
        ("2027-03-14T07:30:00Z", False),
        ("2027-03-21T06:29:59Z", False),
        ("2027-03-21T06:30:00Z", True),
        ("2027-11-07T06:45:00Z", False),
        ("2027-11-07T07:30:00Z", True),
    ],
)
def test_a_schedule_that_begins_in_the_hour_left_out_opens_when_the_clock_is_changed(
    router: SipRouter, at: str, is_open: bool
) -> None:
    schedule = {"timeZone": "America/New_York", "weekly": {"sun": ["02:30-03:30"]}}
    closed = {"type": "say", "destination": "Closed"}
    router.publish(route_table(route("1", schedule=schedule, otherwise=closed)))

    tried = ok(router.admin("test", address="1", at=at))

    assert (tried["open"], tried["destination"]) == (is_open, "Hello" if is_open else "Closed")


def test_calls_are_distributed_by_weight_and_a_repeated_webhook_gets_the_same_answer(
    router: SipRouter,
) -> None:
    router.publish(route_table(route("1", alternatives=[{"type": "say", "destination": "World"}])))
    calls = [f"CA{number:032x}" for number in range(24)]

    first = [router.heard("1", call) for call in calls]

    assert set(first) == {"<Say>Hello</Say>", "<Say>World</Say>"}
    assert [router.heard("1", call) for call in calls] == first


@pytest.fixture
def dialled(router: SipRouter) -> Any:
    fallback = {"type": "say", "destination": 'Ann & "Bob" <are> out'}
    router.publish(
        route_table(
            route("1", "dial-client", "alice", fallback=fallback),
            route("2", "refer", "sip:alice@example.com", fallback=fallback),
            route("3", "say", "Hello", fallback=fallback),
        )
    )

    def after(address: str, **outcome: str) -> str:
        verb = ET.fromstring(router.call(address).text)[0]
        action = urlsplit(verb.attrib["action"])
        answer = router.caller.signed_post(
            f"{action.path}?{action.query}", {"CallSid": CALL_SID, "To": f"sip:{address}@{DOMAIN}", **outcome}
        )
        assert answer.status == 200
        return inside(answer) if "<Response>" in answer.text else ""

    return after


FALLBACK = '<Say>Ann &amp; "Bob" &lt;are&gt; out</Say>'


@pytest.mark.parametrize(
    ("outcome", "heard"),
    [("busy", FALLBACK), ("no-answer", FALLBACK), ("failed", FALLBACK), ("completed", ""), ("canceled", "")],
)
def test_a_failed_dial_continues_with_the_fallback(dialled: Any, outcome: str, heard: str) -> None:
    assert dialled("1", DialCallStatus=outcome) == heard


@pytest.mark.parametrize(
    ("outcome", "heard"),
    [
        (
            {"ReferCallStatus": "in-progress", "ReferSipResponseCode": "202", "NotifySipResponseCode": "200"},
            "",
        ),
        (
            {"ReferCallStatus": "busy", "ReferSipResponseCode": "202", "NotifySipResponseCode": "486"},
            FALLBACK,
        ),
        ({"ReferCallStatus": "failed", "ReferSipResponseCode": "405"}, FALLBACK),
        ({"ReferCallStatus": "canceled", "ReferSipResponseCode": "202"}, ""),
        ({"ReferSipResponseCode": "202"}, ""),
        ({"ReferSipResponseCode": "603"}, FALLBACK),
        ({}, FALLBACK),
    ],
)
def test_a_failed_refer_continues_with_the_fallback(
    dialled: Any, outcome: dict[str, str], heard: str
) -> None:
    assert dialled("2", **outcome) == heard


def test_a_call_uses_the_fallback_of_the_version_that_it_began_with(router: SipRouter) -> None:
    fallback = {"type": "say", "destination": "Old"}
    router.publish(route_table(route("1", "dial-client", "alice", fallback=fallback)))
    action = urlsplit(ET.fromstring(router.call("1").text)[0].attrib["action"])
    router.publish(route_table())

    answer = router.caller.signed_post(f"{action.path}?{action.query}", {"DialCallStatus": "busy"})

    assert inside(answer) == "<Say>Old</Say>"


def test_a_verb_that_reports_no_failure_has_no_action(dialled: Any, router: SipRouter) -> None:
    assert router.heard("3") == "<Say>Hello</Say>"


def test_a_fallback_without_a_destination_is_an_apology(router: SipRouter) -> None:
    answer = router.caller.signed_post("/inbound-sip-router/fallback", {"DialCallStatus": "busy"})

    assert answer.status == 200
    assert "We are sorry" in inside(answer)


def test_a_published_change_is_used_once_the_cached_table_is_stale(router: SipRouter) -> None:
    router.publish(route_table(route("1", destination="Before")))
    assert router.heard("1") == "<Say>Before</Say>"
    router.caller.flex_post(
        "/admin/publish", {"buildSid": router.save(route_table(route("1", destination="After")))}, "admin"
    )

    assert router.heard("1") == "<Say>Before</Say>"
    router.grow_stale()
    assert router.heard("1") == "<Say>After</Say>"
