"""Which route an address takes, checked against a reference too plain to be wrong."""

import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_router.domain.route import Kind
from sip_router.domain.route_table import RouteTable
from sip_router.domain.validation import check_route_table
from tests.data.route_tables import route, route_table

# Few letters, so that random addresses meet random routes often.
LETTERS = "+12a$-("
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


def number(address: str) -> str | None:
    """Return what is left of a telephone number when a person dials it."""
    digits = address.replace("-", "").replace("(", "")
    return digits if re.fullmatch("[+]?[12]+", digits) else None


def found_by_reading_every_route(data: dict[str, Any], user: str) -> str:
    addresses = [raw["address"] for raw in data["routes"]]
    dialled = number(user)
    exact = [address for address in addresses if dialled and number(address) == dialled]
    prefixes = [
        address
        for address in (address[:-1] for address in addresses if address.endswith("*"))
        if user.startswith(address) or (dialled and dialled.startswith(number(address) or address))
    ]
    patterns = [
        address
        for address in addresses
        if address.startswith("^")
        and any(text and re.fullmatch(unquoted(address), text) for text in (user, dialled))
    ]
    if user in addresses or exact:
        return user if user in addresses else exact[0]
    if prefixes:

        def goodness(prefix: str) -> tuple[int, bool]:
            return len((dialled and number(prefix)) or prefix), user.startswith(prefix)

        return f"{max(prefixes, key=goodness)}*"
    return patterns[0] if patterns else ""


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


# Of these letters four must be escaped in a user part, and two are never special.
RESERVED = st.text("a1@;:?", max_size=6).map("a{}".format)


def escaped(user: str) -> str:
    return "".join(f"%{ord(letter):02x}" if letter in "@;:?%" else letter for letter in user)


@given(RESERVED, st.lists(RESERVED, max_size=4))
def test_a_call_to_an_escaped_user_part_takes_the_route_written_so(user: str, others: list[str]) -> None:
    routes = RouteTable(route_table(*map(route, dict.fromkeys((*others, user)))))

    for to in (f"sip:{escaped(user)}@acme.example", f"sips:{escaped(user)}@acme.example:5061;a=b?c=d"):
        assert routes.match(to).raw.get("address") == user
    assert routes.match(user).raw.get("address") == routes.match(escaped(user)).raw.get("address")


@pytest.mark.parametrize(
    ("address", "match"),
    [("ann@corp.example", None), ("ann@*", None), (r"^ann@corp\.example$", None), ("ann%40corp.*", "prefix")],
)
def test_an_at_sign_in_an_address_is_compared_in_every_kind_of_route(address: str, match: str | None) -> None:
    routes = RouteTable(route_table(route(address, **({"match": match} if match else {})), route("bob")))

    for to in ("sip:ann%40corp.example@acme.example", "ann@corp.example", "ann%40corp.example"):
        assert routes.match(to).raw.get("address") == address
    assert routes.match("sip:annie%40corp.example@acme.example").kind is Kind.DEFAULT


def test_the_route_written_like_the_address_comes_before_one_that_may_also_be_read_so() -> None:
    routes = RouteTable(route_table(route("ann@a.example"), route("ann@b.example"), route("ann")))

    assert routes.match("sip:ann@acme.example").raw["address"] == "ann"
    assert routes.match("sip:ann%40b.example@acme.example").raw["address"] == "ann@b.example"
    assert routes.match("ann@b.example").raw["address"] == "ann@b.example"


@pytest.mark.parametrize("user", ["4321;npdi", "4321:secret", "4321?a", "+1-202;ext=7", "4321;npdi:secret"])
def test_a_route_written_like_all_before_the_host_comes_first(user: str) -> None:
    plain = re.split("[;:?]", user)[0]
    routes = RouteTable(route_table(route(plain), route(user), route("^.*[^0-9].*$"), route(f"{plain};*")))

    assert routes.match(f"sip:{user}@acme.example").raw["address"] == user
    assert routes.match(f"sip:{user}@acme.example:5061;x=y").raw["address"] == user
    assert routes.match(f"sip:{plain};x=y@acme.example").raw["address"] == plain
    assert routes.match("sip:12;x=y@acme.example").kind is Kind.DEFAULT


def test_an_address_with_its_domain_takes_calls_to_its_user_part() -> None:
    routes = RouteTable(route_table(route("4321@acme.example"), route("43*")))

    assert routes.match("sip:4321@acme.example").raw["address"] == "4321@acme.example"
    assert routes.match("sip:4322@acme.example").raw["address"] == "43*"


