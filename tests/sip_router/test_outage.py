"""DynamoDB or S3 is down: the last known map serves, and if there is none the caller hears an apology."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.platform import Platform
from tests.sip_router.conftest import TABLE
from tests.sip_router.maps import FLOW_URL, route, routing_map
from tests.sip_router.router import SipRouter


@pytest.fixture
def outage(platform: Platform) -> Iterator[Any]:
    """Give a function that takes the table away; it is put back afterwards."""
    client = platform.aws.client("dynamodb")
    table = client.describe_table(TableName=TABLE)["Table"]
    yield lambda: client.delete_table(TableName=TABLE)
    client.create_table(
        TableName=TABLE,
        KeySchema=table["KeySchema"],
        AttributeDefinitions=table["AttributeDefinitions"],
        BillingMode="PAY_PER_REQUEST",
    )
    platform.functions.recycle()


def test_the_last_known_map_serves(router: SipRouter, outage: Any) -> None:
    router.publish(routing_map(route("1"), route("2", "webhook", FLOW_URL)))
    router.call("1")
    ended = {"AccountSid": router.caller._platform.account_sid, "To": "sip:2@x", "Direction": "inbound"}
    router.caller.signed_post("/status-callback", ended)

    outage()
    router.grow_stale()

    assert router.heard("1") == "<Say>Hello</Say>"
    assert router.caller.invocations("SipInbound")[-1]["awsCalls"] >= 1
    assert router.heard("1") == "<Say>Hello</Say>"
    assert router.caller.invocations("SipInbound")[-1]["awsCalls"] == 0
    assert router.caller.signed_post("/status-callback", ended).status == 302


def test_without_a_map_there_is_an_apology(platform: Platform, router: SipRouter, outage: Any) -> None:
    outage()
    platform.functions.recycle()

    assert "We are sorry" in router.heard("1")
    ended = {"AccountSid": platform.account_sid, "To": "sip:1@x", "Direction": "inbound"}
    assert router.caller.signed_post("/status-callback", ended).status == 204


def test_administrators_are_told_and_nothing_is_half_done(router: SipRouter, outage: Any) -> None:
    version = router.list()["version"]

    outage()

    assert router.admin("list").status == 500
    assert router.admin("update", data=routing_map(), version=version).status == 500
