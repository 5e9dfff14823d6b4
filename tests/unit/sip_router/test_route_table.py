"""Which route an address takes, checked against a reference too plain to be wrong."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_router.domain.route import Kind
from sip_router.domain.route_table import RouteTable
from sip_router.domain.validation import check_route_table
from tests.data.route_tables import route, route_table

# Few letters, so that random addresses meet random routes often.
LETTERS = "+12a$"
USERS = st.text(LETTERS, min_size=1, max_size=5)
PATTERNS = st.lists(
    st.sampled_from(
        ["1", "2", "a", r"\+", "[12]", ".", "(1|22)", "a?", "1*", "2+", r"\Q", r"\Q+1", r"\Q\E", r"\Q1+\E"]
    ),
    max_size=4,
).map("".join)
ADDRESSES = st.one_of(USERS, USERS.map("{}*".format), PATTERNS.map("^{}".format), PATTERNS.map("^{}$".format))
MAPS = st.lists(ADDRESSES, unique=True, max_size=25).map(lambda found: route_table(*map(route, found)))


def unquoted(pattern: str) -> str:
    """Return an expression of RE2 in the words of Python's re, which knows no quotation."""
    return re.sub(
        r"\\Q(.*?)(?:\\E|$)", lambda quoted: f"(?:{re.escape(quoted[1])})", pattern, flags=re.DOTALL
    )


def found_by_reading_every_route(data: dict[str, Any], user: str) -> str:
    addresses = [raw["address"] for raw in data["routes"]]
    if user in addresses:
        return user
    prefixes = [address for address in addresses if address.endswith("*") and user.startswith(address[:-1])]
    patterns = [
        address for address in addresses if address.startswith("^") and re.fullmatch(unquoted(address), user)
    ]
    return max(prefixes, key=len) if prefixes else patterns[0] if patterns else ""


@given(MAPS, USERS)
def test_matching_agrees_with_the_reference(data: dict[str, Any], user: str) -> None:
    assert check_route_table(data) == []

    match = RouteTable(data).match(user)

    assert match.raw.get("address", "") == found_by_reading_every_route(data, user)


def test_exact_comes_before_prefix_before_pattern_before_default() -> None:
    routes = RouteTable(
        route_table(route(r"^\+49.*$"), route("+49*"), route("+4930*"), route("+4930123"), route("+49301*"))
    )

    assert routes.match("+4930123").kind is Kind.EXACT
    assert routes.match("+4930199").raw["address"] == "+49301*"
    assert routes.match("+4930999").raw["address"] == "+4930*"
    assert routes.match("+4989").raw["address"] == "+49*"
    assert routes.match("+41").kind is Kind.DEFAULT


def test_patterns_are_tried_in_the_order_of_the_table() -> None:
    routes = RouteTable(route_table(route("^4[0-9]{3}$"), route("^43.*$"), route("^.*$")))

    assert routes.match("4321").raw["address"] == "^4[0-9]{3}$"
    assert routes.match("43210").raw["address"] == "^43.*$"
    assert routes.match("anything").raw["address"] == "^.*$"


def test_patterns_that_name_their_groups_alike_are_tried_too() -> None:
    routes = RouteTable(route_table(route("^(?P<a>1)$"), route("^(?P<a>2|22)$")))

    assert routes.match("22").raw["address"] == "^(?P<a>2|22)$"
    assert routes.match("3").kind is Kind.DEFAULT


def test_a_quotation_without_an_end_does_not_reach_the_next_pattern() -> None:
    routes = RouteTable(route_table(route(r"^a\Qb"), route(r"^x\Qy\E"), route(r"^\Q\\"), route("^z")))

    for address, expected in (("ab", r"^a\Qb"), ("xy", r"^x\Qy\E"), ("\\\\", r"^\Q\\"), ("z", "^z")):
        assert routes.match(address).raw.get("address") == expected


def test_a_flag_counts_for_its_own_pattern_only() -> None:
    routes = RouteTable(route_table(route("^(?i)alice$"), route("^BOB$")))

    assert routes.match("ALICE").kind is Kind.PATTERN
    assert routes.match("bob").kind is Kind.DEFAULT


def test_a_pattern_must_match_the_whole_address() -> None:
    routes = RouteTable(route_table(route("43", match="pattern")))

    assert routes.match("43").kind is Kind.PATTERN
    assert routes.match("432").kind is Kind.DEFAULT


def test_an_address_that_looks_like_a_prefix_can_be_exact() -> None:
    routes = RouteTable(route_table(route("*97*", match="exact"), route("*9", match="prefix")))

    assert routes.match("*97*").kind is Kind.EXACT
    assert routes.match("*971").kind is Kind.PREFIX
    assert routes.match("*8").kind is Kind.DEFAULT


@pytest.mark.parametrize(
    "address",
    ["sip:+4930123@example.com", "%2B4930123", "+4930123;npdi", " +4930123 ", "<sips:+4930123@a.b>"],
)
def test_a_route_may_name_its_address_as_a_uri(address: str) -> None:
    data = route_table(route(address))

    assert check_route_table(data) == []
    assert RouteTable(data).match("+4930123").kind is Kind.EXACT


def test_the_first_of_two_valid_routes_for_an_address_is_used() -> None:
    assert (
        RouteTable(route_table(route("1", comment="first"), route("1"))).match("1").raw["comment"] == "first"
    )


@pytest.mark.parametrize(
    "more", [{"comment": 5}, {"kind": "twiml", "destination": "<Ann/>"}, {"owner": [{"since": None}]}]
)
def test_a_route_takes_calls_although_it_could_not_be_saved(more: dict[str, Any]) -> None:
    assert RouteTable(route_table(route("1", **more))).match("1").number == 0


def test_a_pattern_with_nested_repetitions_is_matched_at_once() -> None:
    routes = RouteTable(route_table(route(r"^(a+)+$"), route(r"^(a|aa)+$"), route(r"^(.*a){20}$")))

    assert routes.match("a" * 250 + "!").kind is Kind.DEFAULT
