"""Two administrators edit one route table: nothing that either did is lost."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.data.sip_routes.merging import merge
from tests.data.route_tables import route, route_table

ADDRESSES = ("1", "2", "3", "4930*", "^5", "^6")
DEFAULTS = st.sampled_from([{"type": "say", "destination": words} for words in ("No", "Nobody", "Gone")])
TABLES = st.builds(
    lambda routes, default: {"routes": routes, "default": default},
    st.permutations(ADDRESSES).flatmap(
        lambda order: st.lists(st.sampled_from(["Hello", "Bye", ""]), min_size=6, max_size=6).map(
            lambda words: [
                route(address, destination=word) for address, word in zip(order, words, strict=True) if word
            ]
        )
    ),
    DEFAULTS,
)


def by_address(table: Any) -> dict[str, Any]:
    return {one["address"]: one for one in table["routes"]} | {"every other address": table["default"]}


@given(base=TABLES, mine=TABLES, theirs=TABLES)
def test_a_change_of_one_is_kept_and_different_changes_of_both_are_clashes(
    base: Any, mine: Any, theirs: Any
) -> None:
    merged, clashes = merge(base, mine, theirs)

    old, own, other, found = map(by_address, (base, mine, theirs, merged))
    assert len(found) == len(merged["routes"]) + 1
    for name in {*old, *own, *other, *found}:
        was, is_mine, is_theirs = old.get(name), own.get(name), other.get(name)
        assert found.get(name) == (is_theirs if is_mine == was else is_mine)
    assert {clash.name: (clash.mine, clash.theirs) for clash in clashes} == {
        name: (own.get(name), other.get(name))
        for name in {*own, *other}
        if own.get(name) != other.get(name) and old.get(name) not in (own.get(name), other.get(name))
    }


@given(base=TABLES, mine=TABLES)
def test_what_was_saved_meanwhile_without_a_difference_changes_nothing(base: Any, mine: Any) -> None:
    assert merge(base, mine, base) == (mine, [])
    assert merge(base, base, mine) == (mine, [])
    assert merge(base, mine, mine) == (mine, [])


def test_an_order_of_patterns_that_another_has_saved_is_kept_beside_a_new_route() -> None:
    base = route_table(route("^5"), route("^52"), route("^521"))
    mine = route_table(route("^5"), route("^50"), route("^52"), route("^521"))
    theirs = route_table(route("^521"), route("^52"), route("^5"))

    merged, clashes = merge(base, mine, theirs)

    assert [one["address"] for one in merged["routes"]] == ["^521", "^52", "^5", "^50"]
    assert clashes == []
