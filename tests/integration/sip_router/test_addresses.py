"""One address written in several ways, by administrators and by phones: calls and /admin/test agree."""

import pytest

from tests.data.route_tables import route, route_table
from tests.integration.sip_router.router import DOMAIN, SipRouter, ok


def taken(router: SipRouter, address: str) -> str:
    """Return the route that a call takes, as the call and /admin/test tell it."""
    heard = router.heard(address).removeprefix("<Say>").removesuffix("</Say>")
    tried = ok(router.admin("test", address=f"sip:{address}@{DOMAIN}"))
    assert tried["destination"] == heard
    assert tried["route"].get("address", "Nobody") == heard
    return heard


def publish(router: SipRouter, *addresses: str) -> None:
    """Publish routes, each of which says its own address."""
    router.publish(route_table(*(route(address, destination=address) for address in addresses)))


def test_a_call_to_an_escaped_user_part_takes_the_route_written_with_or_without_escapes(
    router: SipRouter,
) -> None:
    publish(router, "ann@corp.example", "a;b", "a:b", "a?b", "bob%40corp.example", "sip:eve%40corp.example@x")

    assert taken(router, "ann%40corp.example") == "ann@corp.example"
    assert taken(router, "a%3Bb") == "a;b"
    assert taken(router, "a%3ab") == "a:b"
    assert taken(router, "a%3Fb") == "a?b"
    assert taken(router, "bob%40corp.example") == "bob%40corp.example"
    assert taken(router, "eve%40corp.example") == "sip:eve%40corp.example@x"
    assert taken(router, "eve") == "Nobody"


@pytest.mark.parametrize("address", ["ann@corp.example", "ann%40corp.example"])
def test_an_address_is_tried_as_the_route_is_written(router: SipRouter, address: str) -> None:
    publish(router, "ann", "ann@corp.example")

    for tried in (
        ok(router.admin("test", address=address)),
        ok(router.admin_form("test", address=address)),
        ok(router.admin_form("test", address=f"sip:{address}@{DOMAIN}")),
    ):
        assert (tried["match"], tried["address"]) == ("exact", "ann@corp.example")
        assert tried["route"]["address"] == "ann@corp.example"
