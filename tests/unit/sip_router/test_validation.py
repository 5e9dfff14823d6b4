"""A route table is checked whole, and every fault is told with its route and field."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_router.domain.validation import check_route_table
from tests.data.route_tables import DESTINATIONS, route, route_table
from tools.check_config import check

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "address",
        "comment",
        "type",
        "destination",
        "match",
        "weight",
        "alternatives",
        "fallback",
        "otherwise",
        "schedule",
    ]
)


def faults(*routes: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["field"], error["message"]) for error in check_route_table(route_table(*routes))]


def test_a_route_table_with_every_type_is_valid() -> None:
    assert (
        faults(
            *(route(f"43{number}", kind, text) for number, (kind, text) in enumerate(DESTINATIONS.items()))
        )
        == []
    )


def test_fields_of_other_names_may_hold_anything() -> None:
    assert faults(route("4321", owner={"team": "front"}, colour=None)) == []


def test_a_fault_names_the_route_and_the_field() -> None:
    assert faults(route("1"), route("4321", "webhook", "nowhere")) == [
        (
            "data.routes[1].destination",
            "route 4321: must be an absolute URL that begins with https:// or http://",
        )
    ]


def test_every_fault_is_told_at_once() -> None:
    found = faults(
        route("", "say"),
        route("2", "fax"),
        route("3", weight=-1, alternatives=[{"type": "say", "destination": ""}, 7]),
        route("4", fallback={"type": "say", "destination": "x" * 1001}),
        route("5", schedule={"timeZone": "UTC", "weekly": {}}),
        route("6", comment=5),
        route("7", match="regex"),
        route("8", otherwise="closed"),
    )

    assert [field for field, _ in found] == [
        "data.routes[0].address",
        "data.routes[1].type",
        "data.routes[2].weight",
        "data.routes[2].alternatives[0].destination",
        "data.routes[2].alternatives[1]",
        "data.routes[3].fallback.destination",
        "data.routes[4].otherwise",
        "data.routes[5].comment",
        "data.routes[6].match",
        "data.routes[7].otherwise",
    ]
    assert found[0][1] == "route number 1: must not be empty"


def test_a_fallback_must_fit_into_a_url() -> None:
    assert faults(route("1", fallback={"type": "say", "destination": "ü" * 500})) == []
    assert faults(route("1", fallback={"type": "say", "destination": "ü" * 501})) == [
        (
            "data.routes[0].fallback.destination",
            "route 1: must have at most 3000 characters, encoded for a URL",
        )
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [("4321", "4321"), ("4321", "sip:4321@example.com"), ("+49", "%2B49"), ("^a$", "^a$"), ("49*", "49*")],
)
def test_a_second_route_for_an_address_is_refused(first: str, second: str) -> None:
    assert faults(route(first), route(second)) == [
        ("data.routes[1].address", f"route {second}: is taken already, by data.routes[0]")
    ]


def test_a_name_with_a_space_can_be_called() -> None:
    assert faults(route("John%20Smith"), route("Front desk")) == []


def test_a_faulty_route_takes_no_address_from_a_good_one() -> None:
    assert [field for field, _ in faults(route("1", "fax"), route("1"), route("1"))] == [
        "data.routes[0].type",
        "data.routes[2].address",
    ]


def test_the_same_characters_may_be_an_address_and_a_prefix() -> None:
    assert faults(route("49"), route("49*"), route("49*", match="exact")) == []


@pytest.mark.parametrize("address", ["*", "sip:", "@example.com", "a\x00b", "x" * 256, 4321, None])
def test_addresses_that_cannot_be_called_are_refused(address: Any) -> None:
    assert [field for field, _ in faults(route(address))] == ["data.routes[0].address"]


@pytest.mark.parametrize(
    "pattern", ["^(", "^[a-$", r"^(a)\1$", "^(?=a)$", "^((a{1000}){1000}){1000}$", "^" + "a" * 1000]
)
def test_patterns_that_re2_cannot_run_are_refused(pattern: str) -> None:
    ((field, message),) = faults(route(pattern))

    assert field == "data.routes[0].address"
    assert message.startswith(f"route {pattern[:80]}: must ")


def test_a_route_table_may_have_a_thousand_patterns() -> None:
    found = faults(*(route(f"^{number}$") for number in range(1002)))

    assert [field for field, _ in found] == ["data.routes[1000].address", "data.routes[1001].address"]


COSTLY = "^((a?){30}){20}(|x%d)$"


def test_patterns_that_cost_too_much_together_are_refused_with_the_reason() -> None:
    found = faults(*(route(COSTLY % number) for number in range(1000)), route("^b$"), route("4321"))

    refused = [int(re.sub(r"\D", "", field)) for field, _ in found[:-1]]
    assert refused == list(range(refused[0], refused[0] + 100))
    assert 20 < refused[0] < 100
    assert found[0][1].startswith(
        f"route {COSTLY % refused[0]}: is too complex beside the patterns before it"
    )
    assert "callers wait" in found[0][1]
    assert found[-1] == ("data", f"has {1000 - refused[0] - 100} more faults")


def test_a_thousand_patterns_of_telephone_numbers_are_not_too_many() -> None:
    assert faults(*(route(rf"^\+{number}[0-9]{{5,12}}$") for number in range(1000))) == []


def test_weights_that_are_all_0_are_refused() -> None:
    assert faults(route("1", weight=0, alternatives=[{"type": "say", "destination": "a", "weight": 0}])) == [
        ("data.routes[0].weight", "route 1: must not be 0 where every other is 0, too")
    ]


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        (None, ["data"]),
        ([], ["data"]),
        ({}, ["data.routes", "data.default"]),
        ({"routes": {}, "default": {}}, ["data.routes", "data.default.type", "data.default.destination"]),
        ({"routes": [1], "default": {"type": "say", "destination": "x"}}, ["data.routes[0]"]),
    ],
)
def test_other_json_than_a_route_table_is_refused(data: Any, fields: list[str]) -> None:
    assert [error["field"] for error in check_route_table(data)] == fields


def test_a_field_that_is_nested_too_deeply_is_refused() -> None:
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    data = route_table(route("1", owner=deep)) | {"more": {"a": deep}, "fine": [[1]]}

    assert [error["field"] for error in check_route_table(data)] == ["data.routes[0].owner", "data.more"]


@pytest.mark.parametrize(("faulty", "rest"), [(101, "1 more fault"), (5000, "4,900 more faults")])
def test_faults_are_told_up_to_a_hundred_and_the_rest_is_counted(faulty: int, rest: str) -> None:
    found = faults(*(route(str(number), "fax") for number in range(faulty)))

    assert len(found) == 101
    assert found[-1] == ("data", f"has {rest}")


def test_more_than_ten_thousand_faults_are_not_counted() -> None:
    found = faults(*(route(str(number), "fax") for number in range(20_000)))

    assert found[-1] == ("data", "has more than 9,900 more faults")


@given(st.lists(st.dictionaries(NAMES, JSON, max_size=6) | JSON, max_size=4), JSON)
def test_any_json_can_be_checked(routes: Any, default: Any) -> None:
    check_route_table({"routes": routes, "default": default})


def test_make_check_config_reads_the_seed_too(tmp_path: Path) -> None:
    shutil.copytree("config-files", tmp_path, dirs_exist_ok=True)
    seed = tmp_path / "sip-routes.json"
    assert check(tmp_path) == []

    for content, problem in (
        (b"{\n", "sip-routes.json:2: is not JSON"),
        (b"\xff", "sip-routes.json: is not UTF-8"),
        (b"[" * 100_000, "sip-routes.json: is nested too deeply"),
        (b'{"routes": [], "more": NaN}', "sip-routes.json: is not JSON: NaN is no number of JSON"),
        (b"[]", "sip-routes.json: must be a JSON object with a list of routes"),
        (json.dumps(route_table(route("1", "fax"))).encode(), "data.routes[0].type: route 1: must be one of"),
    ):
        seed.write_bytes(content)
        assert [problem in str(found) for found in check(tmp_path)] == [True]
    marked = route_table(route("1", "twiml", "\ufeff<Hangup/>"))
    seed.write_text(json.dumps(marked), "utf-8-sig")
    assert check(tmp_path) == []
    seed.unlink()
    assert check(tmp_path) == []


def test_the_route_table_in_the_manual_is_valid() -> None:
    manual = Path("docs/sip-router.md").read_text()
    example = manual.partition("```json\n")[2].partition("```")[0]

    assert check_route_table(json.loads(example)) == []
