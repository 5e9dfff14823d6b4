"""Edits of a route table: differences, faults that they bring in, fields that the older plugin leaves out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_router.domain.diff import difference
from sip_router.domain.legacy_plugin import with_kept_fields
from sip_router.domain.seed import NotARouteTableError, empty_seed, make_seed, parse_file, parse_seed
from sip_router.domain.validation import check_change
from sip_router.domain.version import Stamp, Version, next_version, number_of, restored_version, to_json
from switchboard.inputs.model import parse
from tests.data.route_tables import route, route_table

STAMP = Stamp("ann", "2026-11-23T12:00:00.000Z", "ab" * 16)
ROUTES = st.lists(
    st.builds(route, st.sampled_from(["1", "2", "2*", "^3$", "^4$"]), destination=st.sampled_from("ab"))
    | st.sampled_from([7, {"address": 5}]),
    max_size=5,
)


def faults(data: Any, base: Any) -> list[str]:
    return [error["field"] for error in check_change(data, base)]


def test_a_difference_names_added_removed_and_changed_routes_and_fields() -> None:
    before = route_table(route("1"), route("2"), route("^3$"), route("^4$")) | {"owner": "ann"}
    after = route_table(
        route("1", destination="Bye", weight=2), route("^4$"), route("^3$"), route("5"), default="Else"
    )

    found = difference(before, after)

    assert (found["added"], found["removed"]) == ([route("5")], [route("2")])
    assert [(item["address"], item["fields"]) for item in found["changed"]] == [
        ("1", ["destination", "weight"])
    ]
    assert found["default"] == {"before": before["default"], "after": after["default"]}
    assert found["more"] == [{"field": "owner", "before": "ann", "after": None}]
    assert found["patternsReordered"] is True


@given(ROUTES)
def test_a_route_table_does_not_differ_from_itself(routes: list[Any]) -> None:
    data = route_table(*routes)

    assert not any(difference(data, data).values())


@given(ROUTES, ROUTES)
def test_a_difference_has_each_side_as_often_as_the_route_tables(before: list[Any], after: list[Any]) -> None:
    found = difference(route_table(*before), route_table(*after))

    assert len(after) - len(before) == len(found["added"]) - len(found["removed"])


def test_an_invalid_route_may_stay_but_not_be_changed_or_repeated() -> None:
    bad = route("1", "webhook", "/relative")
    base = route_table(bad)

    assert faults(route_table(route("2"), bad), base) == []
    assert faults(route_table(bad | {"destination": "/other"}), base) == ["data.routes[0].destination"]
    assert faults(route_table(bad, bad), base) == ["data.routes[1].destination"]


def test_an_invalid_default_route_may_stay_but_not_be_changed() -> None:
    base = route_table() | {"default": {"type": "fax", "destination": "1"}}

    assert faults(route_table(route("1")) | {"default": base["default"]}, base) == []
    assert faults(base | {"default": {"type": "fax", "destination": "2"}}, base) == ["data.default.type"]
    assert faults({"routes": {}, "default": base["default"]}, base) == ["data.routes"]


def test_a_bare_route_of_the_older_plugin_gets_back_the_fields_of_the_only_one_that_it_can_be() -> None:
    rich = route("1", owner="ann")
    base = route_table(rich, route("2"))
    bare = route("1", destination="Edited")

    assert with_kept_fields(route_table(bare, route("2")), base)["routes"] == [
        {**bare, "owner": "ann"},
        route("2"),
    ]
    assert with_kept_fields(route_table(rich, bare), base)["routes"] == [rich, bare]
    twice = route_table(rich, route("1", match="prefix", owner="bob"))
    assert with_kept_fields(route_table(bare), twice)["routes"] == [bare]


def test_a_bare_default_route_of_the_older_plugin_gets_its_fields_back() -> None:
    base = route_table() | {"default": {"type": "say", "destination": "a", "owner": "ann"}}

    assert with_kept_fields(route_table(default="b"), base)["default"] == {
        "type": "say",
        "destination": "b",
        "owner": "ann",
    }


@pytest.mark.parametrize("data", [None, 7, [], {"routes": 7}, {"routes": [7, {"address": 5}]}])
def test_json_that_is_no_route_table_goes_through_unchanged(data: Any) -> None:
    assert with_kept_fields(data, {"routes": [7], "default": None}) == data


def test_the_seed_has_the_same_sids_until_the_file_changes() -> None:
    content = to_json(route_table(route("1"), route("1")))
    seed = parse_seed(content, "2026-11-23T12:00:00Z")

    assert seed.version == parse_seed(content, "2026-11-23T12:00:00Z").version
    assert seed.version.sid != parse_seed(to_json(route_table()), "").version.sid
    assert (seed.version.routes, seed.version.faults, len(seed.faults)) == (2, 1, 1)
    assert empty_seed().faults == []


@pytest.mark.parametrize("content", [b'{"routes": [1e999]}', b'{"routes": [NaN]}', b"{", b"\xff", b"[]"])
def test_a_file_that_is_not_a_route_table_in_json_is_no_seed(content: bytes) -> None:
    with pytest.raises(NotARouteTableError):
        parse_seed(content, "")


def test_half_a_surrogate_pair_in_a_file_becomes_a_replacement_character() -> None:
    assert parse_file(b'{"routes": [], "note": "\\ud800"}')["note"] == "\N{REPLACEMENT CHARACTER}"


def test_versions_follow_one_another_and_a_rollback_has_the_route_table_of_the_older_one() -> None:
    first = make_seed(route_table(), "2026-11-01T00:00:00Z", "file").version
    second = next_version(first, b"{}", STAMP, note="New", routes=0, faults=0)
    third = restored_version(second, first, "Back", STAMP)

    assert [version.number for version in (first, second, third)] == [1, 2, 3]
    assert [number_of(version.build_sid) for version in (first, second, third)] == [1, 2, 3]
    assert (second.parent, second.published_at) == (first.sid, None)
    assert (third.parent, third.restores, third.body_key) == (second.sid, first.sid, first.body_key)
    assert third.deployment_sid == f"ZD{STAMP.digits}"
    assert number_of("ZN0") is None


def test_a_stored_version_comes_back_as_it_was() -> None:
    version = next_version(
        make_seed(route_table(), "", "").version, b"{}", STAMP, note="", routes=1, faults=0
    ).published(STAMP)

    assert parse(Version, version.model_dump()) == version
    assert version.public()["buildSid"] == version.build_sid
    assert "bodyKey" not in version.public()