@pytest.mark.parametrize(
    "dialled",
    [
        "+12025550199",
        "+1-202-555-0199",
        "+1.202.555.0199",
        "+1(202)555-0199",
        "(+1)2025550199",
        "+1%20202%20555%200199",
        "+1%20%28202%29%20555-0199",
        "+1%C2%A0202%E2%80%AF555%E2%80%910199",
        "%2B1%2D202%2D555%2D0199;npdi:secret",
    ],
)
@pytest.mark.parametrize(
    "address",
    ["+12025550199", "+1-202-555-0199", "+1 (202) 555.0199", "sip:+1-202-555-0199@a.b", "tel:+1-202-5550199"],
)
def test_visual_separators_of_a_telephone_number_do_not_count(address: str, dialled: str) -> None:
    data = route_table(route("+1202555019"), route("+1-202*"), route(address), route("^.*$"))

    assert check_route_table(data) == []
    for to in (f"sip:{dialled}@acme.example;user=phone", f"tel:{dialled}", dialled):
        assert RouteTable(data).match(to).raw["address"] == address


@pytest.mark.parametrize(
    ("address", "dialled"),
    [
        ("ab", "a.b"),
        ("annlee", "ann-lee"),
        ("room101", "room-101"),
        ("fab", "f.a-b"),
        ("+12025550199x", "+1-202-555-0199x"),
        ("12025550199", "+1-202-555-0199"),
        ("030/123456", "030123456"),
        ("", "-"),
    ],
)
def test_other_differences_than_separators_in_a_telephone_number_count(address: str, dialled: str) -> None:
    for one, other in ((address, dialled), (dialled, address)):
        table = RouteTable(route_table(route(one), route(f"{one}*")))

        assert table.match(f"sip:{other}@acme.example").kind is Kind.DEFAULT


def test_a_route_with_the_calls_own_separators_comes_first() -> None:
    addresses = ["+12025550199", "+1-202-555-0199", "+1202*", "+1-202*", "+1-(202)*"]
    routes = RouteTable(route_table(*map(route, addresses)))

    for dialled in addresses[:2]:
        assert routes.match(f"sip:{dialled}@acme.example").raw["address"] == dialled
    for prefix in addresses[2:]:
        assert routes.match(f"sip:{prefix[:-1]}-777@acme.example").raw["address"] == prefix


def test_a_longer_prefix_wins_however_the_number_is_written() -> None:
    addresses = ["+1-*", "+1202*", "+1-2-0*", "(*", "4-*", "(5-*"]
    routes = RouteTable(route_table(*map(route, addresses)))

    assert routes.match("sip:+1-202-555@acme.example").raw["address"] == "+1202*"
    assert routes.match("sip:+12077777@acme.example").raw["address"] == "+1-2-0*"
    assert routes.match("sip:(202)555@acme.example").raw["address"] == "(*"
    assert routes.match("sip:43@acme.example").raw["address"] == "4-*"
    assert routes.match("sip:4ever@acme.example").kind is Kind.DEFAULT
    assert routes.match("sip:4-ever@acme.example").raw["address"] == "4-*"
    assert routes.match("sip:(5-ever@acme.example").raw["address"] == "(5-*"


def test_a_pattern_is_tried_with_and_without_separators_in_the_order_of_the_table() -> None:
    routes = RouteTable(route_table(route(r"^\+1[0-9]{10}$"), route(r"^\+1-202.*$"), route("^.*$")))

    assert routes.match("sip:+1-202-555-0199@acme.example").number == 0
    assert routes.match("sip:+1-202-555@acme.example").number == 1
    assert routes.match("sip:+1-ann@acme.example").number == 2


@pytest.mark.parametrize("pattern", ["((a?){30}){20}", "(a?b?){300}", "(.?){80}", "(a|aa){0,9}(.*a.{60})"])
def test_no_patterns_make_a_caller_wait(pattern: str) -> None:
    routes = RouteTable(route_table(*(route(f"^{pattern}(|x{number})$") for number in range(1000))))
    started = time.process_time()

    for to in ("a" * 254 + "!", "a" * 255, "a" * 100_000, "+1-(.)" * 42):
        routes.match(f"sip:{to}@acme.example")

    assert time.process_time() - started < 1


def test_an_address_that_no_route_could_name_matches_no_pattern() -> None:
    routes = RouteTable(route_table(route("^.*$"), route("a*")))

    assert routes.match("b" * 255).kind is Kind.PATTERN
    assert routes.match("b" * 256).kind is Kind.DEFAULT
    assert routes.match("a" * 256).kind is Kind.PREFIX
