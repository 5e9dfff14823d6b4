"""AWS is down: the last known route table serves, and if there is none the caller hears an apology."""

from collections.abc import Callable, Iterator

import pytest

from local.platform import Platform
from tests.data.route_tables import FLOW_URL, route, route_table
from tests.integration.sip_router.router import SipRouter, ok

pytestmark = pytest.mark.slow

Outage = Callable[..., None]


@pytest.fixture
def outage(router: SipRouter) -> Iterator[Outage]:
    """Give a function that takes a service of AWS away until the test is over."""

    def begin(match: str = "dynamodb", delay_seconds: float = 0) -> None:
        fault = {"match": match, "status": 500, "times": 1000, "delaySeconds": delay_seconds}
        # Stale first: moving the clock may run a schedule, which the fault would hold up as well.
        router.grow_stale()
        router.caller.local("POST", "/aws/faults", fault)

    yield begin
    router.caller.local("DELETE", "/aws/faults")
    router.grow_stale()


def ended(router: SipRouter, address: str) -> int:
    form = {"AccountSid": router.caller._platform.account_sid, "To": address, "Direction": "inbound"}
    return router.caller.signed_post("/status-callback", form).status


def test_the_route_table_in_memory_is_used_during_an_outage(router: SipRouter, outage: Outage) -> None:
    router.publish(route_table(route("1"), route("2", "webhook", FLOW_URL)))
    router.call("1")
    ended(router, "2")

    outage()

    assert [router.heard("1"), router.heard("1")] == ["<Say>Hello</Say>"] * 2
    asked, left_alone = router.caller.invocations("SipInbound")[-2:]
    assert asked["awsCalls"] > 0
    assert left_alone["awsCalls"] == 0
    assert ended(router, "2") == 302


def test_a_call_is_answered_in_time_while_dynamodb_does_not_answer(router: SipRouter, outage: Outage) -> None:
    router.publish(route_table(route("1")))
    router.call("1")

    # The function itself has 10 s, Twilio waits for 15.
    outage(delay_seconds=30)

    assert router.heard("1") == "<Say>Hello</Say>"


def test_the_last_known_table_is_used_while_a_new_version_cannot_be_read(
    router: SipRouter, outage: Outage
) -> None:
    router.publish(route_table(route("1", destination="Before")))
    router.call("1")
    large = route_table(*(route(f"{number}", destination=f"{number * 7919:x}") for number in range(40_000)))
    ok(router.admin("publish", buildSid=router.save(large)))

    outage("s3")

    assert router.heard("1") == "<Say>Before</Say>"
    router.caller.local("DELETE", "/aws/faults")
    router.grow_stale()
    assert router.heard("1") == f"<Say>{7919:x}</Say>"


def test_without_a_route_table_there_is_an_apology(
    platform: Platform, router: SipRouter, outage: Outage
) -> None:
    outage()
    platform.functions.recycle()

    assert "We are sorry" in router.heard("1")
    assert ended(router, "1") == 204


def test_an_update_during_an_outage_is_refused_and_leaves_nothing_behind(
    router: SipRouter, outage: Outage
) -> None:
    listed = router.list()

    for service in ("dynamodb.TransactWriteItems", "dynamodb.Query", "s3"):
        outage(service)
        assert router.admin("update", data=route_table(), version=listed["version"]).status == 503
        router.caller.local("DELETE", "/aws/faults")

    assert router.list() == listed
    assert ok(router.admin("update", data=route_table(), version=listed["version"]))["success"] is True
