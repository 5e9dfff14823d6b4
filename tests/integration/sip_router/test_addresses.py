"""One address written in several ways, by administrators and by phones: calls and /admin/test agree."""

import pytest

from local.template.parameters import FLEX_TOKENS
from tests.data.route_tables import route, route_table
from tests.integration.sip_router.router import DOMAIN, SipRouter, inside, ok
from tests.support import FORM


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
    assert taken(router, "a;b") == "a;b"


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


def test_visual_separators_of_a_telephone_number_do_not_count_on_either_side(router: SipRouter) -> None:
    publish(router, "+12025550199", "+44-20-7946-0018", "(030) 123-456", "+4930*", "ab", "ann-lee")

    for dialled in (
        "+12025550199",
        "+1-202-555-0199",
        "+1.202.555.0199",
        "+1(202)5550199",
        "+1%20202%205550199",
    ):
        assert taken(router, dialled) == "+12025550199"
    for dialled in ("+442079460018", "+44%2020%207946-0018;npdi"):
        assert taken(router, dialled) == "+44-20-7946-0018"
    assert taken(router, "030-123456") == "(030) 123-456"
    assert taken(router, "+49-(30)-77") == "+4930*"
    for name in ("a.b", "annlee", "ann.lee", "+a-b"):
        assert taken(router, name) == "Nobody"


def test_an_address_written_like_the_call_comes_before_one_written_otherwise(router: SipRouter) -> None:
    publish(router, "+1-202-555-0199", "+12025550199")

    assert taken(router, "+12025550199") == "+12025550199"
    assert taken(router, "+1-202-555-0199") == "+1-202-555-0199"


def test_a_plus_sign_that_came_as_a_space_is_one(router: SipRouter) -> None:
    publish(router, "+12025550199", "4321")

    for to in (f"sip: 1-202-555-0199@{DOMAIN}", " 12025550199"):
        assert inside(router.call("", To=to)) == "<Say>+12025550199</Say>"
        form = f"Token={FLEX_TOKENS['agent']}&address={to.replace(' ', '+')}".encode()
        tried = router.caller.send("POST", "/admin/test", form, {"Content-Type": FORM})
        assert ok(tried)["destination"] == "+12025550199"
    assert inside(router.call("", To=" 4321")) == "<Say>4321</Say>"
