"""While AWS fails, Twilio gets an answer that it can use, in time, on each route of a SIP domain."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from local.http_messages import HttpResponse
from local.platform import Platform
from local.template.parameters import ACCOUNT_SID
from tests.data.route_tables import CALL_SID
from tests.integration.sip_router.router import DOMAIN, SipRouter, inside
from tests.support import check_durations, in_parallel

pytestmark = pytest.mark.slow

REFUSES: dict[str, Any] = {"status": 400}
FAILS: dict[str, Any] = {"status": 500}
IS_SILENT: dict[str, Any] = {"status": 500, "delaySeconds": 20}
SECONDS = {"SipInbound": 13, "SipStatusCallback": 13}
SORRY = "We are sorry"

CALL = {"AccountSid": ACCOUNT_SID, "To": f"sip:4000@{DOMAIN}", "CallSid": CALL_SID, "Direction": "inbound"}
FALLBACK = urlencode({"destination": "Fallback", "type": "say"})


def posted(router: SipRouter) -> HttpResponse:
    return router.caller.signed_post("/inbound-sip-router", CALL)


def got(router: SipRouter) -> HttpResponse:
    return router.caller.signed_get(f"/inbound-sip-router?{urlencode(CALL)}")


def after_dial(router: SipRouter) -> HttpResponse:
    form = {"AccountSid": ACCOUNT_SID, "CallSid": CALL_SID, "DialCallStatus": "busy"}
    return router.caller.signed_post(f"/inbound-sip-router/fallback?{FALLBACK}", form)


def ended(router: SipRouter) -> HttpResponse:
    return router.caller.signed_post("/status-callback", {**CALL, "CallStatus": "completed"})


def begin(platform: Platform, router: SipRouter, match: str, fault: dict[str, Any]) -> None:
    """Make a service fail for functions that remember nothing."""
    platform.functions.recycle()
    router.caller.local("POST", "/aws/faults", {"match": match, "times": 100_000, **fault})


def timed(router: SipRouter, *asks: Callable[[SipRouter], HttpResponse]) -> list[HttpResponse]:
    """Ask at once; return answers that came before Twilio gives up, with room for the network."""
    router.caller.local("DELETE", "/invocations")
    answers = in_parallel(lambda ask: ask(router), asks)
    check_durations(router.caller.invocations(), SECONDS)
    return answers


@pytest.mark.parametrize("fault", [REFUSES, FAILS], ids=["refuses", "fails"])
@pytest.mark.parametrize("service", ["ssm", "dynamodb", "s3"])
def test_a_caller_hears_a_destination_or_an_apology_whichever_service_fails(
    platform: Platform, router: SipRouter, service: str, fault: dict[str, Any]
) -> None:
    begin(platform, router, service, fault)

    call, end = timed(router, posted, ended)
    call_by_get, fallback = timed(router, got, after_dial)
    for answer in (call, call_by_get):
        assert (answer.status, answer.header("content-type")) == (200, "text/xml; charset=utf-8")
        assert SORRY in inside(answer)
    assert end.status == 204
    assert (SORRY if service == "ssm" else "<Say>Fallback</Say>") in inside(fallback)


@pytest.mark.parametrize("service", ["ssm", "dynamodb", "s3"])
def test_a_caller_hears_an_apology_while_a_service_does_not_answer(
    platform: Platform, router: SipRouter, service: str
) -> None:
    begin(platform, router, service, IS_SILENT)

    call, end = timed(router, posted, ended)
    assert SORRY in inside(call)
    assert end.status == 204


def test_a_signature_that_cannot_be_checked_is_not_accepted(platform: Platform, router: SipRouter) -> None:
    begin(platform, router, "ssm", FAILS)
    forged = {
        "X-Twilio-Signature": "bm8gc2lnbmF0dXJlIQ==",
        "Content-Type": "application/x-www-form-urlencoded",
    }

    call = router.caller.send("POST", "/inbound-sip-router", urlencode(CALL).encode(), forged)
    fallback = router.caller.send("POST", f"/inbound-sip-router/fallback?{FALLBACK}", b"a=b", forged)
    bare = router.caller.send("POST", "/inbound-sip-router", urlencode(CALL).encode())

    assert SORRY in inside(call)
    assert SORRY in inside(fallback)
    assert bare.status == 403


def test_a_webhook_is_served_after_a_short_failure(platform: Platform, router: SipRouter) -> None:
    begin(platform, router, "dynamodb", FAILS)
    assert SORRY in inside(posted(router))

    router.caller.local("DELETE", "/aws/faults")

    assert "from eight in the morning" in inside(posted(router))
