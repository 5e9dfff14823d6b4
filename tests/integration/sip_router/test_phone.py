"""A local phone calls the SIP domain: what the person hears, and where the call's end is reported."""

from typing import Any

import pytest

from local.platform import Platform
from local.template.parameters import SIP_DOMAIN
from local.twilio.studio.flow import RECEPTION
from tests.data.route_tables import route, route_table
from tests.integration.sip_router.router import SipRouter
from tools.phone.client import PhoneClient

CALLER = f"sip:ann@{SIP_DOMAIN}"
SORRY = {"type": "say", "destination": "Nobody is there"}


@pytest.fixture
def phone(platform: Platform) -> PhoneClient:
    return PhoneClient(platform.base_url)


def said(call: dict[str, Any]) -> list[str]:
    return [entry["text"] for entry in call["transcript"] if entry["kind"] == "say"]


def test_a_phone_that_calls_a_sip_address_hears_its_route(router: SipRouter, phone: PhoneClient) -> None:
    router.publish(route_table(route("4321", destination="Good morning")))

    assert said(phone.call(CALLER, f"sip:4321@{SIP_DOMAIN}")) == ["Good morning"]
    assert said(phone.call(CALLER, f"sips:%34321@{SIP_DOMAIN};transport=tls")) == ["Good morning"]
    assert said(phone.call(CALLER, f"sip:1234@{SIP_DOMAIN}")) == ["Nobody"]


def test_a_dial_that_is_not_answered_is_followed_by_the_fallback(
    router: SipRouter, phone: PhoneClient
) -> None:
    router.publish(route_table(route("1", "dial-client", "reception", fallback=SORRY)))
    phone.behave("client:reception", calls="no-answer")

    assert said(phone.call(CALLER, f"sip:1@{SIP_DOMAIN}")) == ["Nobody is there"]

    phone.behave("client:reception", calls="answer")
    call = phone.call(CALLER, f"sip:1@{SIP_DOMAIN}")
    assert call["listening"]["verb"] == "Dial"
    call = phone.do(call["sid"], "other-side", result="completed")
    assert call["finished"]
    assert said(phone.look(call["sid"])) == []


@pytest.mark.parametrize(
    ("outcome", "heard"), [("completed", []), ("busy", ["Nobody is there"]), ("failed", ["Nobody is there"])]
)
def test_a_referral_that_fails_is_followed_by_the_fallback(
    router: SipRouter, phone: PhoneClient, outcome: str, heard: list[str]
) -> None:
    router.publish(route_table(route("1", "refer", "sip:lee@pbx.example.com", fallback=SORRY)))

    call = phone.call(CALLER, f"sip:1@{SIP_DOMAIN}")
    phone.do(call["sid"], "other-side", result=outcome)

    assert said(phone.look(call["sid"])) == heard


def test_a_studio_execution_ends_with_its_call(
    platform: Platform, router: SipRouter, phone: PhoneClient
) -> None:
    router.publish(route_table(route("1", "webhook", platform.stand_in.studio.webhook_url(RECEPTION))))

    call = phone.call(CALLER, f"sip:1@{SIP_DOMAIN}")
    (execution,) = (
        item for item in platform.stand_in.studio.executions.values() if item.call_sid == call["sid"]
    )
    assert execution.status == "active"
    phone.do(call["sid"], "hangup")

    assert execution.status == "ended"
